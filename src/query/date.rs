//! Dates as people write them to ranges of days.

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
}

/// Reads a day, a month, a quarter, a year, a relative date, or a range `a..b` with open ends; `today` is the day
/// relative dates count from.
///
/// `2024`, `2024-02`, `2024-02-22`, `20240222`, `2024/2/22`, `2024年2月22日`, `2月`, `2024Q1`, `today`/`今天`,
/// `yesterday`/`昨天`, `7d`/`近7天`, `2w`, `3m`, `1y`, `上周`, `本周`, `上个月`, `本月`, `今年`, `去年`.
#[must_use]
pub fn parse_days(text: &str, today: Date) -> Option<DayRange> {
    let text = half_width(text.trim());
    if let Some((from, to)) = text.split_once("..").or_else(|| text.split_once('~')) {
        let side = |side: &str| {
            if side.trim().is_empty() {
                Some(None)
            } else {
                parse_one(side.trim(), today).map(Some)
            }
        };
        let (from, to) = (side(from)?, side(to.trim_start_matches('.'))?);
        if from.is_none() && to.is_none() {
            return None;
        }
        return Some(DayRange {
            since: from.and_then(|r| r.since),
            until: to.and_then(|r| r.until),
        });
    }
    parse_one(&text, today)
}

fn half_width(text: &str) -> String {
    let map = |c: char| match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        0x2010..=0x2015 => '-',
        _ => c,
    };
    text.chars().map(map).collect::<String>().to_lowercase()
}

fn parse_one(text: &str, today: Date) -> Option<DayRange> {
    relative(text, today).or_else(|| quarter(text)).or_else(|| absolute(text, today))
}

fn relative(text: &str, today: Date) -> Option<DayRange> {
    let back = |span: Span| today.checked_sub(span).ok();
    let day = |date: Date| DayRange::days(date, date);
    let month = |date: Date| DayRange::days(date.first_of_month(), date.last_of_month());
    let year = |date: Date| DayRange::days(date.first_of_year(), date.last_of_year());
    let monday = || back(i64::from(today.weekday().since(Weekday::Monday)).days());
    let week = |first: Date| Some(DayRange::days(first, first.checked_add(6.days()).ok()?));
    match text {
        "today" | "今天" | "今日" => return Some(day(today)),
        "yesterday" | "昨天" | "昨日" => return back(1.day()).map(day),
        "前天" => return back(2.days()).map(day),
        "this week" | "本周" | "这周" => return week(monday()?),
        "last week" | "上周" | "上个星期" => {
            return week(monday()?.checked_sub(7.days()).ok()?);
        }
        "this month" | "本月" | "这个月" => return Some(month(today)),
        "last month" | "上月" | "上个月" => return back(1.month()).map(month),
        "this year" | "今年" => return Some(year(today)),
        "last year" | "去年" => return back(1.year()).map(year),
        _ => {}
    }
    let bare = text.strip_prefix(['近', '最']).map_or(text, |rest| rest.trim_start_matches('近'));
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count: i64 =
        bare.get(..digits)?.parse().ok().filter(|count| (1..=100_000).contains(count))?;
    let span = match bare[digits..].trim() {
        "d" | "day" | "days" | "天" | "日" if text != bare || !bare.ends_with('日') => {
            count.days()
        }
        "w" | "week" | "weeks" | "周" | "个星期" => count.weeks(),
        "m" | "month" | "months" | "个月" => count.months(),
        "y" | "year" | "years" | "年" if count < 1_000 => count.years(),
        _ => return None,
    };
    Some(DayRange::days(back(span)?, today))
}

fn quarter(text: &str) -> Option<DayRange> {
    let (year, quarter) = text.split_once('q')?;
    let year: i16 = year.trim().trim_end_matches(['-', '年']).parse().ok()?;
    let quarter: i8 = quarter.trim().parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    let first = Date::new(year, quarter * 3 - 2, 1).ok()?;
    Some(DayRange::days(first, first.checked_add(2.months()).ok()?.last_of_month()))
}

