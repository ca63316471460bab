//! The piece of a text where most of a query stands close together.

use std::collections::BTreeSet;
use std::iter;

use super::sightings::Sighting;
use crate::text::{ByteSpan, display_width, fitting_prefix, is_wide_script};

/// Windows looked at; a snippet need not be the best of thousands.
const MAX_WINDOWS: usize = 200;
/// Windows looked at inside one long sentence.
const MAX_WINDOWS_OF_SENTENCE: usize = 64;
/// Characters that a snippet may be shorter for not to end inside a word.
const MAX_SHORTER: usize = 24;
/// Part of the width that is shown before the first match of a long sentence: enough to see what it is about.
const LEAD_SHARE: usize = 6;
/// What a window is worth for each word of the query that it shows: more than everything else together.
const WORTH_OF_UNIT: usize = 1_000;
/// What it is worth for words that stand together, each, up to a number of them.
const WORTH_OF_NEIGHBOUR: usize = 15;
const MAX_NEIGHBOURS: usize = 50;
/// Places that count, one each.
const MAX_COUNTED: usize = 100;

/// Splits a text at the ends of sentences and lines; the spans cover it.
pub(super) fn sentences(text: &str) -> Vec<ByteSpan> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '。' | '！' | '？' | '；' => {
                !next.is_some_and(|next| matches!(next, '”' | '」' | '』' | '）' | '"'))
            }
            '”' | '」' | '』' | '）' => text[..at].ends_with(['。', '！', '？', '；']),
            '.' | '!' | '?' => next.is_some_and(char::is_whitespace),
            '\n' => true,
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            spans.push(ByteSpan::new(start, end));
            start = end;
        }
    }
    if start < text.len() {
        spans.push(ByteSpan::new(start, text.len()));
    }
    spans
}

/// Chooses a window of whole sentences, or of a part of one that is too long.
pub(super) fn best_window(
    text: &str,
    sentences: &[ByteSpan],
    sightings: &[Sighting],
    columns: usize,
) -> ByteSpan {
    let mut best: Option<(usize, ByteSpan)> = None;
    let mut widths = vec![None; sentences.len()];
    // Windows begin where a match is; without any, at the beginning.
    let mut begins: Vec<usize> = sightings
        .iter()
        .map(|found| sentences.partition_point(|sentence| sentence.end <= found.span.start))
        .collect();
    begins.dedup();
    if begins.is_empty() {
        begins.push(0);
    }
    for index in begins.into_iter().take(MAX_WINDOWS) {
        let Some(sentence) = sentences.get(index) else { continue };
        let first = sightings.partition_point(|found| found.span.start < sentence.start);
        let window =
            match fitting_sentences(text, &sentences[index..], &mut widths[index..], columns) {
                Some(window) => window,
                None => part_of(text, *sentence, &sightings[first..], columns),
            };
        let score = score(window, &sightings[first..]);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, window));
        }
    }
    best.map_or_else(ByteSpan::default, |(_, window)| window)
}

/// Joins sentences from the first on as long as they fit; `None` if the first does not. Remembers widths that it measured.
fn fitting_sentences(
    text: &str,
    sentences: &[ByteSpan],
    widths: &mut [Option<usize>],
    most: usize,
) -> Option<ByteSpan> {
    let mut columns = 0;
    let mut window: Option<ByteSpan> = None;
    for (sentence, width) in sentences.iter().zip(widths) {
        // Text this long in bytes does not fit, whatever it is made of, and need not be measured.
        let measured =
            || if sentence.len() > most * 4 { most + 1 } else { display_width(sentence.of(text)) };
        columns += *width.get_or_insert_with(measured);
        if columns > most {
            break;
        }
        let start = window.map_or(sentence.start, |window| window.start);
        window = Some(ByteSpan::new(start, sentence.end));
    }
    window
}

/// Chooses the part of a long sentence that shows the most, beginning a little before a match.
fn part_of(text: &str, sentence: ByteSpan, sightings: &[Sighting], columns: usize) -> ByteSpan {
    let mut best = (0, filled_from(text, sentence, sentence.start, columns));
    let inside = sightings.iter().take_while(|found| found.span.start < sentence.end);
    for (index, found) in inside.enumerate().take(MAX_WINDOWS_OF_SENTENCE) {
        let start = begin_before(text, sentence, found.span.start, columns / LEAD_SHARE);
        let window = filled_from(text, sentence, start, columns);
        let score = score(window, &sightings[index..]);
        if score > best.0 {
            best = (score, window);
        }
    }
    best.1
}

/// Returns what fits of a sentence from `start` on, ending between words if that is near.
fn filled_from(text: &str, sentence: ByteSpan, start: usize, columns: usize) -> ByteSpan {
    let end = start + fitting_prefix(&text[start..sentence.end], columns);
    let before = text[start..end].char_indices().rev().take(MAX_SHORTER).map(|(at, _)| start + at);
    let whole = iter::once(end).chain(before).find(|at| !parts_word(text, *at));
    ByteSpan::new(start, whole.unwrap_or(end))
}

/// Returns where to begin `columns` before a match, behind a comma if there is one, and not inside a word.
fn begin_before(text: &str, sentence: ByteSpan, found: usize, columns: usize) -> usize {
    let lead = &text[sentence.start..found];
    let mut start = found;
    for (at, _) in lead.char_indices().rev() {
        if display_width(&lead[at..]) > columns {
            break;
        }
        start = sentence.start + at;
    }
    let is_comma = |(_, c): &(usize, char)| matches!(c, '，' | '、' | '：' | ',');
    if let Some((at, comma)) = text[start..found].char_indices().find(is_comma)
        && start > sentence.start
    {
        start += at + comma.len_utf8();
    }
    while start < found && parts_word(text, start) {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    start
}

/// Returns whether a cut would part a word of a script that writes spaces.
fn parts_word(text: &str, at: usize) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && !is_wide_script(c);
    text[..at].ends_with(is_letter) && text[at..].starts_with(is_letter)
}

/// Counts what a window shows: different words first, then places.
fn score(window: ByteSpan, sightings: &[Sighting]) -> usize {
    let mut units = Vec::new();
    let mut inside = 0;
    let mut neighbours = 0;
    let begun = sightings.iter().take_while(|found| found.span.start < window.end);
    for found in begun.filter(|found| is_in(window, found)) {
        units.extend(found.units.clone());
        inside += 1;
        neighbours += found.units.len().saturating_sub(1);
    }
    units.sort_unstable();
    units.dedup();
    units.len() * WORTH_OF_UNIT
        + neighbours.min(MAX_NEIGHBOURS) * WORTH_OF_NEIGHBOUR
        + inside.min(MAX_COUNTED)
}

/// Returns which words of the query a window shows.
pub(super) fn units_in(window: ByteSpan, sightings: &[Sighting]) -> BTreeSet<usize> {
    let shown = sightings.iter().filter(|found| is_in(window, found));
    shown.flat_map(|found| found.units.clone()).collect()
}

fn is_in(window: ByteSpan, found: &Sighting) -> bool {
    found.span.start >= window.start && found.span.end <= window.end
}
