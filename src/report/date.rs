//! What tells when a report appeared: its own words, and what its links and images prove.
//!
//! In this order: front matter, the file's name or folders, a full date in the head, a month and day in the head with
//! the year that the links prove, a month in the path, the links alone. [`super::settle`] looks at the neighbours. The
//! time a file was changed is never used.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::Heads;
use super::marker::han_number;
use crate::text::floor_boundary;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
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

/// What tells when a report appeared, kept so that it can be weighed again when its neighbours change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clues {
    /// Number of the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<u32>,
    /// What the report says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<ReportDate>,
    /// Month and day without a year, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_day: Option<(i8, i8, String)>,
    /// The latest time that a link or image proves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// The latest proof of any kind that is no date in a link's path; a report cannot be older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Proof>,
}

/// One time that a link or an image proves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Proof {
    /// The day, or the first day of the month.
    pub date: Date,
    /// Whether only the month is known.
    pub is_month: bool,
    /// What proves it.
    pub by: Evidence,
}

/// Kinds of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// A date in the path of an image.
    Image,
    /// The time in a tweet's id.
    Tweet,
    /// The month in an arXiv id.
    Arxiv,
    /// A date in the path of a link.
    Link,
}

impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Image => "a date in an image path",
            Self::Tweet => "a tweet id",
            Self::Arxiv => "an arXiv id",
            Self::Link => "a date in a link",
        })
    }
}

impl Proof {
    /// Writes the time to the precision it is known.
    #[must_use]
    pub fn display(&self) -> String {
        if self.is_month {
            format!("{:04}-{:02}", self.date.year(), self.date.month())
        } else {
            self.date.to_string()
        }
    }
}

/// Reports older than this do not exist; smaller numbers in paths are something else.
const FIRST_YEAR: i16 = 1990;
/// A year that no archive reaches.
const LAST_YEAR: i16 = 2199;
/// A report appears at most this many days after the last picture made for it.
const MAX_DAYS_LATER: i32 = 14;
/// Lines of the head of more characters are text.
const MAX_DATE_LINE: usize = 50;
/// Only the beginning of a report is searched for its own date, in bytes.
const HEAD_BYTES: usize = 2_000;
/// Twitter's ids count milliseconds from this time, 2010-11-04T01:42:54.657Z.
const TWEET_EPOCH_MILLIS: i64 = 1_288_834_974_657;

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
static MONTH_IN_URL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/(20[0-9]{2})[-/]?(0[1-9]|1[0-2])/").ok());
/// `2024-02`, `2024年2月`, `202402` where no day follows.
static MONTH_IN_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])(20[0-9]{2})(?:[-_./年]?(0[1-9]|1[0-2])|[-_./年]([1-9]))月?(?:[^0-9]|$)",
    )
    .ok()
});
static WEEK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])(20[0-9]{2})\s*[-_ 年]?\s*(?:[Ww]|第\s*)([0-9]{1,2})(?:\s*周|[^0-9]|$)",
    )
    .ok()
});
const MONTH_NAMES: &str = "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
/// `June 23, 2025`, `June 23 - June 29) - 2025`
static ENGLISH_MONTH_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)\b{MONTH_NAMES}\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–~]\s*(?:[a-z]+\.?\s+)?[0-9]{{1,2}}(?:st|nd|rd|th)?)?[\s,)(–-]*\s(20[0-9]{{2}})\b"
    ))
    .ok()
});
/// `23 June 2025`
static ENGLISH_DAY_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH_NAMES}\.?,?\s+(20[0-9]{{2}})\b"
    ))
    .ok()
});
static ISSUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)第\s*([0-9]{1,5}|[零〇一二三四五六七八九十百]+)\s*[期号刊辑]|\b(?:issue|vol|volume|no|number|episode)[.\s]*[#-]?\s*([0-9]{1,5})\b|(?:^|[\s（(【])[#＃]\s?([0-9]{1,5})(?:[^0-9a-z]|$)|\p{Han}[#＃]([0-9]{1,5})(?:[^0-9a-z]|$)").ok()
});
/// A name that is a month and a day.
static MONTH_DAY_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*[0-9]{1,2}\s*[-_.月]\s*[0-9]{1,2}\s*日?\s*$").ok());
/// `issue-290`, `HelloGitHub100`, `#38-…`, `239-…`, `13.…`
static ISSUE_IN_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[#第]?0*([0-9]{1,4})(?:[-_.、 期|]|$)|[a-z_#\- \p{Han}]0*([0-9]{1,4})期?$|(?:issue|vol|no|weekly|第)[-_#. ]?0*([0-9]{1,4})(?:[^0-9]|$)").ok()
});
static IN_IMAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[^0-9](20[0-9]{2})[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12][0-9]|3[01])(?:[0-9]{0,6}\.|[^0-9])").ok()
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

