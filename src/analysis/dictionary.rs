//! jieba with the words of today's technology that its dictionary, made about 2012, does not have.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

use super::lexicon::{Across, Lexicon};
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

/// A loaded dictionary. Loading takes some milliseconds and 7 MB, and happens where texts are indexed, and where
/// the words of an archive leave single characters of a query.
pub struct Dictionary {
    lexicon: Lexicon,
    /// For every added word, the words of the bare dictionary inside it, in characters.
    pieces: HashMap<Vec<char>, Vec<Range<usize>>>,
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dictionary").field("added", &self.pieces.len()).finish_non_exhaustive()
    }
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
        self.lexicon.frequency(&word.chars().collect::<Vec<_>>()).is_some()
    }

    /// Loads jieba's dictionary and the given words, each with an optional frequency.
    ///
    /// An added word keeps the shorter words inside it findable as words: without that, adding 大模型 would hide 模型.
    #[must_use]
    pub fn with_words<'w>(words: impl IntoIterator<Item = (&'w str, Option<usize>)>) -> Self {
        let mut lexicon = Lexicon::jieba();
        let words: Vec<(&str, Option<usize>)> = words.into_iter().collect();
        let mut pieces = HashMap::new();
        for (word, _) in &words {
            let word: Vec<char> = word.chars().collect();
            let inside = words_of(lexicon.cut(&word));
            let inside =
                inside.filter(|piece| piece.len() >= 2 && piece.len() < word.len()).collect();
            pieces.insert(word, inside);
        }
        for (word, frequency) in words {
            lexicon.add(word, frequency);
        }
        Self { lexicon, pieces }
    }
}

/// Returns the words that end at `ends`.
fn words_of(ends: Vec<usize>) -> impl Iterator<Item = Range<usize>> {
    ends.into_iter().scan(0, |start, end| Some(std::mem::replace(start, end)..end))
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
        let run: Vec<char> = run.chars().collect();
        let cut = |word: Range<usize>| {
            let text = &run[word.clone()];
            let inside = self.lexicon.may_be_added(text).then(|| self.pieces.get(text)).flatten();
            let inside = inside.into_iter().flatten();
            let pieces = inside.map(|piece| word.start + piece.start..word.start + piece.end);
            Cut { pieces: pieces.collect(), ..Cut::plain(word) }
        };
        let (ends, across) = self.lexicon.divide(&run);
        let mut cuts: Vec<Cut> = words_of(ends).map(cut).collect();
        for Across { word: other, is_comparable } in across {
            let first = cuts.partition_point(|cut| cut.word.end <= other.start);
            let last = cuts.partition_point(|cut| cut.word.start < other.end);
            let is_left = |word: &Range<usize>| other.start <= word.start && word.end <= other.end;
            for cut in &mut cuts[first..last] {
                cut.is_doubtful |= !is_left(&cut.word);
            }
            cuts[first].across.extend(is_comparable.then_some(other));
        }
        cuts
    }

    fn has_word(&self, word: &str) -> bool {
        self.has(word)
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

    /// Words of a run, `?` behind those that are doubtful, and what may stand across their ends in brackets.
    #[track_caller]
    fn check_doubts(run: &str, expected: &str) {
        let chars: Vec<char> = run.chars().collect();
        let text = |range: &Range<usize>| chars[range.clone()].iter().collect::<String>();
        let cuts = Dictionary::load("").cut(run);
        let cuts = cuts.iter().map(|cut| {
            let doubt = if cut.is_doubtful { "?" } else { "" };
            let across: Vec<String> = cut.across.iter().map(text).collect();
            let across =
                if across.is_empty() { String::new() } else { format!("({})", across.join(" ")) };
            format!("{}{doubt}{across}", text(&cut.word))
        });
        assert_eq!(cuts.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn where_words_cross_both_may_be_meant() {
        check_doubts("乒乓球拍卖完了", "乒乓球 拍卖? 完 了");
        check_doubts("文本编辑器", "文本编辑?(编辑器) 器");
        check_doubts("网球拍卖会", "网球 拍卖会");
        check_doubts("产品和服务", "产品 和 服务");
        check_doubts("提高人民生活水平", "提高 人民 生活 水平");
        check_doubts("中文本地化", "中文 本地化");
        check_doubts("", "");
    }

    /// What jieba-rs makes of words and a run.
    fn by_jieba(jieba: &jieba_rs::Jieba, run: &str) -> Vec<usize> {
        let tokens = jieba.cut(run, false);
        tokens.into_iter().map(|token| token.end).collect()
    }

    #[test]
    fn texts_are_cut_as_jieba_does() {
        let own = [("上下文窗口", None), ("模型", Some(1)), ("中国", Some(0)), ("龘靐齉", None)];
        let words: Vec<_> = parse_words(DOMAIN_WORDS).chain(own).collect();
        let mut jieba = jieba_rs::Jieba::new();
        for (word, frequency) in &words {
            jieba.add_word(word, *frequency, None);
        }
        let dictionary = Dictionary::with_words(words.iter().copied());
        let mut compared = 0;
        let mut compare = |run: &str| {
            let ours: Vec<usize> = dictionary.cut(run).iter().map(|cut| cut.word.end).collect();
            assert_eq!(ours, by_jieba(&jieba, run), "{run}");
            compared += ours.len();
        };
        for (word, _) in &words {
            assert!(dictionary.has(word), "{word}");
            compare(word);
        }
        let corpus = ignore::Walk::new(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"));
        let files = corpus.flatten().filter(|entry| entry.path().is_file());
        let mut chars = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            let text = super::super::fold(&text);
            for run in text.split(|c| !crate::text::is_han(c)).filter(|run| !run.is_empty()) {
                compare(run);
            }
            chars.extend(text.chars().filter(|c| crate::text::is_han(*c)));
        }
        // Neighbours that no text has, and characters that jieba reads alone.
        chars
            .extend("々〇\u{3400}\u{F900}\u{20000}\u{2A6E0}\u{2F800}\u{30000}".repeat(200).chars());
        let mut random = 1_u64;
        for _ in 0..2_000 {
            let mut run = String::new();
            for _ in 0..20 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                run.push(chars[usize::try_from(random >> 33).unwrap() % chars.len()]);
            }
            compare(&run);
        }
        assert!(compared > 40_000, "{compared}");
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
