//! Dates as people write them to ranges of days.

use std::ops::{Range, RangeInclusive};

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

/// An inclusive range of days; an open end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayRange {
    /// First day.
    pub since: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl DayRange {
    fn days(first: Date, last: Date) -> Self {
        Self { since: Some(first), until: Some(last) }
    }

    /// Writes it as part of an English sentence: `from 2024-02-01 to 2024-02-29`.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (self.since, self.until) {
            (Some(since), Some(until)) if since == until => format!("on {since}"),
            (Some(since), Some(until)) => format!("from {since} to {until}"),
            (Some(since), None) => format!("from {since} on"),
            (None, Some(until)) => format!("until {until}"),
            (None, None) => "on any day".to_owned(),
        }
    }
}

/// Writes a text in half width and lower case.
pub(super) fn half_width(text: &str) -> String {
    text.chars().map(in_half_width).collect::<String>().to_lowercase()
}

/// Returns a character in half width, and any dash as `-`.
pub(super) fn in_half_width(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        0x2010..=0x2015 => '-',
        _ => c,
    }
}

/// Reads a date in digits, or one of the few names that everyone uses.
pub(super) fn parse_plain(text: &str, today: Date) -> Option<DayRange> {
    named(text, today)
        .or_else(|| counted(text, today))
        .or_else(|| quarter(text))
        .or_else(|| digits(text))
        .or_else(|| without_year(text, today))
        .or_else(|| written_out(text))
}

fn day(date: Date) -> DayRange {
    DayRange::days(date, date)
}

fn month(date: Date) -> DayRange {
    DayRange::days(date.first_of_month(), date.last_of_month())
}

fn year(date: Date) -> DayRange {
    DayRange::days(date.first_of_year(), date.last_of_year())
}

fn week(date: Date) -> DayRange {
    let since_monday = i64::from(date.weekday().since(Weekday::Monday));
    // The first and the last week of the calendar are shorter.
    let monday = date.saturating_sub(since_monday.days());
    DayRange::days(monday, date.saturating_add((6 - since_monday).days()))
}

/// Reads a name of a day or of a span of days near today.
fn named(text: &str, today: Date) -> Option<DayRange> {
    let back = |span: Span| today.checked_sub(span).ok();
    match text {
        "today" | "今天" | "今日" => Some(day(today)),
        "yesterday" | "昨天" | "昨日" => back(1.day()).map(day),
        "前天" => back(2.days()).map(day),
        "this week" | "本周" | "这周" => Some(week(today)),
        "last week" | "上周" | "上个星期" => back(7.days()).map(week),
        "this month" | "本月" | "这个月" => Some(month(today)),
        "last month" | "上月" | "上个月" => back(1.month()).map(month),
        "this year" | "今年" => Some(year(today)),
        "last year" | "去年" => back(1.year()).map(year),
        _ => None,
    }
}

/// Most units that are counted back; more are not of this calendar.
const MAX_COUNT: i64 = 100_000;

/// What lengths of time are counted in.
#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// A number of days, weeks, months or years.
#[derive(Clone, Copy)]
pub(super) struct Length {
    count: i64,
    unit: Unit,
}

impl Length {
    /// Reads `7天`, `2 weeks`, `3个月`, `1y`: a length of time, which is a date only with a word that says from when.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
        let count = count.parse().ok().filter(|count| (1..=MAX_COUNT).contains(count))?;
        let unit = match unit.trim() {
            "d" | "day" | "days" | "天" => Unit::Day,
            "w" | "week" | "weeks" | "周" | "个星期" => Unit::Week,
            "m" | "month" | "months" | "个月" => Unit::Month,
            // `2024年` is a year.
            "y" | "year" | "years" | "年" if count < 1_000 => Unit::Year,
            _ => return None,
        };
        Some(Self { count, unit })
    }

    fn before(self, today: Date) -> Option<Date> {
        let span: Span = match self.unit {
            Unit::Day => self.count.days(),
            Unit::Week => self.count.weeks(),
            Unit::Month => self.count.months(),
            Unit::Year => self.count.years(),
        };
        today.checked_sub(span).ok()
    }

    /// Returns the days of it up to today.
    fn up_to(self, today: Date) -> Option<DayRange> {
        Some(DayRange::days(self.before(today)?, today))
    }

    /// Returns the day, week, month or year that was so long ago.
    pub(super) fn ago(self, today: Date) -> Option<DayRange> {
        self.before(today).map(match self.unit {
            Unit::Day => day,
            Unit::Week => week,
            Unit::Month => month,
            Unit::Year => year,
        })
    }
}

