//! The number that an item, a list entry or a heading begins with: `1、`, `1.`, `（1）`, `一、`, `①`, `1️⃣`.

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Style {
    /// `1、`
    Comma,
    /// `1.`, and the numbers of Markdown's own lists.
    Dot,
    /// `1)` and `1）`
    Paren,
    /// `（1）` and `(1)`
    Bracketed,
    /// `[1]` and `【1】`
    Square,
    /// `一、`
    Han,
    /// `（一）`
    HanBracketed,
    /// `①`
    Circled,
    /// `1️⃣`
    Keycap,
    /// `01 ` with a leading zero.
    Padded,
    /// A sign that begins a line as a number does: `•`, `🔹`. It counts nothing; its number is 1.
    Sign,
}

impl Style {
    /// Returns whether the style is nearly always one of points inside something that is numbered otherwise.
    pub(super) fn is_inner(self) -> bool {
        matches!(self, Self::Bracketed | Self::HanBracketed | Self::Circled | Self::Paren)
    }
}

/// A number at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) style: Style,
    pub(super) number: u32,
    /// First byte behind the number, its sign and the spaces that follow.
    pub(super) end: usize,
}

/// Numbers of items are not longer than this many digits; years and prices are not numbers of items.
const MAX_DIGITS: usize = 3;

/// A number in brackets ends within so many characters: three digits, perhaps between spaces.
const MAX_BRACKETED: usize = 5;
/// Chinese numbers of items are not longer than this many characters: 九百九十九.
const MAX_HAN: usize = 5;

/// Signs that begin items in texts made for places without lists.
const SIGNS: [char; 13] = ['•', '●', '▪', '■', '◆', '◇', '▶', '►', '🔹', '🔸', '👉', '📌', '○'];

/// Reads the number a text begins with.
pub(super) fn read(text: &str) -> Option<Marker> {
    let lead = text.len() - text.trim_start().len();
    let rest = &text[lead..];
    let first = rest.chars().next()?;
    let (style, number, len) = match first {
        '0'..='9' => digits_first(rest)?,
        '（' | '(' => bracketed(rest, &['）', ')'])?,
        '[' | '【' => match bracketed(rest, &[']', '】'])? {
            (Style::Bracketed, number, len) => (Style::Square, number, len),
            _ => return None,
        },
        sign if SIGNS.contains(&sign) => {
            let behind = &rest[sign.len_utf8()..];
            let selector = behind.len() - behind.trim_start_matches('\u{FE0F}').len();
            (Style::Sign, 1, sign.len_utf8() + selector)
        }
        '①'..='⑳' => (Style::Circled, u32::from(first) - 0x245F, first.len_utf8()),
        _ => {
            let (number, len) = han_number(rest)?;
            let sign = rest[len..].strip_prefix('、')?;
            (Style::Han, number, rest.len() - sign.len())
        }
    };
    let behind = &rest[len..];
    let spaces = behind.len() - behind.trim_start_matches([' ', '\t', '\u{3000}']).len();
    Some(Marker { style, number, end: lead + len + spaces })
}

fn digits_first(text: &str) -> Option<(Style, u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > MAX_DIGITS {
        return None;
    }
    let number = text[..digits].parse().ok()?;
    let behind = &text[digits..];
    // 1️⃣ is the digit, a variation selector and a combining box.
    let box_sign = behind.strip_prefix('\u{FE0F}').unwrap_or(behind);
    if let Some(rest) = box_sign.strip_prefix('\u{20E3}') {
        return Some((Style::Keycap, number, text.len() - rest.len()));
    }
    let spaced = behind.trim_start_matches(' ');
    let padded = digits == 2 && text.starts_with('0');
    let sign = spaced.chars().next();
    let after = |c: char| text.len() - spaced.len() + c.len_utf8();
    let next = spaced.chars().nth(1);
    match sign {
        Some(c @ '、') => Some((Style::Comma, number, after(c))),
        // 1.5 and 3.11 are not numbers of items; `1.` alone and `1.标题` are.
        Some(c @ ('.' | '．')) if !next.is_some_and(|next| next.is_ascii_digit()) => {
            let is_name = next.is_some_and(|next| next.is_ascii_alphanumeric()) && behind != spaced;
            (!is_name).then(|| (Style::Dot, number, after(c)))
        }
        Some(c @ (')' | '）')) => Some((Style::Paren, number, after(c))),
        Some(c @ ('|' | '｜' | '/' | '-' | '–' | '—')) if padded => {
            Some((Style::Padded, number, after(c)))
        }
        Some(_) if padded && behind.len() > spaced.len() => Some((Style::Padded, number, digits)),
        _ => None,
    }
}

fn bracketed(text: &str, closing: &[char]) -> Option<(Style, u32, usize)> {
    let inner = &text[text.chars().next()?.len_utf8()..];
    let end = inner.char_indices().take(MAX_BRACKETED).find(|(_, c)| closing.contains(c))?.0;
    let content = inner[..end].trim();
    let len = text.len() - inner.len() + end + inner[end..].chars().next()?.len_utf8();
    if !content.is_empty()
        && content.len() <= MAX_DIGITS
        && content.bytes().all(|b| b.is_ascii_digit())
    {
        return Some((Style::Bracketed, content.parse().ok()?, len));
    }
    let (number, used) = han_number(content)?;
    (used == content.len()).then_some((Style::HanBracketed, number, len))
}

