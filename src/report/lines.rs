//! Bytes of a text to numbers of its lines.

use memchr::memchr_iter;

use crate::text::ByteSpan;

/// Ranges with up to so many lines between them are one: empty lines and pictures between two blocks of an item are
/// part of it.
const MAX_LINES_BETWEEN: usize = 3;

/// Where the lines of a text begin.
pub(super) struct Lines {
    /// Bytes; a file of more than 4 GB is never read.
    starts: Vec<u32>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        // Counted first: a list that grows would take twice its size.
        let mut starts = Vec::with_capacity(1 + memchr_iter(b'\n', text.as_bytes()).count());
        starts.push(0);
        let ends = memchr_iter(b'\n', text.as_bytes());
        starts.extend(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { starts }
    }

    /// Returns the line of a byte, counted from 1.
    pub(super) fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= byte)
    }

    /// Returns the first and the last line of a span.
    pub(super) fn range(&self, span: ByteSpan) -> (usize, usize) {
        let first = self.number(span.start);
        (first, self.number(span.end.saturating_sub(1).max(span.start)).max(first))
    }

    /// Returns the lines of several spans, those that touch put together.
    pub(super) fn merged(&self, spans: &[ByteSpan]) -> Vec<(usize, usize)> {
        let mut ranges: Vec<(usize, usize)> = spans.iter().map(|span| self.range(*span)).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(open) if first <= open.1 + MAX_LINES_BETWEEN + 1 => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_on_the_line_of_its_last_byte() {
        let lines = Lines::of("甲\n乙\n\n丙");
        assert_eq!(lines.range(ByteSpan::new(0, 4)), (1, 1));
        assert_eq!(lines.range(ByteSpan::new(0, 5)), (1, 2));
        assert_eq!(lines.range(ByteSpan::new(4, 4)), (2, 2));
        assert_eq!(lines.number(9), 4);
    }

    #[test]
    fn spans_with_three_lines_between_them_are_one_range() {
        let lines = Lines::of(&"x\n".repeat(20));
        let line = |number: usize| ByteSpan::new(2 * number - 2, 2 * number - 1);
        assert_eq!(lines.merged(&[line(1), line(5)]), [(1, 5)]);
        assert_eq!(lines.merged(&[line(6), line(1)]), [(1, 1), (6, 6)]);
    }
}