/// Reads a number of days, weeks, months or years up to today.
fn counted(text: &str, today: Date) -> Option<DayRange> {
    let bare = text.strip_prefix(['近', '最']).map_or(text, |rest| rest.trim_start_matches('近'));
    let length = match bare.strip_suffix('日') {
        // `7日` alone is a day of some month.
        Some(count) if text != bare => Length::parse(&format!("{count}天")),
        _ => Length::parse(bare),
    };
    length?.up_to(today)
}

/// Reads `2024q1`, `2024-q1` or `2024年q1`.
fn quarter(text: &str) -> Option<DayRange> {
    let (year, quarter) = text.split_once('q')?;
    let year: i16 = year.trim().trim_end_matches(['-', '年']).parse().ok()?;
    let quarter: i8 = quarter.trim().parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    let first = Date::new(year, quarter * 3 - 2, 1).ok()?;
    Some(DayRange::days(first, first.checked_add(2.months()).ok()?.last_of_month()))
}

/// Reads `2024`, `202402` or `20240222`.
fn digits(text: &str) -> Option<DayRange> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: Range<usize>| text.get(range).and_then(|digits| digits.parse().ok());
    let small = |range: Range<usize>| number(range).and_then(|number| i8::try_from(number).ok());
    let year_of = number(0..4).filter(|year| YEARS.contains(year))?;
    match text.len() {
        4 => Date::new(year_of, 1, 1).ok().map(year),
        6 => Date::new(year_of, small(4..6)?, 1).ok().map(month),
        8 => Date::new(year_of, small(4..6)?, small(6..8)?).ok().map(day),
        _ => None,
    }
}

/// Years that are written with four digits; others are numbers of something else.
const YEARS: RangeInclusive<i16> = 1_000..=9_999;

/// Reads `2月` or `2月22日`: of the year that makes it the latest not in the future.
fn without_year(text: &str, today: Date) -> Option<DayRange> {
    let (month_of, day_of) = text.split_once('月')?;
    let month_of: i8 = month_of.trim().parse().ok()?;
    let day_of = day_of.trim_end_matches(['日', '号']).trim();
    let in_year = |year: i16| match day_of {
        "" => Date::new(year, month_of, 1).ok().map(month),
        day_of => Date::new(year, month_of, day_of.parse().ok()?).ok().map(day),
    };
    let range = in_year(today.year())?;
    if range.since? > today { in_year(today.year() - 1) } else { Some(range) }
}

