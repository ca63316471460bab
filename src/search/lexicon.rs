//! What the index's own words can tell about a word it does not have: spellings, sounds, pinyin.

use std::collections::{BTreeMap, HashMap};

use tantivy::Term;
use tantivy::schema::Field;

use super::{Searcher, failed};
use crate::analysis::{pinyin_keys, readings};
use crate::error::Result;
use crate::query::Zone;
use crate::text::is_han;

/// Letters a word needs before one slip in it is looked for.
const ONE_SLIP: usize = 5;
/// Letters a word needs before two slips are looked for.
const TWO_SLIPS: usize = 9;
/// Longest pinyin that is looked up, in letters.
const MAX_PINYIN: usize = 48;
/// Longest word in a pinyin, in letters.
const MAX_PINYIN_WORD: usize = 30;
/// Readings of a pinyin that are compared with the archive.
const MAX_PATHS: usize = 12;
/// Words of one key that are kept.
const MAX_WORDS_OF_KEY: usize = 8;

/// Words of the archive by how they sound.
#[derive(Debug, Default)]
pub(super) struct Sounds {
    full: HashMap<String, Vec<(String, u64)>>,
    initials: HashMap<String, Vec<(String, u64)>>,
}

/// Characters of the archive by how they sound.
#[derive(Debug, Default)]
pub(super) struct Homophones {
    by_reading: HashMap<String, Vec<(char, u64)>>,
}

impl Searcher {
    /// Returns in how many titles and bodies a word stands.
    pub(super) fn word_frequency(&self, word: &str) -> u64 {
        let fields = self.fields();
        self.frequency(&[fields.title.words, fields.body.words, fields.meta.words], word)
    }

    fn frequency(&self, fields: &[Field], term: &str) -> u64 {
        let searcher = &self.snapshot().searcher;
        let of = |field| searcher.doc_freq(&Term::from_field_text(field, term)).unwrap_or(0);
        fields.iter().map(|field| of(*field)).sum()
    }

    /// Returns every word of titles, bodies and sections in a range of bytes, with its frequency.
    pub(super) fn words_between(&self, from: &str, to: &str) -> Result<BTreeMap<String, u64>> {
        let fields = self.fields();
        self.terms_between(&[fields.title.words, fields.body.words, fields.meta.words], from, to)
    }

    fn terms_between(
        &self,
        fields: &[Field],
        from: &str,
        to: &str,
    ) -> Result<BTreeMap<String, u64>> {
        let mut terms: BTreeMap<String, u64> = BTreeMap::new();
        for segment in self.snapshot().searcher.segment_readers() {
            for field in fields {
                let index = segment.inverted_index(*field).map_err(failed)?;
                let mut stream = index
                    .terms()
                    .range()
                    .ge(from)
                    .lt(to)
                    .into_stream()
                    .map_err(|error| failed(error.into()))?;
                while stream.advance() {
                    if let Ok(term) = std::str::from_utf8(stream.key()) {
                        *terms.entry(term.to_owned()).or_default() +=
                            u64::from(stream.value().doc_freq);
                    }
                }
            }
        }
        Ok(terms)
    }

    /// Finds the word of the archive that a Latin word was meant to be: one slip from [`ONE_SLIP`] letters on, two
    /// from [`TWO_SLIPS`] on; the first letter is never wrong. The nearest wins, then the more frequent.
    pub(super) fn nearest_spelling(&self, word: &str) -> Result<Option<String>> {
        let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
        let slips = match word.len() {
            len if !letters || len < ONE_SLIP => return Ok(None),
            len if len < TWO_SLIPS => 1,
            _ => 2,
        };
        let first = &word[..1];
        // The byte behind `z` ends what begins with it.
        let behind = char::from(first.as_bytes()[0] + 1).to_string();
        let mut best: Option<(usize, std::cmp::Reverse<u64>, String)> = None;
        for (other, frequency) in self.words_between(first, &behind)? {
            if other.len().abs_diff(word.len()) > slips
                || !other.bytes().all(|b| b.is_ascii_alphabetic())
            {
                continue;
            }
            let distance = strsim::damerau_levenshtein(word, &other);
            if distance == 0 || distance > slips {
                continue;
            }
            let candidate = (distance, std::cmp::Reverse(frequency), other);
            if best.as_ref().is_none_or(|best| candidate < *best) {
                best = Some(candidate);
            }
        }
        Ok(best.map(|(_, _, word)| word))
    }

