//! Ranges of bytes of a text, and how they are kept on boundaries of characters and graphemes.

use serde::{Deserialize, Serialize};
use unicode_segmentation::GraphemeCursor;

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
    /// Makes a span; `start` is at most `end`.
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

    /// Returns whether the span covers nothing.
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

/// Returns the largest character boundary of `text` at or before `index` (bytes).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_overlap_or_touch_become_one() {
        let spans = [(6, 9), (0, 3), (2, 6), (12, 12), (10, 11)];
        let spans = spans.map(|(start, end)| ByteSpan::new(start, end)).to_vec();
        assert_eq!(merge_spans(spans), [ByteSpan::new(0, 9), ByteSpan::new(10, 11)]);
    }

    #[test]
    fn the_floor_of_an_index_is_a_boundary() {
        assert_eq!(floor_boundary("模型", 3), 3);
        assert_eq!(floor_boundary("模型", 4), 3);
        assert_eq!(floor_boundary("模型", 99), 6);
    }

    #[test]
    fn a_span_widens_to_whole_graphemes() {
        let text = "ae\u{301}👨\u{200D}👩b";
        for (inside, whole) in
            [((2, 3), (1, 4)), ((4, 8), (4, 15)), ((0, 1), (0, 1)), ((9, 99), (4, 16))]
        {
            let span = ByteSpan { start: inside.0, end: inside.1 };
            assert_eq!(
                widened_to_graphemes(text, span),
                ByteSpan::new(whole.0, whole.1),
                "{inside:?}"
            );
        }
    }

    #[test]
    fn a_span_that_does_not_fit_covers_nothing() {
        assert_eq!(ByteSpan::new(1, 3).of("模型"), "");
        assert_eq!(ByteSpan::new(3, 9).of("模型"), "");
        assert_eq!(ByteSpan::new(3, 6).of("模型"), "型");
    }
}
