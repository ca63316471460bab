//! Traditional characters and variants to the simplified form that readers type, one character to one.

/// Sorted by the first of each pair; no second one is a first one elsewhere, so that folding twice changes nothing.
static SIMPLIFIED: &[(char, char)] = &include!("simplified.in");

/// Words in which a character becomes another one than [`SIMPLIFIED`] says.
const IN_WORDS: [(&str, char, char); 15] = [
    ("乾隆", '乾', '乾'),
    ("乾坤", '乾', '乾'),
    ("乾卦", '乾', '乾'),
    ("樊於", '於', '於'),
    ("兒寬", '兒', '兒'),
    ("甚夥", '夥', '夥'),
    ("幺麽", '麽', '麽'),
    ("看著", '著', '着'),
    ("計畫", '畫', '划'),
    ("企畫", '畫', '划'),
    ("闔家", '闔', '合'),
    ("鍾書", '鍾', '锺'),
    ("校讎", '讎', '雠'),
    ("仇讎", '讎', '雠'),
    ("讎定", '讎', '雠'),
];

/// First and last of the characters that [`LISTED`] knows; the few others are looked up.
const KNOWN: std::ops::RangeInclusive<u32> = 0x3400..=0x9FFF;
const KNOWN_WORDS: usize = (0x9FFF - 0x3400) / 64 + 1;
/// A bit for every character that has a place in one of the tables: nearly none of a text has.
static LISTED: [u64; KNOWN_WORDS] = listed();

const fn listed() -> [u64; KNOWN_WORDS] {
    let mut bits = [0; KNOWN_WORDS];
    let mut at = 0;
    while at < SIMPLIFIED.len() + IN_WORDS.len() {
        let c = if at < SIMPLIFIED.len() {
            SIMPLIFIED[at].0
        } else {
            IN_WORDS[at - SIMPLIFIED.len()].1
        };
        let code = c as u32;
        if *KNOWN.start() <= code && code <= *KNOWN.end() {
            let place = (code - *KNOWN.start()) as usize;
            bits[place / 64] |= 1 << (place % 64);
        }
        at += 1;
    }
    bits
}

/// Returns whether a character may become another one.
fn is_listed(c: char) -> bool {
    let code = u32::from(c);
    !KNOWN.contains(&code) || {
        let place = (code - KNOWN.start()) as usize;
        LISTED[place / 64] >> (place % 64) & 1 == 1
    }
}

/// Returns the simplified form of a character that stands between two others.
pub(super) fn simplified(before: Option<char>, c: char, after: Option<char>) -> char {
    if !is_listed(c) {
        return c;
    }
    let is = |word: &str, first: Option<char>, second: Option<char>| {
        word.chars().map(Some).eq([first, second])
    };
    let in_word = IN_WORDS
        .iter()
        .find(|(word, of, _)| *of == c && (is(word, before, Some(c)) || is(word, Some(c), after)));
    if let Some((_, _, to)) = in_word {
        return *to;
    }
    let found = SIMPLIFIED.binary_search_by_key(&c, |(of, _)| *of).ok();
    found.and_then(|at| SIMPLIFIED.get(at)).map_or(c, |(_, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::is_han;

    fn convert(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        (0..chars.len())
            .map(|at| {
                let before = at.checked_sub(1).map(|before| chars[before]);
                simplified(before, chars[at], chars.get(at + 1).copied())
            })
            .collect()
    }

    #[test]
    fn the_table_is_sorted_and_folding_twice_changes_nothing() {
        assert!(SIMPLIFIED.is_sorted_by(|a, b| a.0 < b.0));
        for (of, to) in SIMPLIFIED {
            assert!(is_han(*of) && is_han(*to) && of != to, "{of}{to}");
            assert_eq!(simplified(None, *to, None), *to, "{of}{to}");
            assert!(is_listed(*of), "{of}");
        }
    }

    #[test]
    fn traditional_text_and_variants_become_what_readers_type() {
        for (written, read) in [
            ("資料庫與繁體中文", "资料库与繁体中文"),
            ("眞峯羣鉄戯関", "真峰群铁戏关"),
            ("瀋陽諮詢重疊", "沈阳咨询重叠"),
            ("瞭解藉口彷彿硏究矽谷", "了解借口仿佛研究硅谷"),
            ("大阪捍卫一气呵成坚如磐石", "大阪捍卫一气呵成坚如磐石"),
            ("模型", "模型"),
        ] {
            assert_eq!(convert(written), read);
        }
    }

    #[test]
    fn some_words_keep_or_change_a_character_of_their_own() {
        for (written, read) in [
            ("乾隆乾坤乾卦乾燥不乾", "乾隆乾坤乾卦干燥不干"),
            ("看著著作", "看着著作"),
            ("計畫企畫圖畫", "计划企划图画"),
            ("闔家闔上", "合家阖上"),
            ("錢鍾書鍾情", "钱锺书钟情"),
            ("校讎仇讎讎定讎", "校雠仇雠雠定仇"),
            ("樊於期於是", "樊於期于是"),
            ("兒寬兒子甚夥夥伴幺麽麽", "兒宽儿子甚夥伙伴幺麽么"),
        ] {
            assert_eq!(convert(written), read);
        }
    }
}
