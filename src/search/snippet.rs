//! Where a query matched in a text, and the piece of the text worth showing.

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use crate::analysis::{Analysis, NoSegmenter, Token, analyze, fold_tightly, piece_span};
use crate::query::{Cut, Slot};
use crate::text::{ByteSpan, display_width, is_wide_script, merge_spans, widened_to_graphemes};

/// Width of a snippet in columns, about two lines of a terminal.
const SNIPPET_COLUMNS: usize = 180;
/// A text with more places than this is marked in its first ones only; it bounds the work on huge items.
const MAX_PLACES: usize = 2_000;
/// Bytes of a text that are looked at for a snippet. Longer items are marked in their beginning.
const MAX_BYTES: usize = 200_000;

/// Characters that a snippet may be shorter for not to end inside a word.
const MAX_SHORTER: usize = 24;
/// Bytes of a line before and behind a window that are analysed with it, so that marks at its edges are whole.
const MAX_LEAD: usize = 2_000;

/// An excerpt with the spans to mark in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The excerpt on one line; `…` where it was cut.
    pub text: String,
    /// Sorted, not overlapping.
    pub marks: Vec<ByteSpan>,
}

/// What to mark in a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needle {
    /// Adjacent atoms, the outer ones perhaps cut; empty where only whole words count.
    pub(super) literal: Vec<Slot>,
    /// Whole Latin words, any of them.
    pub(super) words: Vec<String>,
    /// Which words of the query it stands for; a group's literal stands for all of its words.
    pub(super) units: Range<usize>,
}

/// One place where a needle was found.
#[derive(Clone)]
struct Place {
    span: ByteSpan,
    first_unit: usize,
    last_unit: usize,
}

/// Returns the spans of `text` that matched, for marking.
pub(super) fn marks(text: &str, needles: &[Needle]) -> Vec<ByteSpan> {
    let spans = places(text, needles).into_iter();
    merge_spans(spans.map(|place| widened_to_graphemes(text, place.span)).collect())
}

fn places(text: &str, needles: &[Needle]) -> Vec<Place> {
    let keys: Vec<Vec<String>> = needles.iter().map(keys).collect();
    let mut found = Vec::new();
    let mut start = 0;
    // Nothing adjacent crosses a line, and few lines of a long item hold anything.
    for line in text.split_inclusive('\n') {
        let folded = fold_tightly(line);
        let here: Vec<&Needle> = needles
            .iter()
            .zip(&keys)
            .filter(|(_, keys)| keys.iter().any(|key| folded.contains(key)))
            .map(|(needle, _)| needle)
            .collect();
        if !here.is_empty() {
            let analysis = analyze(line, &NoSegmenter);
            for needle in here {
                find(line, &analysis, needle, start, &mut found);
            }
        }
        start += line.len();
        if found.len() > MAX_PLACES {
            break;
        }
    }
    found.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
    found
}

/// What a folded line must hold for a needle to be in it.
fn keys(needle: &Needle) -> Vec<String> {
    let literal: String = needle.literal.iter().map(|slot| slot.atom.as_str()).collect();
    let literal = (!literal.is_empty()).then_some(literal);
    let keys = literal.iter().chain(&needle.words).map(|key| fold_tightly(key));
    keys.filter(|key| !key.is_empty()).collect()
}

/// Finds a needle in a line that begins at byte `start` of its text.
fn find(line: &str, analysis: &Analysis, needle: &Needle, start: usize, found: &mut Vec<Place>) {
    let place = |span: ByteSpan| Place {
        span: ByteSpan::new(span.start + start, span.end + start),
        first_unit: needle.units.start,
        last_unit: needle.units.end.saturating_sub(1),
    };
    if let Some((first, rest)) = needle.literal.split_first() {
        for (index, atom) in analysis.atoms.iter().enumerate() {
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
                found.push(place(ByteSpan::new(own.start, end)));
            }
            if found.len() > MAX_PLACES {
                return;
            }
        }
    }
    for token in &analysis.words {
        if needle.words.iter().any(|word| token.text == *word) {
            found.push(place(token.span));
        }
    }
}

/// Returns what of an atom's source a slot stands for; `None` if it is another atom.
fn slot_span(line: &str, atom: &Token, slot: &Slot) -> Option<ByteSpan> {
    if atom.text == slot.atom || slot.others.iter().any(|other| atom.text == *other) {
        return Some(atom.span);
    }
    let at = match slot.cut {
        Cut::None => None,
        Cut::Start => atom.text.ends_with(&slot.atom).then(|| atom.text.len() - slot.atom.len()),
        Cut::End => atom.text.starts_with(&slot.atom).then_some(0),
        Cut::Both => atom.text.find(&slot.atom),
    }?;
    let before = atom.text[..at].chars().count();
    piece_span(line, atom.span, before..before + slot.atom.chars().count())
}

