//! A date, how exactly it is known, and what shows it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::year_and_month;

/// A report may be written this many days before what it links to: time zones differ.
pub(super) const DAYS_OF_GRACE: i32 = 2;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month; the day in the date is the first, or one of the week that is named.
    Month,
}

impl Precision {
    /// Writes `2024-02-22`, or `2024-02` when only the month is known.
    pub(super) fn display(self, date: Date) -> String {
        match self {
            Self::Day => date.to_string(),
            Self::Month => year_and_month(date.year(), date.month()),
        }
    }
}

/// The date of a report with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDate {
    /// First day of what is known.
    pub date: Date,
    /// How exactly.
    pub precision: Precision,
    /// What shows it.
    pub evidence: Evidence,
}

impl ReportDate {
    pub(super) fn of_day(date: Date, evidence: Evidence) -> Self {
        Self { date, precision: Precision::Day, evidence }
    }

    pub(super) fn of_month(date: Date, evidence: Evidence) -> Self {
        Self { date: date.first_of_month(), precision: Precision::Month, evidence }
    }

    /// Of a week only the month is shown, and its days keep it in order among the others of that month.
    pub(super) fn of_week(date: Date, evidence: Evidence) -> Self {
        Self { date, precision: Precision::Month, evidence }
    }

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
        self.precision.display(self.date)
    }
}

/// What shows a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    kind: EvidenceKind,
    sentence: String,
}

impl Evidence {
    /// Makes evidence of what was found; its sentence is `kind: found`.
    #[must_use]
    pub fn new(kind: EvidenceKind, found: impl fmt::Display) -> Self {
        Self { kind, sentence: format!("{}: {found}", kind.as_str()) }
    }

    pub(super) fn of_week(week: &str, year: &str) -> Self {
        Self { kind: EvidenceKind::Week, sentence: format!("week {week} of {year}") }
    }

    /// Returns where the date was found.
    #[must_use]
    pub fn kind(&self) -> EvidenceKind {
        self.kind
    }

    /// Returns a short sentence, such as `path: 2024-02-22`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.sentence
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Where a date was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// In front matter.
    FrontMatter,
    /// In the file's name or folders.
    Path,
    /// In the title or the lines before the first item.
    Head,
    /// In headings further down.
    Heading,
    /// In the newest entry of a feed.
    Entry,
    /// In the number of a week.
    Week,
    /// In what links or images prove.
    Proof(ProofKind),
    /// In the dates of the issues before and after.
    Neighbours,
    /// In the configuration of its source.
    Configured,
    /// In the history of its file.
    History,
}

impl EvidenceKind {
    /// Returns the words that users see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FrontMatter => "front matter",
            Self::Path => "path",
            Self::Head => "head",
            Self::Heading => "heading",
            Self::Entry => "newest entry",
            Self::Week => "week",
            Self::Proof(kind) => kind.into(),
            Self::Neighbours => "neighbours",
            Self::Configured => "baoku.toml",
            Self::History => "first commit",
        }
    }
}

/// What proves a time.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
pub enum ProofKind {
    /// A date in the path of an image.
    #[strum(to_string = "a date in an image path")]
    Image,
    /// The time in a tweet's id.
    #[strum(to_string = "a tweet id")]
    Tweet,
    /// The month in an arXiv id.
    #[strum(to_string = "an arXiv id")]
    Arxiv,
    /// A date in the path of a link.
    #[strum(to_string = "a date in a link")]
    Link,
}

/// Returns the days from `a` to `b`.
pub(in crate::report) fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(0, |span| span.get_days())
}

/// Returns the day `count` days after `date`.
pub(super) fn days_after(date: Date, count: i32) -> Date {
    date.checked_add(jiff::Span::new().days(count)).unwrap_or(date)
}

/// Returns the year that brings month and day closest to `around`.
pub(super) fn nearest_year(month: i8, day: i8, around: Date) -> Option<Date> {
    (around.year() - 1..=around.year() + 1)
        .filter_map(|year| Date::new(year, month, day).ok())
        .min_by_key(|date| {
            (around.until(*date).map_or(i32::MAX, |span| span.get_days().abs()), *date)
        })
}
