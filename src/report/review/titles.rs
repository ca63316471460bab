//! Titles that items of many reports have.

use std::collections::BTreeMap;

use super::usual::{AROUND, MIN_AROUND, Member};
use crate::diagnostic::{Code, Diagnostic, Severity};

/// A title in one of so many reports is one that the series repeats.
const REPEATED_ONE_IN: usize = 3;
/// It is in at least so many reports: a few may tell the same.
const MIN_REPEATED: usize = 4;
/// A title of fewer letters names nothing.
const MIN_LETTERS: usize = 2;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    if series.len() <= MIN_AROUND {
        return;
    }
    let mut titles: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, member) in series.iter().enumerate() {
        for (place, item) in member.report.items.iter().enumerate() {
            let places = titles.entry(plain(&item.title)).or_default();
            if places.last().is_none_or(|(last, _)| *last != at) {
                places.push((at, place));
            }
        }
    }
    for (plain, places) in titles {
        let says_something = plain.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS;
        if !says_something || !is_repeated(&places, series.len()) {
            continue;
        }
        let (at, place) = places[0];
        let member = &series[at];
        let item = &member.report.items[place];
        let message = format!("`{}` is the title of items in {} reports", item.title, places.len());
        let (warning, code) = (Severity::Warning, Code::RepeatedTitle);
        let at = Diagnostic::at_line(member.path, item.line, warning, code, message);
        found.push((member.index, at));
    }
}

/// Returns whether a third of the series or of the reports around one of them have a title.
fn is_repeated(places: &[(usize, usize)], all: usize) -> bool {
    let width = (2 * AROUND + 1).min(all);
    let enough = width.div_ceil(REPEATED_ONE_IN).max(MIN_REPEATED);
    places.windows(enough).any(|near| near[enough - 1].0 - near[0].0 < width)
}

/// Returns a title in lower case, its numbers all the same.
fn plain(title: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    for c in title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase) {
        if !c.is_numeric() {
            plain.push(c);
        } else if !plain.ends_with('0') {
            plain.push('0');
        }
    }
    plain
}
