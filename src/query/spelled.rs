//! Dates in words, `去年下半年`, `近三个月`, `March 2024`, to ranges of days.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::date::{DayRange, Length, parse_plain};
use super::numeral::with_digits;

/// Months in English, each known by its first three letters.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Letters of a month that is cut short.
const SHORT: usize = 3;
/// Numbers in English, from one on.
const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
/// What begins a number of units up to today.
const UP_TO_TODAY: [&str; 9] =
    ["the last ", "the past ", "last ", "past ", "最近", "过去", "这", "近", "前"];
/// Days of the week from Monday on.
const DAYS: [&[char]; 7] = [&['一'], &['二'], &['三'], &['四'], &['五'], &['六'], &['日', '天']];

/// Reads one date, in lower case and half width.
pub(super) fn parse_one(text: &str, today: Date) -> Option<DayRange> {
    parse_plain(text, today).or_else(|| spelled(text, today))
}

/// Reads a date in words.
fn spelled(text: &str, today: Date) -> Option<DayRange> {
    let days = day_of_week(text, today).or_else(|| in_english(text));
    let text = &with_digits(text);
    days.or_else(|| parse_plain(text, today))
        .or_else(|| part_of_year(text, today))
        .or_else(|| part_of_month(text, today))
        .or_else(|| counted(text, today))
        .or_else(|| ago(text, today))
        .or_else(|| near_today(text, today))
}

fn days(first: Date, last: Date) -> DayRange {
    DayRange { since: Some(first), until: Some(last) }
}

/// Reads `上周五`, `本周三`.
fn day_of_week(text: &str, today: Date) -> Option<DayRange> {
    let mut chars = text.chars();
    let day = chars.next_back()?;
    let at = DAYS.iter().position(|names| names.contains(&day))?;
    let week = chars.as_str();
    if !week.ends_with(['周', '期', '拜']) {
        return None;
    }
    let week = parse_plain(week, today).or_else(|| near_today(week, today))?;
    let day = week.since?.checked_add(i64::try_from(at).ok()?.days()).ok()?;
    Some(days(day, day))
}

/// Reads `march 2024`, `2024 mar`, `feb 22, 2024`, `22 february 2024`.
fn in_english(text: &str) -> Option<DayRange> {
    let parts = text.split([' ', ',', '.']).filter(|part| !part.is_empty() && *part != "of");
    let (mut month, mut year, mut day) = (None, None, None);
    for part in parts {
        let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| part.strip_suffix(end));
        let number = ordinal.unwrap_or(part);
        let is_month = |name: &str| {
            name == part
                || part.len() == SHORT && name.starts_with(part)
                || part == "sept" && name == "september"
        };
        if let Some(at) = MONTHS.iter().position(|name| is_month(name)) {
            month.replace(at + 1).is_none().then_some(())?;
        } else if part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()) {
            year.replace(part.parse::<i16>().ok()?).is_none().then_some(())?;
        } else if !number.bytes().all(|b| b.is_ascii_digit()) {
            // `7b` is no day.
            return None;
        } else {
            day.replace(number.parse::<i8>().ok()?).is_none().then_some(())?;
        }
    }
    let month = i8::try_from(month?).ok()?;
    let first = Date::new(year?, month, day.unwrap_or(1)).ok()?;
    Some(if day.is_some() { days(first, first) } else { days(first, first.last_of_month()) })
}

/// Divides what names a year from what follows.
fn year(text: &str, today: Date) -> Option<(i16, &str)> {
    let back = [("今年", 0), ("本年", 0), ("大前年", 3), ("去年", 1), ("前年", 2)];
    let named =
        back.iter().find_map(|(name, back)| Some((today.year() - back, text.strip_prefix(name)?)));
    named.or_else(|| {
        let (year, rest) = text.split_at_checked(4)?;
        let year = year
            .parse()
            .ok()
            .filter(|_| !year.starts_with('0') && year.bytes().all(|b| b.is_ascii_digit()))?;
        let rest = rest.trim_start();
        Some((year, rest.strip_prefix('年').unwrap_or(rest)))
    })
}

