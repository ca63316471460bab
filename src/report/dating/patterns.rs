//! How dates and numbers of issues are written: patterns that are checked when the program is compiled.

use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use lazy_regex::{Regex, regex};

use super::date::{Evidence, EvidenceKind, ReportDate};

/// Years in which reports appear. Numbers outside them are something else: an id, a price, a resolution. The patterns
/// below name centuries and leave the rest to this range.
pub(super) const YEARS: RangeInclusive<i16> = 1990..=2199;

/// A span of days in a heading is not longer than this many: a month.
const MAX_SPAN: i32 = 31;

/// `2024-02-22`, `2024_2_22`, `2024年2月22日`
pub(super) fn day_in_path() -> &'static Regex {
    regex!(
        r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})[-_.年](0?[1-9]|1[0-2])[-_.月](3[01]|[12][0-9]|0?[1-9])(?:[^0-9]|$)"
    )
}
/// `20240222`
pub(super) fn digits_in_path() -> &'static Regex {
    regex!(r"(?:^|[^0-9])((?:19|20|21)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)")
}
/// The same as in paths, with spaces, in running text.
fn day_in_text() -> &'static Regex {
    regex!(
        r"((?:19|20|21)[0-9]{2})\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12][0-9]|0?[1-9])(?:[^0-9]|$)"
    )
}
/// `/2024/02/22` in an address.
pub(super) fn day_in_url() -> &'static Regex {
    regex!(r"/(20[0-9]{2})[-/](0[1-9]|1[0-2])[-/](0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)")
}
/// `bg2024022201.webp`, `2024-02-22` and `20240222183059123` in the address of an image.
pub(super) fn day_in_image() -> &'static Regex {
    regex!(
        r"[^0-9](20[0-9]{2})[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12][0-9]|3[01])(?:[0-9]{0,6}\.|(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}[0-9]{3}\.|[^0-9])"
    )
}
/// `/2024/02/` and `/202402/` in an address.
pub(super) fn month_in_url() -> &'static Regex {
    regex!(r"/(20[0-9]{2})[-/]?(0[1-9]|1[0-2])/")
}
/// `2024-02`, `2024年2月`, `202402` where no day follows.
pub(super) fn month_of_path() -> &'static Regex {
    regex!(r"(?:^|[^0-9])(20[0-9]{2})(?:[-_./年]?(0[1-9]|1[0-2])|[-_./年]([1-9]))月?(?:[^0-9]|$)")
}
/// `2024-W08`, `2024/week-8`, `2024年第8周`; what is counted by 期 is an issue.
pub(super) fn week() -> &'static Regex {
    regex!(
        r"(?:^|[^0-9])(20[0-9]{2})\s*[-_ /年]?\s*(?:(?i:w(?:eek)?)[-_ ]?([0-9]{1,2})(?:[^0-9]|$)|第\s*([0-9]{1,2})\s*[周週])"
    )
}

/// A date and the words that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) date: Date,
    pub(super) written: String,
}

/// Makes a date of digits; `None` if there is no such day or no report can be of that year.
pub(super) fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

/// Finds the first date that a pattern with year, month and day in this order matches.
pub(super) fn first_date(pattern: &Regex, text: &str) -> Option<Written> {
    pattern.captures_iter(text).find_map(|found| {
        let date = date(&found[1], &found[2], &found[3])?;
        let written = found[0].trim_matches(|c: char| !c.is_numeric() && c != '日').to_owned();
        Some(Written { date, written })
    })
}

/// Finds the first month that a pattern with year and month in this order matches; returns its first day.
pub(super) fn first_month(pattern: &Regex, text: &str) -> Option<Date> {
    let found = pattern.captures(text)?;
    date(&found[1], &found[2], "1")
}

/// Finds a date with its year in running text, Chinese or English.
pub(super) fn full_date(text: &str) -> Option<Written> {
    day_unless(text, is_glued).or_else(|| other_date(text))
}

