//! When a report appeared, and how that is known.
//!
//! In this order: the file's name or folders, a full date in the head, a month and day in the head with the year that
//! the links prove, the links alone. The time a file was changed is never used.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::text::floor_boundary;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month; the day in the date is the first.
    Month,
}

/// The date of a report with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDate {
    /// First day of what is known.
    pub date: Date,
    /// How exactly.
    pub precision: Precision,
    /// How it is known, as a short sentence.
    pub evidence: String,
}

impl ReportDate {
    /// Returns the last day of what is known.
    #[must_use]
    pub fn end(&self) -> Date {
        match self.precision {
            Precision::Day => self.date,
            Precision::Month => self.date.last_of_month(),
        }
    }

    /// Writes `2024-02-22`, or `2024-02` when only the month is known.
    #[must_use]
    pub fn display(&self) -> String {
        match self.precision {
            Precision::Day => self.date.to_string(),
            Precision::Month => format!("{:04}-{:02}", self.date.year(), self.date.month()),
        }
    }
}

/// Reports older than this do not exist; smaller numbers in paths are something else.
const FIRST_YEAR: i16 = 1990;
/// A year that no archive reaches.
const LAST_YEAR: i16 = 2199;
/// Only the beginning of a report is searched for its own date, in bytes.
const HEAD_BYTES: usize = 2_000;
/// Twitter's ids count milliseconds from this time, 2010-11-04T01:42:54.657Z.
const TWEET_EPOCH_MILLIS: i64 = 1_288_834_974_657;
/// A report may be written this many days before what it links to, where time zones differ.
const DAYS_OF_GRACE: i32 = 2;

static IN_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})[-_./年](0?[1-9]|1[0-2])[-_./月](3[01]|[12][0-9]|0?[1-9])(?:[^0-9]|$)",
    )
    .ok()
});
static IN_PATH_DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)",
    )
    .ok()
});
static FULL_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"((?:19|20|21)[0-9]{2})\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12][0-9]|0?[1-9])(?:[^0-9]|$)").ok()
});
static MONTH_DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12][0-9]|0?[1-9])\s*[日号]").ok()
});
static ARXIV_ID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"arxiv\.org/(?:abs|pdf|html)/([0-9]{2})(0[1-9]|1[0-2])\.[0-9]{4,5}").ok()
});
static TWEET_ID: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:twitter|x)\.com/[^/]+/status(?:es)?/([0-9]{15,20})").ok());
static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"/(20[0-9]{2})[-/](0[1-9]|1[0-2])[-/](0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)").ok()
});
static IN_IMAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[^0-9](20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{0,6}\.").ok()
});

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (FIRST_YEAR..=LAST_YEAR).contains(&date.year()).then_some(date)
}

fn first_date(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<(Date, String)> {
    let pattern = pattern.as_ref()?;
    pattern.captures_iter(text).find_map(|found| {
        let date = date(&found[1], &found[2], &found[3])?;
        let written = found[0].trim_matches(|c: char| !c.is_numeric() && c != '日').to_owned();
        Some((date, written))
    })
}

/// One date that a link or an image proves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Proof {
    date: Date,
    precision_is_month: bool,
    what: &'static str,
}

/// What the links and images of a report prove about its time.
struct Evidence {
    proofs: Vec<Proof>,
}

impl Evidence {
    fn gather(links: &[String], images: &[String]) -> Self {
        let mut proofs = Vec::new();
        for link in links {
            if let Some(found) = ARXIV_ID.as_ref().and_then(|pattern| pattern.captures(link))
                && let Some(date) = date(&format!("20{}", &found[1]), &found[2], "1")
            {
                proofs.push(Proof { date, precision_is_month: true, what: "an arXiv id" });
            } else if let Some(date) = tweet_date(link) {
                proofs.push(Proof { date, precision_is_month: false, what: "a tweet id" });
            } else if let Some((date, _)) = first_date(&IN_URL, link) {
                proofs.push(Proof { date, precision_is_month: false, what: "a date in a link" });
            }
        }
        for image in images {
            if let Some((date, _)) =
                first_date(&IN_IMAGE, image).or_else(|| first_date(&IN_URL, image))
            {
                proofs.push(Proof {
                    date,
                    precision_is_month: false,
                    what: "a date in an image path",
                });
            }
        }
        proofs.sort();
        Self { proofs }
    }

    /// The latest proof that is exact to the day or, failing that, to the month: a report cannot be older than what
    /// it shows. Images are made for the report, so they weigh most; single dates in links may lie in the future.
    fn latest(&self) -> Option<&Proof> {
        let of = |kind: &str| self.proofs.iter().rfind(|proof| proof.what == kind);
        of("a date in an image path")
            .or_else(|| of("a tweet id"))
            .or_else(|| of("an arXiv id"))
            .or_else(|| {
                // A lone date in a link is weak: the middle one of several is not moved by one odd link.
                self.proofs.get(self.proofs.len() / 2)
            })
    }
}