/// Cuts the piece of `text` where most of the query stands close together; its beginning if nothing matched.
pub(super) fn snippet(text: &str, needles: &[Needle]) -> Snippet {
    let text = &text[..crate::text::floor_boundary(text, MAX_BYTES)];
    // A long item is looked through for what was typed; only where that finds nothing it is analysed as a whole.
    let mut places = plain_places(text, needles);
    if places.is_empty() && !needles.is_empty() {
        places = self::places(text, needles);
    }
    let sentences = sentences(text);
    let mut windows = vec![best_window(text, &sentences, &places, SNIPPET_COLUMNS)];
    // Words that the best place does not show are worth a second one.
    let all = units_in(ByteSpan::new(0, text.len()), &places);
    if units_in(windows[0], &places).len() < all.len() {
        let first = best_window(text, &sentences, &places, SNIPPET_COLUMNS / 2);
        let shown = units_in(first, &places);
        let missing: Vec<Place> = places
            .iter()
            .filter(|place| (place.first_unit..=place.last_unit).any(|unit| !shown.contains(&unit)))
            .cloned()
            .collect();
        let second = best_window(text, &sentences, &missing, SNIPPET_COLUMNS / 2);
        let more = units_in(first, &places).union(&units_in(second, &places)).count();
        if more > units_in(windows[0], &places).len()
            && (second.start >= first.end || second.end <= first.start)
        {
            windows = vec![first, second];
            windows.sort_unstable();
        }
    }
    let mut joined = Snippet::default();
    for window in windows {
        let piece = excerpt(text, window, &marks_around(text, window, needles));
        if joined.text.is_empty() {
            joined = piece;
            continue;
        }
        let rest = piece.text.trim_start_matches('…');
        let cut = piece.text.len() - rest.len();
        if !joined.text.ends_with('…') {
            joined.text.push('…');
        }
        let base = joined.text.len();
        let moved = |mark: &ByteSpan| ByteSpan::new(mark.start - cut + base, mark.end - cut + base);
        joined.marks.extend(piece.marks.iter().map(moved));
        joined.text.push_str(rest);
    }
    joined
}

/// Returns which words of the query a window shows.
fn units_in(window: ByteSpan, places: &[Place]) -> BTreeSet<usize> {
    places
        .iter()
        .filter(|place| place.span.start >= window.start && place.span.end <= window.end)
        .flat_map(|place| place.first_unit..=place.last_unit)
        .collect()
}

/// Finds needles as they were typed, in any case; other widths, scripts and connectors are not seen.
fn plain_places(text: &str, needles: &[Needle]) -> Vec<Place> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for needle in needles {
        for key in keys(needle) {
            for (at, piece) in lower.match_indices(&key).take(MAX_PLACES) {
                found.push(Place {
                    span: ByteSpan::new(at, at + piece.len()),
                    first_unit: needle.units.start,
                    last_unit: needle.units.end.saturating_sub(1),
                });
            }
        }
    }
    found.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
    found
}

/// Returns the exact marks in the lines that a window shows.
fn marks_around(text: &str, window: ByteSpan, needles: &[Needle]) -> Vec<ByteSpan> {
    let start = text[..window.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[window.end..].find('\n').map_or(text.len(), |at| window.end + at);
    // The beginning of a very long line is looked at from near the window on.
    let start = start.max(crate::text::floor_boundary(text, window.start.saturating_sub(MAX_LEAD)));
    let end = end.min(crate::text::floor_boundary(text, window.end + MAX_LEAD));
    let shifted = marks(&text[start..end], needles);
    shifted.into_iter().map(|mark| ByteSpan::new(mark.start + start, mark.end + start)).collect()
}

/// Splits a text at the ends of sentences and lines; the spans cover it.
fn sentences(text: &str) -> Vec<ByteSpan> {
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

/// Windows looked at; a snippet need not be the best of thousands.
const MAX_WINDOWS: usize = 200;

/// Chooses a window of whole sentences, or of a part of one that is too long.
fn best_window(text: &str, sentences: &[ByteSpan], places: &[Place], columns: usize) -> ByteSpan {
    let mut best: Option<(usize, ByteSpan)> = None;
    // Windows begin where a match is; without any, at the beginning.
    let mut begins: Vec<usize> = places
        .iter()
        .map(|place| sentences.partition_point(|sentence| sentence.end <= place.span.start))
        .collect();
    begins.dedup();
    if begins.is_empty() {
        begins.push(0);
    }
    for index in begins.into_iter().take(MAX_WINDOWS) {
        let Some(sentence) = sentences.get(index) else { continue };
        let first = places.partition_point(|place| place.span.start < sentence.start);
        let window = match fitting_sentences(text, &sentences[index..], columns) {
            Some(window) => window,
            None => part_of(text, *sentence, &places[first..], columns),
        };
        let score = score(window, &places[first..]);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, window));
        }
    }
    best.map_or_else(ByteSpan::default, |(_, window)| window)
}