/// Collects what the links and images of a report prove about its time, sorted by time.
fn proofs(links: &[String], images: &[String]) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for link in links {
        if let Some(found) = ARXIV_ID.as_ref().and_then(|pattern| pattern.captures(link))
            && let Some(date) = date(&format!("20{}", &found[1]), &found[2], "1")
        {
            proofs.push(Proof { date, is_month: true, by: Evidence::Arxiv });
        } else if let Some(date) = tweet_date(link) {
            proofs.push(Proof { date, is_month: false, by: Evidence::Tweet });
        } else if let Some((date, _)) = first_date(&IN_URL, link) {
            proofs.push(Proof { date, is_month: false, by: Evidence::Link });
        } else if let Some(found) = MONTH_IN_URL.as_ref().and_then(|pattern| pattern.captures(link))
            && let Some(date) = date(&found[1], &found[2], "1")
        {
            proofs.push(Proof { date, is_month: true, by: Evidence::Link });
        }
    }
    for image in images {
        if let Some((date, _)) = first_date(&IN_IMAGE, image).or_else(|| first_date(&IN_URL, image))
        {
            proofs.push(Proof { date, is_month: false, by: Evidence::Image });
        } else if let Some(found) =
            MONTH_IN_URL.as_ref().and_then(|pattern| pattern.captures(image))
            && let Some(date) = date(&found[1], &found[2], "1")
        {
            proofs.push(Proof { date, is_month: true, by: Evidence::Image });
        }
    }
    proofs.sort_by_key(|proof| (proof.date, !proof.is_month));
    proofs
}

/// The latest proof of the strongest kind: a report cannot be older than what it shows. Images are made for the
/// report, so they weigh most; dates in links may lie in the future or be no dates.
fn latest(proofs: &[Proof]) -> Option<&Proof> {
    let of = |by: Evidence| proofs.iter().rfind(|proof| proof.by == by);
    of(Evidence::Image).or_else(|| of(Evidence::Tweet)).or_else(|| of(Evidence::Arxiv)).or_else(
        || {
            // Most links of a report are of its own days, a few are older, and a lone one may be anything.
            proofs.get(proofs.len() * 3 / 4)
        },
    )
}

/// The same, where enough of its kind are of the same time: a report dated by it alone needs more than one paper that
/// may be years old, or a number in a path that looks like a date.
fn convincing<'p>(proofs: &'p [Proof], links: &[String], images: &[String]) -> Option<&'p Proof> {
    let near = |proof: &Proof| {
        let window = if proof.is_month { 62 } else { 31 };
        let is_near = |other: &&Proof| {
            other.by == proof.by
                && proof.date.until(other.date).is_ok_and(|span| span.get_days().abs() <= window)
        };
        proofs.iter().filter(is_near).count()
    };
    let plain_number = |proof: &Proof| {
        let written =
            format!("/{:04}{:02}{:02}", proof.date.year(), proof.date.month(), proof.date.day());
        images.iter().any(|image| image.contains(&written))
    };
    let latest_of = |by: Evidence| proofs.iter().rfind(|proof| proof.by == by);
    let image = latest_of(Evidence::Image).filter(|proof| near(proof) >= 2 || !plain_number(proof));
    // A report on papers or posts has many; a list of projects may name one that is years old.
    let usual =
        |by: Evidence| proofs.iter().filter(|proof| proof.by == by).count() * 5 >= links.len();
    let tweet = || latest_of(Evidence::Tweet).filter(|proof| near(proof) >= 3 || usual(proof.by));
    let paper = || latest_of(Evidence::Arxiv).filter(|proof| near(proof) >= 2 && usual(proof.by));
    let link = || proofs.iter().rfind(|proof| proof.by == Evidence::Link && near(proof) >= 3);
    image.or_else(tweet).or_else(paper).or_else(link)
}

