//! Words a dictionary lacks, found in the texts themselves: runs of characters that stand together more often than
//! chance makes them, in changing company.
//!
//! Cohesion is the least pointwise mutual information over the places where a run could be cut; freedom is the lesser
//! entropy of what stands to its left and right. Bounds as in the study of the analysis.

use std::collections::HashMap;

use super::Dictionary;
use crate::text::is_han;

/// Longest word that is looked for, in characters.
pub const MAX_MINED_CHARS: usize = 6;
/// Fewer occurrences prove nothing.
const MIN_COUNT: u32 = 5;
/// Least cohesion in bits, by length from two characters on.
const COHESION: [f64; 3] = [7.0, 6.0, 5.0];
/// Least entropy of the neighbours, in bits.
const FREEDOM: f64 = 1.2;
/// A piece of a longer word is left out if it stands by itself in fewer than this share of its occurrences.
const OWN_SHARE: f64 = 0.3;
/// Characters that begin or end no word that is worth a line: grammar, numbers, measures.
const AT_NO_END: &str = "的了在是和与及或也都就而但并把被将给让对从到由于以为有没不很更最这那其它他她我你们个种款些件条次位名年月日时分秒一二三四五六七八九十百千万亿两几多各每会能可要想用做让使又再还只上下里中内外前后来去说等如若则该所之着过地得吗呢吧啊";

/// A word that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Mined {
    /// The word.
    pub word: String,
    /// How often it occurs.
    pub count: u32,
    /// How firmly it holds together, in bits.
    pub cohesion: f64,
    /// Where it was met first.
    pub example: String,
}

/// Gathers texts and finds words in them.
#[derive(Debug, Default)]
pub struct Miner {
    runs: Vec<Vec<char>>,
    chars: HashMap<char, u32>,
    total: u64,
}

#[derive(Clone, Debug, Default)]
struct Gram {
    count: u32,
    left: HashMap<char, u32>,
    right: HashMap<char, u32>,
}

impl Miner {
    /// Adds the runs of Han characters of a text.
    pub fn add(&mut self, text: &str) {
        for run in super::fold(text).split(|c| !is_han(c)).filter(|run| !run.is_empty()) {
            let run: Vec<char> = run.chars().collect();
            for c in &run {
                *self.chars.entry(*c).or_default() += 1;
            }
            self.total += run.len() as u64;
            if run.len() > 1 {
                self.runs.push(run);
            }
        }
    }

