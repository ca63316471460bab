//! Finds a date that narrows a query: at its ends, or with 的 behind it.

use std::ops::Range;

use jiff::civil::Date;

use super::between::{between, is_said};
use super::date::{half_width, in_half_width};
use super::numeral::is_numeral;
use super::spelled::parse_one;
use super::{DayRange, Node};
use crate::text::is_han;

/// The longest date that is looked for, in characters: `from February 22, 2024 to March 15, 2024` has 40.
const MAX_DATE: usize = 40;
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
    /// It is a number that may be anything, `RAG 2023`: the words come first.
    pub is_number: bool,
}

impl Dated {
    /// Returns the date as typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        self.text.get(self.span.clone()).unwrap_or_default().trim()
    }

    /// Returns the date with what no space divides from it, and with all of its text, where there is more than the date.
    #[must_use]
    pub fn besides(&self) -> Vec<Beside<'_>> {
        let (before, behind) = (&self.text[..self.span.start], &self.text[self.span.end..]);
        let spaced = before.char_indices().rfind(|(_, c)| c.is_whitespace());
        let first = spaced.map_or(0, |(at, c)| at + c.len_utf8());
        let last = self.span.end + behind.find(char::is_whitespace).unwrap_or(behind.len());
        let mut besides: Vec<Beside<'_>> = Vec::new();
        for range in [first..last, 0..self.text.len()] {
            let (before, behind) =
                (&self.text[range.start..self.span.start], &self.text[self.span.end..range.end]);
            let rest = without(before, behind).join(" ");
            let is_joined =
                before.ends_with(is_han) || behind.starts_with(|c| is_han(c) && c != '的');
            let whole = self.text[range].trim();
            if !rest.is_empty() && besides.iter().all(|known| known.whole != whole) {
                besides.push(Beside { whole, rest, is_joined });
            }
        }
        besides
    }
}

/// A date with the words on its sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside<'a> {
    /// All of it as typed.
    pub whole: &'a str,
    /// The words without the date.
    pub rest: String,
    /// Nothing stands between the date and a word.
    pub is_joined: bool,
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
    let is_number = found.is_none();
    let (at, text, (span, days)) = found.or_else(|| year_alone(nodes, today))?;
    let rest = without(&text[..span.start], &text[span.end..]);
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
    Some(Dated { text: text.clone(), span, days, rest, is_number })
}

/// Which node of a query has a date, its text, and the date in it.
type Found<'a> = (usize, &'a String, (Range<usize>, DayRange));

/// Finds the number of a year as the first or last of several words.
fn year_alone(nodes: &[Node], today: Date) -> Option<Found<'_>> {
    let ends = [(0, false), (nodes.len().checked_sub(1)?, true)];
    ends.into_iter().find_map(|(at, is_last)| {
        let Node::Text(text) = &nodes[at] else { return None };
        let mut words = text.split_whitespace();
        let word = if is_last { words.next_back() } else { words.next() }?;
        let is_alone = words.next().is_none() && nodes.len() == 1;
        let year = half_width(word);
        let year: i16 = year.parse().ok().filter(|_| year.len() == "2024".len())?;
        let is_year = (FIRST_YEAR..=today.year()).contains(&year);
        let start = if is_last { text.rfind(word)? } else { text.find(word)? };
        let first = Date::new(year, 1, 1).ok().filter(|_| is_year && !is_alone)?;
        let days = DayRange { since: Some(first), until: Some(first.last_of_year()) };
        Some((at, text, (start..start + word.len(), days)))
    })
}

/// Returns the words on both sides of a date, without what belongs to it.
fn without<'a>(before: &'a str, behind: &'a str) -> Vec<&'a str> {
    let behind = behind.trim_start();
    let behind = behind.strip_prefix('的').unwrap_or(behind).trim_start();
    let is_mark = |c: char| c.is_whitespace() || "，,。；;".contains(c);
    let rest = [before.trim_end_matches(is_mark), behind.trim_matches(is_mark)];
    rest.into_iter().filter(|part| !part.is_empty()).collect()
}

fn date_in(
    text: &str,
    is_first: bool,
    is_last: bool,
    today: Date,
) -> Option<(Range<usize>, DayRange)> {
    let at_start = || begins_at(text, 0, today, |_| true);
    if let Some(found) = is_first.then(at_start).flatten() {
        return Some(found);
    }
    if let Some(found) = is_last.then(|| ends(text, today)).flatten() {
        return Some(found);
    }
    if text.chars().count() > MAX_TEXT {
        return None;
    }
    let starts = text.char_indices().skip(1).filter(|(_, c)| !c.is_whitespace());
    let starts = starts.map(|(at, _)| at);
    let has_particle = |behind: &str| behind.trim_start().starts_with('的');
    starts.filter(|at| may_begin(text, *at)).find_map(|at| begins_at(text, at, today, has_particle))
}

