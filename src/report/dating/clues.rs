//! What shows when a report appeared, gathered from one file.

use jiff::civil::Date;
use lazy_regex::regex;
use serde::{Deserialize, Serialize};

use super::date::{
    DAYS_OF_GRACE, Evidence, EvidenceKind, Precision, ReportDate, days_between, nearest_year,
};
use super::paths::{date_in_path, names_span, own_name};
use super::patterns::{Written, full_date, month_in, week_in};
use super::proofs::{Proof, Proofs};
use crate::text::floor_boundary;

/// A report appears at most this many days after the last picture made for it; a date in its head that is further off
/// speaks of another day. The golden cases hold it.
const MAX_DAYS_LATER: i32 = 14;
/// A day that belongs to a file of several days is at most this many from the first of them.
const MAX_SPAN: i32 = 7;
/// Lines of the head of more characters are text, in which a date may be any day of history.
pub(super) const MAX_DATE_LINE: usize = 50;
/// Only so many bytes at the beginning of a report are searched for its own date.
const HEAD_BYTES: usize = 2_000;

/// What shows when a report appeared, kept so that it can be weighed again when its neighbours change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clues {
    /// Number of the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<u32>,
    /// What the report says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<ReportDate>,
    /// A day whose year is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_day: Option<MonthDay>,
    /// The latest time that a link or image proves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// The latest proof of any kind that is not a date in a link's path; a report cannot be older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Proof>,
    /// Another day that the report says, where it is believed less than the one it is dated by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ReportDate>,
    /// Whether its items have days of their own, so that it need not have one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub items_are_dated: bool,
}

/// A month and a day without a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthDay {
    /// The month, from 1 to 12.
    pub month: i8,
    /// The day, from 1 to 31.
    pub day: i8,
    /// The words that name it.
    pub written: String,
}

impl MonthDay {
    fn find(text: &str) -> Option<Self> {
        let pattern = regex!(r"(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12][0-9]|0?[1-9])\s*[日号]");
        let found = pattern.captures(text)?;
        Some(Self {
            month: found[1].parse().ok()?,
            day: found[2].parse().ok()?,
            written: found[0].to_owned(),
        })
    }

    /// Chooses the year that brings the day closest to what the links prove, else the one that the path names.
    fn with_year(&self, path: &str, proof: Option<&Proof>) -> Option<ReportDate> {
        let (date, by) = if let Some(proof) = proof {
            let date = nearest_year(self.month, self.day, proof.date)?;
            (date, format!("{} of {}", proof.by, proof.display()))
        } else {
            let year = regex!(r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})(?:[^0-9]|$)").captures(path)?;
            let date = Date::new(year[1].parse().ok()?, self.month, self.day).ok()?;
            (date, "the path".to_owned())
        };
        let found = format!("{}; year from {by}", self.written);
        Some(ReportDate::of_day(date, Evidence::new(EvidenceKind::Head, found)))
    }
}

/// Where a report may say its own date.
pub(crate) struct Heads<'t> {
    pub(crate) front_date: Option<&'t str>,
    pub(crate) title: Option<&'t str>,
    pub(crate) head: &'t str,
    /// The one date its headings name.
    pub(crate) heading: Option<&'t ReportDate>,
}

/// Gathers everything that shows when a report appeared.
pub(crate) fn gather(
    path: &str,
    heads: &Heads<'_>,
    links: &[String],
    images: &[String],
    issue: Option<u32>,
) -> Clues {
    let head = date_lines(heads.head);
    let proofs = Proofs::of(links, images);
    let (stated, other) = whole_date(path, heads, &head, &proofs);
    let mut clues = Clues {
        issue,
        stated,
        other,
        proof: proofs.convincing().cloned(),
        not_before: proofs.not_before().cloned(),
        ..Clues::default()
    };
    if clues.stated.is_some() {
        return clues;
    }
    let in_title = heads.title.and_then(MonthDay::find);
    let is_title = in_title.is_some();
    if let Some(found) = in_title.or_else(|| MonthDay::find(&head)) {
        clues.stated = found
            .with_year(path, proofs.latest())
            .filter(|found| is_title || !is_contradicted(found, &proofs));
        // What pictures contradict says nothing at all.
        let is_known = clues.stated.is_some() || clues.proof.is_none();
        clues.month_day = is_known.then_some(found);
    }
    clues.stated = clues.stated.or_else(|| month_or_week(path, heads.title));
    clues
}

