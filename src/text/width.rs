//! How wide text stands in a terminal, and which characters are of a script that takes two columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the width of `text` in terminal columns (a Han character takes two).
#[must_use]
pub fn display_width(text: &str) -> usize {
    let all: Option<usize> = text.chars().map(simple_width).sum();
    all.unwrap_or_else(|| text.width())
}

/// Returns the width of a character that joins no other and is as wide in any company; `None` for all that may not be
/// so. Nearly all text is made of these, and need not be divided into graphemes.
fn simple_width(c: char) -> Option<usize> {
    match u32::from(c) {
        0x20..=0x7E => Some(1),
        0x4E00..=0x9FFF | 0x3001..=0x3002 | 0xFF01..=0xFF5E => Some(2),
        _ => None,
    }
}

/// Returns the number of bytes of the longest beginning of `text` that fits `columns`, never cutting a grapheme.
#[must_use]
pub fn fitting_prefix(text: &str, columns: usize) -> usize {
    let mut used = 0;
    // A character that may join the one before it is looked at with that one.
    let (mut last, mut width_of_last) = (0, 0);
    for (at, c) in text.char_indices() {
        let Some(width) = simple_width(c) else {
            return last + fitting_graphemes(&text[last..], columns - (used - width_of_last));
        };
        used += width;
        if used > columns {
            return at;
        }
        (last, width_of_last) = (at, width);
    }
    text.len()
}

fn fitting_graphemes(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return start;
        }
    }
    text.len()
}

/// Returns whether a character belongs to the Han script (unified ideographs, 々 and 〇).
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(
        u32::from(c),
        0x4E00..=0x9FFF | 0x3005 | 0x3007 | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF
    )
}

/// Returns whether a character is written without spaces around it: Han, kana, CJK and full-width punctuation.
#[must_use]
pub fn is_wide_script(c: char) -> bool {
    is_han(c)
        || matches!(u32::from(c), 0x3000..=0x30FF | 0xFF00..=0xFFEF | 0x2018..=0x201D | 0x2026 | 0x2014)
}

/// Returns whether a character is CJK or full-width punctuation, beside which a space carries no meaning.
#[must_use]
pub fn is_wide_punctuation(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3000..=0x3004 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40
            | 0xFF5B..=0xFF65
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_never_cuts_a_grapheme() {
        for (text, columns, prefix) in [
            ("模型ab", 3, "模"),
            ("模型ab", 4, "模型"),
            ("模型ab", 5, "模型a"),
            ("模型ab", 9, "模型ab"),
            ("e\u{301}x", 1, "e\u{301}"),
            ("模", 1, ""),
        ] {
            assert_eq!(&text[..fitting_prefix(text, columns)], prefix, "{text} {columns}");
        }
    }

    #[test]
    fn what_is_simple_is_measured_like_everything_else() {
        let simple = (0..=0x1_FFFF).filter_map(char::from_u32);
        for (c, width) in simple.filter_map(|c| Some((c, simple_width(c)?))) {
            let text = c.to_string();
            assert_eq!(text.as_str().width(), width, "{c:?}");
            assert_eq!(format!("模{text}模").graphemes(true).count(), 3, "{c:?}");
        }
        let signs =
            ["a", "字", "，", "é", "e\u{301}", "\u{301}", "👨", "\u{200D}", "\u{FE0F}", "\n"];
        for number in 0..signs.len().pow(4) {
            let sign = |place| signs[number / signs.len().pow(place) % signs.len()];
            let text: String = (0..4).map(sign).collect();
            assert_eq!(display_width(&text), text.width(), "{text:?}");
            for columns in 0..9 {
                let expected = fitting_graphemes(&text, columns);
                assert_eq!(fitting_prefix(&text, columns), expected, "{text:?} {columns}");
            }
        }
    }

    #[test]
    fn scripts_are_known_by_their_ranges() {
        for (c, han, wide, punctuation) in [
            ('a', false, false, false),
            ('一', true, true, false),
            ('\u{9FFF}', true, true, false),
            ('々', true, true, false),
            ('〇', true, true, false),
            ('\u{3400}', true, true, false),
            ('\u{F900}', true, true, false),
            ('\u{20000}', true, true, false),
            ('か', false, true, false),
            ('ー', false, true, false),
            ('。', false, true, true),
            ('，', false, true, true),
            ('：', false, true, true),
            ('「', false, true, true),
            ('〔', false, true, true),
            ('［', false, true, true),
            ('｛', false, true, true),
            ('５', false, true, false),
            ('Ａ', false, true, false),
            ('”', false, true, false),
            ('…', false, true, false),
            ('—', false, true, false),
            ('é', false, false, false),
            ('한', false, false, false),
        ] {
            let seen = (is_han(c), is_wide_script(c), is_wide_punctuation(c));
            assert_eq!(seen, (han, wide, punctuation), "{c:?}");
        }
    }
}
