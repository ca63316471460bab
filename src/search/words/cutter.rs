//! Cuts queries with the words of the archive and, where these leave single characters, with names and words that it does not
//! have: 月之暗面 is one thing, in no item, and not a heap of four characters.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use crate::analysis::{Cut, Cutter, Dictionary, read_words};
use crate::index::Vocabulary;
use crate::query::{Thesaurus, is_particle};

/// Characters of the longest name that is looked for.
const MAX_NAME: usize = 8;
/// Characters of the longest run that is one name if nothing in it is known.
const MAX_UNKNOWN: usize = 8;

/// Characters of words of grammar that are looked for inside what the archive does not know: shorter ones are pieces of names.
const SHORTEST_GRAMMAR: usize = 2;
const LONGEST_GRAMMAR: usize = 3;

/// The words of the dictionary, and the archive's own.
#[derive(Debug, Default)]
pub(crate) struct KnownWords {
    list: String,
    /// The words of the list, once one was asked for.
    own: OnceLock<HashSet<String>>,
}

impl KnownWords {
    /// Knows the archive's own, a list as [`read_words`] reads it.
    pub(crate) fn with_own(list: &str) -> Self {
        Self { list: list.to_owned(), own: OnceLock::new() }
    }

    /// Returns whether a word is one; loading the dictionary takes some milliseconds.
    pub(crate) fn has(&self, word: &str) -> bool {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        let own = || read_words(&self.list).0.into_iter().map(|(word, _)| word).collect();
        self.own.get_or_init(own).contains(word)
            || DICTIONARY.get_or_init(|| Dictionary::load("")).has(word)
    }
}

/// Cuts queries.
pub(crate) struct QueryCutter<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    /// Lists of names. Those that the archive explains itself are made of its words.
    pub(crate) names: &'a dyn Thesaurus,
    pub(crate) words: &'a KnownWords,
}

impl Cutter for QueryCutter<'_> {
    fn cut(&self, run: &str) -> Vec<Cut> {
        let cuts = self.vocabulary.cut(run);
        let chars: Vec<char> = run.chars().collect();
        let text = |range: Range<usize>| chars[range].iter().collect::<String>();
        let cuts: Vec<Cut> = cuts.into_iter().flat_map(|cut| self.divided(cut, &text)).collect();
        let is_left_over = |cut: &Cut| {
            cut.word.len() == 1 || self.vocabulary.frequency(&text(cut.word.clone())) == 0
        };
        with_names(cuts, &is_left_over, &|cuts: &[Cut]| self.is_name(cuts, &text), &|cut: &Cut| {
            is_particle(&text(cut.word.clone()))
        })
    }

    fn has_word(&self, word: &str) -> bool {
        self.vocabulary.has_word(word)
    }
}

impl QueryCutter<'_> {
    /// Divides what the archive has no character of where words of grammar stand in it, if it is no name: 麻烦问一下哪个.
    fn divided(&self, cut: Cut, text: &dyn Fn(Range<usize>) -> String) -> Vec<Cut> {
        let Range { start, end } = cut.word;
        let grammar = |at: usize| {
            let ends = (at + SHORTEST_GRAMMAR..=end.min(at + LONGEST_GRAMMAR)).rev();
            ends.into_iter().find(|end| is_particle(&text(at..*end)))
        };
        let is_known = || {
            self.vocabulary.frequency(&text(start..end)) > 0
                || self.is_name(std::slice::from_ref(&cut), text)
        };
        let is_one =
            end - start <= SHORTEST_GRAMMAR || !(start..end).any(|at| grammar(at).is_some());
        if is_one || is_known() {
            return vec![cut];
        }
        let (mut divided, mut from, mut at) = (Vec::new(), start, start);
        let one = |word: Range<usize>| Cut::plain(word);
        while at < end {
            match grammar(at) {
                Some(behind) => {
                    divided.extend((from < at).then(|| one(from..at)));
                    divided.push(one(at..behind));
                    (from, at) = (behind, behind);
                }
                None => at += 1,
            }
        }
        divided.extend((from < end).then(|| one(from..end)));
        divided
    }

    /// Returns whether several words are one name or one word of the dictionary.
    fn is_name(&self, cuts: &[Cut], text: &dyn Fn(Range<usize>) -> String) -> bool {
        let Some(whole) = covered(cuts) else { return false };
        let whole = text(whole);
        // Particles stand beside anything, and the dictionary has many of these pairs.
        let has_particle = cuts.iter().any(|cut| is_particle(&text(cut.word.clone())));
        !self.names.other_names(&[&whole]).is_empty() || !has_particle && self.words.has(&whole)
    }
}