    /// Returns words that `dictionary` does not have, the most frequent first.
    #[must_use]
    pub fn words(&self, dictionary: &Dictionary) -> Vec<Mined> {
        let counts = self.counts();
        let mut found: Vec<Mined> = Vec::new();
        for len in 2..=MAX_MINED_CHARS {
            for (word, cohesion) in self.firm(&counts, len) {
                let text: String = word.iter().collect();
                if !dictionary.has(&text) && splinters(&text, dictionary) {
                    let count = counts[len][&word];
                    found.push(Mined { word: text, count, cohesion, example: String::new() });
                }
            }
        }
        let mut found = self.free(found);
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.word.cmp(&b.word)));
        // What nearly always stands inside a longer word is a piece of it.
        let longer: Vec<(String, u32)> = found.iter().map(|m| (m.word.clone(), m.count)).collect();
        found.retain(|mined| {
            let inside = longer
                .iter()
                .filter(|(word, _)| word.len() > mined.word.len() && word.contains(&mined.word))
                .map(|(_, count)| *count)
                .max()
                .unwrap_or(0);
            f64::from(mined.count.saturating_sub(inside)) >= OWN_SHARE * f64::from(mined.count)
        });
        found
    }

    /// Counts runs of every length; a longer one only where both of its shorter ones are frequent.
    fn counts(&self) -> Vec<HashMap<Vec<char>, u32>> {
        let mut counts: Vec<HashMap<Vec<char>, u32>> = vec![HashMap::new(); 2];
        for len in 2..=MAX_MINED_CHARS {
            let mut of_len: HashMap<Vec<char>, u32> = HashMap::new();
            for gram in self.runs.iter().flat_map(|run| run.windows(len)) {
                let frequent = |part: &[char]| counts[len - 1].contains_key(part);
                if len == 2 || frequent(&gram[1..]) && frequent(&gram[..len - 1]) {
                    match of_len.get_mut(gram) {
                        Some(count) => *count += 1,
                        None => drop(of_len.insert(gram.to_vec(), 1)),
                    }
                }
            }
            of_len.retain(|_, count| *count >= MIN_COUNT);
            counts.push(of_len);
        }
        counts
    }

    /// Returns runs of a length that hold together, in order.
    fn firm(&self, counts: &[HashMap<Vec<char>, u32>], len: usize) -> Vec<(Vec<char>, f64)> {
        #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
        let total = self.total.max(1) as f64;
        let probability = |gram: &[char]| {
            let count = match gram {
                [only] => self.chars.get(only),
                gram => counts[gram.len()].get(gram),
            };
            f64::from(count.copied().unwrap_or(1)) / total
        };
        let needed = COHESION[(len - 2).min(COHESION.len() - 1)];
        let ends = |gram: &[char]| {
            gram.first().is_some_and(|c| !AT_NO_END.contains(*c))
                && gram.last().is_some_and(|c| !AT_NO_END.contains(*c))
        };
        let mut firm: Vec<(Vec<char>, f64)> = counts[len]
            .keys()
            .filter(|gram| ends(gram))
            .filter_map(|gram| {
                let whole = probability(gram);
                let cohesion = (1..len)
                    .map(|at| {
                        (whole / (probability(&gram[..at]) * probability(&gram[at..]))).log2()
                    })
                    .fold(f64::INFINITY, f64::min);
                (cohesion >= needed).then(|| (gram.clone(), cohesion))
            })
            .collect();
        firm.sort_by(|a, b| a.0.cmp(&b.0));
        firm
    }

    /// Keeps words that stand in changing company, with an example of each.
    fn free(&self, candidates: Vec<Mined>) -> Vec<Mined> {
        let mut grams: HashMap<Vec<char>, (Gram, String)> = candidates
            .iter()
            .map(|mined| (mined.word.chars().collect(), (Gram::default(), String::new())))
            .collect();
        for (number, run) in (0..u16::MAX - 1).cycle().zip(&self.runs) {
            for len in 2..=MAX_MINED_CHARS {
                for (at, gram) in run.windows(len).enumerate() {
                    let Some((known, example)) = grams.get_mut(gram) else { continue };
                    known.count += 1;
                    // The edge of a run is a neighbour unlike any other.
                    let edge = char::from_u32(0xF_0000 + u32::from(number)).unwrap_or(' ');
                    let left = at.checked_sub(1).map_or(edge, |at| run[at]);
                    let right = run.get(at + len).copied().unwrap_or(edge);
                    *known.left.entry(left).or_default() += 1;
                    *known.right.entry(right).or_default() += 1;
                    if example.is_empty() {
                        let from = at.saturating_sub(6);
                        *example = run[from..run.len().min(at + len + 6)].iter().collect();
                    }
                }
            }
        }
        candidates
            .into_iter()
            .filter_map(|mined| {
                let key: Vec<char> = mined.word.chars().collect();
                let (gram, example) = grams.remove(&key)?;
                (entropy(&gram.left).min(entropy(&gram.right)) >= FREEDOM)
                    .then_some(Mined { example, ..mined })
            })
            .collect()
    }
}

/// Returns whether a dictionary cuts a word so that a single character is left over: it does not know the word.
fn splinters(word: &str, dictionary: &Dictionary) -> bool {
    use super::Cutter as _;
    dictionary.cut(word).iter().any(|cut| cut.word.len() == 1)
}

fn entropy(neighbours: &HashMap<char, u32>) -> f64 {
    let mut counts: Vec<u32> = neighbours.values().copied().collect();
    counts.sort_unstable();
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    counts.iter().map(|count| f64::from(*count) / total).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_nobody_listed_is_found_by_the_company_it_keeps() {
        let mut miner = Miner::default();
        let before = ["关于", "使用", "介绍", "评测", "更新", "发布", "体验", "支持"];
        let after = ["模型", "产品", "团队", "公司", "论文", "新闻", "价格", "接口"];
        for (at, (before, after)) in before.iter().zip(after).enumerate() {
            miner.add(&format!("{before}稀宇{after}。第{at}"));
        }
        // A word holds together against all the other characters there are.
        miner.add(&('\u{4E00}'..'\u{7000}').collect::<String>());
        let dictionary = Dictionary::load("");
        let words: Vec<String> =
            miner.words(&dictionary).into_iter().map(|mined| mined.word).collect();
        assert_eq!(words, ["稀宇"]);
        assert_eq!(miner.words(&Dictionary::load("稀宇")), Vec::new());
    }
}
