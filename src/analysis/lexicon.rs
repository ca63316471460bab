//! Words with frequencies, and the most probable way to divide a run of characters into them: what jieba does without
//! its hidden Markov model, to the last bit of every probability.

use std::collections::HashMap;
use std::ops::Range;

use crawdad::Trie;
use fixedbitset::FixedBitSet;

/// jieba's words as `build.rs` writes them.
static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/jieba.words"));
/// Bits that say whether words begin with two characters; with six hundred words, one pair of a hundred is looked up in
/// vain.
const PAIR_BITS: usize = 1 << 16;
/// How much more probable, as a logarithm, the words of a run are at most than those with another word across two of them, if they
/// are doubtful: twelve times. Of a hundred words one is, in seven of eight cases wrongly; at 1.5 half as many are, and 拍卖 in
/// 乒乓球拍卖完 is not.
const DOUBTFUL: f64 = 2.5;
/// The same, if the other word counts, too: three times. Half of such words are right, as 编辑器 in 文本编辑器; at 2.5, one of eight.
const COMPARABLE: f64 = 1.0;

/// A word across two of those that a run is divided into.
pub(super) struct Across {
    pub(super) word: Range<usize>,
    /// Whether it is about as probable as they are.
    pub(super) is_comparable: bool,
}

/// Words with their frequencies.
pub(super) struct Lexicon {
    /// The words that are always there, with places in the tables of their frequencies.
    trie: Trie,
    frequencies: Vec<usize>,
    logarithms: Vec<f64>,
    /// Those added, which replace others, by their first two characters.
    added: HashMap<[char; 2], Vec<Added>>,
    /// Which pairs words may have been added for.
    pairs: FixedBitSet,
    total: usize,
    log_total: f64,
}

/// A word that was added.
struct Added {
    /// What stands behind its first two characters.
    rest: Vec<char>,
    frequency: usize,
    logarithm: f64,
}

/// The most probable rest of a run from one character on.
#[derive(Clone, Copy)]
struct Step {
    /// Logarithm of its probability.
    log: f64,
    /// End of its first word.
    end: usize,
}

/// A word that stands in a run.
#[derive(Clone, Copy)]
struct Standing {
    start: usize,
    end: usize,
    log: f64,
}

/// Returns the logarithm of a frequency as jieba takes it.
#[expect(clippy::cast_precision_loss, reason = "frequencies are far below 2^52")]
fn log(frequency: usize) -> f64 {
    (frequency as f64).ln()
}

/// Returns whether jieba reads a Han character together with its neighbours; others stand alone.
fn is_joined(c: char) -> bool {
    matches!(
        u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x2_0000..=0x2_A6DF | 0x2_A700..=0x2_EBEF
            | 0x2_F800..=0x2_FA1F
    )
}

fn bit(pair: [char; 2]) -> usize {
    let [first, second] = pair.map(u32::from);
    let mixed = (first.wrapping_mul(0x9E37_79B1) ^ second).wrapping_mul(0x85EB_CA6B);
    mixed as usize >> 16 & (PAIR_BITS - 1)
}

