//! Readings of Han characters as people type them: without tones, `v` for `ü`.

use pinyin::ToPinyinMulti as _;

/// Readings of one character that are looked at; rare ones only add noise.
const MAX_READINGS: usize = 4;
/// Combinations of readings of one word.
const MAX_KEYS: usize = 8;

/// Returns the toneless readings of a character, the usual one first; empty if it has none.
#[must_use]
pub fn readings(c: char) -> Vec<String> {
    let mut readings: Vec<String> = Vec::new();
    if let Some(all) = c.to_pinyin_multi() {
        for reading in all {
            let plain = reading.plain().replace('ü', "v");
            if !readings.contains(&plain) {
                readings.push(plain);
            }
            if readings.len() >= MAX_READINGS {
                break;
            }
        }
    }
    readings
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
