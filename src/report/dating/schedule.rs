//! When the issues of a series appear, as its owner says.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::date::{Evidence, EvidenceKind, ReportDate};
use super::patterns::YEARS;

/// When one issue appeared, and how far others are from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Number of the issue.
    pub issue: u32,
    /// The day it appeared.
    pub date: Date,
    /// How often issues appear; without it, only this one has a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
}

impl Schedule {
    /// Returns the date of an issue.
    pub(super) fn date_of(&self, issue: u32) -> Option<ReportDate> {
        let steps = i64::from(issue) - i64::from(self.issue);
        let date = match self.every {
            Some(every) => self.date.checked_add(every.times(steps)?).ok()?,
            None => (steps == 0).then_some(self.date)?,
        };
        let every = self.every.map(|every| format!(", every {every}")).unwrap_or_default();
        let words = format!("issue {} of {}{every}", self.issue, self.date);
        let evidence = Evidence::new(EvidenceKind::Configured, words);
        YEARS.contains(&date.year()).then(|| ReportDate::of_day(date, evidence))
    }
}

/// A time between two issues: `day`, `week`, `2 weeks`, `month`, `quarter`, `year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Every {
    count: u8,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
enum Unit {
    #[strum(to_string = "day", serialize = "天", serialize = "日")]
    Day,
    #[strum(to_string = "week", serialize = "周", serialize = "星期")]
    Week,
    #[strum(to_string = "month", serialize = "月", serialize = "个月")]
    Month,
    #[strum(to_string = "quarter", serialize = "季", serialize = "季度")]
    Quarter,
    #[strum(to_string = "year", serialize = "年")]
    Year,
}

impl Every {
    fn times(self, steps: i64) -> Option<Span> {
        let count = steps.checked_mul(i64::from(self.count))?;
        let span = |span: Span, most: i64| (-most..=most).contains(&count).then_some(span);
        match self.unit {
            // More would be beyond all years.
            Unit::Day => span(Span::new().try_days(count).ok()?, 200_000),
            Unit::Week => span(Span::new().try_weeks(count).ok()?, 30_000),
            Unit::Month => span(Span::new().try_months(count).ok()?, 6_000),
            Unit::Quarter => Span::new().try_months(count.checked_mul(3)?).ok(),
            Unit::Year => span(0.days().try_years(count).ok()?, 1_000),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(f, "{}", self.unit),
            count => write!(f, "{count} {}s", self.unit),
        }
    }
}

impl From<Every> for String {
    fn from(every: Every) -> Self {
        every.to_string()
    }
}

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim().bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.trim().split_at(digits);
        let unit = unit.trim();
        let unit = unit.parse().or_else(|_| unit.trim_end_matches(['s', 'S']).parse());
        let count: u8 = if count.is_empty() { 1 } else { count.parse().unwrap_or(0) };
        match unit {
            Ok(unit) if count > 0 => Ok(Self { count, unit }),
            _ => Err(format!(
                "`{text}` is not a time between issues, such as `week`, `2 weeks` or `month`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(every: Option<&str>, issue: u32, expected: Option<&str>) {
        let every = every.map(|every| every.parse().unwrap());
        let schedule = Schedule { issue: 10, date: Date::constant(2016, 1, 31), every };
        let found = schedule.date_of(issue).map(|found| found.display());
        assert_eq!(found.as_deref(), expected, "{every:?} {issue}");
    }

    #[test]
    fn issues_are_dated_by_their_distance_from_the_one_that_is_known() {
        check(Some("week"), 12, Some("2016-02-14"));
        check(Some("2 weeks"), 9, Some("2016-01-17"));
        check(Some("month"), 11, Some("2016-02-29"));
        check(Some("month"), 12, Some("2016-03-31"));
        check(Some("季度"), 11, Some("2016-04-30"));
        check(Some("3天"), 10, Some("2016-01-31"));
        check(Some("year"), 8, Some("2014-01-31"));
        check(None, 10, Some("2016-01-31"));
        check(None, 11, None);
        for every in ["day", "week", "month", "quarter", "year"] {
            check(Some(every), u32::MAX, None);
        }
    }

    #[test]
    fn times_between_issues_are_read_and_written() {
        for (text, written) in
            [("Week", "week"), ("weeks", "week"), ("2周", "2 weeks"), (" 3  months ", "3 months")]
        {
            assert_eq!(text.parse::<Every>().unwrap().to_string(), written, "{text}");
        }
        for text in ["", "0 weeks", "fortnight", "1.5 weeks", "-1 day", "999 days"] {
            assert!(text.parse::<Every>().is_err(), "{text}");
        }
    }
}
