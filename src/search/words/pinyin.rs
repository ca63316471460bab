//! Words and characters of an archive by how they sound.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use crate::analysis::{
    is_pinyin_of, may_be_initials, pinyin_keys, readings, syllable_ends, syllables,
};

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

/// Letters before the unfinished word of several: two syllables at least.
const MIN_BEFORE: usize = 4;
/// Texts before an unfinished word that are looked at.
const MAX_BEFORE: usize = 2;
/// Keys that begin with an unfinished word and are looked at: all of one letter in a large archive.
const MAX_BEGUN: usize = 10_000;
/// Words that an unfinished one may be.
const MAX_LAST: usize = 24;
/// Letters of the longest initials: names and sayings have fewer.
const MAX_INITIALS: usize = 8;
/// Letters of the longest initials of several words; with more the words before and behind are chance.
const MAX_SEVERAL_INITIALS: usize = 6;

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

/// Sorts words by their frequency, equal ones by themselves.
pub(super) fn sort_frequent_first(words: &mut [(String, u64)]) {
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
}

/// Keeps the most frequent words of a key.
fn frequent_first_words(words: &mut Vec<(String, u64)>) {
    sort_frequent_first(words);
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
        self.beginning(letters, MAX_CONTINUED, |word| is_typed_but_the_last(word, letters))
    }

    /// Returns those of the words whose pinyin goes on behind some letters that are wanted, the frequent first; at most so many
    /// `keys` are looked at.
    fn beginning(
        &self,
        letters: &str,
        keys: usize,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<(String, u64)> {
        let from = self.full.range::<str, _>((Bound::Excluded(letters), Bound::Unbounded));
        let begin = from.take_while(|(key, _)| key.starts_with(letters)).take(keys);
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for (word, frequency) in begin.flat_map(|(_, words)| words) {
            if is_wanted(word) {
                let most = found.entry(word.clone()).or_default();
                *most = (*most).max(*frequency);
            }
        }
        frequent_first(found)
    }

    /// Reads letters as several words: by their whole pinyin or, where that gives nothing, by its initials; the
    /// likeliest first.
    pub(super) fn read(&self, typed: &str) -> Vec<String> {
        let readings = paths(typed, &self.full);
        let is_other = readings.is_empty() && may_be_several_initials(typed);
        if is_other { paths(typed, &self.initials) } else { readings }
    }

    /// Reads letters as words of which the last is not typed whole: the likeliest texts before it, each with the words that
    /// it may be, the frequent first.
    pub(super) fn unfinished(&self, typed: &str) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        let before = beginnings(typed, &self.full);
        for (at, texts) in before.into_iter().enumerate().skip(MIN_BEFORE) {
            let rest = &typed[at..];
            let several = texts.into_iter().filter(|(_, text)| text.chars().nth(1).is_some());
            let likeliest: Vec<String> = several.map(|(_, text)| text).take(MAX_BEFORE).collect();
            if !likeliest.is_empty() && !rest.is_empty() {
                let last = self.begun(rest);
                found.extend(likeliest.into_iter().map(|text| (text, last.clone())));
            }
        }
        found
    }

    /// Returns words of several characters that begin with letters: of which all but the last character are typed whole, or
    /// only a part of the first.
    fn begun(&self, letters: &str) -> Vec<String> {
        let is_begun = |word: &str| {
            let mut chars = word.chars();
            let (Some(first), Some(_)) = (chars.next(), chars.next()) else { return false };
            syllables(first).any(|syllable| syllable.starts_with(letters))
                || is_typed_but_the_last(word, letters)
        };
        let found = self.beginning(letters, MAX_BEGUN, is_begun);
        found.into_iter().take(MAX_LAST).map(|(word, _)| word).collect()
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
    sort_frequent_first(&mut words);
    words
}

/// Returns whether letters begin with the pinyin of all characters of a word but the last; there are others.
fn is_typed_but_the_last(word: &str, letters: &str) -> bool {
    let Some((last, _)) = word.char_indices().next_back() else { return false };
    last > 0 && pinyin_keys(&word[..last]).full.iter().any(|key| letters.starts_with(key.as_str()))
}

