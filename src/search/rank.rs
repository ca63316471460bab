//! Evidence to an order: how much of the query's information an item covers comes first, then where and how often its
//! words stand, then how close they stand together.

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use super::evidence::Evidence;
use super::segment::Segment;
use super::weights::Weights;
use crate::error::Result;
use crate::query::{Clause, IssueRange, Plan, Zone};

/// What the words of a query tell, over all segments.
#[derive(Debug, Default)]
pub(super) struct Information {
    /// For every word.
    pub(super) words: Vec<f32>,
    /// For the literal of every group.
    pub(super) literals: Vec<f32>,
    /// Of all words together.
    pub(super) total: f32,
}

/// Inverse document frequency as BM25 has it.
fn rarity(items: usize, having: usize, power: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a logarithm needs no exact count")]
    let (items, having) = (items as f32, having.min(items) as f32);
    (1.0 + (items - having + 0.5) / (having + 0.5)).ln().powf(power)
}

impl Information {
    /// Weighs the words of a plan by how rare they are.
    pub(super) fn of(plan: &Plan, evidence: &[Evidence], items: usize, weights: &Weights) -> Self {
        let count = |of: &dyn Fn(&Evidence) -> usize| evidence.iter().map(of).sum::<usize>();
        let mut information = Self::default();
        for (index, word) in plan.words.iter().enumerate() {
            let plain = count(&|evidence| evidence.words[index].plain);
            let having =
                if plain > 0 { plain } else { count(&|e| e.words[index].bits.count_ones(..)) };
            let told = if word.positive {
                word.information * rarity(items, having, weights.rarity)
            } else {
                0.0
            };
            information.words.push(told);
            information.total += told;
        }
        for index in 0..plan.groups.len() {
            let having = count(&|evidence| evidence.groups[index].holds.len());
            information.literals.push(rarity(items, having, weights.rarity));
        }
        information.total = information.total.max(f32::MIN_POSITIVE);
        information
    }
}

/// Scores of a segment's items.
#[derive(Debug)]
pub(super) struct Scores {
    /// By item; 0 for one that has nothing.
    pub(super) score: Vec<f32>,
    /// Share of the query's information that the item covers, by item.
    pub(super) cover: Vec<f32>,
}

/// Scores the items of a segment.
pub(super) fn score(
    plan: &Plan,
    evidence: &Evidence,
    information: &Information,
    segment: &Segment<'_>,
    weights: &Weights,
) -> Scores {
    let docs = segment.reader.max_doc() as usize;
    let mut scores = Scores { score: vec![0.0; docs], cover: vec![0.0; docs] };
    let mut in_title: Vec<(f32, u32)> = vec![(0.0, 0); docs];
    let mut titled = Vec::new();
    for (index, word) in evidence.words.iter().enumerate() {
        let told = information.words[index] / information.total;
        for hold in &word.holds {
            let doc = hold.doc as usize;
            scores.score[doc] += told * hold.value;
            scores.cover[doc] += told * hold.strength;
            if hold.in_title > 0.0 {
                if in_title[doc].1 == 0 {
                    titled.push(hold.doc);
                }
                in_title[doc].0 += told * hold.in_title;
                in_title[doc].1 += 1;
            }
        }
    }
    for (index, group) in evidence.groups.iter().enumerate() {
        let single = plan.groups[index].words.len() < 2;
        let told = weights.literal * information.literals[index] / information.total;
        if !single {
            for (doc, value) in &group.holds {
                scores.score[*doc as usize] += told * value;
            }
        }
        let share: f32 = plan.groups[index].words.clone().map(|word| information.words[word]).sum();
        let only = &evidence.words[plan.groups[index].words.start];
        for doc in &group.begins {
            // Where one word was typed it must be there as a word: 和服务 does not begin with 和服.
            if single && !only.has_whole(*doc) {
                continue;
            }
            scores.score[*doc as usize] += weights.title_begins * share / information.total;
        }
    }
    for doc in titled {
        let (share, words) = in_title[doc as usize];
        let length = segment.title_words(doc).max(1);
        #[expect(clippy::cast_precision_loss, reason = "titles are short")]
        let whole = (words as f32 / length as f32).min(1.0);
        scores.score[doc as usize] += weights.title_whole * whole * share;
    }
    scores
}

/// Items whose words are looked at for how close they stand: the best by everything else.
const CLOSELY_LOOKED_AT: usize = 64;
/// Positions of one word in one item that are compared.
const MAX_POSITIONS: usize = 32;

/// Adds to the scores of the best `among` these items for neighbouring words that stand close together.
pub(super) fn add_closeness(
    plan: &Plan,
    information: &Information,
    segment: &Segment<'_>,
    weights: &Weights,
    among: &FixedBitSet,
    scores: &mut Scores,
) -> tantivy::Result<()> {
    let words: Vec<usize> = (0..plan.words.len())
        .filter(|word| information.words[*word] > 0.0 && plan.words[*word].information >= 0.5)
        .filter(|word| plan.words[*word].literal().is_some())
        .collect();
    if words.len() < 2 || weights.closeness == 0.0 {
        return Ok(());
    }
    let mut docs: Vec<DocId> =
        among.ones().map(|doc| DocId::try_from(doc).unwrap_or_default()).collect();
    if docs.len() > CLOSELY_LOOKED_AT {
        docs.select_nth_unstable_by(CLOSELY_LOOKED_AT - 1, |a, b| {
            scores.score[*b as usize].total_cmp(&scores.score[*a as usize]).then(a.cmp(b))
        });
        docs.truncate(CLOSELY_LOOKED_AT);
    }
    docs.sort_unstable();
    // The nearest two neighbours ever stand, by item and pair.
    let mut nearest: Vec<Vec<u32>> = vec![vec![u32::MAX; words.len() - 1]; docs.len()];
    for zone in [Zone::Title, Zone::Body] {
        let mut before: Vec<Vec<(u32, u32)>> = Vec::new();
        for (pair, word) in words.iter().enumerate() {
            let mut here: Vec<Vec<(u32, u32)>> = vec![Vec::new(); docs.len()];
            if let Some(slots) = plan.words[*word].literal() {
                let len = u32::try_from(slots.len()).unwrap_or(u32::MAX);
                segment.positions(zone, slots, &docs, |at, position| {
                    if here[at].len() < MAX_POSITIONS {
                        here[at].push((position, position + len));
                    }
                })?;
            }
            for (at, places) in here.iter().enumerate().filter(|_| pair > 0) {
                for (start, end) in places {
                    for (other_start, other_end) in &before[at] {
                        // In the other order they are a little further apart.
                        let gap = if other_end <= start {
                            start - other_end
                        } else if end <= other_start {
                            other_start - end + 1
                        } else {
                            0
                        };
                        let known = &mut nearest[at][pair - 1];
                        *known = gap.min(*known);
                    }
                }
            }
            before = here;
        }
    }
    for (doc, gaps) in docs.iter().zip(&nearest) {
        for (pair, gap) in gaps.iter().enumerate().filter(|(_, gap)| **gap < u32::MAX) {
            let told = information.words[words[pair]].min(information.words[words[pair + 1]]);
            #[expect(clippy::cast_precision_loss, reason = "far apart is far apart")]
            let near = 1.0 / (1.0 + *gap as f32 / NEAR);
            scores.score[*doc as usize] += weights.closeness * near * told / information.total;
        }
    }
    Ok(())
}

/// Atoms between two words at which closeness is worth half.
const NEAR: f32 = 5.0;

/// What an item of an issue that was named is worth: more than any text that mentions the issue.
const ISSUE: f32 = 100.0;

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
