//! jieba with the words of today's technology that its dictionary, made about 2012, does not have.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use jieba_rs::Jieba;

use super::{Cut, Cutter};

/// Words added to jieba's dictionary, one a line: `word [frequency] [tag]`, `#` comments.
const DOMAIN_WORDS: &str = include_str!("domain.dict");
/// Version of the jieba dictionary in use; part of the fingerprint.
const JIEBA_DICTIONARY: &str = "jieba-rs 0.11";

/// Returns a fingerprint of every dictionary that decides how texts are cut; an index made with another is built again.
#[must_use]
pub fn dictionary_fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(JIEBA_DICTIONARY.as_bytes());
    hasher.update(DOMAIN_WORDS.as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}

/// A loaded dictionary. Loading takes about 0.1 s and 40 MB, so it happens once and only where texts are indexed.
#[derive(Debug)]
pub struct Dictionary {
    jieba: Jieba,
    /// For every added word, the words of the bare dictionary inside it, in characters.
    pieces: HashMap<String, Vec<Range<usize>>>,
}

impl Dictionary {
    /// Loads jieba's dictionary, the words of today's technology and those of a list of the user's; see
    /// [`read_words`].
    #[must_use]
    pub fn load(own: &str) -> Self {
        let (own, _) = read_words(own);
        let shipped = parse_words(DOMAIN_WORDS);
        Self::with_words(
            shipped.chain(own.iter().map(|(word, frequency)| (word.as_str(), *frequency))),
        )
    }

    /// Returns whether a word is one of the dictionary.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// Loads jieba's dictionary and the given words, each with an optional frequency.
    ///
    /// An added word keeps the shorter words inside it findable as words: without that, adding 大模型 would hide 模型.
    #[must_use]
    pub fn with_words<'w>(words: impl IntoIterator<Item = (&'w str, Option<usize>)>) -> Self {
        let mut jieba = Jieba::new();
        let words: Vec<(&str, Option<usize>)> = words.into_iter().collect();
        let mut pieces = HashMap::new();
        for (word, _) in &words {
            let mut at = 0;
            let mut inside = Vec::new();
            for token in jieba.cut(word, false) {
                let len = token.word.chars().count();
                if len >= 2 && token.word.len() < word.len() {
                    inside.push(at..at + len);
                }
                at += len;
            }
            pieces.insert((*word).to_owned(), inside);
        }
        for (word, frequency) in words {
            // Without a frequency jieba chooses one that is just enough to win over the parts.
            jieba.add_word(word, frequency, None);
        }
        Self { jieba, pieces }
    }
}

/// Reads a list of words: `word [frequency] [tag]` a line, `#` comments. A word is made of two or more Han characters,
/// folded to simplified ones; other lines are returned by their number, counted from 1.
#[must_use]
pub fn read_words(text: &str) -> (Vec<(String, Option<usize>)>, Vec<usize>) {
    let mut words: Vec<(String, Option<usize>)> = Vec::new();
    let mut wrong = Vec::new();
    let mut known = HashSet::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        for (word, frequency) in parse_words(line) {
            let word = super::fold(word);
            if word.chars().count() < 2 || !word.chars().all(crate::text::is_han) {
                wrong.push(number + 1);
            } else if known.insert(word.clone()) {
                // A frequency of 0 would mean: never.
                words.push((word, frequency.filter(|frequency| *frequency > 0)));
            }
        }
    }
    (words, wrong)
}

fn parse_words(text: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    text.lines().filter_map(|line| {
        let mut fields = line.split('#').next().unwrap_or_default().split_whitespace();
        let word = fields.next()?;
        Some((word, fields.next().and_then(|frequency| frequency.parse().ok())))
    })
}

impl Cutter for Dictionary {
    /// Cuts without the hidden Markov model: it would glue left-over characters by context, so that a text and a
    /// query holding the same word could be cut differently.
    fn cut(&self, run: &str) -> Vec<Cut> {
        let mut at = 0;
        self.jieba
            .cut(run, false)
            .into_iter()
            .map(|token| {
                let len = token.word.chars().count();
                let word = at..at + len;
                at += len;
                let inside = self.pieces.get(token.word);
                let pieces = inside.map_or_else(Vec::new, |inside| {
                    inside
                        .iter()
                        .map(|piece| word.start + piece.start..word.start + piece.end)
                        .collect()
                });
                Cut { word, pieces }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_words_is_read_with_its_mistakes() {
        let (words, wrong) = read_words(
            "\u{feff}# own\n智譜清言 3 nz # a product\n\n字 5\nC语言\n具身智能 0\n具身智能\n",
        );
        assert_eq!(words, [("智谱清言".to_owned(), Some(3)), ("具身智能".to_owned(), None)]);
        assert_eq!(wrong, [4, 5]);
    }

    #[test]
    fn a_long_list_is_read_once() {
        // Comparing every word with all before it would be minutes.
        let chars: Vec<char> = ('\u{4E00}'..'\u{4F00}').collect();
        let pairs = chars.iter().flat_map(|a| chars.iter().map(move |b| format!("{a}{b}\n")));
        assert!(read_words(&pairs.collect::<String>()).0.len() > 60_000);
    }

    /// P16 of the study: without a frequency the word is used, and what is inside stays findable.
    #[test]
    fn an_own_word_is_cut_whole_and_its_pieces_stay() {
        let dictionary = Dictionary::load("硅基流动社区");
        let cuts = dictionary.cut("硅基流动社区上线");
        assert_eq!(cuts[0].word, 0..6);
        assert!(cuts[0].pieces.contains(&(4..6)), "{cuts:?}");
    }

    #[test]
    fn every_line_of_the_shipped_words_is_a_word_of_two_or_more_han_characters() {
        let mut seen = std::collections::BTreeSet::new();
        for (word, _) in parse_words(DOMAIN_WORDS) {
            assert!(word.chars().count() >= 2 && word.chars().all(crate::text::is_han), "{word}");
            assert!(seen.insert(word), "{word} stands twice");
        }
    }
}
