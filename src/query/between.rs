//! Dates and ranges of them, `2024年1月到3月`, `2024-2025`, as they are typed in a field or among words.

use jiff::civil::Date;

use super::date::{DayRange, Length, half_width};
use super::numeral::with_digits;
use super::spelled::parse_one;
use crate::text::is_han;

/// What stands between the ends of a range.
const SIGNS: [&str; 6] = ["到", "至", " to ", "~", "..", "-"];
/// What is said for today as the end of a range.
const NOW: [&str; 4] = ["今", "现在", "now", "present"];
/// Digits of a year.
const YEAR: usize = 4;

/// Reads a day, a month, a quarter, a year, a relative date, or a range `a..b` with open ends; `today` is the day
/// relative dates count from.
///
/// `2024`, `2024-02`, `2024-02-22`, `20240222`, `2024/2/22`, `2024年2月22日`, `2月`, `2024Q1`, `today`/`今天`,
/// `yesterday`/`昨天`, `7d`/`近7天`, `2w`, `3m`, `1y`, `上周`, `本周`, `上个月`, `本月`, `今年`, `去年`, and what is made of them: `去年下半年`,
/// `近三个月`, `2月上旬`, `上周五`, `March 2024`, `2024年1-3月`, `去年11月到今年1月`.
#[must_use]
pub fn parse_days(text: &str, today: Date) -> Option<DayRange> {
    let text = half_width(text.trim());
    with_open_ends(&text, today)
        .or_else(|| parse_one(&text, today))
        .or_else(|| between(&text, today))
}

/// Reads `a..b`, of which one may be left out.
fn with_open_ends(text: &str, today: Date) -> Option<DayRange> {
    let (from, to) = text.split_once("..").or_else(|| text.split_once('~'))?;
    let side = |side: &str| match side.trim() {
        "" => Some(None),
        side => parse_one(side, today).map(Some),
    };
    let (from, to) = (side(from)?, side(to.trim_start_matches('.'))?);
    if from.is_none() && to.is_none() {
        return None;
    }
    Some(DayRange {
        since: from.and_then(|days| days.since),
        until: to.and_then(|days| days.until),
    })
}

/// Reads a range with both ends, in lower case and half width: `2024年1月到3月`, `去年3月至今年2月`, `1-3月`, `2024-2025`.
pub(super) fn between(text: &str, today: Date) -> Option<DayRange> {
    let text = with_digits(text);
    if let Some((from, to)) = text.strip_prefix("between ").and_then(|s| s.split_once(" and ")) {
        return from_to(from.trim(), to.trim(), today);
    }
    SIGNS
        .iter()
        .flat_map(|sign| text.match_indices(sign))
        .find_map(|(at, sign)| from_to(text[..at].trim(), text[at + sign.len()..].trim(), today))
}

/// Reads the ends of a range; what is said once holds for both.
fn from_to(from: &str, to: &str, today: Date) -> Option<DayRange> {
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let read = |text: &str| parse_one(text, today).filter(|_| is_said(text, true));
    let unit = to.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().chars().next();
    let year_behind = to.rsplit_once(' ').filter(|(_, year)| year.len() == YEAR && is_digits(year));
    let first = match (unit, year_behind) {
        // 1到3月.
        (Some(unit), _)
            if "年月日号".contains(unit) && from.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            read(&format!("{from}{unit}"))?
        }
        (_, Some((_, year))) => read(from).or_else(|| read(&format!("{from} {year}")))?,
        _ => read(from)?,
    };
    let since = first.since?;
    if NOW.contains(&to) {
        return (since <= today).then_some(DayRange { since: Some(since), until: Some(today) });
    }
    if is_digits(to) && !is_said(to, true) {
        return None;
    }
    let of_year = |year: i16| {
        let is_day = to.ends_with(['日', '号']) && !to.contains('月');
        let month = if is_day && first.until == first.since {
            format!("{}月", since.month())
        } else {
            String::new()
        };
        parse_one(&format!("{year}年{month}{to}"), today)?.until
    };
    let is_year = first.until == Some(since.last_of_year());
    let until = match of_year(since.year()) {
        Some(_) if is_year && since == since.first_of_year() => return None,
        // November to January ends in the next year.
        Some(until) if until < since => of_year(since.year() + 1)?,
        Some(until) => until,
        None => read(to)?.until?,
    };
    (since <= until).then_some(DayRange { since: Some(since), until: Some(until) })
}