/// Reads the whole date in a heading or a value of front matter.
pub(crate) fn date_of(text: &str) -> Option<ReportDate> {
    // Most headings have no number.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_number = |before: &str, found: &str, behind: &str| {
        is_glued(before, found, behind) || is_of_a_product(before, found)
    };
    let found = day_unless(text, is_number).or_else(|| other_date(text))?;
    Some(ReportDate::of_day(found.date, Evidence::new(EvidenceKind::Heading, found.written)))
}

fn other_date(text: &str) -> Option<Written> {
    // Digits that belong to a name are a birthday, say.
    let is_word = |text: &str, written: &str| {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        text.split_once(written).is_some_and(|(before, behind)| {
            !is_letter(before.chars().next_back()) && !is_letter(behind.chars().next())
        })
    };
    let digits = first_date(digits_in_path(), text).filter(|found| is_word(text, &found.written));
    digits.or_else(|| english_date(text))
}

/// Finds the first day in a text that is not another number, as its surroundings show.
fn day_unless(text: &str, is_number: impl Fn(&str, &str, &str) -> bool) -> Option<Written> {
    day_in_text().captures_iter(text).find_map(|found| {
        let (first, last) = (found.get(1)?, found.get(3)?);
        let written = text.get(first.start()..last.end())?;
        let (before, behind) = (text.get(..first.start())?, text.get(last.end()..)?);
        if is_number(before, written, behind) {
            return None;
        }
        let closed = if behind.starts_with('日') { "日" } else { "" };
        let date = date(&found[1], &found[2], &found[3])?;
        Some(Written { date, written: format!("{written}{closed}") })
    })
}

/// Returns whether what looks like a day is a part of a longer number or of a version: `v2026.5.2`, `2026.5.2.1`,
/// `2026.5.2-beta`, `2026.5.2 版`.
fn is_glued(before: &str, found: &str, behind: &str) -> bool {
    let last = before.chars().next_back();
    if last.is_some_and(|last| last.is_ascii_digit()) {
        return true;
    }
    if !is_dotted(found) {
        return false;
    }
    let is_joined = last.is_some_and(|last| {
        last.is_ascii_alphabetic() || matches!(last, '.' | '@' | '=' | '^' | '-' | '_')
    });
    let called = regex!(r"(?i)(?:版|版本|version|release|\bv)[号為为：:]?\s*$");
    let goes_on = regex!(r"(?i)^(?:\.[0-9]|[-+ ]?(?:alpha|beta|rc|dev|pre|nightly|canary)|\s?版)");
    is_joined || called.is_match(before) || goes_on.is_match(behind)
}

/// Returns whether numbers with dots stand behind a Latin name, as versions do: `Name 2026.5.2`. Days are mostly written
/// with two digits, versions never.
fn is_of_a_product(before: &str, found: &str) -> bool {
    let is_padded = regex!(r"^[0-9]{4}\.[0-9]{2}\.[0-9]{2}$").is_match(found);
    let last = before.trim_end().chars().next_back();
    is_dotted(found) && !is_padded && last.is_some_and(|last| last.is_ascii_alphanumeric())
}

fn is_dotted(found: &str) -> bool {
    found.bytes().all(|b| b == b'.' || b.is_ascii_digit())
}

fn english_date(text: &str) -> Option<Written> {
    // `June 23, 2025`, `June 23 - June 29) - 2025`
    let month_first = regex!(
        r"(?i)\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?(?:\s*[-–~]\s*(?:[a-z]+\.?\s+)?[0-9]{1,2}(?:st|nd|rd|th)?)?[\s,)(–-]*\s(20[0-9]{2})\b"
    );
    // `23 June 2025`
    let day_first = regex!(
        r"(?i)\b([0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,?\s+(20[0-9]{2})\b"
    );
    let (found, month, day) = match month_first.captures(text) {
        Some(found) => (found, 1, 2),
        None => (day_first.captures(text)?, 2, 1),
    };
    let date = date(&found[3], &month_number(&found[month])?, &found[day])?;
    Some(Written { date, written: found[0].trim().to_owned() })
}

