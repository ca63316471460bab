//! Words and characters of an archive by how they sound.

use std::collections::{BTreeMap, HashMap};

use crate::analysis::{pinyin_keys, readings};

/// Longest pinyin that is looked up, in letters.
const MAX_PINYIN: usize = 48;
/// Longest word in a pinyin, in letters.
const MAX_PINYIN_WORD: usize = 30;
/// Readings of a pinyin that are compared with the archive.
const MAX_PATHS: usize = 12;
/// Words of one key that are kept.
const MAX_WORDS_OF_KEY: usize = 8;
/// Letters of the shortest key of a word: one letter stands for hundreds.
const SHORTEST_KEY: usize = 2;
/// What a word costs in a reading, less the logarithm of its frequency: more than any logarithm, so that few words cost
/// less than many.
const COST_OF_WORD: f64 = 16.0;

/// Words by a key, each with its frequency, the frequent first.
type ByKey = HashMap<String, Vec<(String, u64)>>;

/// Words of the archive by how they sound.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    full: ByKey,
    initials: ByKey,
}

impl Readings {
    /// Sorts words of Han characters, each with its frequency.
    pub(super) fn of(words: BTreeMap<String, u64>) -> Self {
        let mut by_sound = Self::default();
        for (word, frequency) in frequent_first(words) {
            let keys = pinyin_keys(&word);
            let several = word.chars().count() > 1;
            for (map, keys) in
                [(&mut by_sound.full, keys.full), (&mut by_sound.initials, keys.initials)]
            {
                for key in keys.into_iter().filter(|key| key.len() > 1 || several) {
                    let of_key = map.entry(key).or_default();
                    if of_key.len() < MAX_WORDS_OF_KEY {
                        of_key.push((word.clone(), frequency));
                    }
                }
            }
        }
        by_sound
    }

    /// Returns whether letters can be pinyin at all.
    pub(super) fn may_read(typed: &str) -> bool {
        (2..=MAX_PINYIN).contains(&typed.len()) && typed.bytes().all(|b| b.is_ascii_lowercase())
    }

    /// Reads letters as words: by their whole pinyin or, where that gives nothing, by its initials; the likeliest
    /// first.
    pub(super) fn read(&self, typed: &str) -> Vec<String> {
        let readings = paths(typed, &self.full);
        if readings.is_empty() { paths(typed, &self.initials) } else { readings }
    }
}

/// Characters of the archive by how they sound.
#[derive(Debug, Default)]
pub(crate) struct Homophones(HashMap<String, Vec<(char, u64)>>);

impl Homophones {
    /// Sorts atoms, each with its frequency; only single characters count.
    pub(super) fn of(atoms: BTreeMap<String, u64>) -> Self {
        let mut by_reading: HashMap<String, Vec<(char, u64)>> = HashMap::new();
        for (atom, frequency) in frequent_first(atoms) {
            let mut chars = atom.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                for reading in readings(c) {
                    by_reading.entry(reading).or_default().push((c, frequency));
                }
            }
        }
        Self(by_reading)
    }

    /// Returns other characters that sound like `c`, the frequent first.
    pub(super) fn like(&self, c: char) -> Vec<char> {
        let mut others: Vec<(char, u64)> = Vec::new();
        for reading in readings(c) {
            for other in self.0.get(&reading).into_iter().flatten() {
                if other.0 != c && !others.contains(other) {
                    others.push(*other);
                }
            }
        }
        others.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        others.into_iter().map(|(c, _)| c).collect()
    }
}

/// Orders words by their frequency, equal ones by themselves.
fn frequent_first(words: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut words: Vec<(String, u64)> = words.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words
}

/// Finds the likeliest ways to read `typed` as words by their keys: few words, frequent ones.
fn paths(typed: &str, keys: &ByKey) -> Vec<String> {
    // The best few readings of every beginning.
    let mut best: Vec<Vec<(f64, String)>> = vec![Vec::new(); typed.len() + 1];
    best[0].push((0.0, String::new()));
    for to in 1..=typed.len() {
        let mut here: Vec<(f64, String)> = Vec::new();
        for from in to.saturating_sub(MAX_PINYIN_WORD)..to {
            if best[from].is_empty() || to - from < SHORTEST_KEY.min(typed.len()) {
                continue;
            }
            for (word, frequency) in keys.get(&typed[from..to]).into_iter().flatten() {
                #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
                let cost = COST_OF_WORD - (*frequency as f64).ln();
                for (before, text) in &best[from] {
                    here.push((before + cost, format!("{text}{word}")));
                }
            }
        }
        here.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        here.dedup_by(|a, b| a.1 == b.1);
        here.truncate(MAX_PATHS);
        best[to] = here;
    }
    best.pop().unwrap_or_default().into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(&str, u64)]) -> BTreeMap<String, u64> {
        words.iter().map(|(word, frequency)| ((*word).to_owned(), *frequency)).collect()
    }

    #[track_caller]
    fn check(typed: &str, expected: &[&str]) {
        let words = words(&[("模型", 9), ("大", 50), ("大模型", 3), ("摩形", 1), ("推理", 5)]);
        assert_eq!(Readings::of(words).read(typed), expected, "{typed}");
    }

    #[test]
    fn few_frequent_words_are_the_likeliest_reading() {
        check("moxing", &["模型", "摩形"]);
        check("damoxing", &["大模型", "大摩形"]);
        check("moxingtuili", &["模型推理", "摩形推理"]);
        check("dmx", &["大模型"]);
        check("xyz", &[]);
    }

    #[test]
    fn only_short_runs_of_letters_are_pinyin() {
        for (typed, expected) in [("ab", true), ("a", false), ("a1", false), ("Ab", false)] {
            assert_eq!(Readings::may_read(typed), expected, "{typed}");
        }
        assert!(Readings::may_read(&"a".repeat(48)) && !Readings::may_read(&"a".repeat(49)));
    }

    #[test]
    fn homophones_are_other_characters_of_the_same_sound() {
        let atoms = words(&[("模", 3), ("摩", 7), ("磨", 5), ("型", 9), ("摩擦", 99)]);
        assert_eq!(Homophones::of(atoms).like('模'), ['摩', '磨']);
    }
}