fn tweet_date(link: &str) -> Option<Date> {
    let found = TWEET_ID.as_ref()?.captures(link)?;
    let id: i64 = found[1].parse().ok()?;
    let millis = (id >> 22) + TWEET_EPOCH_MILLIS;
    let day =
        jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(millis).ok()?).date();
    (2010..=LAST_YEAR).contains(&day.year()).then_some(day)
}

/// A date that stands in a heading or in front matter, whole.
pub(super) fn own(text: &str) -> Option<ReportDate> {
    let (date, written) = full_date(text)?;
    Some(ReportDate { date, precision: Precision::Day, evidence: format!("heading: {written}") })
}

fn full_date(text: &str) -> Option<(Date, String)> {
    first_date(&FULL_DATE, text)
        .or_else(|| first_date(&IN_PATH_DIGITS, text))
        .or_else(|| english_date(text))
}

fn english_date(text: &str) -> Option<(Date, String)> {
    let number = |name: &str| {
        let names =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let short = name.to_lowercase();
        Some((names.iter().position(|known| short.starts_with(known))? + 1).to_string())
    };
    let month_first = ENGLISH_MONTH_FIRST.as_ref()?.captures(text);
    let day_first = ENGLISH_DAY_FIRST.as_ref()?.captures(text);
    let (found, [month, day]) = match (month_first, day_first) {
        (Some(found), _) => (found, [1, 2]),
        (None, Some(found)) => (found, [2, 1]),
        (None, None) => return None,
    };
    let date = date(&found[3], &number(&found[month])?, &found[day])?;
    Some((date, found[0].trim().to_owned()))
}

/// Finds the number of an issue in the title, the head or the name of the file.
///
/// A number at the end of an article's name tells its part and no issue.
pub(super) fn issue_number(
    path: &str,
    title: Option<&str>,
    head: &str,
    is_page: bool,
) -> Option<u32> {
    let read = |text: &str| {
        let found = ISSUE.as_ref()?.captures(text)?;
        let digits = found.iter().skip(1).flatten().next()?.as_str();
        digits.parse().ok().or_else(|| han_number(digits).map(|(number, _)| number))
    };
    let in_title = title.and_then(read);
    let is_short = |line: &&str| line.chars().count() <= MAX_DATE_LINE;
    in_title.or_else(|| head.lines().take(6).filter(is_short).find_map(read)).or_else(|| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        // Digits of a date are no number of an issue.
        let mut stem = stem.to_owned();
        for pattern in [&IN_PATH, &IN_PATH_DIGITS, &WEEK, &MONTH_IN_PATH] {
            if let Some(found) = pattern.as_ref().and_then(|pattern| pattern.find(&stem)) {
                stem.replace_range(found.range(), " ");
            }
        }
        let is_day = MONTH_DAY_NAME.as_ref().is_some_and(|pattern| pattern.is_match(&stem));
        let in_dated_folder = first_date(&IN_PATH, path).is_some() && stem.trim().len() <= 2;
        if is_day || in_dated_folder {
            return None;
        }
        let found = ISSUE_IN_NAME.as_ref()?.captures(stem.trim())?;
        if is_page && found.get(2).is_some() {
            return None;
        }
        let number: u32 = found.iter().skip(1).flatten().next()?.as_str().parse().ok()?;
        (!(1990..=2199).contains(&number)).then_some(number)
    })
}