/// Reads a half or a quarter of a year, a month or a day of it; without a year the latest that has begun.
fn part_of_year(text: &str, today: Date) -> Option<DayRange> {
    // 年底 alone is mostly a word.
    let months = |part: &str, of_year: bool| {
        let quarter = part.strip_suffix("季度").map(|part| part.trim_start_matches('第'));
        Some(
            match (part, quarter.or_else(|| part.strip_prefix('q')).and_then(|n| n.parse().ok())) {
                ("上半年" | "h1", _) => (1, 6),
                ("下半年" | "h2", _) => (7, 12),
                ("初" | "年初", _) if of_year => (1, 3),
                ("中" | "年中", _) if of_year => (6, 7),
                ("底" | "末" | "年底" | "年末", _) if of_year => (11, 12),
                (_, Some(quarter @ 1..=4_i8)) => (quarter * 3 - 2, quarter * 3),
                _ => return None,
            },
        )
    };
    let of = |year: i16, (first, last): (i8, i8)| {
        let last = Date::new(year, last, 1).ok()?.last_of_month();
        Some(days(Date::new(year, first, 1).ok()?, last))
    };
    if let Some((year, part)) = year(text, today) {
        let part = part.trim().trim_end_matches('份');
        if part.is_empty() {
            return of(year, (1, 12));
        }
        let written = || parse_plain(&format!("{year}年{part}"), today);
        return match months(part, true) {
            Some(months) => of(year, months),
            None if part.contains('月') && !part.contains(['旬', '年']) => written(),
            None => None,
        };
    }
    let months = months(text, false)?;
    let this = of(today.year(), months)?;
    if this.since? > today { of(today.year() - 1, months) } else { Some(this) }
}

/// Reads `2月份`, `2月上旬`, `2024年2月下旬`.
fn part_of_month(text: &str, today: Date) -> Option<DayRange> {
    if let Some(month) = text.strip_suffix("月份") {
        return parse_plain(&format!("{month}月"), today);
    }
    let month = |name: &str| {
        let text = text.strip_suffix(name)?.trim_end();
        let days = parse_plain(text, today).or_else(|| part_of_year(text, today))?;
        days.since.filter(|first| days.until == Some(first.last_of_month()))
    };
    if let Some(first) = month("上旬").or_else(|| month("初")) {
        return Some(days(first, first.checked_add(9.days()).ok()?));
    }
    if let Some(first) = month("中旬").or_else(|| month("中")) {
        return Some(days(first.checked_add(10.days()).ok()?, first.checked_add(19.days()).ok()?));
    }
    ["下旬", "底", "末"]
        .into_iter()
        .find_map(month)
        .and_then(|first| Some(days(first.checked_add(20.days()).ok()?, first.last_of_month())))
}

/// Writes a length of time with a number and one of the usual units: `半年`, `two weeks`, `3个季度`.
fn with_number(length: &str) -> String {
    match length {
        "半年" => "6个月".to_owned(),
        "半个月" => "15天".to_owned(),
        "day" | "week" | "month" | "year" => format!("1 {length}"),
        length => match length.split_once(' ') {
            Some(("a" | "an", unit)) => format!("1 {unit}"),
            Some((number, unit)) => match NUMBERS.iter().position(|name| *name == number) {
                Some(at) => format!("{} {unit}", at + 1),
                None => length.to_owned(),
            },
            None => length
                .replace("礼拜", "星期")
                .replace("个季度", "季度")
                .replace("星期", "周")
                .replace("个周", "周"),
        },
    }
}

/// Reads the day, week, month or year that was some time ago: `3天前`, `半年前`, `two weeks ago`.
fn ago(text: &str, today: Date) -> Option<DayRange> {
    let length = text.strip_suffix(" ago").or_else(|| text.strip_suffix('前'))?;
    Length::parse(&with_number(length.trim()))?.ago(today)
}

