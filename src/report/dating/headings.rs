//! Days that headings above items name, whole or in parts: `## 2024年`, `### 2月`, `#### 22日`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lazy_regex::regex;

use super::date::{Evidence, EvidenceKind, ReportDate, nearest_year};
use super::paths;
use super::paths::date_in_path;
use super::patterns::{self, date_of, month_in};

/// Headings of more bytes name no part of a day: a heading that is one has little beside it.
const MAX_PART: usize = 60;

/// What a heading says of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Whole(ReportDate),
    MonthAndDay(i8, i8),
    Day(i8),
    /// A month, perhaps with its year.
    Month(Option<i16>, i8),
    Year(i16),
    Nothing,
}

/// What the name of a report says about the days in its headings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// The one year that it names.
    year: Option<i16>,
    /// A time near which the days are.
    around: Option<Date>,
    /// Whether the report is of more than one day.
    is_span: bool,
}

impl Frame {
    pub(crate) fn of(path: &str, title: Option<&str>) -> Self {
        let around = || Some(month_in(path, EvidenceKind::Path)?.date);
        Self {
            year: paths::year_in_path(path),
            around: date_in_path(path).map(|found| found.date).or_else(around),
            is_span: paths::names_span(paths::own_name(path))
                || title.is_some_and(paths::names_span),
        }
    }
}

/// The days of headings.
#[derive(Debug, Default)]
pub(crate) struct HeadingDates {
    frame: Frame,
    said: BTreeMap<String, Said>,
    days: BTreeSet<Date>,
    /// The first date in the order of reading.
    first: Option<ReportDate>,
}

impl HeadingDates {
    /// Reads the headings above every item, innermost first.
    pub(crate) fn of<'h>(frame: Frame, chains: impl Iterator<Item = &'h [String]>) -> Self {
        let mut dates = Self { frame, ..Self::default() };
        for chain in chains {
            for text in chain {
                if !dates.said.contains_key(text) {
                    dates.said.insert(text.clone(), said(text));
                }
            }
            if let Some(found) = dates.day_of(chain) {
                dates.days.insert(found.date);
                dates.first.get_or_insert(found);
            }
        }
        dates
    }

    /// Returns the date that all headings with a date name.
    pub(crate) fn only(&self) -> Option<&ReportDate> {
        self.first.as_ref().filter(|_| self.days.len() == 1)
    }

    /// Returns the date of an item from the headings above it, innermost first, where the report holds items of
    /// several days.
    pub(crate) fn own(&self, headings: &[String]) -> Option<ReportDate> {
        if self.days.len() < 2 && !self.frame.is_span {
            return None;
        }
        self.day_of(headings)
    }

    /// Puts a day together from the headings above an item, from the innermost that says one outwards.
    fn day_of(&self, chain: &[String]) -> Option<ReportDate> {
        let said = |text: &String| self.said.get(text).unwrap_or(&Said::Nothing);
        let (mut month, mut day) = (None, None);
        let mut words: Vec<&str> = Vec::new();
        let mut year = None;
        for text in chain {
            match said(text) {
                Said::Whole(found) if day.is_none() => return Some(found.clone()),
                Said::MonthAndDay(of, on) if day.is_none() => (month, day) = (Some(*of), Some(*on)),
                Said::Day(on) if day.is_none() => day = Some(*on),
                Said::Month(own, of) if day.is_some() => {
                    if month.is_some_and(|month| month != *of) {
                        return None;
                    }
                    (month, year) = (Some(*of), year.or(*own));
                }
                Said::Year(own) if day.is_some() => year = year.or(Some(*own)),
                _ => continue,
            }
            words.push(text);
        }
        let (month, day) = (month?, day?);
        let date = match (year, self.frame.around, self.frame.year) {
            (Some(year), ..) => Date::new(year, month, day).ok()?,
            (None, Some(around), _) => nearest_year(month, day, around)?,
            (None, None, year) => Date::new(year?, month, day).ok()?,
        };
        words.reverse();
        Some(ReportDate::of_day(date, Evidence::new(EvidenceKind::Heading, words.join(" / "))))
    }
}