/// Reads a text that is nothing but an English month, with its day or its year: `December 30`, `30 Dec`, `March 2024`.
pub(super) fn english_month(text: &str) -> Option<(i8, Option<i8>, Option<i16>)> {
    let pattern = regex!(
        r"(?ix)^\W*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\W+)?
            (?:(?P<before>[0-9]{1,2})(?:st|nd|rd|th)?\s+)?
            (?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)
            \.?(?:\s+(?P<behind>[0-9]{1,2})(?:st|nd|rd|th)?|,?\s+(?P<year>(?:19|20|21)[0-9]{2}))?\W*$"
    );
    let found = pattern.captures(text)?;
    let number = |name: &str| found.name(name).and_then(|found| found.as_str().parse().ok());
    let day = number("before").or(number("behind")).and_then(|day: i16| i8::try_from(day).ok());
    let year: Option<i16> = number("year");
    // A month alone may be a name.
    (day.is_some() || year.is_some()).then_some((
        month_number(&found["month"])?.parse().ok()?,
        day,
        year,
    ))
}

fn month_number(name: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = name.to_lowercase();
    Some((MONTHS.iter().position(|month| name.starts_with(month))? + 1).to_string())
}

/// Finds a month with its year.
pub(super) fn month_in(text: &str, kind: EvidenceKind) -> Option<ReportDate> {
    let found = month_of_path().captures(text)?;
    let number = found.get(2).or_else(|| found.get(3))?.as_str();
    let date = date(&found[1], number, "1")?;
    let written = found[0].trim_matches(|c: char| !c.is_alphanumeric());
    let behind = text.get(found.get(2).or_else(|| found.get(3))?.end()..).unwrap_or_default();
    if let Some((week, of_month)) = week_of_month(behind) {
        let day = date.checked_add((7 * (week - 1)).days()).ok()?;
        return Some(ReportDate::of_week(day, Evidence::new(kind, format!("{written}{of_month}"))));
    }
    Some(ReportDate::of_month(date, Evidence::new(kind, written)))
}

/// Reads a text that is nothing but a span of days of six digits each, `240219-240225`; such a day alone may be any number.
pub(super) fn short_span(text: &str) -> Option<ReportDate> {
    let span = regex!(
        r"^[\s\p{P}]*([0-9]{2})([0-9]{2})([0-9]{2})\s*[-–—~～至]\s*([0-9]{2})([0-9]{2})([0-9]{2})[\s\p{P}]*$"
    );
    let found = span.captures(text)?;
    let day = |at: usize| date(&format!("20{}", &found[at]), &found[at + 1], &found[at + 2]);
    let (first, last) = (day(1)?, day(4)?);
    let is_span = first <= last && last <= first.checked_add(MAX_SPAN.days()).ok()?;
    let evidence = Evidence::new(EvidenceKind::Heading, text.trim());
    is_span.then(|| ReportDate::of_day(first, evidence))
}

/// Reads which week of a month is meant, with the words that say it: `月第三周`, `/第2周`.
fn week_of_month(behind: &str) -> Option<(i32, &str)> {
    let week = regex!(r"^月?[\s/_-]*(第\s*(?:([1-5])|([一二三四五]))\s*[周週])");
    let found = week.captures(behind)?;
    let number = match found.get(2) {
        Some(digit) => digit.as_str().parse().ok()?,
        None => {
            i32::try_from("一二三四五".chars().position(|c| found[3].starts_with(c))?).ok()? + 1
        }
    };
    Some((number, found.get(1)?.as_str()))
}

