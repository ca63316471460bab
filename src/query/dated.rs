//! Finds a date that narrows a query: at its ends, or with 的 behind it.

use std::ops::Range;

use jiff::civil::Date;

use super::between::parse_days;
use super::numeral::is_numeral;
use super::{DayRange, Node};
use crate::text::is_han;

/// The longest date that is looked for, in characters: `from February 22 2024` has 21.
const MAX_DATE: usize = 24;
/// Characters of the longest text in which a date is looked for inside, too. It bounds the work on pasted pages.
const MAX_TEXT: usize = 100;
/// The first year that a number is read as; reports are not older.
const FIRST_YEAR: i16 = 1990;

/// A query that may be narrowed by a date in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The text the date stands in.
    pub text: String,
    /// Bytes of the date in it. It is none if a word lies across its ends: 今日头条.
    pub span: Range<usize>,
    /// What it is read as.
    pub days: DayRange,
    /// The query without it; `None` if nothing else was typed.
    pub rest: Option<Node>,
}

impl Dated {
    /// Returns the date as typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        self.text.get(self.span.clone()).unwrap_or_default().trim()
    }
}

/// Finds the date that narrows a query.
pub(super) fn dated(root: &Node, today: Date) -> Option<Dated> {
    let nodes = match root {
        Node::All(nodes) => nodes.as_slice(),
        node => std::slice::from_ref(node),
    };
    let found = nodes.iter().enumerate().find_map(|(at, node)| {
        let Node::Text(text) = node else { return None };
        let (is_first, is_last) = (at == 0, at + 1 == nodes.len());
        Some((at, text, date_in(text, is_first, is_last, today)?))
    });
    let (at, text, (span, days)) = found?;
    // What the date belongs to goes with it.
    let behind = text[span.end..].trim_start();
    let behind = behind.strip_prefix('的').unwrap_or(behind).trim_start();
    let is_mark = |c: char| c.is_whitespace() || "，,。；;".contains(c);
    let rest = [text[..span.start].trim_end_matches(is_mark), behind.trim_matches(is_mark)];
    let rest: Vec<&str> = rest.into_iter().filter(|part| !part.is_empty()).collect();
    let mut others = nodes.to_vec();
    if rest.is_empty() {
        others.remove(at);
    } else {
        others[at] = Node::Text(rest.join(" "));
    }
    let rest = match others.len() {
        0 => None,
        1 => others.pop(),
        _ => Some(Node::All(others)),
    };
    // What only excludes is asked of the days, too.
    Some(Dated { text: text.clone(), span, days, rest })
}

fn date_in(
    text: &str,
    is_first: bool,
    is_last: bool,
    today: Date,
) -> Option<(Range<usize>, DayRange)> {
    let at_start = || begins_at(text, 0, today);
    if let Some(found) = is_first.then(at_start).flatten() {
        return Some(found);
    }
    if let Some(found) = is_last.then(|| ends(text, today)).flatten() {
        return Some(found);
    }
    if text.chars().count() > MAX_TEXT {
        return None;
    }
    let starts = text.char_indices().map(|(at, _)| at).skip(1);
    starts.filter(|at| may_begin(text, *at)).find_map(|at| {
        let found = begins_at(text, at, today)?;
        let behind = text[found.0.end..].trim_start();
        behind.starts_with('的').then_some(found)
    })
}

/// Finds the longest date that begins at a place.
fn begins_at(text: &str, start: usize, today: Date) -> Option<(Range<usize>, DayRange)> {
    let rest = &text[start..];
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(MAX_DATE);
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().find_map(|end| {
        let typed = rest[..end].trim_end();
        if typed.len() < end || !is_apart(rest, end) {
            return None;
        }
        let days = typed_days(typed, today)?;
        let is_year = typed.ends_with('年') && typed.starts_with(|c: char| c.is_ascii_digit());
        let behind = rest[end..].chars().next();
        // 2024年总结 may be a title.
        let goes_on = behind.is_some_and(|c| is_han(c) && c != '的');
        (!is_year || !goes_on).then_some((start..start + end, days))
    })
}

