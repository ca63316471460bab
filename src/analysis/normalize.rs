//! Source text to normalised characters, each with the bytes it came from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

use super::simplified::simplified;
use crate::text::{ByteSpan, is_deleted, is_han};

/// One normalised character and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NormalChar {
    /// Lower-case, simplified, NFKC-like form.
    pub(crate) c: char,
    /// Whether the source character was a capital letter.
    pub(crate) upper: bool,
    /// Whether the source character was ASCII: full-width signs end a URL, ASCII ones may not.
    pub(crate) ascii: bool,
    /// First source byte.
    pub(crate) from: usize,
    /// One past the last source byte.
    pub(crate) to: usize,
}

/// Normalises `text`: width, case, accents, script variant; invisible characters vanish.
///
/// Offsets are bytes of `text` and never decrease; several characters may share one source range
/// (`㍿` becomes four) and one character may cover several (`e` + accent).
pub(crate) fn normalize(text: &str) -> Vec<NormalChar> {
    let mut out = Vec::with_capacity(text.len());
    let mut han_beyond_ascii = false;
    let mut chars = text.char_indices().peekable();
    while let Some((from, c)) = chars.next() {
        let mut to = from + c.len_utf8();
        let marked =
            chars.peek().is_some_and(|&(_, next)| !next.is_ascii() && is_combining_mark(next));
        if c.is_ascii() && !marked {
            out.push(NormalChar {
                c: c.to_ascii_lowercase(),
                upper: c.is_ascii_uppercase(),
                ascii: true,
                from,
                to,
            });
            continue;
        }
        if ('\u{4E00}'..='\u{9FFF}').contains(&c) && !marked {
            han_beyond_ascii = true;
            out.push(NormalChar { c, upper: false, ascii: false, from, to });
            continue;
        }
        let mut cluster = String::from(c);
        while let Some(&(at, mark)) = chars.peek() {
            if !is_combining_mark(mark) || is_deleted(mark) {
                break;
            }
            cluster.push(mark);
            to = at + mark.len_utf8();
            chars.next();
        }
        if is_deleted(c) {
            continue;
        }
        push_cluster(&cluster, from, to, &mut out);
        han_beyond_ascii |= out.last().is_some_and(|last| is_han(last.c));
    }
    if han_beyond_ascii {
        simplify(&mut out);
    }
    out
}

fn push_cluster(cluster: &str, from: usize, to: usize, out: &mut Vec<NormalChar>) {
    // A ring, or a small o behind a number, is what a keyboard had for the sign of degrees.
    let is_behind_number = out.last().is_some_and(|last| last.c.is_ascii_digit());
    if cluster == "˚" || cluster == "º" && is_behind_number {
        out.push(NormalChar { c: '°', upper: false, ascii: false, from, to });
        return;
    }
    let mut push = |c: char, upper: bool| {
        for lower in c.to_lowercase() {
            // İ lowers to i + a combining dot, which is an accent like any other.
            if !is_combining_mark(lower) || c == lower {
                out.push(NormalChar {
                    c: lower,
                    upper: upper || c.is_uppercase(),
                    ascii: false,
                    from,
                    to,
                });
            }
        }
    };
    // ™ would decompose into letters; a reader of "ChatGPT™" searches for ChatGPT.
    if cluster.starts_with(['™', '®', '℠']) {
        push(' ', false);
        return;
    }
    let mut pending: Option<char> = None;
    let mut drop_marks = false;
    for c in cluster.nfkd() {
        if is_combining_mark(c) {
            if drop_marks {
                continue;
            }
            match pending.and_then(|base| compose(base, c)) {
                Some(composed) => pending = Some(composed),
                None => {
                    if let Some(base) = pending.replace(c) {
                        push(base, false);
                    }
                }
            }
            continue;
        }
        // Hangul syllables come apart into conjoining letters and are put together again here.
        if let Some(composed) = pending.and_then(|base| compose(base, c)) {
            pending = Some(composed);
            continue;
        }
        if let Some(base) = pending.take() {
            push(base, false);
        }
        drop_marks = is_accented_script(c);
        match spelling(c) {
            Some(letters) => letters.chars().for_each(|letter| push(letter, c.is_uppercase())),
            None => pending = Some(c),
        }
    }
    if let Some(base) = pending {
        push(base, false);
    }
}