/// Joins sentences from the first on as long as they fit; `None` if the first does not.
fn fitting_sentences(text: &str, sentences: &[ByteSpan], most: usize) -> Option<ByteSpan> {
    let mut columns = 0;
    let mut window: Option<ByteSpan> = None;
    for sentence in sentences {
        // Text this long in bytes does not fit, whatever it is made of, and need not be measured.
        columns +=
            if sentence.len() > most * 4 { most + 1 } else { display_width(sentence.of(text)) };
        if columns > most {
            break;
        }
        let start = window.map_or(sentence.start, |window| window.start);
        window = Some(ByteSpan::new(start, sentence.end));
    }
    window
}

/// Chooses the part of a long sentence that shows the most, beginning a little before a match.
fn part_of(text: &str, sentence: ByteSpan, places: &[Place], columns: usize) -> ByteSpan {
    let from = |start: usize| {
        let rest = &text[start..sentence.end];
        let end = start + crate::text::fitting_prefix(rest, columns);
        let before =
            text[start..end].char_indices().rev().take(MAX_SHORTER).map(|(at, _)| start + at);
        let whole = iter::once(end).chain(before).find(|at| !parts_word(text, *at));
        ByteSpan::new(start, whole.unwrap_or(end))
    };
    let mut best = (0, from(sentence.start));
    for (index, place) in
        places.iter().enumerate().take_while(|(_, place)| place.span.start < sentence.end).take(64)
    {
        let lead = &text[sentence.start..place.span.start];
        // A sixth of the width before the match, beginning behind a comma if there is one.
        let mut start = place.span.start;
        for (at, _) in lead.char_indices().rev() {
            if display_width(&lead[at..]) > columns / 6 {
                break;
            }
            start = sentence.start + at;
        }
        if let Some((at, comma)) = text[start..place.span.start]
            .char_indices()
            .find(|(_, c)| matches!(c, '，' | '、' | '：' | ','))
            && start > sentence.start
        {
            start += at + comma.len_utf8();
        }
        while start < place.span.start && parts_word(text, start) {
            start += text[start..].chars().next().map_or(1, char::len_utf8);
        }
        let window = from(start);
        let score = score(window, &places[index..]);
        if score > best.0 {
            best = (score, window);
        }
    }
    best.1
}

/// Tells whether a cut would part a word of a script that writes spaces.
fn parts_word(text: &str, at: usize) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && !is_wide_script(c);
    text[..at].ends_with(is_letter) && text[at..].starts_with(is_letter)
}

/// Counts what a window shows: different units first, then places.
fn score(window: ByteSpan, places: &[Place]) -> usize {
    let mut units = BTreeSet::new();
    let mut inside = 0;
    let mut adjacent = 0;
    for place in places.iter().take_while(|place| place.span.start < window.end) {
        if place.span.start >= window.start && place.span.end <= window.end {
            units.extend(place.first_unit..=place.last_unit);
            inside += 1;
            adjacent += place.last_unit - place.first_unit;
        }
    }
    units.len() * 1_000 + adjacent.min(50) * 15 + inside.min(100)
}