/// Finds the longest date that a text ends with.
fn ends(text: &str, today: Date) -> Option<(Range<usize>, DayRange)> {
    let end =
        text.trim_end_matches(|c: char| c.is_whitespace() || "。，,.?？!！的".contains(c)).len();
    let starts: Vec<usize> =
        text[..end].char_indices().rev().map(|(at, _)| at).take(MAX_DATE).collect();
    starts.into_iter().rev().filter(|start| may_begin(text, *start)).find_map(|start| {
        let typed = &text[start..end];
        if typed.starts_with(char::is_whitespace) {
            return None;
        }
        let days = typed_days(typed, today)?;
        let before = text[..start].chars().next_back();
        // 我的2024年 may be a title; what counts from today is a date wherever it stands.
        let is_relative = !typed.contains(|c: char| c.is_ascii_digit());
        let is_free = before.is_none_or(|c| !c.is_alphanumeric());
        (is_free || is_relative).then_some((start..end, days))
    })
}

/// Returns whether a date may begin at a place: not inside a word or a number.
fn may_begin(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back();
    let here = text[start..].chars().next();
    let is_part = |c: char| c.is_ascii_alphanumeric() || is_numeral(c) || "-/.#".contains(c);
    !(before.is_some_and(is_part) && here.is_some_and(is_part)) && before.is_none_or(|c| c != '第')
}

/// Returns whether what follows a place does not go on with what is before it.
fn is_apart(text: &str, end: usize) -> bool {
    let before = text[..end].chars().next_back();
    let behind = text[end..].chars().next();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-/.~%".contains(c);
    !(before.is_some_and(is_part) && behind.is_some_and(is_part))
        && behind.is_none_or(|c| !"年月日号季度旬周份".contains(c))
}

/// Reads a date as it is typed among words: one that can be nothing else, or with a word that says it is a date.
fn typed_days(text: &str, today: Date) -> Option<DayRange> {
    let lower = text.to_lowercase();
    let (text, open) = with_bounds(&lower);
    let days = match range(text, today) {
        Some(days) => days,
        None if is_said(text, open.is_some()) => parse_days(text, today)?,
        None => return None,
    };
    let years = FIRST_YEAR..=today.year() + 1;
    let is_near = |day: Option<Date>| day.is_none_or(|day| years.contains(&day.year()));
    if !is_near(days.since) || !is_near(days.until) {
        return None;
    }
    match open {
        None | Some(Open::In) => Some(days),
        Some(Open::Since) => Some(DayRange { until: None, ..days }),
        Some(Open::Until) => Some(DayRange { since: None, ..days }),
        Some(Open::After) => Some(DayRange { since: days.until?.tomorrow().ok(), until: None }),
        Some(Open::Before) => Some(DayRange { since: None, until: days.since?.yesterday().ok() }),
    }
}

/// Which side of a date is meant.
#[derive(Clone, Copy)]
enum Open {
    In,
    Since,
    Until,
    After,
    Before,
}

/// Takes off what says that a date is one, and which side of it is meant.
fn with_bounds(text: &str) -> (&str, Option<Open>) {
    let before = [
        ("since ", Open::Since),
        ("from ", Open::Since),
        ("after ", Open::After),
        ("until ", Open::Until),
        ("before ", Open::Before),
        ("in ", Open::In),
        ("on ", Open::In),
        ("during ", Open::In),
    ];
    let behind = [
        ("以来", Open::Since),
        ("之后", Open::After),
        ("以后", Open::After),
        ("之前", Open::Before),
        ("以前", Open::Before),
        ("期间", Open::In),
    ];
    let starts = before.iter().find_map(|(name, open)| Some((text.strip_prefix(name)?, *open)));
    let ends = || behind.iter().find_map(|(name, open)| Some((text.strip_suffix(name)?, *open)));
    match starts.or_else(ends) {
        Some((rest, open)) if !rest.is_empty() => {
            (rest.trim().trim_start_matches(['自', '从']), Some(open))
        }
        _ => (text, None),
    }
}

/// Reads `2024年1月到3月`, `去年3月至今年2月`, `2024-01..2024-03`.
fn range(text: &str, today: Date) -> Option<DayRange> {
    let (from, to) =
        ["到", "至", "~", "～", "..", "—"].iter().find_map(|sign| text.split_once(sign))?;
    let (from, to) = (from.trim(), to.trim());
    if !is_said(from, false) || !is_said(to, false) {
        return None;
    }
    let since = parse_days(from, today)?.since?;
    // The year is said once.
    let year = from.find('年').map_or("", |at| &from[..at + '年'.len_utf8()]);
    let with_year =
        if to.contains(['年', '-', '/']) { to.to_owned() } else { format!("{year}{to}") };
    let until = parse_days(&with_year, today)?.until?;
    (since <= until).then_some(DayRange { since: Some(since), until: Some(until) })
}