/// Returns what people type for a letter or sign that does not come apart into a letter and its accent.
fn spelling(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' => "d",
        'ł' | 'Ł' => "l",
        'ı' => "i",
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => "'",
        '\u{2010}'..='\u{2013}' | '\u{2212}' => "-",
        _ => return None,
    })
}

/// Scripts whose combining marks are accents that people leave out when typing.
fn is_accented_script(c: char) -> bool {
    c.is_alphabetic()
        && matches!(u32::from(c), 0x41..=0x24F | 0x370..=0x3FF | 0x400..=0x52F | 0x1E00..=0x1FFF)
}

/// Replaces traditional characters by simplified ones; neighbours decide some of them.
fn simplify(chars: &mut [NormalChar]) {
    let mut before = None;
    for at in 0..chars.len() {
        let c = chars[at].c;
        if is_han(c) {
            chars[at].c = simplified(before, c, chars.get(at + 1).map(|after| after.c));
        }
        before = Some(c);
    }
}

/// Folds a text to the letters, digits and characters that tokens are made of, and nothing between them.
///
/// A text that holds adjacent tokens holds, folded, their texts joined: a quick way to see that it does not.
#[must_use]
pub fn fold_tightly(text: &str) -> String {
    let tight = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric();
    normalize(text).iter().map(|n| n.c).filter(|c| tight(*c)).collect()
}

/// Returns the source of some characters of an atom, whose own source is `span` of `text`; `None` if the source does
/// not come apart like that.
#[must_use]
pub fn piece_span(text: &str, span: ByteSpan, chars: Range<usize>) -> Option<ByteSpan> {
    let source = normalize(span.of(text));
    let first = source.get(chars.start)?;
    let last = source.get(chars.end.checked_sub(1)?)?;
    Some(ByteSpan::new(span.start + first.from, span.start + last.to))
}

/// Folds a name for comparison: width, case, accents and script variant, with single spaces.
#[must_use]
pub fn fold(name: &str) -> String {
    let folded: String = normalize(name).iter().map(|n| n.c).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let normal: String = normalize(input).iter().map(|n| n.c).collect();
        assert_eq!(normal, expected, "{input:?}");
    }

    #[test]
    fn width_case_accents_and_script_are_folded() {
        check("ＧＰＴ－４", "gpt-4");
        check("Café cafe\u{301} Straße Łódź", "cafe cafe strasse lodz");
        check("ẞæÆœŒþÞøØđĐłı’‘ʼ‐–−", "ssaeaeoeoeththooddli'''---");
        check("資料庫與繁體中文", "资料库与繁体中文");
        check("乾隆與乾淨，計畫", "乾隆与干净,计划");
        check("ﬁne ㍿ ⼈工", "fine 株式会社 人工");
        check("ガイド 한국어", "ガイド 한국어");
        check("20˚C 77ºF 90° 25℃ Nº", "20°c 77°f 90° 25°c no");
    }

    #[test]
    fn invisible_characters_vanish_and_marks_of_trade_become_spaces() {
        check("Chat\u{200B}GPT™", "chatgpt ");
        check("a\u{202E}b\u{FEFF}c\u{FE0F}d\u{E0048}\u{FFF9}e", "abcde");
    }

    #[test]
    fn offsets_are_source_bytes_and_never_go_back() {
        for text in ["ＧＰＴ模型e\u{301}㍿x", "\u{301}\u{301}", "👨‍👩‍👧", "각각"]
        {
            let mut last = 0;
            for n in normalize(text) {
                assert!(
                    n.from >= last && n.to > n.from && text.get(n.from..n.to).is_some(),
                    "{text:?} {n:?}"
                );
                last = n.from;
            }
        }
    }
}