/// Returns the lines in which a date may be that of the report: one in a text or under a picture may be any day.
fn date_lines(head: &str) -> String {
    let head = &head[..floor_boundary(head, HEAD_BYTES)];
    let is_date_line =
        |line: &&str| line.chars().count() <= MAX_DATE_LINE && !line.contains(['图', '摄']);
    head.lines().filter(is_date_line).collect::<Vec<_>>().join("\n")
}

/// Finds a date with its year, in the order in which places are believed, and another day that a later one of them
/// says.
fn whole_date(
    path: &str,
    heads: &Heads<'_>,
    head: &str,
    proofs: &Proofs<'_>,
) -> (Option<ReportDate>, Option<ReportDate>) {
    let day = |found: Written, kind: EvidenceKind| {
        ReportDate::of_day(found.date, Evidence::new(kind, found.written))
    };
    let in_front = heads.front_date.and_then(|text| {
        let found = full_date(text).map(|found| day(found, EvidenceKind::FrontMatter));
        found.or_else(|| month_in(text, EvidenceKind::FrontMatter))
    });
    let in_path = date_in_path(path).map(|found| day(found, EvidenceKind::Path));
    let in_title = heads.title.and_then(full_date).map(|found| day(found, EvidenceKind::Head));
    let in_head = || {
        let found = full_date(head).map(|found| day(found, EvidenceKind::Head))?;
        (!is_contradicted(&found, proofs)).then_some(found)
    };
    let in_heading = || heads.heading.filter(|found| !is_contradicted(found, proofs)).cloned();
    // A file for a week may hold one day of it.
    let is_day_of_span = |found: &ReportDate, first: &ReportDate| {
        days_between(first.date, found.date).abs() <= MAX_SPAN
            && names_span(own_name(path))
            && !heads.title.is_some_and(names_span)
    };
    let exact = in_title.as_ref().zip(in_path.as_ref()).filter(|(a, b)| is_day_of_span(a, b));
    let in_path = exact.map(|(title, _)| title.clone()).or(in_path);
    let in_head = in_title.or_else(in_head);
    let stated = in_front.or_else(|| in_path.clone());
    if stated.is_none() {
        return (in_head.or_else(in_heading), None);
    }
    // A report of a week may say its first day here and its last there.
    let is_span =
        names_span(own_name(path)) || heads.title.is_some_and(names_span) || names_span(head);
    let is_other = |found: &ReportDate| {
        stated
            .as_ref()
            .is_some_and(|stated| stated.precision == Precision::Day && stated.date != found.date)
    };
    let other = in_path.into_iter().chain(in_head).find(is_other).filter(|_| !is_span);
    (stated, other)
}

/// Returns whether pictures, which are made for the report, show that a line speaks of another day.
fn is_contradicted(found: &ReportDate, proofs: &Proofs<'_>) -> bool {
    proofs.last_picture().is_some_and(|picture| {
        let later = days_between(picture, found.date);
        !(-DAYS_OF_GRACE..=MAX_DAYS_LATER).contains(&later)
    })
}