/// Returns the characters that neighbouring words cover.
fn covered(cuts: &[Cut]) -> Option<Range<usize>> {
    Some(cuts.first()?.word.start..cuts.last()?.word.end)
}

/// Joins words that are a name together, from every word on the longest; what is left over must be part of it. A run of which
/// nothing is known is one name, too.
fn with_names(
    cuts: Vec<Cut>,
    is_left_over: &dyn Fn(&Cut) -> bool,
    is_name: &dyn Fn(&[Cut]) -> bool,
    is_particle: &dyn Fn(&Cut) -> bool,
) -> Vec<Cut> {
    let left_over: Vec<bool> = cuts.iter().map(is_left_over).collect();
    if cuts.len() < 2 || !left_over.contains(&true) {
        return cuts;
    }
    let mut joined: Vec<Cut> = Vec::new();
    let (mut at, mut is_known) = (0, false);
    while at < cuts.len() {
        let fits = |end: &usize| cuts[*end - 1].word.end - cuts[at].word.start <= MAX_NAME;
        let longest = (at + 2..=cuts.len()).take_while(fits).last().unwrap_or(at);
        let end = (at + 2..=longest)
            .rev()
            .find(|end| left_over[at..*end].contains(&true) && is_name(&cuts[at..*end]));
        if let Some(end) = end {
            let word = cuts[at].word.start..cuts[end - 1].word.end;
            joined.push(Cut::plain(word));
            (at, is_known) = (end, true);
        } else {
            joined.push(cuts[at].clone());
            at += 1;
        }
    }
    let is_unknown = !is_known && left_over.iter().all(|left_over| *left_over);
    match covered(&cuts) {
        Some(word) if is_unknown && word.len() <= MAX_UNKNOWN && !cuts.iter().any(is_particle) => {
            vec![Cut::plain(word)]
        }
        _ => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts `text`, whose words are divided by spaces, where `names` are known.
    #[track_caller]
    fn check(text: &str, names: &[&str], expected: &str) {
        let chars: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
        let mut at = 0;
        let cuts = text.split(' ').map(|word| {
            let start = at;
            at += word.chars().count();
            Cut::plain(start..at)
        });
        let written = |cut: &Cut| chars[cut.word.clone()].iter().collect::<String>();
        let is_name = |cuts: &[Cut]| {
            let whole: String = cuts.iter().map(written).collect();
            names.contains(&whole.as_str())
        };
        let found = with_names(cuts.collect(), &|cut| cut.word.len() == 1, &is_name, &|cut| {
            is_particle(&written(cut))
        });
        let found: Vec<String> = found.iter().map(written).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn names_that_the_archive_does_not_have_stay_whole() {
        check("月 之 暗 面", &["月之暗面"], "月之暗面");
        check("月 之 暗 面 科技", &["月之暗面"], "月之暗面 科技");
        check("国产 画 图", &["画图"], "国产 画图");
        check("画 图", &["画图", "画"], "画图");
        // Words that the archive has are not joined.
        check("机器 学习", &["机器学习"], "机器 学习");
    }

    #[test]
    fn a_run_of_which_nothing_is_known_is_a_name() {
        check("硅 灵", &[], "硅灵");
        check("硅 灵 科技", &[], "硅 灵 科技");
        check("我 想 找", &[], "我 想 找");
        check("猫 的", &[], "猫 的");
        check("一 二 三 四 五 六 七 八 九", &[], "一 二 三 四 五 六 七 八 九");
    }
}