/// Gathers everything that tells when a report appeared.
pub(super) fn gather(
    path: &str,
    heads: &Heads<'_>,
    links: &[String],
    images: &[String],
    issue: Option<u32>,
) -> Clues {
    let head = &heads.head[..floor_boundary(heads.head, HEAD_BYTES)];
    // A date stands in a title or on a short line; one in a text or under a picture may be any day of history.
    let is_date_line =
        |line: &&str| line.chars().count() <= MAX_DATE_LINE && !line.contains(['图', '摄']);
    let short: Vec<&str> = head.lines().filter(is_date_line).collect();
    let head = &short.join("\n");
    let proofs = proofs(links, images);
    let hint = latest(&proofs);
    let mut clues = Clues {
        issue,
        proof: convincing(&proofs, links, images).cloned(),
        not_before: proofs.iter().rfind(|proof| proof.by != Evidence::Link).cloned(),
        ..Clues::default()
    };
    let day =
        |(date, evidence): (Date, String)| ReportDate { date, precision: Precision::Day, evidence };
    let in_front = heads.front_date.and_then(|text| {
        full_date(text)
            .map(|(date, written)| day((date, format!("front matter: {written}"))))
            .or_else(|| month_in(text, "front matter"))
    });
    let in_path = first_date(&IN_PATH, path)
        .or_else(|| first_date(&IN_PATH_DIGITS, path))
        .map(|(date, written)| day((date, format!("path: {written}"))));
    let in_head = || full_date(head).map(|(date, written)| day((date, format!("head: {written}"))));
    // Pictures are made for the report: a line that contradicts them speaks of another day.
    let contradicted = |found: &ReportDate| {
        let image = proofs.iter().rfind(|proof| proof.by == Evidence::Image && !proof.is_month);
        image.is_some_and(|image| {
            let later = image.date.until(found.date).map_or(0, |span| span.get_days());
            !(-DAYS_OF_GRACE..=MAX_DAYS_LATER).contains(&later)
        })
    };
    let in_title = || {
        heads
            .title
            .and_then(full_date)
            .map(|(date, written)| day((date, format!("head: {written}"))))
    };
    clues.stated = in_front
        .or(in_path)
        .or_else(in_title)
        .or_else(|| in_head().filter(|found| !contradicted(found)))
        .or_else(|| heads.heading.filter(|found| !contradicted(found)).cloned());
    if clues.stated.is_some() {
        return clues;
    }
    let of_title = heads.title.and_then(month_and_day);
    let in_title = of_title.is_some();
    if let Some((month, of_month, written)) = of_title.or_else(|| month_and_day(head)) {
        clues.stated = year_of(month, of_month, path, hint)
            .map(|(date, proof)| day((date, format!("head: {written}; year from {proof}"))))
            .filter(|found| in_title || !contradicted(found));
        // What pictures contradict says nothing at all.
        let is_known = clues.stated.is_some() || clues.proof.is_none();
        clues.month_day = is_known.then_some((month, of_month, written));
    }
    clues.stated =
        clues.stated.or_else(|| week_in(path)).or_else(|| month_in(path, "path")).or_else(|| {
            let title = heads.title?;
            week_in(title).or_else(|| month_in(title, "head"))
        });
    clues
}

fn month(date: Date, evidence: String) -> ReportDate {
    ReportDate { date: date.first_of_month(), precision: Precision::Month, evidence }
}

fn month_in(text: &str, place: &str) -> Option<ReportDate> {
    let found = MONTH_IN_PATH.as_ref()?.captures(text)?;
    let number = found.get(2).or_else(|| found.get(3))?.as_str();
    let date = date(&found[1], number, "1")?;
    let written = found[0].trim_matches(|c: char| !c.is_alphanumeric());
    Some(month(date, format!("{place}: {written}")))
}

/// A week of a year stands for the month of its Thursday, as ISO 8601 has it.
fn week_in(text: &str) -> Option<ReportDate> {
    let found = WEEK.as_ref()?.captures(text)?;
    let week = jiff::civil::ISOWeekDate::new(
        found[1].parse().ok()?,
        found[2].parse().ok()?,
        jiff::civil::Weekday::Thursday,
    )
    .ok()?;
    Some(month(week.date(), format!("week {} of {}", &found[2], &found[1])))
}