/// Finds a week of a year; it stands for the month of its Thursday, as ISO 8601 has it.
pub(super) fn week_in(text: &str) -> Option<ReportDate> {
    let found = week().captures(text)?;
    let (year, week) = (&found[1], found.get(2).or_else(|| found.get(3))?.as_str());
    let thursday =
        ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Thursday).ok()?.date();
    Some(ReportDate::of_week(thursday, Evidence::of_week(week, year)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::dating::paths::date_in_path;

    #[track_caller]
    fn check(find: impl Fn(&str) -> Option<Written>, text: &str, expected: Option<(&str, &str)>) {
        let found = find(text);
        let shown = found.as_ref().map(|found| (found.date.to_string(), found.written.as_str()));
        assert_eq!(
            shown.as_ref().map(|(date, written)| (date.as_str(), *written)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn numbers_of_versions_are_not_days() {
        for text in [
            "v2026.5.2",
            "升级到版本 2026.5.2",
            "2026.5.2-beta",
            "2026.5.2.1",
            "2026.5.2 版发布",
            "tool@2026.05.02",
            "12026-05-02",
            "zebra20260502（某地）",
            "20260502zebra",
        ] {
            check(full_date, text, None);
        }
        for (text, written) in [
            ("周刊 2026.5.2", "2026.5.2"),
            ("Weekly 2026.5.2", "2026.5.2"),
            ("v1 2026-05-02", "2026-05-02"),
            ("周刊20260502期", "20260502"),
            ("v2025.5.2 与 2026年5月2日", "2026年5月2日"),
        ] {
            check(full_date, text, Some(("2026-05-02", written)));
        }
        for text in ["Zebra 2026.5.2 发布", "Claw2 2026.5.2"] {
            assert_eq!(date_of(text), None, "{text}");
        }
        for text in ["每日新闻 2026.5.2", "News 2026.05.02", "2026.5.2", "News 2026-5-2"] {
            assert!(date_of(text).is_some(), "{text}");
        }
    }

    #[test]
    fn dates_in_paths_have_any_usual_sign_between_their_numbers() {
        for (path, written) in [
            ("2024-02-22.md", "2024-02-22"),
            ("a/2024_2_22.md", "2024_2_22"),
            ("2024.02.22.md", "2024.02.22"),
            ("2024/02/22.md", "2024/02/22"),
            ("2024年2月22日.md", "2024年2月22日"),
            ("20240222.md", "20240222"),
        ] {
            check(date_in_path, path, Some(("2024-02-22", written)));
        }
        for path in
            ["12024-02-22.md", "2024-13-22.md", "2024-02-31.md", "1989-02-22.md", "202402221.md"]
        {
            check(date_in_path, path, None);
        }
    }

    #[test]
    fn english_dates_begin_with_the_month_or_the_day() {
        for (number, name) in [
            "Jan", "february", "Mar.", "April", "May", "Jun", "July", "aug", "Sept", "October",
            "NOV", "Dec",
        ]
        .iter()
        .enumerate()
        {
            let expected = format!("2024-{:02}-03", number + 1);
            for text in [
                format!("{name} 3, 2024"),
                format!("{name} 3rd, 2024"),
                format!("3 {name} 2024"),
                format!("3rd of {name}, 2024"),
            ] {
                check(full_date, &text, Some((&expected, &text)));
            }
        }
        check(full_date, "June 23 - 29, 2025", Some(("2025-06-23", "June 23 - 29, 2025")));
        check(full_date, "Maybe 3, 2024", None);
        check(full_date, "May 3, 1924", None);
    }

    #[test]
    fn months_stand_for_their_first_day_and_weeks_for_one_of_theirs() {
        for (text, expected) in [
            ("2024-02", "2024-02-01"),
            ("2024/2/周报", "2024-02-01"),
            ("202402", "2024-02-01"),
            ("2024年12月", "2024-12-01"),
            ("2024年12月第二周", "2024-12-08"),
            ("2024/8月第3周.md", "2024-08-15"),
            ("2024-08/第五周.md", "2024-08-29"),
            ("2024年8月第三方.md", "2024-08-01"),
        ] {
            let found = month_in(text, EvidenceKind::Path).unwrap();
            assert_eq!(found.date.to_string(), expected, "{text}");
        }
        for text in ["2024", "2024-13", "120240", "2024-0"] {
            assert_eq!(month_in(text, EvidenceKind::Path), None, "{text}");
        }
        // The Thursday of the first week of 2026 is January 1.
        for (text, expected) in [
            ("2026-W01", "2026-01-01"),
            ("2024年第9周", "2024-02-29"),
            ("2024w10", "2024-03-07"),
            ("2024/week-10.md", "2024-03-07"),
        ] {
            assert_eq!(week_in(text).unwrap().date.to_string(), expected, "{text}");
        }
        for text in ["2024-W54", "2024年第8期", "2024 第 8 刊"] {
            assert_eq!(week_in(text), None, "{text}");
        }
    }
}
