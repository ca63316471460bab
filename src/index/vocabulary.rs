//! The index's own words as a dictionary: cuts most queries without loading jieba.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use super::schema::Fields;
use super::snapshot::Snapshot;
use super::terms::Terms;
use crate::analysis::{Cut, Cutter, doubtful};

/// Longer words do not occur in the dictionary.
const MAX_WORD_CHARS: usize = 16;
/// Log-probability of a character that is not a word of the archive; lower than that of any word. How it was chosen is not
/// known; a higher one cuts rare words into characters. Golden cases and judged queries hold it.
const UNKNOWN: f64 = -18.0;

/// Runs of which is kept how they were cut: one question cuts its words several times, and who types asks them again.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Words of titles and bodies with their document frequencies.
pub struct Vocabulary {
    fields: [Terms; 2],
    log_total: f64,
    remembered: Mutex<LruCache<String, Vec<Cut>>>,
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl Vocabulary {
    /// Opens the words of a snapshot; `tokens` is the number of words in titles and bodies.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn open(snapshot: &Snapshot, tokens: u64) -> tantivy::Result<Self> {
        let open = |field| Terms::open(snapshot, field);
        let Fields { title, body, .. } = &snapshot.fields;
        let fields = [open(title.words)?, open(body.words)?];
        #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
        let log_total = (tokens.max(1) as f64).ln();
        let remembered = Mutex::new(LruCache::new(REMEMBERED));
        Ok(Self { fields, log_total, remembered })
    }

    /// Returns how many titles and bodies hold a word.
    #[must_use]
    pub fn frequency(&self, word: &str) -> u64 {
        self.fields.iter().map(|field| field.frequency(word)).sum()
    }
}

impl Cutter for Vocabulary {
    fn cut(&self, run: &str) -> Vec<Cut> {
        let remembered = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered().get(run) {
            return known.clone();
        }
        let cuts = cut(run, self.log_total, &|word| self.frequency(word));
        remembered().put(run.to_owned(), cuts.clone());
        cuts
    }

    fn has_word(&self, word: &str) -> bool {
        self.frequency(word) > 0 || self.frequency(&doubtful(word)) > 0
    }
}

/// Cuts a run into words; characters that are not words stand for one word the archive does not have.
fn cut(run: &str, log_total: f64, frequency: &dyn Fn(&str) -> u64) -> Vec<Cut> {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    let ends = most_probable_ends(run, &starts, log_total, frequency);
    let mut cuts: Vec<Cut> = Vec::new();
    let mut at = 0;
    let mut last_unknown = false;
    while at < starts.len() - 1 {
        let end = ends[at];
        let unknown = end == at + 1 && frequency(&run[starts[at]..starts[end]]) == 0;
        match cuts.last_mut() {
            Some(last) if unknown && last_unknown => last.word.end = end,
            _ => cuts.push(Cut::plain(at..end)),
        }
        last_unknown = unknown;
        at = end;
    }
    cuts
}

/// Finds the most probable path of words, as jieba does, with document frequencies for probabilities. Returns for every
/// character where the word ends that begins with it. `starts` are the bytes where characters begin, and the end.
fn most_probable_ends(
    run: &str,
    starts: &[usize],
    log_total: f64,
    frequency: &dyn Fn(&str) -> u64,
) -> Vec<usize> {
    let chars = starts.len() - 1;
    // From each character to the end: the log-probability of the best path, and where its first word ends.
    let mut best = vec![(0.0_f64, chars); chars + 1];
    for from in (0..chars).rev() {
        let mut choice = (f64::NEG_INFINITY, from + 1);
        for to in from + 1..=chars.min(from + MAX_WORD_CHARS) {
            let score = match frequency(&run[starts[from]..starts[to]]) {
                0 if to > from + 1 => continue,
                0 => UNKNOWN,
                #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
                frequency => (frequency as f64).ln() - log_total,
            };
            let total = score + best[to].0;
            // On equal scores the longer word wins.
            if total >= choice.0 {
                choice = (total, to);
            }
        }
        best[from] = choice;
    }
    best.into_iter().map(|(_, end)| end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts by words that a thousand titles and bodies hold.
    #[track_caller]
    fn check(run: &str, words: &[(&str, u64)], expected: &str) {
        let frequency = |word: &str| {
            words.iter().find(|(known, _)| *known == word).map_or(0, |(_, count)| *count)
        };
        let chars: Vec<char> = run.chars().collect();
        let cuts = cut(run, 1_000_f64.ln(), &frequency);
        let cuts: Vec<String> =
            cuts.into_iter().map(|cut| chars[cut.word].iter().collect()).collect();
        assert_eq!(cuts.join(" "), expected);
    }

    #[test]
    fn the_most_probable_words_are_chosen() {
        let words = [("研究", 50), ("研究生", 10), ("生命", 20), ("命", 5), ("起源", 5)];
        check("研究生命起源", &words, "研究 生命 起源");
        check("研究生命", &[("研究", 2), ("研究生", 500), ("生命", 2), ("命", 500)], "研究生 命");
    }

    #[test]
    fn the_longer_of_equally_probable_words_is_chosen() {
        check("一一", &[("一", 1_000), ("一一", 1_000)], "一一");
    }

    #[test]
    fn characters_that_are_not_words_are_one_word_between_those_that_are() {
        check("用甲乙丙模型", &[("用", 100), ("模型", 100)], "用 甲乙丙 模型");
        check("甲乙", &[], "甲乙");
        check("", &[], "");
    }

    #[test]
    fn a_rare_word_is_better_than_two_unknown_characters_and_a_very_long_one_is_not_looked_for() {
        check("甲乙", &[("甲乙", 1)], "甲乙");
        let longest = "一二三四五六七八九十百千万亿兆京";
        check(&format!("{longest}垓"), &[(longest, 1)], &format!("{longest} 垓"));
        let longer = format!("{longest}垓");
        check(&longer, &[(&longer, 1), ("垓", 1)], &format!("{longest} 垓"));
    }
}