/// Finds what is known to the month.
fn month_or_week(path: &str, title: Option<&str>) -> Option<ReportDate> {
    week_in(path)
        .or_else(|| month_in(path, EvidenceKind::Path))
        .or_else(|| week_in(title?))
        .or_else(|| month_in(title?, EvidenceKind::Head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::dating::{NameOf, Settled, issue_number, settle};

    fn found(path: &str, head: &str, links: &[&str], images: &[&str]) -> Settled {
        let owned = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let heads = Heads { front_date: None, title: None, head, heading: None };
        let issue = issue_number(path, None, head, NameOf::Issue);
        let clues = gather(path, &heads, &owned(links), &owned(images), issue);
        settle(&[(path, &clues)]).remove(0)
    }

    #[track_caller]
    fn check(
        path: &str,
        head: &str,
        links: &[&str],
        images: &[&str],
        expected: Option<(&str, &str)>,
    ) {
        let date = found(path, head, links, images).date;
        let actual = date.as_ref().map(|date| (date.display(), date.evidence.as_str()));
        assert_eq!(actual.as_ref().map(|(date, by)| (date.as_str(), *by)), expected);
    }

    const TWEET: &str = "https://x.com/a/status/1760350892317098371?s=20";

    #[test]
    fn the_path_comes_first() {
        check(
            "2024-02/2024-02-22.md",
            "1月 1日",
            &[],
            &[],
            Some(("2024-02-22", "path: 2024-02-22")),
        );
        check("a/20240222.md", "", &[], &[], Some(("2024-02-22", "path: 20240222")));
        check("2024/02/22.md", "", &[], &[], Some(("2024-02-22", "path: 2024/02/22")));
        check("2024年2月22日.md", "", &[], &[], Some(("2024-02-22", "path: 2024年2月22日")));
    }

    #[test]
    fn a_month_and_day_take_their_year_from_the_links() {
        let evidence = "head: 2月 22日; year from a tweet id of 2024-02-21";
        check("r.md", "大模型日报（2月 22日）", &[TWEET], &[], Some(("2024-02-22", evidence)));
        let evidence = "head: 1月1日; year from an arXiv id of 2023-12";
        check(
            "r.md",
            "日报 1月1日",
            &["http://arxiv.org/abs/2312.00752v1"],
            &[],
            Some(("2024-01-01", evidence)),
        );
        check("r.md", "日报 2月22日", &[], &[], None);
        check(
            "2023/r.md",
            "日报 2月22日",
            &[],
            &[],
            Some(("2023-02-22", "head: 2月22日; year from the path")),
        );
    }

    #[test]
    fn links_alone_give_the_month() {
        let image = "https://cdn.example/asset/202402/bg2024021501.webp";
        check(
            "issue-290.md",
            "第 290 期",
            &[],
            &[image],
            Some(("2024-02", "a date in an image path: 2024-02-15")),
        );
        check("issue-290.md", "", &[], &[], None);
    }

    #[test]
    fn a_report_older_than_what_it_links_to_is_reported() {
        let settled = found("2023-01-05.md", "", &[TWEET], &[]);
        assert_eq!(settled.warnings, ["dated 2023-01-05, but a tweet id is of 2024-02-21"]);
    }

    #[test]
    fn a_title_names_the_day_of_a_file_of_several() {
        let stated = |path: &str, title: &str| {
            let heads = Heads { front_date: None, title: Some(title), head: "", heading: None };
            let clues = gather(path, &heads, &[], &[], None);
            let shown = |date: Option<ReportDate>| date.map(|date| date.display());
            (shown(clues.stated), shown(clues.other))
        };
        let day = |day: &str| Some(day.to_owned());
        assert_eq!(stated("20240219-0225.md", "新闻 2024-02-22"), (day("2024-02-22"), None));
        let span = "新闻 2024.2.18-2024.2.24";
        assert_eq!(stated("20240219-0225.md", span), (day("2024-02-19"), None));
        // Of another year is a slip of typing.
        let slip = stated("20240219-0225.md", "新闻 2023-02-22");
        assert_eq!(slip, (day("2024-02-19"), None));
        let slip = stated("2024/0222.md", "新闻 2024.2.12");
        assert_eq!(slip, (day("2024-02-22"), day("2024-02-12")));
        assert_eq!(stated("2024/0222.md", "新闻 2024.2.22"), (day("2024-02-22"), None));
    }

    #[test]
    fn impossible_dates_are_not_dates() {
        check("2024-13-45.md", "2024年2月31日", &[], &[], None);
        check("99999999.md", "", &[], &[], None);
    }

    #[test]
    fn dates_are_read_in_english_and_as_months_and_weeks() {
        check(
            "r.md",
            "Top papers (June 23 - June 29) - 2025",
            &[],
            &[],
            Some(("2025-06-23", "head: June 23 - June 29) - 2025")),
        );
        check(
            "r.md",
            "News of 3rd March 2024",
            &[],
            &[],
            Some(("2024-03-03", "head: 3rd March 2024")),
        );
        check("2024-02.md", "", &[], &[], Some(("2024-02", "path: 2024-02")));
        check("2024/02/周报.md", "", &[], &[], Some(("2024-02", "path: 2024/02")));
        check("weekly-2024-W08.md", "", &[], &[], Some(("2024-02", "week 08 of 2024")));
    }
}