/// Returns whether a text that is read as a date can be nothing else: no number alone (1984), no version (3.5), no length
/// of time (三天, 2w, 100 days). A year alone is one beside a word that says so.
pub(super) fn is_said(text: &str, is_bound: bool) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == text.len() {
        return digits == "20240222".len() || is_bound && digits == YEAR;
    }
    if Length::parse(&with_digits(text)).is_some() {
        return false;
    }
    if text.chars().any(is_han) {
        let is_length = text.ends_with(['天', '周', '期', '拜']) || text.ends_with("个月");
        let is_years = text.ends_with('年')
            && digits < YEAR
            && !text.chars().any(|c| "今去前本近最过半〇".contains(c));
        let is_named = text.chars().any(|c| "今昨前上本这近最过去内来".contains(c));
        return (!is_length || is_named) && !is_years;
    }
    let signs: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    match signs.as_str() {
        "-" | "/" | "--" | "//" | ".." => {
            text.as_bytes().get(YEAR).is_some_and(|b| b"-/.".contains(b))
        }
        "q" | "-q" | "h" => text.len() > 5,
        // `last 3 d` may be anything.
        _ => match text.rsplit_once(' ') {
            Some((_, last)) => last.len() > 1 || last.bytes().all(|b| b.is_ascii_digit()),
            None => matches!(text, "today" | "yesterday"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spellings: &[&str], today: Date, expected: &str) {
        for text in spellings {
            let shown = parse_days(text, today).map_or("-".to_owned(), |range| {
                let side = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
                format!("{}..{}", side(range.since), side(range.until))
            });
            assert_eq!(shown, expected, "{text}");
        }
    }

    /// The end of a year, a Friday.
    const NOVEMBER: Date = Date::constant(2026, 11, 27);
    const FEBRUARY: Date = Date::constant(2024, 2, 22);

    #[test]
    fn what_is_said_once_holds_for_both_ends() {
        for today in [NOVEMBER, FEBRUARY] {
            check(
                &[
                    "2025年1-3月",
                    "2025年1月-3月",
                    "2025年1月到3月",
                    "2025年一至三月",
                    "2025年1~3月",
                    "2025年1月到2025年3月",
                    "2025-01到2025-03",
                    "2025-01-2025-03",
                    "2025年1月—3月",
                    "２０２５年１－３月",
                    "january to march 2025",
                    "Jan - Mar 2025",
                    "between January 2025 and March 2025",
                ],
                today,
                "2025-01-01..2025-03-31",
            );
            check(&["2025年3月1日到5日", "2025年3月1-5日"], today, "2025-03-01..2025-03-05");
            check(
                &["2024-2025", "2024年-2025年", "2024到2025年", "2024 to 2025", "2024～2025"],
                today,
                "2024-01-01..2025-12-31",
            );
            check(&["2024Q1-Q3", "2024年一季度到三季度"], today, "2024-01-01..2024-09-30");
        }
        check(&["去年到今年"], FEBRUARY, "2023-01-01..2024-12-31");
        check(&["2023年至今", "2023 to now", "2023年到现在"], FEBRUARY, "2023-01-01..2024-02-22");
        check(&["去年3月至今年2月"], FEBRUARY, "2023-03-01..2024-02-29");
    }

    #[test]
    fn the_end_of_a_range_is_behind_its_begin() {
        check(&["十一月到一月", "11-1月"], NOVEMBER, "2026-11-01..2027-01-31");
        check(&["十一月到一月"], FEBRUARY, "2023-11-01..2024-01-31");
        check(&["12月到2月"], NOVEMBER, "2025-12-01..2026-02-28");
        check(&["去年12月到2月"], NOVEMBER, "2025-12-01..2026-02-28");
        check(&["1月到3月", "1-3月"], FEBRUARY, "2024-01-01..2024-03-31");
        check(&["2025-2024", "2025年到2024年", "今年到去年"], NOVEMBER, "-");
    }

    #[test]
    fn what_is_no_range_is_none() {
        for today in [NOVEMBER, Date::MIN, Date::MAX] {
            check(
                &[
                    "10-12",
                    "1-2",
                    "3-5日",
                    "3-5天",
                    "3天到5天",
                    "1-3年",
                    "2024-13",
                    "2024-02-22-1",
                    "2024到3",
                    "2024到3月",
                    "a-b",
                    "-",
                    "到",
                    "到3月",
                    "3月到",
                    "march to",
                    "7b to 2024",
                    "2024年到货",
                    "2020-21",
                    "between 2024",
                    "between x and y",
                ],
                today,
                "-",
            );
        }
    }
}