/// Finds the likeliest ways to read `typed` as words by their keys: few words, frequent ones.
fn paths(typed: &str, keys: &ByKey) -> Vec<String> {
    let all = beginnings(typed, keys).pop().unwrap_or_default();
    all.into_iter().map(|(_, text)| text).collect()
}

/// Finds the likeliest ways to read every beginning of `typed`, each with what it costs.
fn beginnings(typed: &str, keys: &ByKey) -> Vec<Vec<(f64, String)>> {
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
    best
}

/// Returns whether letters may be the first letters of a word of the archive.
pub(super) fn may_be_initials_of_word(letters: &str) -> bool {
    letters.len() <= MAX_INITIALS && may_be_initials(letters)
}

/// Returns whether letters may be the first letters of several words.
fn may_be_several_initials(letters: &str) -> bool {
    letters.len() <= MAX_SEVERAL_INITIALS && may_be_initials(letters)
}

/// The tails of letters at which words may begin that they are read as: by whole pinyin, maybe unfinished, and by initials.
pub(super) struct Tails<'l> {
    said: Vec<&'l str>,
    initials: Vec<&'l str>,
}

impl<'l> Tails<'l> {
    pub(super) fn of(letters: &'l str) -> Self {
        let ends = syllable_ends(letters).into_iter().enumerate();
        let ends = ends.filter(|(at, ends)| *ends && *at < letters.len());
        let mut initials = Vec::new();
        if may_be_initials_of_word(letters) {
            initials.push(letters);
        }
        if may_be_several_initials(letters) {
            let inner = SHORTEST_KEY..(letters.len() + 1).saturating_sub(SHORTEST_KEY);
            initials.extend(inner.map(|at| &letters[at..]));
        }
        Self { said: ends.map(|(at, _)| &letters[at..]).collect(), initials }
    }

    /// Returns whether a word that begins with a syllable may be one of them.
    pub(super) fn may_begin(&self, syllable: &str) -> bool {
        self.said.iter().any(|tail| tail.starts_with(syllable) || syllable.starts_with(tail))
            || self.initials.iter().any(|tail| syllable.starts_with(&tail[..1]))
    }

    /// Returns whether a word may be one of them.
    pub(super) fn may_be(&self, word: &str) -> bool {
        self.said.iter().any(|tail| may_be_said(tail, word))
            || self.initials.iter().any(|tail| has_initials(tail, word))
    }
}

/// Returns whether letters begin with the pinyin of a word, or the other way round.
fn may_be_said(letters: &str, word: &str) -> bool {
    let mut chars = word.chars();
    let Some(c) = chars.next() else { return true };
    let rest = chars.as_str();
    syllables(c).any(|syllable| {
        syllable.starts_with(letters)
            || letters.strip_prefix(&*syllable).is_some_and(|letters| may_be_said(letters, rest))
    })
}

/// Returns whether letters begin with the initials of a word.
fn has_initials(letters: &str, word: &str) -> bool {
    let mut letters = letters.chars();
    word.chars().all(|c| {
        letters.next().is_some_and(|letter| syllables(c).any(|said| said.starts_with(letter)))
    })
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
        check("dmxtl", &["大模型推理"]);
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
        let unfinished = |typed: &str| {
            let found = readings.unfinished(typed).into_iter();
            let found = found.map(|(before, last)| format!("{before}+{}", last.join("/")));
            found.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(unfinished("shujuyinh"), "数据+银行/因行 属据+银行/因行");
        assert_eq!(unfinished("shujuyi"), "数据+银行/因行 属据+银行/因行");
        assert_eq!(unfinished("yinhangs"), "银行+数据/数据库/属据 因行+数据/数据库/属据");
        assert_eq!(
            (unfinished("shuju"), unfinished("shujuq")),
            (String::new(), "数据+ 属据+".to_owned())
        );
        // An unusual reading counts less.
        assert_eq!(readings.words("yinhang")[0], ("银行".to_owned(), 10));
    }

    #[test]
    fn homophones_are_other_characters_of_the_same_sound() {
        let atoms = words(&[("模", 3), ("摩", 7), ("磨", 5), ("型", 9), ("摩擦", 99)]);
        assert_eq!(Homophones::of(atoms).like('模'), ['摩', '磨']);
    }
}
