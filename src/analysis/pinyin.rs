//! Readings of Han characters as people type them: without tones, `v` for `ü`.

use std::borrow::Cow;

use pinyin::ToPinyinMulti as _;

use crate::text::is_han;

/// Readings of one character that are looked at; rare ones only add noise.
const MAX_READINGS: usize = 4;
/// Combinations of readings of one word.
const MAX_KEYS: usize = 8;

/// Longest text that is typed by its pinyin, in characters.
const MAX_SPOKEN: usize = 24;

/// Returns the toneless readings of a character, the usual one first; empty if it has none.
#[must_use]
pub fn readings(c: char) -> Vec<String> {
    syllables(c).map(Cow::into_owned).collect()
}

/// Returns the same one by one.
pub fn syllables(c: char) -> impl Iterator<Item = Cow<'static, str>> {
    let mut seen = [""; MAX_READINGS];
    let all = c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain);
    let different = all.filter(move |plain| {
        let free = seen.iter().position(|known| known.is_empty() || known == plain);
        let is_new = free.is_some_and(|free| seen[free].is_empty());
        if let (true, Some(free)) = (is_new, free) {
            seen[free] = plain;
        }
        is_new
    });
    different.map(|plain| {
        let has_umlaut = plain.contains('ü');
        if has_umlaut { Cow::Owned(plain.replace('ü', "v")) } else { Cow::Borrowed(plain) }
    })
}

/// Returns whether a folded text can be typed by its pinyin: it has Han characters, is short, and everything in it that
/// is spoken has a reading or is a Latin letter or a digit.
#[must_use]
pub fn is_spoken(folded: &str) -> bool {
    let has_reading = |c: char| c.is_ascii_alphanumeric() || c.to_pinyin_multi().is_some();
    folded.chars().nth(MAX_SPOKEN).is_none()
        && folded.chars().any(is_han)
        && folded.chars().filter(|c| is_said(*c)).all(has_reading)
}

/// Returns whether a character of a folded text is typed when its pinyin is; signs and spaces are not.
#[must_use]
pub fn is_said(c: char) -> bool {
    is_han(c) || c.is_alphanumeric()
}

/// How a word can be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinyinKeys {
    /// All syllables: `shenjingwangluo`.
    pub full: Vec<String>,
    /// First letters: `sjwl`.
    pub initials: Vec<String>,
}

/// Returns the ways to type a word; letters and digits in it stay. Empty if a character has no reading.
#[must_use]
pub fn pinyin_keys(word: &str) -> PinyinKeys {
    let mut full = vec![String::new()];
    let mut initials = vec![String::new()];
    for c in word.chars() {
        let readings = if c.is_ascii_alphanumeric() {
            vec![c.to_ascii_lowercase().to_string()]
        } else {
            readings(c)
        };
        if readings.is_empty() {
            return PinyinKeys::default();
        }
        let mut firsts: Vec<String> =
            readings.iter().map(|r| r.chars().take(1).collect()).collect();
        firsts.dedup();
        full = combine(&full, &readings);
        initials = combine(&initials, &firsts);
    }
    PinyinKeys { full, initials }
}

fn combine(keys: &[String], readings: &[String]) -> Vec<String> {
    let mut combined: Vec<String> = Vec::new();
    for reading in readings {
        for key in keys {
            let next = format!("{key}{reading}");
            if combined.len() < MAX_KEYS && !combined.contains(&next) {
                combined.push(next);
            }
        }
    }
    combined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_every_usual_reading() {
        assert_eq!(pinyin_keys("神经网络").initials, ["sjwl"]);
        assert!(pinyin_keys("神经网络").full.contains(&"shenjingwangluo".to_owned()));
        for (word, key) in [
            ("音乐", "yinyue"),
            ("重庆", "chongqing"),
            ("银行", "yinhang"),
            ("效率", "xiaolv"),
            ("长度", "changdu"),
        ] {
            assert!(
                pinyin_keys(word).full.contains(&key.to_owned()),
                "{word}: {:?}",
                pinyin_keys(word)
            );
        }
        assert_eq!(pinyin_keys("B站").full, ["bzhan"]);
        assert_eq!(pinyin_keys("🚀"), PinyinKeys::default());
    }
}
