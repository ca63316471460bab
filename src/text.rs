//! Byte spans and the measures of text that every module shares: characters, columns, safe cuts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

/// A half-open range of bytes of some text; both ends lie on character boundaries of that text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl ByteSpan {
    /// Makes a span; `start` must not be behind `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// Returns the piece of `text` this span covers, or the empty string if it does not fit `text`.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns the number of bytes covered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Tells whether the span covers nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// Sorts spans and merges those that overlap or touch.
#[must_use]
pub fn merge_spans(mut spans: Vec<ByteSpan>) -> Vec<ByteSpan> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    let mut merged: Vec<ByteSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Returns the largest character boundary of `text` that is not behind `index` (bytes).
#[must_use]
pub fn floor_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// Widens a span so that neither end lies inside a grapheme of `text`.
#[must_use]
pub fn widened_to_graphemes(text: &str, span: ByteSpan) -> ByteSpan {
    let is_boundary = |at: usize| {
        let mut cursor = GraphemeCursor::new(at, text.len(), true);
        cursor.is_boundary(text, 0).unwrap_or(true)
    };
    let (mut start, mut end) = (floor_boundary(text, span.start), floor_boundary(text, span.end));
    while !is_boundary(start) {
        start = floor_boundary(text, start - 1);
    }
    while !is_boundary(end) {
        end += text[end..].chars().next().map_or(1, char::len_utf8);
    }
    ByteSpan::new(start, end)
}

/// Returns the width of `text` in terminal columns (a Han character takes two).
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// Returns the number of bytes of the longest beginning of `text` that fits `columns`, never cutting a grapheme.
#[must_use]
pub fn fitting_prefix(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return start;
        }
    }
    text.len()
}

/// Tells whether a character belongs to the Han script (unified ideographs, 々 and 〇).
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(
        u32::from(c),
        0x4E00..=0x9FFF | 0x3005 | 0x3007 | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF
    )
}

/// Tells whether a character is written without spaces around it: Han, kana, CJK and full-width punctuation.
#[must_use]
pub fn is_wide_script(c: char) -> bool {
    is_han(c)
        || matches!(u32::from(c), 0x3000..=0x30FF | 0xFF00..=0xFFEF | 0x2018..=0x201D | 0x2026 | 0x2014)
}

/// Tells whether a character is CJK or full-width punctuation, beside which a space carries no meaning.
#[must_use]
pub fn is_wide_punctuation(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3000..=0x3004 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40
            | 0xFF5B..=0xFF65
    )
}

/// Tells whether a character could disturb a terminal or reorder what a reader sees: control characters,
/// zero-width characters and bidirectional overrides.
#[must_use]
pub fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0x00AD | 0x061C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB
        )
}

/// Leaves out what could hide or reorder text, or is no character of XML: control characters but tabs and line breaks,
/// zero-width characters but the joiners that emoji and scripts need, and bidirectional overrides.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| {
        is_treacherous(c) && !matches!(c, '\n' | '\t' | '\u{200C}' | '\u{200D}')
            || matches!(u32::from(c), 0xFFFE | 0xFFFF)
    };
    if text.contains(harmful) {
        text.chars().filter(|c| !harmful(*c)).collect::<String>().into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_overlap_or_touch_become_one() {
        let spans = vec![
            ByteSpan::new(6, 9),
            ByteSpan::new(0, 3),
            ByteSpan::new(2, 6),
            ByteSpan::new(12, 12),
        ];
        assert_eq!(merge_spans(spans), [ByteSpan::new(0, 9)]);
    }

    #[test]
    fn a_prefix_never_cuts_a_double_width_character() {
        assert_eq!(&"模型ab"[..fitting_prefix("模型ab", 3)], "模");
        assert_eq!(&"模型ab"[..fitting_prefix("模型ab", 5)], "模型a");
        assert_eq!(&"e\u{301}x"[..fitting_prefix("e\u{301}x", 1)], "e\u{301}");
    }

    #[test]
    fn the_floor_of_an_index_is_a_boundary() {
        assert_eq!(floor_boundary("模型", 4), 3);
        assert_eq!(floor_boundary("模型", 99), 6);
    }
}