fn month_and_day(head: &str) -> Option<(i8, i8, String)> {
    let found = MONTH_DAY.as_ref()?.captures(head)?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?, found[0].to_owned()))
}

/// Returns the year that brings month and day closest to `around`.
pub(super) fn nearest_year(month: i8, day: i8, around: Date) -> Option<Date> {
    (around.year() - 1..=around.year() + 1)
        .filter_map(|year| Date::new(year, month, day).ok())
        .min_by_key(|date| {
            (around.until(*date).map_or(i32::MAX, |span| span.get_days().abs()), *date)
        })
}

/// Chooses the year that brings month and day closest to what the links prove.
fn year_of(month: i8, day: i8, path: &str, proof: Option<&Proof>) -> Option<(Date, String)> {
    static YEAR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})(?:[^0-9]|$)").ok());
    if let Some(proof) = proof {
        let nearest = nearest_year(month, day, proof.date)?;
        return Some((nearest, format!("{} of {}", proof.by, proof.display())));
    }
    let found = YEAR.as_ref()?.captures(path)?;
    Some((Date::new(found[1].parse().ok()?, month, day).ok()?, "the path".to_owned()))
}

/// A report may be written this many days before what it links to, where time zones differ.
pub(super) const DAYS_OF_GRACE: i32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        path: &str,
        head: &str,
        links: &[&str],
        images: &[&str],
    ) -> (Option<ReportDate>, Vec<String>) {
        let owned = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let heads = Heads { front_date: None, title: None, head, heading: None };
        let issue = issue_number(path, None, head, false);
        let clues = gather(path, &heads, &owned(links), &owned(images), issue);
        crate::report::settle(&[(path, &clues)]).remove(0)
    }

    #[track_caller]
    fn check(
        path: &str,
        head: &str,
        links: &[&str],
        images: &[&str],
        expected: Option<(&str, &str)>,
    ) {
        let (date, _) = found(path, head, links, images);
        let actual = date.as_ref().map(|date| (date.display(), date.evidence.clone()));
        assert_eq!(actual.as_ref().map(|(d, e)| (d.as_str(), e.as_str())), expected);
    }

    #[test]
    fn every_pattern_is_one() {
        for pattern in [
            &IN_PATH,
            &IN_PATH_DIGITS,
            &FULL_DATE,
            &MONTH_DAY,
            &ARXIV_ID,
            &TWEET_ID,
            &IN_URL,
            &MONTH_IN_URL,
            &MONTH_IN_PATH,
            &WEEK,
            &ENGLISH_MONTH_FIRST,
            &ENGLISH_DAY_FIRST,
            &ISSUE,
            &MONTH_DAY_NAME,
            &ISSUE_IN_NAME,
            &IN_IMAGE,
        ] {
            assert!(pattern.is_some());
        }
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
        let (_, warnings) = found("2023-01-05.md", "", &[TWEET], &[]);
        assert_eq!(warnings, ["dated 2023-01-05, but a tweet id is of 2024-02-21"]);
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

    #[test]
    fn issues_have_numbers_in_many_writings() {
        for (path, head, expected) in [
            ("a.md", "科技周报（第 290 期）：标题", Some(290)),
            ("a.md", "第一百零二期", Some(102)),
            ("a.md", "老司机周报 #72 | 2019-06-24", Some(72)),
            ("a.md", "潮流周刊#40：标题", Some(40)),
            ("a.md", "Issue 12", Some(12)),
            ("a.md", "Vol. 7", Some(7)),
            ("issue-290.md", "", Some(290)),
            ("Hello100.md", "", Some(100)),
            ("239-咖啡.md", "", Some(239)),
            ("#38-2018.10.08.md", "", Some(38)),
            ("2024-02-22.md", "", None),
            ("2024-02-22-weekly.md", "", None),
            ("2024/02/22.md", "", None),
            ("02-22.md", "", None),
            ("20240222.md", "", None),
            ("周刊2024.md", "", None),
            ("GPT-4o.md", "C# 12 与 F#", None),
            ("a.md", "C#12 的新特性", None),
        ] {
            assert_eq!(issue_number(path, None, head, false), expected, "{path} {head}");
        }
    }
}
