//! Which titles of a segment begin with what was typed: as it is, by their pinyin, by the initials of it.

use std::ops::Range;

use super::CompletedBy;
use crate::analysis::{is_said, syllables_in_words};
use crate::index::Titles;

/// Where the titles of a segment stand that may be typed by pinyin, by the letter or digit that this begins with.
#[derive(Debug, Default)]
pub(super) struct Beginnings(Vec<(u8, Range<usize>)>);

/// Stands for a letter or digit where a title begins with a sign that is not typed.
const ANY: u8 = 0;

impl Beginnings {
    pub(super) fn of(titles: &Titles) -> Self {
        let mut all = Vec::new();
        each_next(titles, 0..titles.count(), 0, &mut |c, range| {
            if !is_said(c) {
                all.push((ANY, range));
                return;
            }
            let mut letters: Vec<u8> = Vec::new();
            each_sound(c, &mut |sound| {
                let letter = sound.bytes().next().unwrap_or(ANY);
                if !letters.contains(&letter) {
                    letters.push(letter);
                }
            });
            all.extend(letters.into_iter().map(|letter| (letter, range.clone())));
        });
        all.sort_by_key(|(letter, range)| (*letter, range.start));
        all.shrink_to_fit();
        Self(all)
    }

    fn with(&self, letter: u8) -> impl Iterator<Item = Range<usize>> {
        let from = |letter: u8| self.0.partition_point(|(other, _)| *other < letter);
        let own = self.0.iter().skip(from(letter)).take_while(move |(other, _)| *other == letter);
        own.map(|(_, range)| range.clone())
    }
}

/// Titles of a segment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Spelled {
    /// Those that begin so, as far as their keys show it.
    pub(super) sure: Vec<Range<usize>>,
    /// Those whose keys end before that.
    pub(super) open: Vec<usize>,
}

impl Spelled {
    /// Returns whether a title is among them.
    pub(super) fn has(&self, place: usize) -> bool {
        let at = self.sure.partition_point(|range| range.end <= place);
        self.sure.get(at).is_some_and(|range| range.start <= place) || self.open.contains(&place)
    }
}

/// Returns the titles that begin with a folded text.
pub(super) fn written(titles: &Titles, typed: &str) -> Spelled {
    let count = titles.count();
    let from = first(0, count, |place| titles.key(place) >= typed);
    let to = from + galloped(count - from, |step| titles.key(from + step).starts_with(typed));
    // No other key can be a part of what was typed: neighbours differ within theirs.
    let is_part = |place: &usize| {
        typed.starts_with(titles.key(*place)) && titles.length(*place) >= typed.len()
    };
    let open = (0..from).rev().take_while(is_part).collect();
    Spelled { sure: std::iter::once(from..to).collect(), open }
}

/// Returns the titles whose pinyin, whole or only its initials, begins with some letters and digits.
pub(super) fn spoken(
    titles: &Titles,
    beginnings: &Beginnings,
    typed: &str,
    by: CompletedBy,
) -> Spelled {
    let mut found = Spelled::default();
    let Some(letter) = typed.bytes().next().filter(u8::is_ascii_alphanumeric) else {
        return found;
    };
    // Ranges of titles that are the same so far, with the bytes of their keys and of what was typed that are behind.
    let begun = beginnings.with(letter).chain(beginnings.with(ANY));
    let mut todo: Vec<(Range<usize>, usize, usize)> = begun.map(|range| (range, 0, 0)).collect();
    while let Some((range, at, behind)) = todo.pop() {
        let ended = range.clone().take_while(|place| titles.key(*place).len() <= at);
        let open = ended.filter(|place| !titles.is_whole(*place) && titles.is_spoken(*place));
        found.open.extend(open);
        each_next(titles, range, at, &mut |c, range| {
            let at = at + c.len_utf8();
            each_step(c, &typed[behind..], by, &mut |step| {
                if behind + step >= typed.len() {
                    found.sure.push(range.clone());
                } else {
                    todo.push((range.clone(), at, behind + step));
                }
            });
        });
    }
    // One title may be read in several ways.
    found.sure.sort_by_key(|range| (range.start, range.end));
    found.sure.dedup_by(|next, before| {
        let overlaps = next.start < before.end;
        if overlaps {
            before.end = before.end.max(next.end);
        }
        overlaps
    });
    found.open.sort_unstable();
    found.open.dedup();
    found
}

/// Returns whether the pinyin of a folded title, or the initials of it, begins with some letters and digits.
pub(super) fn is_spoken_so(title: &str, typed: &str, by: CompletedBy) -> bool {
    // How much of what was typed may be behind.
    let mut behind = vec![0];
    for c in title.chars() {
        let mut next: Vec<usize> = Vec::new();
        for behind in behind {
            each_step(c, &typed[behind..], by, &mut |step| {
                if !next.contains(&(behind + step)) {
                    next.push(behind + step);
                }
            });
        }
        if next.iter().any(|behind| *behind >= typed.len()) {
            return true;
        }
        behind = next;
    }
    false
}

/// Shows every way to type a character: how much of what is left to type it takes.
fn each_step(c: char, left: &str, by: CompletedBy, show: &mut dyn FnMut(usize)) {
    if !is_said(c) {
        show(0);
        return;
    }
    each_sound(c, &mut |sound| {
        let sound = if by == CompletedBy::Initials { &sound[..1] } else { sound };
        if left.starts_with(sound) {
            show(sound.len());
        } else if sound.starts_with(left) {
            show(left.len());
        }
    });
}

/// Shows what a character is typed by: Latin letters and digits by themselves, others by their readings.
fn each_sound(c: char, show: &mut dyn FnMut(&str)) {
    if c.is_ascii_alphanumeric() {
        return show(c.encode_utf8(&mut [0; 4]));
    }
    syllables_in_words(c).filter(|sound| sound.is_ascii()).for_each(|sound| show(&sound));
}

/// Shows the characters behind the first `at` bytes, which all titles of a range share, and which titles have each.
fn each_next(
    titles: &Titles,
    range: Range<usize>,
    at: usize,
    show: &mut dyn FnMut(char, Range<usize>),
) {
    let next = |place: usize| titles.key(place).get(at..).and_then(|rest| rest.chars().next());
    let mut from = range.start;
    while from < range.end {
        let Some(c) = next(from) else {
            from += 1;
            continue;
        };
        let to = from + galloped(range.end - from, |step| next(from + step) == Some(c));
        show(c, from..to);
        from = to;
    }
}

/// Returns the first of some steps that is not like those before it, looking further and further.
fn galloped(steps: usize, is_like: impl Fn(usize) -> bool) -> usize {
    let (mut like, mut ahead) = (0, 1);
    while ahead <= steps && is_like(ahead - 1) {
        like = ahead;
        ahead *= 2;
    }
    first(like, steps.min(ahead), |step| !is_like(step))
}

/// Returns the first place in order from which on something holds, or `to`.
fn first(mut from: usize, mut to: usize, holds: impl Fn(usize) -> bool) -> usize {
    while from < to {
        let middle = from.midpoint(to);
        if holds(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}