fn tweet_date(link: &str) -> Option<Date> {
    let found = TWEET_ID.as_ref()?.captures(link)?;
    let id: i64 = found[1].parse().ok()?;
    let millis = (id >> 22) + TWEET_EPOCH_MILLIS;
    let day =
        jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(millis).ok()?).date();
    (2010..=LAST_YEAR).contains(&day.year()).then_some(day)
}

/// What is known about the time of a report.
pub(crate) struct Found {
    pub(crate) date: Option<ReportDate>,
    /// Sentences for diagnostics.
    pub(crate) warnings: Vec<String>,
}

/// Finds the date of a report from its path, the text of its head, and its links and images.
pub(crate) fn find(path: &str, head: &str, links: &[String], images: &[String]) -> Found {
    let head = &head[..floor_boundary(head, HEAD_BYTES)];
    let evidence = Evidence::gather(links, images);
    let mut warnings = Vec::new();
    let day =
        |date: Date, evidence: String| ReportDate { date, precision: Precision::Day, evidence };
    let found = if let Some((date, written)) =
        first_date(&IN_PATH, path).or_else(|| first_date(&IN_PATH_DIGITS, path))
    {
        Some(day(date, format!("path: {written}")))
    } else if let Some((date, written)) = first_date(&FULL_DATE, head) {
        Some(day(date, format!("head: {written}")))
    } else if let Some((month, of_month, written)) = month_and_day(head) {
        if let Some((date, proof)) = year_of(month, of_month, path, &evidence) {
            Some(day(date, format!("head: {written}; year from {proof}")))
        } else {
            warnings.push(format!("{written} in the head, but nothing tells the year"));
            None
        }
    } else {
        evidence.latest().map(|proof| {
            let date = proof.date.first_of_month();
            ReportDate {
                date,
                precision: Precision::Month,
                evidence: format!("{}: {}", proof.what, proof.date),
            }
        })
    };
    if let Some(found) = &found
        && let Some(proof) = evidence.proofs.iter().rfind(|proof| proof.what != "a date in a link")
        && let Ok(latest) = found.end().checked_add(jiff::Span::new().days(DAYS_OF_GRACE))
        && proof.date > latest
    {
        warnings.push(format!(
            "dated {}, but {} is of {}",
            found.display(),
            proof.what,
            proof.date
        ));
    }
    if found.is_none() && warnings.is_empty() {
        warnings.push("no date found; name the file by its date, such as 2024-02-22.md".to_owned());
    }
    Found { date: found, warnings }
}

fn month_and_day(head: &str) -> Option<(i8, i8, String)> {
    let found = MONTH_DAY.as_ref()?.captures(head)?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?, found[0].to_owned()))
}

/// Chooses the year that brings month and day closest to what the links prove.
fn year_of(month: i8, day: i8, path: &str, evidence: &Evidence) -> Option<(Date, String)> {
    static YEAR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})(?:[^0-9]|$)").ok());
    if let Some(proof) = evidence.latest() {
        let around = proof.date.year();
        let nearest = (around - 1..=around + 1)
            .filter_map(|year| Date::new(year, month, day).ok())
            .min_by_key(|date| {
                (proof.date.until(*date).map_or(i32::MAX, |span| span.get_days().abs()), *date)
            })?;
        let shown = if proof.precision_is_month {
            format!("{:04}-{:02}", proof.date.year(), proof.date.month())
        } else {
            proof.date.to_string()
        };
        return Some((nearest, format!("{} of {shown}", proof.what)));
    }
    let found = YEAR.as_ref()?.captures(path)?;
    Some((Date::new(found[1].parse().ok()?, month, day).ok()?, "the path".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        path: &str,
        head: &str,
        links: &[&str],
        images: &[&str],
        expected: Option<(&str, &str)>,
    ) {
        let owned = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let found = find(path, head, &owned(links), &owned(images));
        let actual = found.date.as_ref().map(|date| (date.display(), date.evidence.clone()));
        assert_eq!(actual.as_ref().map(|(d, e)| (d.as_str(), e.as_str())), expected);
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
    fn a_report_older_than_what_it_links_to_is_told() {
        let found = find("2023-01-05.md", "", &[TWEET.to_owned()], &[]);
        assert_eq!(found.warnings, ["dated 2023-01-05, but a tweet id is of 2024-02-21"]);
    }

    #[test]
    fn impossible_dates_are_not_dates() {
        check("2024-13-45.md", "2024年2月31日", &[], &[], None);
        check("99999999.md", "", &[], &[], None);
    }
}
