//! The index's own words as a dictionary: cuts a query without loading jieba.

use std::sync::Arc;

use tantivy::{InvertedIndexReader, Searcher};

use super::schema::Fields;
use crate::analysis::{Cut, Cutter};

/// Longer words do not occur in the dictionary.
const MAX_WORD_CHARS: usize = 16;
/// Log-probability of a character that is not a word of the archive; lower than that of any word. How it was chosen is not
/// known; a higher one cuts rare words into characters. Golden cases and judged queries hold it.
const UNKNOWN: f64 = -18.0;

/// Words of titles and bodies with their document frequencies.
pub struct Vocabulary {
    readers: Vec<Arc<InvertedIndexReader>>,
    log_total: f64,
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary").field("readers", &self.readers.len()).finish_non_exhaustive()
    }
}

impl Vocabulary {
    /// Opens the words of a searcher; `tokens` is the number of words in titles and bodies.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn open(searcher: &Searcher, fields: &Fields, tokens: u64) -> tantivy::Result<Self> {
        let mut readers = Vec::new();
        for segment in searcher.segment_readers() {
            for field in [fields.title.words, fields.body.words] {
                readers.push(segment.inverted_index(field)?);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
        let log_total = (tokens.max(1) as f64).ln();
        Ok(Self { readers, log_total })
    }

    /// Returns how many titles and bodies hold a word.
    #[must_use]
    pub fn frequency(&self, word: &str) -> u64 {
        let found =
            self.readers.iter().filter_map(|reader| reader.terms().get(word).ok().flatten());
        found.map(|info| u64::from(info.doc_freq)).sum()
    }
}

impl Cutter for Vocabulary {
    /// Finds the most probable path of words, as jieba does, with document frequencies for probabilities.
    fn cut(&self, run: &str) -> Vec<Cut> {
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        let chars = starts.len() - 1;
        // best[i]: score of the best path from character i to the end, and where its first word ends.
        let mut best = vec![(0.0_f64, chars); chars + 1];
        for from in (0..chars).rev() {
            let mut choice = (f64::NEG_INFINITY, from + 1);
            for to in from + 1..=chars.min(from + MAX_WORD_CHARS) {
                let frequency = self.frequency(&run[starts[from]..starts[to]]);
                if frequency == 0 && to > from + 1 {
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
                let score =
                    if frequency == 0 { UNKNOWN } else { (frequency as f64).ln() - self.log_total };
                let total = score + best[to].0;
                // On equal scores the longer word wins.
                if total >= choice.0 {
                    choice = (total, to);
                }
            }
            best[from] = choice;
        }
        let mut cuts: Vec<Cut> = Vec::new();
        let mut at = 0;
        let mut last_unknown = false;
        while at < chars {
            let end = best[at].1;
            let unknown = end == at + 1 && self.frequency(&run[starts[at]..starts[end]]) == 0;
            match cuts.last_mut() {
                // Characters that are not words stand for one word the archive does not have.
                Some(last) if unknown && last_unknown => last.word.end = end,
                _ => cuts.push(Cut { word: at..end, pieces: Vec::new() }),
            }
            last_unknown = unknown;
            at = end;
        }
        cuts
    }
}