/// Returns whether a text that is read as a date can be nothing else: no number alone (1984), no version (3.5), no length
/// of time (三天, 2w).
fn is_said(text: &str, is_bound: bool) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only_digits = digits == text.len();
    if only_digits {
        return digits == 8 || is_bound && digits == 4;
    }
    if text.chars().any(is_han) {
        let is_length = text.ends_with(['天', '周', '期', '拜']) || text.ends_with("个月");
        let is_years = text.ends_with('年')
            && digits < 4
            && !text.chars().any(|c| "今去前本近最过半〇".contains(c));
        let is_named = text.chars().any(|c| "今昨前上本这近最过去内来".contains(c));
        return (!is_length || is_named) && !is_years && text != "7日";
    }
    let signs: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    match signs.as_str() {
        "-" | "/" | "--" | "//" | ".." => {
            text.as_bytes().get(4).is_some_and(|b| b"-/.".contains(b))
        }
        "q" | "-q" | "h" => text.len() > 5,
        _ => text.split(' ').count() > 1 || matches!(text, "today" | "yesterday"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    /// Shows a date as `since..until`, with the words that are left.
    fn shown(typed: &str) -> String {
        let Some(found) = Query::parse(typed, Date::constant(2024, 7, 1)).dated else {
            return "-".to_owned();
        };
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let rest = found.rest.map(|rest| rest.words().join(" ")).unwrap_or_default();
        format!("{}..{} {rest}", day(found.days.since), day(found.days.until))
    }

    #[track_caller]
    fn check(typed: &[&str], expected: &str) {
        for typed in typed {
            assert_eq!(shown(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_date_at_either_end_narrows() {
        check(
            &[
                "2024年3月 论文",
                "论文 2024年3月",
                "2024-03 论文",
                "论文 2024-03",
                "2024年3月的论文",
                "论文，2024年3月。",
                "2024年 3 月 的 论文",
                "二〇二四年三月的论文",
                "in March 2024 论文",
                "论文 2024/03",
            ],
            "2024-03-01..2024-03-31 论文",
        );
        check(
            &[
                "去年 论文",
                "去年的论文",
                "论文 去年",
                "论文去年",
                "去年论文",
                "2023年的论文",
                "论文 in 2023",
            ],
            "2023-01-01..2023-12-31 论文",
        );
        check(&["去年下半年的论文"], "2023-07-01..2023-12-31 论文");
        check(
            &["近三个月 论文", "最近三个月的论文", "论文 past 3 months"],
            "2024-04-01..2024-07-01 论文",
        );
        check(&["上个月的论文", "last month 论文", "论文 上个月"], "2024-06-01..2024-06-30 论文");
        check(
            &["2月份的论文", "2月 论文", "二月的论文", "今年 2 月 的 论文"],
            "2024-02-01..2024-02-29 论文",
        );
        check(&["2024年以来的论文", "论文 since 2024"], "2024-01-01.. 论文");
        check(&["2023年以前的论文", "论文 before 2023"], "..2022-12-31 论文");
        check(
            &["2024年1月到3月的论文", "2024年1月至2024年3月 论文"],
            "2024-01-01..2024-03-31 论文",
        );
    }

    #[test]
    fn a_date_may_be_all() {
        check(
            &["2024-02-22", "20240222", "2024年2月22日", "2024.02.22", "2月22日"],
            "2024-02-22..2024-02-22 ",
        );
        check(&["去年", "2023年"], "2023-01-01..2023-12-31 ");
    }

    #[test]
    fn inside_a_text_it_needs_a_particle() {
        check(&["介绍 去年的 论文", "介绍去年的论文"], "2023-01-01..2023-12-31 介绍 论文");
        check(&["介绍去年论文的人", "关于2024年3月股市"], "-");
    }

    #[test]
    fn what_may_be_a_name_or_a_number_is_none() {
        check(
            &[
                "1984",
                "2024",
                "Windows 2000",
                "3.5",
                "Python 3.11",
                "2024.2",
                "7B",
                "v2",
                "3天 减肥",
                "三年 工作",
                "2w 行",
                "2000年问题",
                "1984年的小说",
                "2024年总结",
                "我的2024年",
                "\"2024年3月的总结\"",
                "2024年3月的总结会 OR x",
                "10-12",
                "1-2",
                "标题:去年",
                "2024-02-22-1",
                "A/B 2024",
                "第2024年",
                "may",
                "三四月",
                "周五 发布",
                "12:30",
                "192.168.1.1",
                "2024-13",
                "may day",
            ],
            "-",
        );
    }
}