fn absolute(text: &str, today: Date) -> Option<DayRange> {
    let month_of = |year: i16, month: i8| {
        let first = Date::new(year, month, 1).ok()?;
        Some(DayRange::days(first, first.last_of_month()))
    };
    let day_of = |year: i16, month: i8, day: i8| {
        Date::new(year, month, day).ok().map(|date| DayRange::days(date, date))
    };
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let number = |range: std::ops::Range<usize>| {
            text.get(range).and_then(|digits| digits.parse::<i16>().ok())
        };
        return match text.len() {
            4 => {
                let first = Date::new(number(0..4).filter(|year| *year >= 1000)?, 1, 1).ok()?;
                Some(DayRange::days(first, first.last_of_year()))
            }
            6 => month_of(number(0..4)?, i8::try_from(number(4..6)?).ok()?),
            8 => day_of(
                number(0..4)?,
                i8::try_from(number(4..6)?).ok()?,
                i8::try_from(number(6..8)?).ok()?,
            ),
            _ => None,
        };
    }
    // `2月` and `2月22日` are of the year that makes them the latest ones not in the future.
    if let Some((month, day)) = text.split_once('月')
        && !month.contains('年')
    {
        let month: i8 = month.trim().parse().ok()?;
        let day = day.trim().trim_end_matches(['日', '号']).trim();
        let this_year = |year: i16| match day {
            "" => month_of(year, month),
            day => day_of(year, month, day.parse().ok()?),
        };
        let range = this_year(today.year())?;
        return if range.since? > today { this_year(today.year() - 1) } else { Some(range) };
    }
    let cleaned = text.replace(['年', '月', '/', '.'], "-").replace(['日', '号'], "");
    let mut parts = cleaned.trim_end_matches('-').split('-').map(str::trim);
    let year: i16 = parts.next()?.parse().ok().filter(|year| (1000..=9999).contains(year))?;
    let number = |part: Option<&str>| match part {
        None => Some(None),
        Some(part) if part.len() <= 2 => part.parse::<i8>().ok().map(Some),
        Some(_) => None,
    };
    let (month, day) = (number(parts.next())?, number(parts.next())?);
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => {
            let first = Date::new(year, 1, 1).ok()?;
            Some(DayRange::days(first, first.last_of_year()))
        }
        (Some(month), None) => month_of(year, month),
        (Some(month), Some(day)) => day_of(year, month, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let today = Date::constant(2024, 2, 22);
        let shown = parse_days(text, today).map_or("-".to_owned(), |range| {
            let side = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
            format!("{}..{}", side(range.since), side(range.until))
        });
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        check("2024", "2024-01-01..2024-12-31");
        check("2024-02", "2024-02-01..2024-02-29");
        check("2024-2", "2024-02-01..2024-02-29");
        check("202402", "2024-02-01..2024-02-29");
        check("2024-02-22", "2024-02-22..2024-02-22");
        check("20240222", "2024-02-22..2024-02-22");
        check("2024/2/22", "2024-02-22..2024-02-22");
        check("2024年2月22日", "2024-02-22..2024-02-22");
        check("２０２４年２月", "2024-02-01..2024-02-29");
        check("2024年", "2024-01-01..2024-12-31");
        check("2月", "2024-02-01..2024-02-29");
        check("12月", "2023-12-01..2023-12-31");
        check("2月20日", "2024-02-20..2024-02-20");
        check("2024Q1", "2024-01-01..2024-03-31");
        check("2024q4", "2024-10-01..2024-12-31");
    }

    #[test]
    fn relative_dates_count_from_today() {
        check("today", "2024-02-22..2024-02-22");
        check("昨天", "2024-02-21..2024-02-21");
        check("7d", "2024-02-15..2024-02-22");
        check("近7天", "2024-02-15..2024-02-22");
        check("最近3个月", "2023-11-22..2024-02-22");
        check("上周", "2024-02-12..2024-02-18");
        check("本周", "2024-02-19..2024-02-25");
        check("上个月", "2024-01-01..2024-01-31");
        check("去年", "2023-01-01..2023-12-31");
    }

    #[test]
    fn ranges_may_be_open() {
        check("2024-02..2024-05", "2024-02-01..2024-05-31");
        check("2024-02..", "2024-02-01..");
        check("..2023", "..2023-12-31");
    }

    #[test]
    fn what_is_no_date_is_no_range() {
        for text in [
            "banana",
            "",
            "2024-13",
            "2024-02-30",
            "9999-99",
            "..",
            "0",
            "2024-02-22-1",
            "d",
            "-5d",
            "99月",
        ] {
            check(text, "-");
        }
    }
}
