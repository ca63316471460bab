//! Findings to an order: how much of the query's information an item covers comes first, then where and how often its
//! words stand, then how close they stand together.
//!
//! Scores are dense: two numbers for every item of a segment, and two more while they are summed, for every step of the
//! ladder. That is 16 bytes an item, 0.3 MB for an archive of 20,000 and cheaper than any map; at a million it is 16 MB
//! to clear for each step, more than the work of a query of rare words. From there on they should hold only the items
//! that have something.

use std::ops::Range;

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use super::findings::{Findings, docs_of};
use crate::error::Result;
use crate::query::{Clause, IssueRange, Plan, Slot, Zone};
use crate::search::segment::Segment;
use crate::search::weights::Weights;

/// Items of a segment whose words are looked at for how close they stand: the best by everything else. It bounds the
/// work of common words; it must be more than the hits of a page, or the order of a page would show where it ends.
const CLOSELY_LOOKED_AT: usize = 64;
/// Positions of one word in one zone of one item that are compared with those of the next word. It bounds the work on
/// long items; where the words meet only behind it they count as far apart.
const MAX_POSITIONS: usize = 32;
/// Atoms between two words at which closeness is worth half. Chosen by eye: a phrase with a word between still counts
/// as close, another sentence does not. Golden cases and judged queries hold it.
const NEAR: f32 = 5.0;
/// What words in the other order are further apart, in atoms: `查询优化` before `优化的查询`, all else equal.
const OTHER_ORDER: u32 = 1;
/// A word that tells less than this in a question is not looked at for closeness: particles stand everywhere.
const LEAST_INFORMATION: f32 = 0.5;
/// What an item of an issue that was named is worth: more than any text that mentions the issue, whose score is a
/// sum of shares of one and a few weights of less than one.
const ISSUE: f32 = 100.0;

/// How much the words of a query say, over all segments: what is rare says more.
#[derive(Debug, Default)]
pub(super) struct Information {
    /// For every word.
    pub(super) words: Vec<f32>,
    /// For the literal of every group.
    pub(super) literals: Vec<f32>,
    /// Of all words together; never 0.
    pub(super) total: f32,
}

/// Inverse document frequency as BM25 has it, raised to a power.
fn rarity(items: usize, having: usize, power: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
    let (items, having) = (items as f32, having.min(items) as f32);
    (1.0 + (items - having + 0.5) / (having + 0.5)).ln().powf(power)
}

impl Information {
    /// Weighs the words of a plan by how rare they are among `items`; `findings` are those of every segment.
    pub(super) fn of(plan: &Plan, findings: &[&Findings], items: usize, weights: &Weights) -> Self {
        let count = |of: &dyn Fn(&Findings) -> usize| findings.iter().map(|f| of(f)).sum::<usize>();
        let mut information = Self::default();
        for (index, word) in plan.words.iter().enumerate() {
            let plain = count(&|findings| findings.words[index].plain);
            let having =
                if plain > 0 { plain } else { count(&|f| f.words[index].bits.count_ones(..)) };
            let own = if word.positive {
                word.information * rarity(items, having, weights.rarity)
            } else {
                0.0
            };
            information.words.push(own);
            information.total += own;
        }
        for index in 0..plan.groups.len() {
            let having = count(&|findings| findings.groups[index].holds.len());
            information.literals.push(rarity(items, having, weights.rarity));
        }
        information.total = information.total.max(f32::MIN_POSITIVE);
        information
    }

    /// Returns the share of all information that a word has, 0 to 1.
    pub(super) fn share(&self, word: usize) -> f32 {
        self.words[word] / self.total
    }
}

/// Scores of a segment's items.
#[derive(Debug, PartialEq)]
pub(super) struct Scores {
    /// By item; 0 for one that has nothing.
    pub(super) score: Vec<f32>,
    /// Share of the query's information that the item covers, by item.
    pub(super) cover: Vec<f32>,
}

impl Scores {
    pub(super) fn of(&self, doc: DocId) -> f32 {
        self.score[doc as usize]
    }

    /// Returns the largest share of the query that one of some items covers.
    pub(super) fn most_covered(&self, set: &FixedBitSet) -> f32 {
        set.ones().map(|doc| self.cover[doc]).fold(0.0, f32::max)
    }