/// Reads a number of units up to today: `近3个月`, `3个月内`, `半年来`, `past two weeks`.
fn counted(text: &str, today: Date) -> Option<DayRange> {
    let (begun, rest) = UP_TO_TODAY
        .iter()
        .find_map(|begin| Some((true, text.strip_prefix(begin)?)))
        .unwrap_or((false, text));
    let ends = ["之内", "以来", "以内", "内", "来", "里"];
    let (ended, rest) =
        ends.iter().find_map(|end| Some((true, rest.strip_suffix(end)?))).unwrap_or((false, rest));
    if !begun && !ended {
        return None;
    }
    let rest = with_number(rest.trim());
    if let Some(quarters) = rest.strip_suffix("季度") {
        let months = quarters.parse::<u8>().ok()?.checked_mul(3)?;
        return parse_plain(&format!("{months}个月"), today);
    }
    let is_counted =
        rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.ends_with(['月', '日']);
    (is_counted || rest.ends_with("个月")).then(|| parse_plain(&rest, today)).flatten()
}

/// Reads other names of days, weeks, months and quarters near today.
fn near_today(text: &str, today: Date) -> Option<DayRange> {
    let week = |back: i64| {
        let since_monday = i64::from(today.weekday().since(Weekday::Monday));
        let monday = today.checked_sub((since_monday + 7 * back).days()).ok()?;
        Some(days(monday, monday.saturating_add(6.days())))
    };
    let month = |back: i64| {
        let day = today.checked_sub(back.months()).ok()?;
        Some(days(day.first_of_month(), day.last_of_month()))
    };
    let quarter = |back: i64| {
        let first = today.first_of_month();
        let within = i64::from((first.month() - 1) % 3);
        let first = first.checked_sub((within + 3 * back).months()).ok()?;
        Some(days(first, first.checked_add(2.months()).ok()?.last_of_month()))
    };
    match text {
        "大前天" => Length::parse("3天")?.ago(today),
        "本星期" | "这星期" | "这个星期" | "本礼拜" | "这礼拜" | "这个礼拜" | "这一周" => {
            week(0)
        }
        "上星期" | "上礼拜" | "上个礼拜" | "上个周" | "上1周" => week(1),
        "上上周" | "上上个星期" | "上上星期" => week(2),
        "当月" | "本月份" | "这个月份" => month(0),
        "上月份" | "上个月份" => month(1),
        "上上月" | "上上个月" => month(2),
        "本季度" | "这个季度" | "这季度" | "this quarter" => quarter(0),
        "上季度" | "上个季度" | "last quarter" => quarter(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::query::parse_days;
    use jiff::civil::Date;

    /// A Thursday.
    const TODAY: Date = Date::constant(2024, 2, 22);

    #[track_caller]
    fn check(spellings: &[&str], expected: &str) {
        for text in spellings {
            let shown = parse_days(text, TODAY).map_or("-".to_owned(), |range| {
                let side = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
                format!("{}..{}", side(range.since), side(range.until))
            });
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn parts_of_a_year() {
        check(&["去年下半年", "2023年下半年", "下半年", "2023H2"], "2023-07-01..2023-12-31");
        check(&["今年上半年", "上半年", "2024 h1"], "2024-01-01..2024-06-30");
        check(
            &["去年第三季度", "去年三季度", "2023年第3季度", "第三季度", "去年Q3"],
            "2023-07-01..2023-09-30",
        );
        check(&["第一季度", "今年一季度", "本季度"], "2024-01-01..2024-03-31");
        check(&["上季度", "上个季度"], "2023-10-01..2023-12-31");
        check(&["前年"], "2022-01-01..2022-12-31");
        check(&["2023年底", "去年年底", "去年底", "2023年末"], "2023-11-01..2023-12-31");
        check(&["今年初", "2024年初", "今年年初"], "2024-01-01..2024-03-31");
        check(&["去年年中"], "2023-06-01..2023-07-31");
        check(&["去年2月", "去年 2 月", "去年二月份", "二〇二三年二月"], "2023-02-01..2023-02-28");
        check(&["去年2月3日", "去年二月三日"], "2023-02-03..2023-02-03");
    }

    #[test]
    fn parts_of_a_month() {
        check(&["2月份", "二月", "二月份", "今年2月份"], "2024-02-01..2024-02-29");
        check(&["十二月", "12月份"], "2023-12-01..2023-12-31");
        check(&["1月上旬", "一月上旬"], "2024-01-01..2024-01-10");
        check(&["2024年1月中旬"], "2024-01-11..2024-01-20");
        check(&["1月下旬", "1月底", "今年1月末"], "2024-01-21..2024-01-31");
        check(&["1月初", "2024年1月初"], "2024-01-01..2024-01-10");
    }

    #[test]
    fn numbers_of_units_up_to_today() {
        check(
            &[
                "近三个月",
                "最近三个月",
                "过去3个月",
                "三个月内",
                "三个月以来",
                "last 3 months",
                "past three months",
            ],
            "2023-11-22..2024-02-22",
        );
        check(&["近半年", "过去半年", "半年内", "最近两个季度"], "2023-08-22..2024-02-22");
        check(
            &["近一周", "最近一个星期", "过去一周", "一周内", "past week", "近一个礼拜"],
            "2024-02-15..2024-02-22",
        );
        check(
            &["近两年", "过去两年", "past 2 years", "the last two years"],
            "2022-02-22..2024-02-22",
        );
        check(&["近十天", "这十天"], "2024-02-12..2024-02-22");
        check(&["past year", "近一年"], "2023-02-22..2024-02-22");
    }

    #[test]
    fn some_time_ago_is_one_of_its_units() {
        check(&["三天前", "3天前", "3 days ago", "three days ago"], "2024-02-19..2024-02-19");
        check(&["两周前", "两个星期前", "2 weeks ago"], "2024-02-05..2024-02-11");
        check(&["三个月前", "three months ago"], "2023-11-01..2023-11-30");
        check(&["半年前"], "2023-08-01..2023-08-31");
        check(&["两年前", "2 years ago"], "2022-01-01..2022-12-31");
        check(&["a month ago", "一个月前"], "2024-01-01..2024-01-31");
    }

    #[test]
    fn weeks_and_their_days() {
        check(&["上周五", "上星期五"], "2024-02-16..2024-02-16");
        check(&["本周一", "这周一"], "2024-02-19..2024-02-19");
        check(&["上周日", "上周天"], "2024-02-18..2024-02-18");
        check(&["上上周"], "2024-02-05..2024-02-11");
        check(&["上上个月"], "2023-12-01..2023-12-31");
    }

    #[test]
    fn dates_in_english() {
        check(&["March 2024", "mar 2024", "2024 March", "Mar. 2024"], "2024-03-01..2024-03-31");
        check(
            &["Feb 22, 2024", "22 February 2024", "february 22nd 2024", "22 feb 2024"],
            "2024-02-22..2024-02-22",
        );
        check(&["Sept 2023"], "2023-09-01..2023-09-30");
    }

    #[test]
    fn what_is_no_date_in_words_is_none() {
        check(
            &[
                "may",
                "march",
                "周五",
                "半年",
                "几年",
                "近几年",
                "去年冬天",
                "年底",
                "年初",
                "月底",
                "年",
                "上",
                "去年的",
                "二十",
                "一百",
                "第五季度",
                "march march 2024",
                "feb 30 2024",
                "2024年会",
                "近",
                "近三",
                "过去",
                "最近",
                "13月份",
                "三四月",
                "一天天",
                "7b march 2024",
                "4o may 2024",
                "march -5 2024",
                "march 5x 2024",
                "ago",
                "天前",
                "99999999天前",
                "99999999 days ago",
                "99999999999999999999年前",
                "九九九九九九九九九九九九九九九九九九九九九九天前",
                "2024年一",
            ],
            "-",
        );
    }
}
