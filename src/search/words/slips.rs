//! Words that the archive has, but that are so much rarer than one beside them that they may be slips of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use super::lexicon::{neighbours, word_frequency};
use crate::error::Result;
use crate::query::{Matcher, Note, OtherName, Plan, Thesaurus, Way};
use crate::search::reader::Reader;

/// How many times more often the word that was meant must stand.
const MORE_FREQUENT: u64 = 50;
/// The same where one letter stands for another: that makes words of their own, as reach and react.
const MORE_FREQUENT_THAN_REPLACED: u64 = 200;
/// A slip stands in no more than one of so many items, or in [`FEW`].
const RARE: u64 = 1_000;
/// Items that a slip may stand in in any archive.
const FEW: u64 = 3;
/// Words that one may have been meant as.
const MAX_MEANT: usize = 2;
/// Words of a query that are looked at; it bounds the work.
const MAX_LOOKED_AT: usize = 8;

/// Slips in one query.
pub(crate) struct Slips<'a> {
    reader: &'a Reader,
    /// What was typed with capital letters inside, folded: nobody writes LongRoPE by chance.
    names: HashSet<String>,
    /// What was looked at.
    known: RefCell<BTreeMap<String, Vec<String>>>,
}

impl<'a> Slips<'a> {
    /// Reads what is in `typed`, the query as it was typed.
    pub(crate) fn new(reader: &'a Reader, typed: &str) -> Self {
        let runs = typed.split(|c: char| !c.is_ascii_alphabetic());
        let names = runs.filter(|run| run.bytes().skip(1).any(|b| b.is_ascii_uppercase()));
        let names = names.map(str::to_ascii_lowercase).collect();
        Self { reader, names, known: RefCell::default() }
    }

    /// Returns what a word that the archive has may have been meant as.
    fn meant(&self, word: &str) -> Result<Vec<String>> {
        if let Some(known) = self.known.borrow().get(word) {
            return Ok(known.clone());
        }
        let standing = word_frequency(self.reader, word);
        let items = self.reader.snapshot().head().items as u64;
        if standing == 0
            || standing > (items / RARE).max(FEW)
            || self.known.borrow().len() >= MAX_LOOKED_AT
        {
            return Ok(Vec::new());
        }
        let mut meant = neighbours(self.reader, word, 1)?;
        meant.retain(|other| {
            let replaced = other.word.len() == word.len() && !is_transposed(&other.word, word);
            let times = if replaced { MORE_FREQUENT_THAN_REPLACED } else { MORE_FREQUENT };
            let is_form = other.word.starts_with(word) || word.starts_with(&other.word);
            !is_form && other.frequency >= standing.saturating_mul(times)
        });
        let meant: Vec<String> =
            meant.into_iter().take(MAX_MEANT).map(|other| other.word).collect();
        self.known.borrow_mut().insert(word.to_owned(), meant.clone());
        Ok(meant)
    }
}

/// Returns whether two words of the same length have the same letters.
fn is_transposed(one: &str, other: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters = word.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

impl Thesaurus for Slips<'_> {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        let &[word] = atoms else { return Vec::new() };
        if self.names.contains(word) {
            return Vec::new();
        }
        // What cannot be read is noticed where the words are looked for.
        let meant = self.meant(word).unwrap_or_default();
        meant.into_iter().map(|text| OtherName { text, weight: 1.0, way: Way::Slip }).collect()
    }
}

/// Returns what is worth saying about the slips of a plan.
pub(crate) fn slips(plan: &Plan) -> Vec<Note> {
    let notes = plan.spans.iter().filter_map(|span| {
        let slips = span.alternatives.iter().filter(|other| other.way == Way::Slip);
        let words: Vec<String> = slips
            .filter_map(|other| match &other.matcher {
                Matcher::Word(word) => Some(word.clone()),
                _ => None,
            })
            .collect();
        let typed = plan.words[span.words.start].text.clone();
        (!words.is_empty()).then_some(Note::DidYouMean { typed, words })
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::Fixture;

    /// Checks what `typed` may be a slip of, in an archive with `of` items of a word.
    #[track_caller]
    fn check(reader: &Reader, typed: &str, expected: &[&str]) {
        let slips = Slips::new(reader, typed);
        let names = slips.other_names(&[typed.to_lowercase().as_str()]);
        let names: Vec<String> = names.into_iter().map(|name| name.text).collect();
        assert_eq!(names, expected, "{typed}");
    }

    #[test]
    fn a_far_more_frequent_word_one_slip_away_was_meant() {
        let mut items = vec![("语言", "python react"); 60];
        items.extend([("pyhton", ""), ("pythons", ""), ("reach", ""), ("pythan", "")]);
        let fixture = Fixture::new(&items);
        let reader = &fixture.reader;
        check(reader, "pyhton", &["python"]);
        check(reader, "Pyhton", &["python"]);
        // A name, a plural, a word of its own, one the archive does not have, and the word itself.
        for other in ["PyHton", "pythons", "reach", "pythan", "pytohn", "python"] {
            check(reader, other, &[]);
        }
        let mut items = vec![("语言", "python"); 49];
        items.push(("pyhton", ""));
        check(&Fixture::new(&items).reader, "pyhton", &[]);
    }
}