/// Writes the window on one line, with the marks moved along.
fn excerpt(text: &str, window: ByteSpan, marks: &[ByteSpan]) -> Snippet {
    let source = window.of(text);
    let lead = source.len() - source.trim_start().len();
    let (start, end) = (window.start + lead, window.start + source.trim_end().len());
    let mut out = String::new();
    if !text[..start.min(text.len())].trim().is_empty() {
        out.push('…');
    }
    let mut moved = Vec::new();
    let mut open: Option<usize> = None;
    let mut next = marks.partition_point(|mark| mark.end <= start);
    if start < end {
        for (offset, c) in text[start..end].char_indices() {
            let at = start + offset;
            if open.is_some() && marks.get(next).is_some_and(|mark| at >= mark.end) {
                moved.extend(open.take().map(|from| ByteSpan::new(from, out.len())));
                next += 1;
            }
            if open.is_none()
                && marks.get(next).is_some_and(|mark| at >= mark.start && at < mark.end)
            {
                open = Some(out.len());
            }
            if c.is_whitespace() {
                if !out.ends_with([' ', '…']) && open.is_none() || open.is_some() {
                    out.push(' ');
                }
            } else {
                out.push(c);
            }
        }
    }
    moved.extend(open.map(|from| ByteSpan::new(from, out.len())));
    if !text[end.max(start)..].trim().is_empty() {
        out.push('…');
    }
    Snippet { text: out, marks: moved }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needle(atoms: &[&str], unit: usize) -> Needle {
        Needle {
            literal: atoms.iter().map(|atom| Slot::whole(atom)).collect(),
            words: Vec::new(),
            units: unit..unit + 1,
        }
    }

    #[track_caller]
    fn check(text: &str, needles: &[Needle], expected: &str) {
        let snippet = snippet(text, needles);
        let mut shown = String::new();
        let mut at = 0;
        for mark in &snippet.marks {
            shown.push_str(&snippet.text[at..mark.start]);
            shown.push('[');
            shown.push_str(mark.of(&snippet.text));
            shown.push(']');
            at = mark.end;
        }
        shown.push_str(&snippet.text[at..]);
        assert_eq!(shown, expected);
    }

    #[test]
    fn marks_are_exact_on_the_source_text() {
        let model = [needle(&["模", "型"], 0)];
        check("大模型的推理。", &model, "大[模型]的推理。");
        check("繁體：資料庫與模型", &[needle(&["资", "料", "库"], 0)], "繁體：[資料庫]與模型");
        check("ＧＰＴ－４与 GPT 4", &[needle(&["gpt", "4"], 0)], "[ＧＰＴ－４]与 [GPT 4]");
        check("没有", &model, "没有");
        check("", &model, "");
    }

    #[test]
    fn a_piece_of_a_word_is_marked_alone() {
        let mut inside = needle(&["ython"], 0);
        inside.literal[0].cut = Cut::Both;
        check("用 ＣＰｙｔｈｏｎ 和 iPython 写", &[inside], "用 ＣＰ[ｙｔｈｏｎ] 和 iP[ython] 写");
        let mut across = needle(&["t", "4"], 0);
        across.literal[0].cut = Cut::Start;
        across.literal[1].cut = Cut::End;
        check("GPT-40 与 T5", &[across], "GP[T-4]0 与 T5");
    }

    #[test]
    fn a_mark_never_ends_inside_a_grapheme() {
        check("好👍🏽的", &[needle(&["👍"], 0)], "好[👍🏽]的");
    }

    #[test]
    fn words_far_apart_are_shown_by_two_pieces() {
        let filler = "这一句只是为了把文字拉得很长而写的。".repeat(20);
        let text = format!("量化让推理更快。{filler}显卡也很贵。{filler}");
        let found = snippet(&text, &[needle(&["量", "化"], 0), needle(&["显", "卡"], 1)]);
        let marked: Vec<&str> = found.marks.iter().map(|mark| mark.of(&found.text)).collect();
        assert_eq!(marked, ["量化", "显卡"], "{}", found.text);
        assert!(found.text.contains("。…显卡"), "{}", found.text);
    }

    #[test]
    fn punctuation_breaks_a_literal() {
        check("模，型", &[needle(&["模", "型"], 0)], "模，型");
    }

    #[test]
    fn the_densest_sentence_is_shown() {
        let filler =
            "这一句只是为了把文字拉得很长而写的，没有别的意思，读者可以跳过它不读。".repeat(8);
        let text = format!("{filler}量化让推理更快。{filler}");
        let found = snippet(&text, &[needle(&["量", "化"], 0), needle(&["推", "理"], 1)]);
        assert!(found.text.starts_with("…量化让推理更快。"), "{}", found.text);
        assert_eq!(found.marks.len(), 2);
    }

    #[test]
    fn a_word_with_letters_is_not_cut_in_two() {
        let words = "continuously improving ".repeat(30);
        for shift in 0..12 {
            let text = format!("{words}{}中国科学院 {words}", "a".repeat(shift));
            let found = snippet(&text, &[needle(&["中", "国"], 0)]).text;
            let shown = found.trim_matches('…');
            assert!(
                shown.starts_with("continuously ") || shown.starts_with("improving "),
                "{found}"
            );
            assert!(shown.ends_with(" continuously") || shown.ends_with(" improving"), "{found}");
        }
        let link = format!("见 {}中国{}", "x".repeat(500), "y".repeat(500));
        let found = snippet(&link, &[needle(&["中", "国"], 0)]).text;
        assert!(found.starts_with("…中国y") && found.ends_with("y…"), "{found}");
    }

    #[test]
    fn a_sentence_without_end_is_cut_around_the_match() {
        let text = format!("{}中国科学院{}", "甲".repeat(500), "乙".repeat(500));
        let found = snippet(&text, &[needle(&["中", "国", "科", "学", "院"], 0)]);
        assert_eq!(
            found.marks.iter().map(|mark| mark.of(&found.text)).collect::<Vec<_>>(),
            ["中国科学院"]
        );
        assert!(found.text.starts_with("…甲") && found.text.ends_with("乙…"));
    }
}
