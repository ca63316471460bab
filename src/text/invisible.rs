//! Characters that no reader sees, in one table, and what each use of text does with them.
//!
//! - For *matching* they are deleted ([`is_deleted`]): a word is found whatever hides inside it.
//! - In *output* ([`shown`], [`clean`]) what could hide text, reorder it or disturb a terminal does not appear; what
//!   makes emoji and scripts look right stays where it does so.
//! - *XML* takes fewer characters than Unicode has; [`clean`] leaves only what it takes.
//!
//! The ranges are those of `Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties.txt` and, beside it,
//! line separators, interlinear annotation and skin tones. Controls are known by their category.

use std::borrow::Cow;

/// Why a character is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invisible {
    /// C0 and C1.
    Control,
    /// Zero-width, filling or shorthand formats: they could hide text or cut words apart.
    Format,
    /// Reorders what stands around it.
    Bidi,
    /// Joins or parts its neighbours: ZWJ and ZWNJ.
    Joiner,
    /// Chooses how the character before it looks.
    Selector,
    /// Repeats ASCII out of sight.
    Tag,
    /// Ends a line or a paragraph.
    Separator,
    /// Colours the emoji before it, and so is seen.
    SkinTone,
}

/// Returns why a character is not seen, `None` if it is.
fn kind(c: char) -> Option<Invisible> {
    Some(match u32::from(c) {
        // Nearly all text: ASCII, and Han with its neighbours.
        0x20..=0x7E | 0x3165..=0xD7FF => return None,
        _ if c.is_control() => Invisible::Control,
        0x00AD
        | 0x034F
        | 0x115F..=0x1160
        | 0x17B4..=0x17B5
        | 0x180E
        | 0x200B
        | 0x2060..=0x2065
        | 0x3164
        | 0xFEFF
        | 0xFFA0
        | 0xFFF0..=0xFFFB
        | 0x1_BCA0..=0x1_BCA3
        | 0x1_D173..=0x1_D17A => Invisible::Format,
        0x061C | 0x200E..=0x200F | 0x202A..=0x202E | 0x2066..=0x206F => Invisible::Bidi,
        0x200C..=0x200D => Invisible::Joiner,
        0x180B..=0x180F | 0xFE00..=0xFE0F | 0xE_0100..=0xE_01EF => Invisible::Selector,
        0xE_0000..=0xE_0FFF => Invisible::Tag,
        0x2028..=0x2029 => Invisible::Separator,
        0x1_F3FB..=0x1_F3FF => Invisible::SkinTone,
        _ => return None,
    })
}

/// Returns whether matching takes no notice of a character: all that is invisible but controls and separators,
/// which part words, and skin tones too, so that an emoji is found in any colour.
#[must_use]
pub fn is_deleted(c: char) -> bool {
    !matches!(kind(c), None | Some(Invisible::Control | Invisible::Separator))
}

/// Returns whether every character of a text is seen, so that [`shown`] takes each as it is.
pub(super) fn is_all_seen(text: &str) -> bool {
    !text.contains(|c| kind(c).is_some())
}

/// A character of a text, as output has to take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// May be written as it is.
    Plain(char),
    /// Takes no room where it stands, and could only hide or part what is around it.
    Unseen(char),
    /// Could reorder text or disturb a terminal; tabs and line breaks are among them.
    Harmful(char),
}

/// Walks a text and says of each character whether it may be written as it is.
///
/// A joiner may between emoji and behind a letter of a script that joins letters, a selector behind the character that
/// it selects a form of; a second one in a row may not, since a run of them can carry any message unseen.
pub fn shown(text: &str) -> impl Iterator<Item = Shown> {
    let mut before = None;
    let mut flag: Option<&str> = None;
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let c = rest.next()?;
        let kind = kind(c);
        let plain = match kind {
            None | Some(Invisible::SkinTone) => true,
            Some(Invisible::Joiner) => {
                let emoji = c == '\u{200D}' && rest.as_str().starts_with(is_emoji);
                before.is_some_and(|before| joins_letters(before) || emoji && ends_emoji(before))
            }
            Some(Invisible::Selector) => before.is_some_and(takes_selector),
            Some(Invisible::Tag) => {
                if before == Some(BLACK_FLAG) {
                    flag = FLAGS.into_iter().find(|tags| continues(c, rest.as_str(), tags));
                }
                let tag = flag.and_then(|tags| tags.split_at_checked(1));
                flag = tag.map(|(_, behind)| behind);
                tag.is_some()
            }
            Some(_) => false,
        };
        if kind != Some(Invisible::Tag) {
            flag = None;
        }
        // What is left out does not part what it stands between.
        if plain {
            before = Some(c);
            return Some(Shown::Plain(c));
        }
        Some(match kind {
            Some(Invisible::Control | Invisible::Bidi | Invisible::Separator) => Shown::Harmful(c),
            _ => Shown::Unseen(c),
        })
    })
}

