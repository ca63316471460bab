//! Words and characters of an archive by how they sound.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use crate::analysis::{is_pinyin_of, may_be_initials, pinyin_keys, readings};

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

/// What a reading of a word takes from its frequency that is not that of its characters alone: it may not be that of the word.
const UNUSUAL: u64 = 3;
/// Keys that begin with what was typed and are looked at.
const MAX_CONTINUED: usize = 500;

/// Words by a key, each with its frequency, the frequent first.
type ByKey = BTreeMap<String, Vec<(String, u64)>>;

/// Returns those of some words whose whole pinyin the letters are, as [`Readings::words`] does.
pub(super) fn said(words: BTreeMap<String, u64>, letters: &str) -> Vec<(String, u64)> {
    let mut said = Vec::new();
    for (word, frequency) in words {
        if is_pinyin_of(letters, &word).is_some()
            && let Some(at) = pinyin_keys(&word).full.iter().position(|key| key == letters)
        {
            said.push((word, of_reading(frequency, at)));
        }
    }
    frequent_first_words(&mut said);
    said
}

/// Returns what a frequency counts where the word is read in its n-th way.
fn of_reading(frequency: u64, at: usize) -> u64 {
    if at == 0 { frequency } else { (frequency / UNUSUAL).max(1) }
}

/// Keeps the most frequent words of a key.
fn frequent_first_words(words: &mut Vec<(String, u64)>) {
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.truncate(MAX_WORDS_OF_KEY);
}

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
                let usual_first = keys.into_iter().enumerate();
                for (at, key) in usual_first.filter(|(_, key)| key.len() > 1 || several) {
                    let frequency = of_reading(frequency, at);
                    map.entry(key).or_default().push((word.clone(), frequency));
                }
            }
        }
        for words in by_sound.full.values_mut().chain(by_sound.initials.values_mut()) {
            frequent_first_words(words);
        }
        by_sound
    }

    /// Returns the words whose whole pinyin the letters are, the frequent first.
    pub(super) fn words(&self, letters: &str) -> &[(String, u64)] {
        self.full.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Returns the words whose initials the letters are, the frequent first.
    pub(super) fn with_initials(&self, letters: &str) -> &[(String, u64)] {
        self.initials.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Returns the words of which only the last character is not typed whole, or not at all, the frequent first.
    pub(super) fn continued(&self, letters: &str) -> Vec<(String, u64)> {
        let from = self.full.range::<str, _>((Bound::Excluded(letters), Bound::Unbounded));
        let begin = from.take_while(|(key, _)| key.starts_with(letters)).take(MAX_CONTINUED);
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for (word, frequency) in begin.flat_map(|(_, words)| words) {
            let Some((last, _)) = word.char_indices().next_back() else { continue };
            let said = pinyin_keys(&word[..last]).full;
            if last > 0 && said.iter().any(|key| letters.starts_with(key.as_str())) {
                let most = found.entry(word.clone()).or_default();
                *most = (*most).max(*frequency);
            }
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    }

    /// Reads letters as several words: by their whole pinyin or, where that gives nothing, by its initials; the
    /// likeliest first.
    pub(super) fn read(&self, typed: &str) -> Vec<String> {
        let readings = paths(typed, &self.full);
        let is_other = readings.is_empty() && may_be_initials(typed);
        if is_other { paths(typed, &self.initials) } else { readings }
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
        // What is looked up alone is what is looked up in the table.
        let words = words(&[("模型", 9), ("摩形", 1), ("银行", 30), ("因行", 4), ("了解", 7)]);
        let readings = Readings::of(words.clone());
        for letters in ["moxing", "yinhang", "yinxing", "liaojie", "mo", "lejie"] {
            assert_eq!(said(words.clone(), letters), readings.words(letters), "{letters}");
        }
    }

    #[test]
    fn words_are_known_by_all_letters_by_initials_and_unfinished() {
        let words = words(&[("数据库", 9), ("数据", 50), ("属据", 1), ("银行", 30), ("因行", 4)]);
        let readings = Readings::of(words);
        let texts = |words: &[(String, u64)]| {
            words.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(readings.words("shuju")), "数据 属据");
        assert_eq!(texts(readings.with_initials("sjk")), "数据库");
        assert_eq!(texts(&readings.continued("shujuk")), "数据库");
        assert_eq!(texts(&readings.continued("shuj")), "数据 属据");
        assert_eq!(texts(&readings.continued("shuju")), "数据库");
        assert_eq!(texts(&readings.continued("shujux")), "");
        // An unusual reading counts less.
        assert_eq!(readings.words("yinhang")[0], ("银行".to_owned(), 10));
    }

    #[test]
    fn homophones_are_other_characters_of_the_same_sound() {
        let atoms = words(&[("模", 3), ("摩", 7), ("磨", 5), ("型", 9), ("摩擦", 99)]);
        assert_eq!(Homophones::of(atoms).like('模'), ['摩', '磨']);
    }
}