/// Reads what a heading says; a part of a day has to be all that it says but for a day of the week.
fn said(text: &str) -> Said {
    if let Some(found) = date_of(text) {
        return Said::Whole(found);
    }
    if text.len() > MAX_PART {
        return Said::Nothing;
    }
    if let Some(found) = patterns::short_span(text) {
        return Said::Whole(found);
    }
    let part = regex!(
        r"(?x)^[\s\p{P}\p{S}]*(?:
            (?:(?P<y>(?:19|20|21)[0-9]{2})\s*(?:年|[-/.]))?\s*(?P<m>0?[1-9]|1[0-2])\s*月(?:份|\s*(?P<d>3[01]|[12][0-9]|0?[1-9])\s*[日号]?)?
            |(?P<mm>0[1-9]|1[0-2])[-/](?P<dd>0[1-9]|[12][0-9]|3[01])
            |(?P<day>3[01]|[12][0-9]|0?[1-9])\s*[日号]
            |(?P<ym>(?:19|20|21)[0-9]{2})[-/.](?P<my>0[1-9]|1[0-2])
            |(?P<year>(?:19|20|21)[0-9]{2})\s*年?
        )(?:\s*[（(\[]?\s*(?:星期|周|週|礼拜)[一二三四五六日天]\s*[）)\]]?)?[\s\p{P}\p{S}]*$"
    );
    if let Some(found) = part.captures(text) {
        let number = |name: &str| found.name(name).and_then(|found| found.as_str().parse().ok());
        let small = |name: &str| number(name).and_then(|number: i16| i8::try_from(number).ok());
        let month = small("m").or(small("mm")).or(small("my"));
        let day = small("d").or(small("dd"));
        let year = number("y").or(number("ym"));
        return match (month, day) {
            (Some(month), Some(day)) => Said::MonthAndDay(month, day),
            (Some(month), None) => Said::Month(year, month),
            _ => match (small("day"), number("year")) {
                (Some(day), _) => Said::Day(day),
                (None, Some(year)) => Said::Year(year),
                (None, None) => Said::Nothing,
            },
        };
    }
    match patterns::english_month(text) {
        Some((month, Some(day), _)) => Said::MonthAndDay(month, day),
        Some((month, None, year)) => Said::Month(year, month),
        None => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the own day of every item, given by the headings above it, innermost first.
    #[track_caller]
    fn check(path: &str, items: &[(&[&str], Option<&str>)]) {
        let chains: Vec<Vec<String>> = items
            .iter()
            .map(|(chain, _)| chain.iter().map(|text| (*text).to_owned()).collect())
            .collect();
        let frame = Frame::of(path, None);
        let dates = HeadingDates::of(frame, chains.iter().map(Vec::as_slice));
        for (chain, (_, expected)) in chains.iter().zip(items) {
            let own = dates.own(chain).map(|date| date.display());
            assert_eq!(own.as_deref(), *expected, "{path} {chain:?}");
        }
    }

    #[test]
    fn a_day_is_put_together_from_the_headings_above_it() {
        check(
            "log.md",
            &[
                (&["22日", "2月", "2024年"], Some("2024-02-22")),
                (&["工具", "3月1日（周五）", "2024"], Some("2024-03-01")),
                (&["03-02", "2024 年 3 月"], Some("2024-03-02")),
                (&["3 日", "2024.03"], Some("2024-03-03")),
                (&["March 4", "2024"], Some("2024-03-04")),
                (&["4日"], None),
                (&["3月4日"], None),
                (&["3月4日", "4月", "2024年"], None),
                (&["2月", "2024年"], None),
            ],
        );
    }

    #[test]
    fn the_year_is_that_of_the_path_or_the_nearest_to_its_day() {
        check(
            "README-2019.md",
            &[(&["7月29日"], Some("2019-07-29")), (&["07-30"], Some("2019-07-30"))],
        );
        check(
            "2024-12-30.md",
            &[(&["12月30日"], Some("2024-12-30")), (&["1月2日"], Some("2025-01-02"))],
        );
    }

    #[test]
    fn a_single_day_counts_in_a_report_of_several() {
        check("20240219-20240225.md", &[(&["每日新闻 2024-02-22"], Some("2024-02-22"))]);
        check("20240219-0225.md", &[(&["周四", "2月22日"], Some("2024-02-22"))]);
        check("2024-02-22.md", &[(&["2024-02-20"], None)]);
    }

    #[test]
    fn days_of_six_digits_count_where_they_are_a_span() {
        check(
            "log.md",
            &[(&["240219-240225"], Some("2024-02-19")), (&["240226 ~ 240303"], Some("2024-02-26"))],
        );
        check(
            "log.md",
            &[(&["240219-240119"], None), (&["240219-250219"], None), (&["123456-123457"], None)],
        );
    }

    #[test]
    fn headings_that_only_hold_numbers_name_no_day() {
        for text in
            ["3.1", "1-2", "12", "第 22 期", "22 日本", "Top 10", "v2024.2.22", "3月新书", "may"]
        {
            let said = said(text);
            assert!(matches!(said, Said::Nothing), "{text}: {said:?}");
        }
    }
}