    /// Takes out of a set what covers less than `enough` of the query.
    pub(super) fn keep_covered(&self, set: &mut FixedBitSet, enough: f32) {
        let few: Vec<usize> = set.ones().filter(|doc| self.cover[*doc] < enough).collect();
        for doc in few {
            set.remove(doc);
        }
    }
}

/// What every segment is ranked by.
#[derive(Clone, Copy)]
pub(super) struct Ranking<'a> {
    pub(super) plan: &'a Plan,
    pub(super) information: &'a Information,
    pub(super) weights: &'a Weights,
}

impl Ranking<'_> {
    /// Scores the items of a segment of `docs` items; `title_words` returns the length of an item's title.
    pub(super) fn score(
        &self,
        findings: &Findings,
        docs: usize,
        title_words: impl Fn(DocId) -> u32,
    ) -> Scores {
        let mut scores = Scores { score: vec![0.0; docs], cover: vec![0.0; docs] };
        let in_titles = self.add_words(findings, &mut scores);
        self.add_literals(findings, &mut scores);
        for (doc, in_title) in in_titles {
            let whole = share_of_title(in_title.words, title_words(doc));
            scores.score[doc as usize] += self.weights.title_whole * whole * in_title.share;
        }
        scores
    }

    /// Adds what items have of every word; returns what their titles have.
    fn add_words(&self, findings: &Findings, scores: &mut Scores) -> Vec<(DocId, InTitle)> {
        let mut in_title = vec![InTitle::default(); scores.score.len()];
        let mut titled = Vec::new();
        for (index, word) in findings.words.iter().enumerate() {
            let share = self.information.share(index);
            for hold in &word.holds {
                let doc = hold.doc as usize;
                scores.score[doc] += share * hold.value;
                scores.cover[doc] += share * hold.strength;
                if hold.in_title > 0.0 {
                    if in_title[doc].words == 0 {
                        titled.push(hold.doc);
                    }
                    in_title[doc].share += share * hold.in_title;
                    in_title[doc].words += 1;
                }
            }
        }
        titled.into_iter().map(|doc| (doc, in_title[doc as usize])).collect()
    }

    /// Adds for groups that stand as typed, and for titles that begin with them.
    fn add_literals(&self, findings: &Findings, scores: &mut Scores) {
        let Information { words: of_words, literals, total } = self.information;
        for (index, found) in findings.groups.iter().enumerate() {
            let words = self.plan.groups[index].words.clone();
            let single = words.len() < 2;
            if !single {
                let worth = self.weights.literal * literals[index] / total;
                for (doc, value) in &found.holds {
                    scores.score[*doc as usize] += worth * value;
                }
            }
            let only = &findings.words[words.start];
            let information: f32 = words.map(|word| of_words[word]).sum();
            for doc in &found.begins {
                // Where one word was typed it must be there as a word: 和服务 does not begin with 和服.
                if single && !only.has_whole(*doc) {
                    continue;
                }
                scores.score[*doc as usize] += self.weights.title_begins * information / total;
            }
        }
    }

    /// Adds to the scores of the best `among` these items for neighbouring words that stand close together.
    pub(super) fn add_closeness(
        &self,
        segment: &Segment<'_>,
        among: &FixedBitSet,
        scores: &mut Scores,
    ) -> tantivy::Result<()> {
        let words = self.words_of_closeness();
        if words.len() < 2 || self.weights.closeness == 0.0 {
            return Ok(());
        }
        let docs = best_of(among, &scores.score);
        let literals: Vec<&[Slot]> = words.iter().map(|(_, literal)| *literal).collect();
        let gaps = smallest_gaps(segment, &literals, &docs)?;
        let Information { words: of_words, total, .. } = self.information;
        for (doc, gaps) in docs.iter().zip(&gaps) {
            for (gap, pair) in gaps.iter().zip(words.windows(2)) {
                let Some(gap) = gap else { continue };
                let information = of_words[pair[0].0].min(of_words[pair[1].0]);
                scores.score[*doc as usize] +=
                    self.weights.closeness * nearness(*gap) * information / total;
            }
        }
        Ok(())
    }

    /// Returns the words that are looked at for closeness, each with its atoms.
    fn words_of_closeness(&self) -> Vec<(usize, &[Slot])> {
        let words = self.plan.words.iter().enumerate().filter(|(index, word)| {
            self.information.words[*index] > 0.0 && word.information >= LEAST_INFORMATION
        });
        words.filter_map(|(index, word)| Some((index, word.literal()?))).collect()
    }
}

