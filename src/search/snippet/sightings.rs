//! Where a query stands in a text.

use std::cmp::Reverse;
use std::ops::Range;

use memchr::memmem;

use crate::analysis::{Analysis, NoCutter, Token, analyze, fold_tightly, piece_span};
use crate::query::{CutOff, Slot};
use crate::text::{ByteSpan, floor_boundary, merge_spans, widened_to_graphemes};

/// A text with more sightings than this is marked in its first ones only; it bounds the work on huge items.
const MAX_SIGHTINGS: usize = 2_000;
/// Bytes of a line before and behind a window that are analysed with it, so that marks at its edges are whole.
const MAX_LEAD: usize = 2_000;

/// What to mark in a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needle {
    /// Adjacent atoms, the outer ones perhaps cut; empty where only whole words count.
    pub(crate) literal: Vec<Slot>,
    /// Whole Latin words, any of them.
    pub(crate) words: Vec<String>,
    /// Which words of the query it stands for; a group's literal stands for all of its words.
    pub(crate) units: Range<usize>,
}

/// One place where a needle was found.
#[derive(Clone)]
pub(super) struct Sighting {
    pub(super) span: ByteSpan,
    /// Words of the query that it stands for.
    pub(super) units: Range<usize>,
}

/// Returns the spans of `text` that matched, for marking.
pub(crate) fn marks(text: &str, needles: &[Needle]) -> Vec<ByteSpan> {
    let spans = sightings(text, needles).into_iter();
    merge_spans(spans.map(|found| widened_to_graphemes(text, found.span)).collect())
}

pub(super) fn sightings(text: &str, needles: &[Needle]) -> Vec<Sighting> {
    let keys: Vec<Vec<String>> = needles.iter().map(keys).collect();
    let mut found = Vec::new();
    let mut start = 0;
    // Nothing adjacent crosses a line, and few lines of a long item hold anything.
    for line in text.split_inclusive('\n') {
        let folded = fold_tightly(line);
        let here: Vec<&Needle> = needles
            .iter()
            .zip(&keys)
            .filter(|(_, keys)| keys.iter().any(|key| is_in(&folded, key)))
            .map(|(needle, _)| needle)
            .collect();
        if !here.is_empty() {
            let line = Line::new(line, start);
            for needle in here {
                line.find(needle, &mut found);
            }
        }
        start += line.len();
        if found.len() > MAX_SIGHTINGS {
            break;
        }
    }
    found.sort_by_key(|found| (found.span.start, Reverse(found.span.end)));
    found
}

/// What a folded line must hold for a needle to be in it.
fn keys(needle: &Needle) -> Vec<String> {
    let literal: String = needle.literal.iter().map(|slot| slot.atom.as_str()).collect();
    let literal = (!literal.is_empty()).then_some(literal);
    let keys = literal.iter().chain(&needle.words).map(|key| fold_tightly(key));
    keys.filter(|key| !key.is_empty()).collect()
}

/// A line that begins at byte `start` of its text, ready to be looked through for many needles.
struct Line<'l> {
    text: &'l str,
    start: usize,
    analysis: Analysis,
    /// Indices of atoms, ordered by their text.
    by_text: Vec<usize>,
}

impl<'l> Line<'l> {
    fn new(text: &'l str, start: usize) -> Self {
        let analysis = analyze(text, &NoCutter);
        let mut by_text: Vec<usize> = (0..analysis.atoms.len()).collect();
        by_text.sort_by_key(|index| (&analysis.atoms[*index].text, *index));
        Self { text, start, analysis, by_text }
    }

    /// Returns the indices of the atoms that a slot may stand for, in order.
    fn candidates(&self, slot: &Slot) -> Vec<usize> {
        if slot.cut != CutOff::None || !slot.others.is_empty() {
            return (0..self.analysis.atoms.len()).collect();
        }
        let text = |index: &usize| self.analysis.atoms[*index].text.as_str();
        let from = self.by_text.partition_point(|index| text(index) < slot.atom.as_str());
        let equal = self.by_text[from..].iter().take_while(|index| text(index) == slot.atom);
        equal.copied().collect()
    }

