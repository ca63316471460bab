//! A long text to windows that can be analysed one after the other.

use unicode_normalization::char::is_combining_mark;

use crate::text::{floor_boundary, is_deleted, is_wide_punctuation};

/// Bytes of a text that are analysed at once. Analysis needs a hundred times as much in memory; nearly every item is
/// shorter, and is not divided.
const WINDOW: usize = 512 * 1024;

/// Divides a text, best where no unit can be: behind white space, else behind a sign of Chinese. In a longer text
/// without either, a word may be cut in two; what it is made of stays adjacent.
pub(super) fn windows(text: &str) -> impl Iterator<Item = &str> {
    windows_of(text, WINDOW)
}

fn windows_of(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (window, behind) = rest.split_at(end(rest, size));
        rest = behind;
        (!window.is_empty()).then_some(window)
    })
}

fn end(text: &str, size: usize) -> usize {
    if text.len() <= size {
        return text.len();
    }
    let most = floor_boundary(text, size);
    // What belongs to the character before it must not begin a window.
    let divides = |at: &usize| {
        let next = text[*at..].chars().next();
        next.is_none_or(|next| !is_combining_mark(next) && !is_deleted(next))
    };
    let behind = |is_end: fn(char) -> bool| {
        let ends = text[..most].rmatch_indices(is_end).map(|(at, sign)| at + sign.len());
        ends.take(MOST_TRIES).find(divides)
    };
    let anywhere = || {
        (most.saturating_sub(MOST_TRIES)..=most)
            .rev()
            .filter(|at| text.is_char_boundary(*at))
            .find(divides)
    };
    behind(|c| c.is_ascii_whitespace())
        .or_else(|| behind(is_wide_punctuation))
        .or_else(anywhere)
        .filter(|at| *at > 0)
        .unwrap_or(most)
}

/// Places that are looked at for the end of a window.
const MOST_TRIES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(windows_of(text, 10).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_window_ends_where_no_unit_is() {
        check("", &[]);
        check("short", &["short"]);
        check("one two three", &["one two ", "three"]);
        check("模型，训练模型", &["模型，", "训练模", "型"]);
        check("abcdefghijklmno", &["abcdefghij", "klmno"]);
        check("模型训练", &["模型训", "练"]);
    }

    #[test]
    fn a_window_does_not_begin_with_what_belongs_to_the_character_before() {
        check("abcdefghie\u{301}x", &["abcdefghi", "e\u{301}x"]);
        check(&"\u{301}".repeat(7), &["\u{301}".repeat(5).as_str(), "\u{301}\u{301}"]);
        check("abcd efgh \u{301}ijk", &["abcd ", "efgh \u{301}ijk"]);
    }
}