/// The flag that tags behind it make another one of.
const BLACK_FLAG: char = '\u{1F3F4}';
/// Tags of the flags that everybody has (England, Scotland, Wales), as the ASCII they repeat. Any others could carry a
/// message.
const FLAGS: [&str; 3] = ["gbeng\x7F", "gbsct\x7F", "gbwls\x7F"];

/// Returns whether a tag and what is behind it are tags in full.
fn continues(tag: char, behind: &str, tags: &str) -> bool {
    let is_tag = |(found, ascii): (char, char)| u32::from(found) == 0xE_0000 + u32::from(ascii);
    let found = std::iter::once(tag).chain(behind.chars());
    found.zip(tags.chars()).filter(|pair| is_tag(*pair)).count() == tags.len()
}

/// Leaves out what could hide or reorder text and what is not a character of XML; tabs and line breaks stay.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let suspect = |c: char| !matches!(c, '\n' | '\t') && kind(c).is_some() || !is_xml(c);
    if !text.contains(suspect) {
        return text.into();
    }
    let kept = |shown| match shown {
        Shown::Plain(c) | Shown::Harmful(c @ ('\n' | '\t')) => is_xml(c).then_some(c),
        Shown::Unseen(_) | Shown::Harmful(_) => None,
    };
    shown(text).filter_map(kept).collect::<String>().into()
}

/// Returns whether a character that is not a control may stand in XML 1.0 (production `Char`).
fn is_xml(c: char) -> bool {
    !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1_F000..=0x1_FAFF | 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2B00..=0x2BFF)
}

/// An emoji may end with the selector of its colourful form or with a skin tone.
fn ends_emoji(c: char) -> bool {
    c == '\u{FE0F}' || is_emoji(c)
}

/// Arabic to Mongolian, the Indic scripts among them, and their supplements and presentation forms.
fn joins_letters(c: char) -> bool {
    let range = matches!(
        u32::from(c),
        0x0600..=0x109F | 0x1700..=0x1CFF | 0xA800..=0xABFF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC | 0x1_0A00..=0x1_1FFF
    );
    range && kind(c).is_none()
}