impl Lexicon {
    /// Loads jieba's words; takes some milliseconds.
    pub(super) fn jieba() -> Self {
        let number =
            |bytes: &[u8]| bytes.iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte));
        let (total, rest) = WORDS.split_at(8);
        let (count, rest) = rest.split_at(4);
        let (frequencies, trie) = rest.split_at(number(count) * 4);
        let frequencies: Vec<usize> = frequencies.chunks_exact(4).map(number).collect();
        let (trie, _) = Trie::deserialize_from_slice(trie);
        let total = number(total);
        Self {
            trie,
            logarithms: frequencies.iter().map(|frequency| log(*frequency)).collect(),
            frequencies,
            added: HashMap::new(),
            pairs: FixedBitSet::with_capacity(PAIR_BITS),
            total,
            log_total: log(total),
        }
    }

    /// Returns the frequency of a word.
    pub(super) fn frequency(&self, word: &[char]) -> Option<usize> {
        self.added(word)
            .find(|added| added.rest.len() + 2 == word.len())
            .map(|added| added.frequency)
            .or_else(|| {
                let place = self.trie.exact_match(word.iter().copied())?;
                self.frequencies.get(place as usize).copied()
            })
    }

    /// Adds a word of two or more characters. Without a frequency it gets one that is just enough to win over its parts.
    pub(super) fn add(&mut self, word: &str, frequency: Option<usize>) {
        let word: Vec<char> = word.chars().collect();
        let [first, second, rest @ ..] = &word[..] else { return };
        let frequency = frequency.unwrap_or_else(|| self.sufficient(&word));
        let before = self.frequency(&word).unwrap_or_default();
        let pair = [*first, *second];
        let new = Added { rest: rest.to_vec(), frequency, logarithm: log(frequency) };
        let words = self.added.entry(pair).or_default();
        match words.iter_mut().find(|added| added.rest == rest) {
            Some(old) => *old = new,
            None => words.push(new),
        }
        self.pairs.insert(bit(pair));
        self.total = self.total + frequency - before;
        self.log_total = log(self.total);
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a probability of words times the sum of all frequencies is a frequency"
    )]
    fn sufficient(&self, word: &[char]) -> usize {
        let known = |word: &[char]| self.frequency(word).unwrap_or(1);
        let (mut sum, mut start) = (0.0, 0);
        for end in self.cut(word) {
            sum = sum + log(known(&word[start..end])) - self.log_total;
            start = end;
        }
        ((sum + self.log_total).exp() as usize + 1).max(known(word))
    }

    /// Returns whether a word may be one of those that were added; surely not, if it says so.
    pub(super) fn may_be_added(&self, word: &[char]) -> bool {
        word.first_chunk().is_some_and(|pair| self.pairs.contains(bit(*pair)))
    }

    /// Returns the added words that `text` begins with.
    fn added<'l>(&'l self, text: &'l [char]) -> impl Iterator<Item = &'l Added> {
        let pair = text.first_chunk::<2>().filter(|_| self.may_be_added(text));
        let words = pair.and_then(|pair| self.added.get(pair)).into_iter().flatten();
        words.filter(|added| text.get(2..).is_some_and(|rest| rest.starts_with(&added.rest)))
    }

    /// Divides a run into words; returns where each ends.
    pub(super) fn cut(&self, run: &[char]) -> Vec<usize> {
        self.divide(run).0
    }

    /// Divides a run into words; returns where each ends, and the words that may stand across these ends instead, in order.
    pub(super) fn divide(&self, run: &[char]) -> (Vec<usize>, Vec<Across>) {
        let mut ends = Vec::with_capacity(run.len());
        let (mut across, mut start) = (Vec::new(), 0);
        let mut standing = Vec::new();
        for block in run.chunk_by(|a, b| is_joined(*a) && is_joined(*b)) {
            standing.clear();
            let steps = self.steps(block, &mut standing);
            let (mut at, before) = (0, ends.len());
            while let Some(step) = steps.get(at).filter(|_| at < block.len()) {
                at = step.end;
                ends.push(start + at);
            }
            let found = self::across(&steps, &standing, |at| {
                at == 0 || ends[before..].binary_search(&(start + at)).is_ok()
            });
            across.extend(found.into_iter().map(|mut across| {
                across.word = start + across.word.start..start + across.word.end;
                across
            }));
            start += block.len();
        }
        (ends, across)
    }

    /// Finds the best way on from every character, last to first; of equally probable words the longest. Adds every word that
    /// stands in the block.
    fn steps(&self, block: &[char], standing: &mut Vec<Standing>) -> Vec<Step> {
        let mut steps = vec![Step { log: 0.0, end: block.len() }; block.len() + 1];
        for at in (0..block.len()).rev() {
            let rest = &block[at..];
            let mut best: Option<Step> = None;
            let mut offer = |end: usize, logarithm: f64| {
                standing.push(Standing { start: at, end, log: logarithm - self.log_total });
                let log = logarithm - self.log_total + steps[end].log;
                if best.is_none_or(|best| (log, end) > (best.log, best.end)) {
                    best = Some(Step { log, end });
                }
            };
            // Nearly no two characters begin an added word.
            let added: Vec<&Added> = self.added(rest).collect();
            for (place, length) in self.trie.common_prefix_search(rest.iter().copied()) {
                if !added.iter().any(|added| added.rest.len() + 2 == length) {
                    offer(at + length, self.logarithms[place as usize]);
                }
            }
            for added in added {
                offer(at + 2 + added.rest.len(), added.logarithm);
            }
            let alone = Step { log: 0.0 - self.log_total + steps[at + 1].log, end: at + 1 };
            steps[at] = best.unwrap_or_else(|| {
                standing.push(Standing { start: at, end: at + 1, log: 0.0 - self.log_total });
                alone
            });
        }
        steps
    }
}

/// Returns the words of a block that stand across an end of those it is divided into and leave only a piece of one, if these are not
/// much more probable than the most probable ones with it. `is_end` says where words end, and where the block begins.
fn across(steps: &[Step], standing: &[Standing], is_end: impl Fn(usize) -> bool) -> Vec<Across> {
    let is_across = |word: &&Standing| {
        (word.start + 1..word.end).any(&is_end) && !(is_end(word.start) && is_end(word.end))
    };
    // Words were found from the last character to the first.
    let mut across = standing.iter().rev().filter(is_across).peekable();
    if across.peek().is_none() {
        return Vec::new();
    }
    let mut before = vec![f64::NEG_INFINITY; steps.len()];
    before[0] = 0.0;
    for word in standing.iter().rev() {
        before[word.end] = before[word.end].max(before[word.start] + word.log);
    }
    let doubted = across.filter_map(|word| {
        let more = steps[0].log - (before[word.start] + word.log + steps[word.end].log);
        let (word, is_comparable) = (word.start..word.end, more <= COMPARABLE);
        (more <= DOUBTFUL).then_some(Across { word, is_comparable })
    });
    let mut found: Vec<Across> = doubted.collect();
    found.sort_unstable_by_key(|across| (across.word.start, across.word.end));
    found
}