    /// Tells whether some Latin word of the archive holds `piece`.
    pub(super) fn is_inside_latin(&self, piece: &str) -> Result<bool> {
        for segment in self.segments()? {
            for zone in [Zone::Title, Zone::Body, Zone::Meta] {
                if segment.has_piece(zone, piece).map_err(failed)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Splits an unknown word into two known ones, the rarer of which is as frequent as possible.
    pub(super) fn split_in_two<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        if !word.is_ascii() {
            return None;
        }
        let splits = (2..word.len().saturating_sub(1)).map(|at| word.split_at(at));
        let scored = splits.map(|(left, right)| {
            (self.word_frequency(left).min(self.word_frequency(right)), left, right)
        });
        scored.filter(|(frequency, ..)| *frequency > 0).max().map(|(_, left, right)| (left, right))
    }

    fn sounds(&self) -> Result<&Sounds> {
        if let Some(sounds) = self.sounds.get() {
            return Ok(sounds);
        }
        let mut sounds = Sounds::default();
        let words = self.words_between("\u{3400}", "\u{A000}")?;
        let mut words: Vec<(String, u64)> =
            words.into_iter().filter(|(word, _)| word.chars().all(is_han)).collect();
        // The same order on every run, the frequent first.
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (word, frequency) in words {
            let keys = pinyin_keys(&word);
            let several = word.chars().count() > 1;
            for (map, keys) in
                [(&mut sounds.full, keys.full), (&mut sounds.initials, keys.initials)]
            {
                for key in keys {
                    if key.len() > 1 || several {
                        let of_key = map.entry(key).or_default();
                        if of_key.len() < MAX_WORDS_OF_KEY {
                            of_key.push((word.clone(), frequency));
                        }
                    }
                }
            }
        }
        Ok(self.sounds.get_or_init(|| sounds))
    }

    /// Reads Latin letters as pinyin: texts they may stand for, the likeliest first; not all need be in the archive.
    pub(super) fn read_as_pinyin(&self, typed: &str) -> Result<Vec<String>> {
        if typed.len() > MAX_PINYIN
            || typed.len() < 2
            || !typed.bytes().all(|b| b.is_ascii_lowercase())
        {
            return Ok(Vec::new());
        }
        let sounds = self.sounds()?;
        let mut readings = paths(typed, &sounds.full, 2);
        if readings.is_empty() {
            readings = paths(typed, &sounds.initials, 2);
        }
        Ok(readings)
    }

    /// Returns other characters of the archive that sound like `c`, the frequent first.
    pub(super) fn homophones(&self, c: char) -> Result<Vec<char>> {
        let known = if let Some(known) = self.homophones.get() {
            known
        } else {
            let mut known = Homophones::default();
            let fields = self.fields();
            let atoms = [fields.title.atoms, fields.body.atoms];
            let mut atoms: Vec<(String, u64)> =
                self.terms_between(&atoms, "\u{3400}", "\u{A000}")?.into_iter().collect();
            atoms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            for (atom, frequency) in atoms {
                let mut chars = atom.chars();
                if let (Some(c), None) = (chars.next(), chars.next()) {
                    for reading in readings(c) {
                        known.by_reading.entry(reading).or_default().push((c, frequency));
                    }
                }
            }
            self.homophones.get_or_init(|| known)
        };
        let mut others: Vec<(char, u64)> = Vec::new();
        for reading in readings(c) {
            for other in known.by_reading.get(&reading).into_iter().flatten() {
                if other.0 != c && !others.contains(other) {
                    others.push(*other);
                }
            }
        }
        others.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(others.into_iter().map(|(c, _)| c).collect())
    }
}

/// Finds the likeliest ways to read `typed` as words by their keys: few words, frequent ones.
fn paths(typed: &str, keys: &HashMap<String, Vec<(String, u64)>>, shortest: usize) -> Vec<String> {
    // The best few readings of every beginning.
    let mut best: Vec<Vec<(f64, String)>> = vec![Vec::new(); typed.len() + 1];
    best[0].push((0.0, String::new()));
    for to in 1..=typed.len() {
        let mut here: Vec<(f64, String)> = Vec::new();
        for from in to.saturating_sub(MAX_PINYIN_WORD)..to {
            if best[from].is_empty() || to - from < shortest.min(typed.len()) {
                continue;
            }
            for (word, frequency) in keys.get(&typed[from..to]).into_iter().flatten() {
                #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
                let cost = 16.0 - (*frequency as f64).ln();
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