/// Reads year, month and day, with `年月日` or any usual sign between them.
fn written_out(text: &str) -> Option<DayRange> {
    let cleaned = match text.split_once('年') {
        // What stands between them has the names of both: `2024年1-3月` is no day.
        Some((year, "")) => year.to_owned(),
        Some((year, behind)) => {
            let (month, day) = behind.split_once('月')?;
            let day = day.trim_end_matches(['日', '号']);
            let parts = [year, month, day].map(str::trim);
            let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            if month.trim().is_empty() || !parts.into_iter().all(is_number) {
                return None;
            }
            parts.join("-")
        }
        None => text.replace(['月', '/', '.'], "-").replace(['日', '号'], ""),
    };
    let mut parts = cleaned.trim_end_matches('-').split('-').map(str::trim);
    let year_of: i16 = parts.next()?.parse().ok().filter(|year| YEARS.contains(year))?;
    let rest: Vec<i8> =
        parts.map(|part| part.parse().ok().filter(|_| part.len() <= 2)).collect::<Option<_>>()?;
    match rest.as_slice() {
        [] => Date::new(year_of, 1, 1).ok().map(year),
        [month_of] => Date::new(year_of, *month_of, 1).ok().map(month),
        [month_of, day_of] => Date::new(year_of, *month_of, *day_of).ok().map(day),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse_days;

    /// A Thursday.
    const TODAY: Date = Date::constant(2024, 2, 22);

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = parse_days(text, TODAY).map_or("-".to_owned(), |range| {
            let side = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
            format!("{}..{}", side(range.since), side(range.until))
        });
        assert_eq!(shown, expected, "{text}");
    }

    #[track_caller]
    fn check_all(spellings: &[&str], expected: &str) {
        for text in spellings {
            check(text, expected);
        }
    }

    #[test]
    fn a_year_a_month_and_a_day_are_read_as_people_write_them() {
        check_all(&["2024", "2024年", "２０２４", " 2024 "], "2024-01-01..2024-12-31");
        check_all(&["1000", "1000年"], "1000-01-01..1000-12-31");
        check("9999", "9999-01-01..9999-12-31");
        check("20241222", "2024-12-22..2024-12-22");
        check_all(
            &[
                "2024-02",
                "2024-2",
                "202402",
                "2024/2",
                "2024.2",
                "2024年2月",
                "２０２４年２月",
                "2024‐02",
                "2024–02",
                "2024―02",
                "2024 年 2 月",
            ],
            "2024-02-01..2024-02-29",
        );
        check_all(
            &[
                "2024-02-22",
                "2024-2-22",
                "20240222",
                "2024/2/22",
                "2024.02.22",
                "2024年2月22日",
                "2024年2月22号",
                "2024-02-22日",
            ],
            "2024-02-22..2024-02-22",
        );
    }

    #[test]
    fn a_month_without_a_year_is_the_latest_not_in_the_future() {
        check_all(&["2月", "２月", "02月"], "2024-02-01..2024-02-29");
        check("3月", "2023-03-01..2023-03-31");
        check("12月", "2023-12-01..2023-12-31");
        check_all(&["2月22日", "2月22号", "2 月 22 日", "2月22"], "2024-02-22..2024-02-22");
        check("2月23日", "2023-02-23..2023-02-23");
        // There was none a year ago.
        check("2月29日", "-");
    }

    #[test]
    fn a_quarter_is_three_months() {
        check_all(
            &["2024Q1", "2024q1", "2024-Q1", "2024年Q1", "2024 Q 1"],
            "2024-01-01..2024-03-31",
        );
        check("2024Q2", "2024-04-01..2024-06-30");
        check("2024Q3", "2024-07-01..2024-09-30");
        check("2024q4", "2024-10-01..2024-12-31");
        check_all(&["2024Q0", "2024Q5", "2024Q99", "2024Q", "q"], "-");
    }

    #[test]
    fn names_of_days_count_from_today() {
        check_all(&["today", "Today", " today ", "今天", "今日"], "2024-02-22..2024-02-22");
        check_all(&["yesterday", "昨天", "昨日"], "2024-02-21..2024-02-21");
        check("前天", "2024-02-20..2024-02-20");
        check_all(&["this week", "本周", "这周"], "2024-02-19..2024-02-25");
        check_all(&["last week", "last　week", "上周", "上个星期"], "2024-02-12..2024-02-18");
        check_all(&["this month", "本月", "这个月"], "2024-02-01..2024-02-29");
        check_all(&["last month", "上月", "上个月"], "2024-01-01..2024-01-31");
        check_all(&["this year", "今年"], "2024-01-01..2024-12-31");
        check_all(&["last year", "去年"], "2023-01-01..2023-12-31");
    }

    #[test]
    fn a_week_begins_on_monday() {
        for today in [Date::constant(2024, 2, 19), Date::constant(2024, 2, 25)] {
            let week =
                |name| parse_days(name, today).and_then(|range| range.since.zip(range.until));
            let days =
                |first, last| Some((Date::constant(2024, 2, first), Date::constant(2024, 2, last)));
            assert_eq!(week("本周"), days(19, 25), "{today}");
            assert_eq!(week("上周"), days(12, 18), "{today}");
        }
    }

    #[test]
    fn a_number_of_days_weeks_months_or_years_ends_today() {
        check_all(
            &["7d", "7 d", "7 days", "7天", "近7天", "最近7天", "近7日", "７天", "1w", "1 week"],
            "2024-02-15..2024-02-22",
        );
        check_all(&["1d", "1 day"], "2024-02-21..2024-02-22");
        check_all(&["2w", "2 weeks", "2周", "近2周", "2个星期"], "2024-02-08..2024-02-22");
        check_all(&["1m", "1 month", "1个月"], "2024-01-22..2024-02-22");
        check_all(&["3m", "3 months", "3个月", "最近3个月"], "2023-11-22..2024-02-22");
        check_all(&["1y", "1 year", "1年", "近1年"], "2023-02-22..2024-02-22");
        check_all(&["2 years", "2年"], "2022-02-22..2024-02-22");
        check("999y", "1025-02-22..2024-02-22");
        check("100000d", "1750-05-09..2024-02-22");
        check_all(&["0d", "100001d", "1000y", "7日", "d", "-5d", "7x", "近天"], "-");
    }

    #[test]
    fn ranges_may_be_open() {
        for sign in ["..", "~", "～", "...", " .. "] {
            check(&format!("2024-02{sign}2024-05"), "2024-02-01..2024-05-31");
        }
        check_all(&["2024-02..", "2024-02...", "2024-02~"], "2024-02-01..");
        check_all(&["..2023", "~2023"], "..2023-12-31");
        check_all(&["上周..今天", "上周 ~ 今天"], "2024-02-12..2024-02-22");
        check_all(&["..", "~", "2024..x", "x..2024"], "-");
    }

    #[test]
    fn what_is_not_a_date_is_not_a_range() {
        check_all(
            &[
                "banana",
                "",
                "-",
                "2024-13",
                "202413",
                "2024+1",
                "2024-02-30",
                "20240230",
                "9999-99",
                "0",
                "0999",
                "999",
                "999年1月",
                "20240",
                "2024022",
                "202402222",
                "2024-02-22-1",
                "2024-002",
                "2024年3",
                "2024年-3月",
                "99月",
                "2月x日",
                "月",
            ],
            "-",
        );
    }

    #[test]
    fn the_ends_of_the_calendar_are_days_like_any_other() {
        let typed = [
            "today",
            "yesterday",
            "前天",
            "本周",
            "上周",
            "本月",
            "上个月",
            "今年",
            "去年",
            "7d",
            "100000d",
            "100000w",
            "100000m",
            "999y",
            "近3个月",
            "2月",
            "12月31日",
            "1月1日",
            "9999",
            "9999-12-31",
            "9999-12",
            "9999Q4",
            "0001",
            "1000",
            "-9999Q1",
            "9999-12-31..",
            "..9999-12-31",
            "2024..今年",
            "去年..",
            "32767Q4",
            "-9999",
        ];
        for today in [Date::MAX, Date::MIN, Date::ZERO, Date::constant(1960, 1, 1)] {
            for text in typed {
                let range = parse_days(text, today).unwrap_or_default();
                if let (Some(since), Some(until)) = (range.since, range.until) {
                    assert!(since <= until || text.contains(".."), "{text} on {today}: {range:?}");
                }
            }
        }
        let week = |today| parse_days("本周", today).unwrap();
        assert_eq!(week(Date::MAX).until, Some(Date::MAX));
        assert_eq!(week(Date::MIN).since, Some(Date::MIN));
    }
}
