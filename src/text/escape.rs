//! Text of others, written so that it can do nothing where it is shown.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::invisible::{Shown, is_all_seen, shown};
use super::width::fitting_prefix;

/// Writes for a terminal: what could disturb it or reorder text as `\u{…}`, what takes no room not at all. Line breaks
/// stay.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text) {
        match c {
            Shown::Plain(c) | Shown::Harmful(c @ '\n') => out.push(c),
            Shown::Harmful(c) => push_escape(&mut out, c),
            Shown::Unseen(_) => {}
        }
    }
    out
}

/// Writes everything that is not plainly seen as `\u{…}`: a name that is printed so can be read off and typed.
#[must_use]
pub fn escape_exact(text: &str) -> Cow<'_, str> {
    let is_plain = |c: Shown| matches!(c, Shown::Plain(_));
    if shown(text).all(is_plain) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in shown(text) {
        match c {
            Shown::Plain(c) => out.push(c),
            Shown::Unseen(c) | Shown::Harmful(c) => push_escape(&mut out, c),
        }
    }
    out.into()
}

/// Writes what is not plainly seen in a text of JSON in the escapes of JSON; the value stays the same. JSON has such
/// characters in strings only, but for the breaks of its lines.
#[must_use]
pub fn escape_json(json: String) -> String {
    if is_all_seen(&json) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    // A quotation mark is plain whatever is before it, so that each string can be looked at by itself.
    let ends = json.match_indices('"').map(|(at, _)| at).chain([json.len()]);
    let mut start = 0;
    for end in ends {
        let string = &json[start..end];
        start = end;
        if is_all_seen(string) {
            out.push_str(string);
        } else {
            push_json(&mut out, string);
        }
    }
    out
}

fn push_json(out: &mut String, text: &str) {
    for c in shown(text) {
        match c {
            Shown::Plain(c) | Shown::Harmful(c @ '\n') => out.push(c),
            Shown::Unseen(c) | Shown::Harmful(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
}

fn push_escape(out: &mut String, c: char) {
    let _ = write!(out, "{}", c.escape_unicode());
}

/// Returns the number of bytes of the longest beginning of an escaped text that fits `columns`; neither a grapheme nor
/// an escape is cut.
#[must_use]
pub fn fitting_escaped(text: &str, columns: usize) -> usize {
    let end = fitting_prefix(text, columns);
    let Some(start) = text[..end].rfind("\\u{") else { return before_opening(text, end) };
    let cuts = escape_length(&text[start..]).is_some_and(|length| start + length > end);
    if cuts { start } else { before_opening(text, end) }
}

/// Moves an end that lies between the `\` or `\u` and the rest of an escape in front of it.
fn before_opening(text: &str, end: usize) -> usize {
    let begins = [1, 2].into_iter().filter_map(|back| end.checked_sub(back));
    let mut begins = begins.filter(|start| text.is_char_boundary(*start));
    begins.find(|start| escape_length(&text[*start..]).is_some()).unwrap_or(end)
}

/// Returns the bytes of the escape that a text begins with.
pub(crate) fn escape_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("\\u{")?;
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    (matches!(digits, 1..=6) && rest[digits..].starts_with('}')).then_some(3 + digits + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_nothing_that_steers_it() {
        assert_eq!(
            escape("a\u{1b}[31mb\u{202E}c\u{9b}d\u{85}\n"),
            "a\\u{1b}[31mb\\u{202e}c\\u{9b}d\\u{85}\n"
        );
    }

    #[test]
    fn what_takes_no_room_is_left_out_and_emoji_stay_whole() {
        assert_eq!(escape("Chat\u{200B}G\u{200D}PT\u{FEFF}\u{E0048}"), "ChatGPT");
        for text in ["👨\u{200D}👩\u{200D}👧", "1\u{FE0F}\u{20E3}", "👍🏿", "می\u{200C}خواهم"]
        {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn a_name_shows_all_it_has() {
        assert_eq!(
            escape_exact("a\u{200B}b\n\u{85}👨\u{200D}👩"),
            "a\\u{200b}b\\u{a}\\u{85}👨\u{200D}👩"
        );
        assert!(matches!(escape_exact("2024-02-22 日报"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_in_escapes() {
        let hostile = "\u{1b}\u{7f}\u{85}\u{9b}\u{202E}\u{2028}\u{200B}\u{E0048}\u{1D173}👨\u{200D}👩é\t\"\\\n";
        let json = escape_json(serde_json::to_string_pretty(&[hostile]).unwrap());
        assert!(
            !json.contains(
                |c: char| c != '\n' && c.is_control() || "\u{202E}\u{2028}\u{200B}".contains(c)
            ),
            "{json}"
        );
        assert!(json.contains("👨\u{200D}👩é"), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [hostile]);
    }

    #[test]
    fn strings_of_json_are_looked_at_one_by_one_as_if_all_at_once() {
        let signs =
            ["\"", "a", "字", "\u{200B}", "\u{200D}", "\u{FE0F}", "👨", "\u{1F3F4}", "\u{E0067}"];
        for number in 0..signs.len().pow(4) {
            let sign = |place| signs[number / signs.len().pow(place) % signs.len()];
            // A text of JSON begins with a sign of its own.
            let text: String = ["["].into_iter().chain((0..4).map(sign)).collect();
            let mut expected = String::new();
            push_json(&mut expected, &text);
            assert_eq!(escape_json(text.clone()), expected, "{text:?}");
        }
    }

    #[test]
    fn an_escape_is_never_cut() {
        let text = "ab\\u{202e}cd";
        for columns in 0..=text.len() {
            let cut = &text[..fitting_escaped(text, columns)];
            let whole = if columns < 2 {
                &text[..columns]
            } else if columns < 10 {
                "ab"
            } else {
                &text[..columns]
            };
            assert_eq!(cut, whole, "{columns}");
        }
        // What only looks like one is text.
        for text in ["\\u{xyz}ab", "\\u{1234567}", "C:\\users"] {
            for columns in 0..=text.len() {
                assert_eq!(fitting_escaped(text, columns), columns, "{text}");
            }
        }
    }
}
