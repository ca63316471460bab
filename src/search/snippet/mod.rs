//! A text to the excerpt worth showing, with what to mark in it.

mod sightings;
mod window;

use std::collections::BTreeSet;

pub(super) use sightings::{Needle, marks};
use sightings::{Sighting, marks_around, plain_sightings};
use window::{best_window, sentences, units_in};

use crate::text::{ByteSpan, floor_boundary};

/// Width of a snippet in columns, about two lines of a terminal.
const SNIPPET_COLUMNS: usize = 180;
/// Bytes of a text that are looked at for a snippet. Longer items are marked in their beginning.
const MAX_BYTES: usize = 200_000;

/// An excerpt with the spans to mark in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The excerpt on one line; `…` where it was cut.
    pub text: String,
    /// Sorted, not overlapping.
    pub marks: Vec<ByteSpan>,
}

impl Snippet {
    /// Adds a piece from further behind.
    fn append(&mut self, piece: &Self) {
        let rest = piece.text.trim_start_matches('…');
        let cut = piece.text.len() - rest.len();
        if !self.text.ends_with('…') {
            self.text.push('…');
        }
        let base = self.text.len();
        let moved = |mark: &ByteSpan| ByteSpan::new(mark.start - cut + base, mark.end - cut + base);
        self.marks.extend(piece.marks.iter().map(moved));
        self.text.push_str(rest);
    }
}

/// Cuts the piece of `text` where most of the query stands close together; its beginning if nothing matched.
pub(super) fn snippet(text: &str, needles: &[Needle]) -> Snippet {
    let text = &text[..floor_boundary(text, MAX_BYTES)];
    // A long item is looked through for what was typed; only where that finds nothing it is analysed as a whole.
    let mut found = plain_sightings(text, needles);
    if found.is_empty() && !needles.is_empty() {
        found = sightings::sightings(text, needles);
    }
    let cut = |window: ByteSpan| excerpt(text, window, &marks_around(text, window, needles));
    let windows = windows(text, &found);
    let mut pieces = windows.into_iter().map(cut);
    let mut snippet = pieces.next().unwrap_or_default();
    pieces.for_each(|piece| snippet.append(&piece));
    snippet
}

/// Chooses the window to show, or two, in order, where these show more of the query.
fn windows(text: &str, found: &[Sighting]) -> Vec<ByteSpan> {
    let sentences = sentences(text);
    let window = best_window(text, &sentences, found, SNIPPET_COLUMNS);
    let shown = units_in(window, found).len();
    if shown == units_in(ByteSpan::new(0, text.len()), found).len() {
        return vec![window];
    }
    let first = best_window(text, &sentences, found, SNIPPET_COLUMNS / 2);
    let in_first = units_in(first, found);
    let is_missing = |found: &&Sighting| found.units.clone().any(|unit| !in_first.contains(&unit));
    let missing: Vec<Sighting> = found.iter().filter(is_missing).cloned().collect();
    let second = best_window(text, &sentences, &missing, SNIPPET_COLUMNS / 2);
    let in_both: BTreeSet<usize> = &in_first | &units_in(second, found);
    let apart = second.start >= first.end || second.end <= first.start;
    if in_both.len() <= shown || !apart {
        return vec![window];
    }
    let mut windows = vec![first, second];
    windows.sort_unstable();
    windows
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
    use crate::query::{CutOff, Slot};

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
        inside.literal[0].cut = CutOff::Both;
        check("用 ＣＰｙｔｈｏｎ 和 iPython 写", &[inside], "用 ＣＰ[ｙｔｈｏｎ] 和 iP[ython] 写");
        let mut across = needle(&["t", "4"], 0);
        across.literal[0].cut = CutOff::Start;
        across.literal[1].cut = CutOff::End;
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
