//! Between which values the scores of many items lie, by what is cheap to find out, so that only those are scored that can be
//! among the best.

use tantivy::DocId;

use super::part::{Part, Scope};
use super::rank::{ALL_TYPED, Ranking, share_of_title};
use crate::error::Result;
use crate::search::docs::{Docs, seek_by};

/// What sums in another order, and scores in steps, may be off by together.
const ROUNDING: f32 = 3e-4;

/// The least and the most that each of some items is worth.
pub(super) struct Bounds {
    low: Vec<f32>,
    high: Vec<f32>,
}

/// What a title has of a query: as far as it is known, and at most.
#[derive(Clone, Copy, Default)]
struct InTitle {
    share: f32,
    typed: f32,
    words: u32,
}

impl Bounds {
    /// Finds the bounds of some items of a segment.
    pub(super) fn of(
        ranking: Ranking<'_>,
        part: &Part<'_>,
        scope: &Scope,
        docs: &[DocId],
    ) -> Result<Self> {
        let Ranking { plan, information, weights } = ranking;
        let mut bounds = Self { low: vec![0.0; docs.len()], high: vec![0.0; docs.len()] };
        let mut titles = vec![[InTitle::default(); 2]; docs.len()];
        for (word, _) in plan.words.iter().enumerate().filter(|(_, word)| word.positive) {
            let (weighed, share) = (part.weigh(word, scope, docs)?, information.share(word));
            for (at, value) in weighed.value.iter().enumerate() {
                let unknown = weighed.unknown(at);
                bounds.low[at] += share * value;
                bounds.high[at] += share * value.max(unknown.strength);
                let (in_title, typed) = (weighed.in_title[at], weighed.is_in_title[at]);
                titles[at][0].add(share, in_title, typed);
                titles[at][1].add(
                    share,
                    in_title.max(unknown.in_title),
                    typed || unknown.is_in_title,
                );
            }
        }
        for (group, planned) in plan.groups.iter().enumerate() {
            if planned.words.len() > 1 {
                let worth = weights.literal * information.literals[group] / information.total;
                let mut at = 0;
                for hold in part.literal(group, scope, docs)? {
                    at += seek_by(&docs[at..], hold.doc, |doc| *doc);
                    bounds.low[at] += worth * hold.value;
                    bounds.high[at] += worth * hold.value;
                }
            }
            let said: f32 = planned.words.clone().map(|word| information.share(word)).sum();
            let mut at = 0;
            for doc in part.may_begin(group, docs)? {
                at += seek_by(&docs[at..], doc, |doc| *doc);
                bounds.high[at] += weights.title_begins * said;
            }
        }
        for (at, doc) in docs.iter().enumerate() {
            let [known, most] = titles[at];
            if most.words > 0 {
                let length = part.segment().title_words(*doc);
                let worth = |title: InTitle| {
                    let whole = share_of_title(title.words, length);
                    let typed = if title.typed >= ALL_TYPED { weights.title_typed } else { 0.0 };
                    if title.words > 0 {
                        weights.title_whole * whole * title.share + typed
                    } else {
                        0.0
                    }
                };
                bounds.low[at] += worth(known);
                bounds.high[at] += worth(most);
            }
        }
        Ok(bounds)
    }
}

impl InTitle {
    fn add(&mut self, share: f32, in_title: f32, typed: bool) {
        if in_title > 0.0 {
            self.share += share * in_title;
            self.words += 1;
            self.typed += if typed { share } else { 0.0 };
        }
    }
}

/// Items that can be among the best `keep`, of all segments.
pub(super) struct Candidates {
    keep: usize,
    /// The most that each is worth, its segment, and the item.
    all: Vec<(f32, usize, DocId)>,
    /// What the best of all items are worth, as far as it is known: at most `keep` after each look at them.
    scores: Vec<f32>,
    /// The least that they are worth as far as that is known before any is scored.
    low: Vec<f32>,
    /// What an item must be worth.
    least: f32,
}

impl Candidates {
    /// Begins with the scores of items that are no candidates.
    pub(super) fn new(keep: usize, scores: impl Iterator<Item = f32>) -> Self {
        let (scores, all) = (scores.collect(), Vec::new());
        let mut new = Self { keep, all, scores, low: Vec::new(), least: f32::NEG_INFINITY };
        new.leave_out();
        new
    }

    /// Adds items of a segment.
    pub(super) fn add(&mut self, part: usize, docs: &[DocId], bounds: Bounds) {
        self.low.extend(bounds.low);
        if let Some(least) = least_of_best(&mut self.low, self.keep) {
            self.least = self.least.max(least);
        }
        let least = self.least - ROUNDING;
        let all = docs.iter().zip(bounds.high).map(|(doc, high)| (high, part, *doc));
        self.all.extend(all.filter(|(high, ..)| *high >= least));
    }

    /// Adds items of a segment that may be worth anything.
    pub(super) fn add_unbounded(&mut self, part: usize, docs: &[DocId]) {
        self.all.extend(docs.iter().map(|doc| (f32::INFINITY, part, *doc)));
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Takes note of what items are worth.
    pub(super) fn learn(&mut self, scores: impl Iterator<Item = f32>) {
        self.scores.extend(scores);
    }

    /// Leaves out what enough others are worth more than.
    pub(super) fn leave_out(&mut self) {
        if let Some(least) = least_of_best(&mut self.scores, self.keep) {
            self.least = self.least.max(least);
        }
        let least = self.least - ROUNDING;
        self.all.retain(|(high, ..)| *high >= least);
    }

    /// Takes those that can be worth most, by segment; `None` if none is left.
    pub(super) fn take(&mut self, most: usize, parts: usize) -> Option<Vec<Docs>> {
        if self.all.is_empty() {
            return None;
        }
        if most < self.all.len() {
            self.all.select_nth_unstable_by(most, |a, b| b.0.total_cmp(&a.0));
        }
        let mut taken = vec![Docs::new(); parts];
        for (_, part, doc) in self.all.drain(..most.min(self.all.len())) {
            taken[part].push(doc);
        }
        for docs in &mut taken {
            docs.sort_unstable();
        }
        Some(taken)
    }
}

/// Keeps the best of some scores; returns the least of so many.
fn least_of_best(scores: &mut Vec<f32>, keep: usize) -> Option<f32> {
    if keep == 0 || scores.len() < keep {
        return None;
    }
    let (_, least, _) = scores.select_nth_unstable_by(keep - 1, |a, b| b.total_cmp(a));
    let least = *least;
    scores.truncate(keep);
    Some(least)
}