/// Finds the longest date that begins at a place, before a text that may follow one.
fn begins_at(
    text: &str,
    start: usize,
    today: Date,
    may_follow: impl Fn(&str) -> bool,
) -> Option<(Range<usize>, DayRange)> {
    let rest = &text[start..];
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(MAX_DATE);
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().find_map(|end| {
        let typed = rest[..end].trim_end();
        let is_whole = typed.len() == end && is_apart(rest, end) && may_follow(&rest[end..]);
        if !is_whole || is_version(text, start, typed) {
            return None;
        }
        let days = typed_days(typed, today)?;
        let is_year = typed.ends_with('年') && typed.starts_with(char::is_numeric);
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
        if typed.starts_with(char::is_whitespace) || is_version(text, start, typed) {
            return None;
        }
        let days = typed_days(typed, today)?;
        let before = text[..start].chars().next_back();
        // 我的2024年 may be a title; what counts from today is a date wherever it stands.
        let is_relative = !typed.contains(char::is_numeric);
        let is_free = before.is_none_or(|c| !c.is_alphanumeric());
        (is_free || is_relative).then_some((start..end, days))
    })
}

/// Returns whether a date may begin at a place: not inside a word or a number.
fn may_begin(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back().map(in_half_width);
    let here = text[start..].chars().next().map(in_half_width);
    let is_part = |c: char| c.is_ascii_alphanumeric() || is_numeral(c) || "-/.#".contains(c);
    !(before.is_some_and(is_part) && here.is_some_and(is_part)) && before.is_none_or(|c| c != '第')
}

/// Returns whether what follows a place does not go on with what is before it.
fn is_apart(text: &str, end: usize) -> bool {
    let before = text[..end].chars().next_back().map(in_half_width);
    let behind = text[end..].chars().next().map(in_half_width);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-/.~%".contains(c);
    !(before.is_some_and(is_part) && behind.is_some_and(is_part))
        && behind.is_none_or(|c| !"年月日号季度旬周份".contains(c))
}

/// Returns whether numbers between dots stand behind a Latin name: `Unity 2022.3.1`.
fn is_version(text: &str, start: usize, typed: &str) -> bool {
    let before = text[..start].trim_end().chars().next_back();
    typed.chars().map(in_half_width).any(|c| c == '.')
        && typed.starts_with(char::is_numeric)
        && before.is_some_and(|c| c.is_alphabetic() && !is_han(c))
}

/// Reads a date as it is typed among words: one that can be nothing else, or with a word that says it is a date.
fn typed_days(text: &str, today: Date) -> Option<DayRange> {
    let text = half_width(text);
    let years = FIRST_YEAR..=today.year() + 1;
    let is_near = |day: Option<Date>| day.is_none_or(|day| years.contains(&day.year()));
    bounded(&text, today)
        .or_else(|| said(&text, false, today))
        .filter(|days| is_near(days.since) && is_near(days.until))
}

/// Reads a date or a range that can be nothing else.
fn said(text: &str, is_bound: bool, today: Date) -> Option<DayRange> {
    let one = if is_said(text, is_bound) { parse_one(text, today) } else { None };
    one.or_else(|| between(text, today))
}

/// Reads a date with what says which side of it is meant.
fn bounded(text: &str, today: Date) -> Option<DayRange> {
    let from = text.strip_prefix(['从', '自', '由']);
    if let Some(days) = from.and_then(|rest| between(rest, today)) {
        return Some(days);
    }
    let (text, open) = with_bounds(text)?;
    if let (Open::Since | Open::In, Some(days)) = (open, between(text, today)) {
        return Some(days);
    }
    let days = said(text, true, today)?;
    Some(match open {
        Open::In => days,
        Open::Since => DayRange { until: None, ..days },
        Open::Until => DayRange { since: None, ..days },
        Open::After => DayRange { since: days.until?.tomorrow().ok(), until: None },
        Open::Before => DayRange { since: None, until: days.since?.yesterday().ok() },
    })
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
fn with_bounds(text: &str) -> Option<(&str, Open)> {
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
        ("开始", Open::Since),
        ("起", Open::Since),
        ("之后", Open::After),
        ("以后", Open::After),
        ("之前", Open::Before),
        ("以前", Open::Before),
        ("期间", Open::In),
    ];
    let starts = before.iter().find_map(|(name, open)| Some((text.strip_prefix(name)?, *open)));
    let ends = || behind.iter().find_map(|(name, open)| Some((text.strip_suffix(name)?, *open)));
    let (rest, open) = starts.or_else(ends)?;
    Some((rest.trim().trim_start_matches(['自', '从', '由']), open))
}

#[cfg(test)]
mod tests;