/// Reads a Chinese number below 1,000; returns it with its length in bytes.
pub(super) fn han_number(text: &str) -> Option<(u32, usize)> {
    let value = |c: char| {
        Some(match c {
            '零' | '〇' => 0,
            '一' => 1,
            '二' | '两' => 2,
            '三' => 3,
            '四' => 4,
            '五' => 5,
            '六' => 6,
            '七' => 7,
            '八' => 8,
            '九' => 9,
            _ => return None,
        })
    };
    let len: usize = text
        .chars()
        .take_while(|c| value(*c).is_some() || matches!(c, '十' | '百'))
        .take(MAX_HAN)
        .map(char::len_utf8)
        .sum();
    let mut total = 0;
    let mut digits = 0;
    let mut has_digit = false;
    for c in text[..len].chars() {
        if let Some(value) = value(c) {
            // 二〇 is read digit by digit, 一百零二 is not: nothing counts before a unit.
            digits = digits * 10 + value;
            has_digit = true;
        } else {
            let unit = if c == '十' { 10 } else { 100 };
            total += unit * if has_digit { digits } else { 1 };
            (digits, has_digit) = (0, false);
        }
    }
    let number = total + digits;
    (len > 0 && number < 1_000).then_some((number, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(Style, u32, &str)>) {
        let found = read(text).map(|marker| (marker.style, marker.number, &text[marker.end..]));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_are_read_in_every_common_writing() {
        for (text, style, number) in [
            ("12、题", Style::Comma, 12),
            ("1、", Style::Comma, 1),
            ("9、题", Style::Comma, 9),
            ("　1、\t题", Style::Comma, 1),
            ("1、　题", Style::Comma, 1),
            ("3. 题", Style::Dot, 3),
            ("3.题", Style::Dot, 3),
            ("3．题", Style::Dot, 3),
            ("3 . 题", Style::Dot, 3),
            ("6）题", Style::Paren, 6),
            ("6)题", Style::Paren, 6),
            ("（4）题", Style::Bracketed, 4),
            ("(4) 题", Style::Bracketed, 4),
            ("【5】题", Style::Square, 5),
            ("[5] 题", Style::Square, 5),
            ("十二、题", Style::Han, 12),
            ("（二十一）题", Style::HanBracketed, 21),
            ("①题", Style::Circled, 1),
            ("⑳ 题", Style::Circled, 20),
            ("1️⃣ 题", Style::Keycap, 1),
            ("1\u{20E3}题", Style::Keycap, 1),
            ("02 题", Style::Padded, 2),
        ] {
            check(text, Some((style, number, text.trim_start_matches(|c| c != '题'))));
        }
    }

    #[test]
    fn a_number_with_a_leading_zero_may_be_followed_by_any_usual_sign() {
        for sign in ['|', '｜', '/', '-', '–', '—'] {
            check(&format!("02{sign}题"), Some((Style::Padded, 2, "题")));
            check(&format!("02 {sign} 题"), Some((Style::Padded, 2, "题")));
            check(&format!("12{sign}题"), None);
        }
        check("02题", None);
        check("02 ", None);
        check("12 题", None);
        check("012 题", None);
    }

    #[test]
    fn every_sign_begins_an_item_and_counts_nothing() {
        for sign in SIGNS {
            check(&format!("{sign}题"), Some((Style::Sign, 1, "题")));
            check(&format!("{sign}\u{FE0F} 题"), Some((Style::Sign, 1, "题")));
        }
        check("★题", None);
    }

    #[test]
    fn numbers_have_at_most_three_digits() {
        check("123、题", Some((Style::Comma, 123, "题")));
        check("1234、题", None);
        check("（123）题", Some((Style::Bracketed, 123, "题")));
        check("（1234）题", None);
        check("（ 12 ）题", Some((Style::Bracketed, 12, "题")));
        check("（ 123 ）题", None);
        check("九百九十九、题", Some((Style::Han, 999, "题")));
        check("九百九百、题", None);
        check("一〇〇〇、题", None);
    }

    #[test]
    fn versions_years_and_amounts_are_not_numbers_of_items() {
        for text in [
            "1.5 倍",
            "2024、2025",
            "3.11 发布",
            "3 .net",
            "12 个月",
            "一个模型",
            "一,",
            "（见下）",
            "（）",
            "(1a)",
            "(+1)",
            "（一a）",
            "[一]",
            "第三方",
            "十分",
            "㉑题",
            "题1、",
            "",
        ] {
            check(text, None);
        }
        check("3.net", Some((Style::Dot, 3, "net")));
    }

    #[test]
    fn only_writings_of_points_are_inner_ones() {
        let inner = [Style::Bracketed, Style::HanBracketed, Style::Circled, Style::Paren];
        let outer = [
            Style::Comma,
            Style::Dot,
            Style::Square,
            Style::Han,
            Style::Keycap,
            Style::Padded,
            Style::Sign,
        ];
        assert!(inner.iter().all(|style| style.is_inner()));
        assert!(!outer.iter().any(|style| style.is_inner()));
    }

    #[test]
    fn chinese_numbers_are_read() {
        for (text, expected) in [
            ("零", 0),
            ("〇", 0),
            ("一", 1),
            ("二", 2),
            ("两", 2),
            ("三", 3),
            ("四", 4),
            ("五", 5),
            ("六", 6),
            ("七", 7),
            ("八", 8),
            ("九", 9),
            ("十", 10),
            ("三十五", 35),
            ("一百零二", 102),
            ("一百十五", 115),
            ("二〇", 20),
            ("两百", 200),
            ("百", 100),
        ] {
            assert_eq!(han_number(text), Some((expected, text.len())), "{text}");
        }
        assert_eq!(han_number("三个"), Some((3, "三".len())));
        // Not more than five characters are read.
        assert_eq!(han_number("〇〇〇〇一二"), Some((1, "〇〇〇〇一".len())));
        assert_eq!(han_number("模"), None);
    }
}