/// What a title has of a query.
#[derive(Clone, Copy, Debug, Default)]
struct InTitle {
    /// Share of the query's information.
    share: f32,
    words: u32,
}

/// Returns which share of a title's `length` words were asked for, 0 to 1. Lengths are rounded down for long titles,
/// and a word may stand for several of the query.
fn share_of_title(asked_for: u32, length: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "titles are short")]
    let share = asked_for as f32 / length.max(1) as f32;
    share.min(1.0)
}

/// Returns the best [`CLOSELY_LOOKED_AT`] of some items by their scores, in order of item.
fn best_of(among: &FixedBitSet, scores: &[f32]) -> Vec<DocId> {
    let mut docs: Vec<DocId> = docs_of(among).collect();
    if docs.len() > CLOSELY_LOOKED_AT {
        docs.select_nth_unstable_by(CLOSELY_LOOKED_AT - 1, |a, b| {
            scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b))
        });
        docs.truncate(CLOSELY_LOOKED_AT);
    }
    docs.sort_unstable();
    docs
}

/// Finds for every item the smallest gap of each two neighbouring words in its title or body; `None` where they never
/// stand in the same.
fn smallest_gaps(
    segment: &Segment<'_>,
    words: &[&[Slot]],
    docs: &[DocId],
) -> tantivy::Result<Vec<Vec<Option<u32>>>> {
    let mut smallest = vec![vec![None; words.len().saturating_sub(1)]; docs.len()];
    for zone in [Zone::Title, Zone::Body] {
        let mut before: Vec<Vec<Range<u32>>> = Vec::new();
        for (word, literal) in words.iter().enumerate() {
            let mut here: Vec<Vec<Range<u32>>> = vec![Vec::new(); docs.len()];
            let length = u32::try_from(literal.len()).unwrap_or(u32::MAX);
            segment.positions(zone, literal, docs, |at, position| {
                if here[at].len() < MAX_POSITIONS {
                    here[at].push(position..position.saturating_add(length));
                }
            })?;
            if let Some(pair) = word.checked_sub(1) {
                for (at, here) in here.iter().enumerate() {
                    let known: Option<u32> = smallest[at][pair];
                    smallest[at][pair] =
                        known.into_iter().chain(smallest_gap(&before[at], here)).min();
                }
            }
            before = here;
        }
    }
    Ok(smallest)
}

/// Returns the smallest gap between two words, each given by where it stands.
fn smallest_gap(first: &[Range<u32>], second: &[Range<u32>]) -> Option<u32> {
    first.iter().flat_map(|first| second.iter().map(|second| gap(first, second))).min()
}

/// Returns how many atoms stand between two words, `first` being the one that was typed first; 0 where they overlap.
fn gap(first: &Range<u32>, second: &Range<u32>) -> u32 {
    if first.end <= second.start {
        second.start - first.end
    } else if second.end <= first.start {
        first.start - second.end + OTHER_ORDER
    } else {
        0
    }
}

/// Returns what a gap is worth, 0 to 1.
fn nearness(gap: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "far apart is far apart")]
    let gap = gap as f32;
    1.0 / (1.0 + gap / NEAR)
}

/// Puts the items of issues that were named before all others.
pub(super) fn add_issues(
    clause: &Clause,
    issues: &dyn Fn(IssueRange) -> Result<FixedBitSet>,
    scores: &mut Scores,
) -> Result<()> {
    match clause {
        Clause::Issue(range) => issues(*range)?.ones().for_each(|doc| scores.score[doc] += ISSUE),
        Clause::All(clauses) | Clause::Any(clauses) => {
            for clause in clauses {
                add_issues(clause, issues, scores)?;
            }
        }
        Clause::Groups(_) | Clause::Phrase(_) | Clause::Not(_) => {}
    }
    Ok(())
}