fn takes_selector(c: char) -> bool {
    matches!(kind(c), None | Some(Invisible::SkinTone)) && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One or more of every kind, with whether matching deletes it.
    const EVERY: [(char, bool); 43] = [
        ('\0', false),
        ('\t', false),
        ('\u{1B}', false),
        ('\u{7F}', false),
        ('\u{9B}', false),
        ('\u{AD}', true),
        ('\u{34F}', true),
        ('\u{61C}', true),
        ('\u{115F}', true),
        ('\u{1160}', true),
        ('\u{17B4}', true),
        ('\u{17B5}', true),
        ('\u{180B}', true),
        ('\u{180E}', true),
        ('\u{180F}', true),
        ('\u{200B}', true),
        ('\u{200C}', true),
        ('\u{200D}', true),
        ('\u{200E}', true),
        ('\u{200F}', true),
        ('\u{2028}', false),
        ('\u{2029}', false),
        ('\u{202A}', true),
        ('\u{202E}', true),
        ('\u{2060}', true),
        ('\u{2065}', true),
        ('\u{2066}', true),
        ('\u{206F}', true),
        ('\u{3164}', true),
        ('\u{FE00}', true),
        ('\u{FE0F}', true),
        ('\u{FEFF}', true),
        ('\u{FFA0}', true),
        ('\u{FFF0}', true),
        ('\u{FFF9}', true),
        ('\u{FFFB}', true),
        ('\u{1BCA0}', true),
        ('\u{1D173}', true),
        ('\u{E0000}', true),
        ('\u{E0048}', true),
        ('\u{E007F}', true),
        ('\u{E0100}', true),
        ('\u{E01EF}', true),
    ];

    #[track_caller]
    fn check(text: &str, cleaned: &str) {
        assert_eq!(clean(text), cleaned, "{text:?}");
        let plain: String = shown(text)
            .filter_map(|shown| match shown {
                Shown::Plain(c) => Some(c),
                Shown::Unseen(_) | Shown::Harmful(_) => None,
            })
            .collect();
        assert_eq!(plain, cleaned.replace(['\n', '\t'], ""), "{text:?}");
    }

    #[test]
    fn every_invisible_character_is_kept_from_output_where_it_hides() {
        for (c, deleted) in EVERY {
            assert_eq!(is_deleted(c), deleted, "{c:?}");
            // At the beginning, and between Latin letters; selectors stand behind another one.
            check(&format!("{c}x"), if c == '\t' { "\tx" } else { "x" });
            check(&format!("a\u{FE0F}{c}b"), if c == '\t' { "a\u{FE0F}\tb" } else { "a\u{FE0F}b" });
        }
    }

    #[test]
    fn neighbours_of_the_ranges_are_seen() {
        for c in "aé~ \u{AE}\u{350}\u{115E}\u{1161}\u{17B3}\u{17B6}\u{180A}\u{1810}\u{200A}\u{2010}\u{2027}\u{2030}\
                  \u{205F}\u{2070}\u{3163}\u{3165}\u{FDFF}\u{FE10}\u{FEFE}\u{FF00}\u{FF9F}\u{FFA1}\u{FFEF}\u{FFFC}\u{FFFD}\
                  \u{1F3FA}\u{1F400}\u{1BC9F}\u{1BCA4}\u{1D172}\u{1D17B}\u{DFFFF}\u{E1000}中"
            .chars()
        {
            assert!(!is_deleted(c), "{c:?}");
            check(&c.to_string(), &c.to_string());
        }
    }

    #[test]
    fn emoji_and_scripts_keep_what_makes_them() {
        for text in [
            "👨\u{200D}👩\u{200D}👧",
            "🏴\u{200D}☠\u{FE0F}",
            "🏳\u{FE0F}\u{200D}🌈",
            "🇨🇳🇪🇺",
            "👁\u{FE0F}\u{200D}🗨\u{FE0F}",
            "🧔🏻\u{200D}♂\u{FE0F}",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}。",
            "❤\u{FE0F}\u{200D}🔥",
            "👩🏽\u{200D}💻",
            "👍🏿",
            "1\u{FE0F}\u{20E3}",
            "葛\u{E0100}",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "ශ්\u{200D}රී",
            "ᠮᠣ\u{180B}",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn joiners_and_selectors_out_of_place_are_left_out() {
        check("Chat\u{200D}GPT", "ChatGPT");
        check("模\u{200C}型", "模型");
        check("👨\u{200D}x", "👨x");
        check("👨\u{200C}👩", "👨👩");
        check("क्\u{200D}\u{200D}ष", "क्\u{200D}ष");
        check("😀\u{FE0F}\u{FE01}\u{E0100}!", "😀\u{FE0F}!");
        check(" \u{FE0F}x", " x");
        check("👨\u{202E}\u{200D}👩", "👨\u{200D}👩");
        // Tags of a flag that are cut off, go on, or are of no flag.
        check("🏴\u{E0067}\u{E0062}x", "🏴x");
        let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        check(&format!("{england}\u{E0067}\u{E0062}"), england);
        check(&england.replacen('🏴', "🏁", 1), "🏁");
        check("🏴\u{E0068}\u{E0069}\u{E007F}", "🏴");
    }

    #[test]
    fn lines_stay_and_what_xml_does_not_take_goes() {
        check("a\n\tb\r\n", "a\n\tb\n");
        assert_eq!(clean("a\u{FFFE}b\u{FFFF}c"), "abc");
        assert!(matches!(clean("模型 RAG\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn skin_tones_are_seen_but_not_matched() {
        assert!(is_deleted('\u{1F3FB}') && is_deleted('\u{1F3FF}'));
        check("\u{1F3FB}", "\u{1F3FB}");
    }
}