    /// Finds a needle.
    fn find(&self, needle: &Needle, found: &mut Vec<Sighting>) {
        let (line, analysis, start) = (self.text, &self.analysis, self.start);
        let sighting = |span: ByteSpan| Sighting {
            span: ByteSpan::new(span.start + start, span.end + start),
            units: needle.units.clone(),
        };
        if let Some((first, rest)) = needle.literal.split_first() {
            for index in self.candidates(first) {
                let atom = &analysis.atoms[index];
                if atom.is_piece && !rest.is_empty() {
                    continue;
                }
                let Some(own) = slot_span(line, atom, first) else { continue };
                let mut end = own.end;
                let mut position = atom.position;
                let mut behind = analysis.atoms[index + 1..].iter().filter(|atom| !atom.is_piece);
                let all = rest.iter().all(|slot| {
                    behind.next().is_some_and(|next| {
                        let adjacent = next.position == position + slot.step as usize;
                        let span = slot_span(line, next, slot);
                        position = next.position;
                        end = span.map_or(end, |span| span.end);
                        adjacent && span.is_some()
                    })
                });
                if all {
                    found.push(sighting(ByteSpan::new(own.start, end)));
                }
                if found.len() > MAX_SIGHTINGS {
                    return;
                }
            }
        }
        for token in &analysis.words {
            if needle.words.iter().any(|word| token.text == *word) {
                found.push(sighting(token.span));
            }
        }
    }
}

/// Returns what of an atom's source a slot stands for; `None` if it is another atom.
fn slot_span(line: &str, atom: &Token, slot: &Slot) -> Option<ByteSpan> {
    if atom.text == slot.atom || slot.others.iter().any(|other| atom.text == *other) {
        return Some(atom.span);
    }
    let at = match slot.cut {
        CutOff::None => None,
        CutOff::Start => atom.text.ends_with(&slot.atom).then(|| atom.text.len() - slot.atom.len()),
        CutOff::End => atom.text.starts_with(&slot.atom).then_some(0),
        CutOff::Both => atom.text.find(&slot.atom),
    }?;
    let before = atom.text[..at].chars().count();
    piece_span(line, atom.span, before..before + slot.atom.chars().count())
}

/// Finds needles as they were typed, in any case; other widths, scripts and connectors are not seen.
pub(super) fn plain_sightings(text: &str, needles: &[Needle]) -> Vec<Sighting> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for needle in needles {
        for key in keys(needle) {
            let places = memmem::find_iter(lower.as_bytes(), key.as_bytes());
            for at in places.take(MAX_SIGHTINGS) {
                found.push(Sighting {
                    span: ByteSpan::new(at, at + key.len()),
                    units: needle.units.clone(),
                });
            }
        }
    }
    found.sort_by_key(|found| (found.span.start, Reverse(found.span.end)));
    found
}

fn is_in(text: &str, piece: &str) -> bool {
    memmem::find(text.as_bytes(), piece.as_bytes()).is_some()
}

/// Returns the exact marks in the lines that a window shows.
pub(super) fn marks_around(text: &str, window: ByteSpan, needles: &[Needle]) -> Vec<ByteSpan> {
    let start = text[..window.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[window.end..].find('\n').map_or(text.len(), |at| window.end + at);
    // The beginning of a very long line is looked at from near the window on.
    let start = start.max(floor_boundary(text, window.start.saturating_sub(MAX_LEAD)));
    let end = end.min(floor_boundary(text, window.end + MAX_LEAD));
    let shifted = marks(&text[start..end], needles);
    shifted.into_iter().map(|mark| ByteSpan::new(mark.start + start, mark.end + start)).collect()
}
