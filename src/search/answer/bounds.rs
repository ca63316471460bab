//! Between which values the scores of many items lie, by what is cheap to find out, so that only those are scored that can be
//! among the best.

use tantivy::DocId;

use super::gather::weigh::{Weighed, kept, leaves_out_many};
use super::part::{Part, Scope};
use super::rank::{ALL_TYPED, Ranking, share_of_title};
use crate::error::Result;
use crate::search::docs::{Docs, seek_by};
use crate::search::weights::Weights;

/// What sums in another order, and scores in steps, may be off by together.
const ROUNDING: f32 = 3e-4;

/// The least and the most that some items are worth, each.
pub(super) struct Bounds {
    docs: Docs,
    low: Vec<f32>,
    high: Vec<f32>,
    /// What their titles have as far as it is known, and at most.
    titles: Vec<[InTitle; 2]>,
}

/// What a title has of a query.
#[derive(Clone, Copy, Default)]
struct InTitle {
    share: f32,
    typed: f32,
    words: u32,
}

impl Bounds {
    /// Finds the bounds of some items of a segment; without items that are not worth `least`. What their `meaning` is worth is
    /// known beforehand, if anybody knows.
    pub(super) fn of(
        ranking: Ranking<'_>,
        part: &Part<'_>,
        scope: &Scope,
        docs: &[DocId],
        least: f32,
        meaning: Option<&dyn Fn(DocId) -> f32>,
    ) -> Result<Self> {
        let Ranking { plan, information, weights } = ranking;
        let mut bounds = Self {
            docs: docs.to_vec(),
            low: vec![0.0; docs.len()],
            high: vec![0.0; docs.len()],
            titles: vec![[InTitle::default(); 2]; docs.len()],
        };
        if let Some(meaning) = meaning {
            bounds.low = docs.iter().map(|doc| meaning(*doc)).collect();
            bounds.high.clone_from(&bounds.low);
        }
        for group in 0..plan.groups.len() {
            bounds.add_group(group, ranking, part, scope)?;
        }
        let words = ranking.words();
        let mut left = Left {
            share: words.iter().map(|word| information.share(*word)).sum(),
            words: u32::try_from(words.len()).unwrap_or(u32::MAX),
        };
        for word in words {
            let share = information.share(word);
            bounds.add_word(share, &part.weigh(word, scope, &bounds.docs)?);
            left = Left { share: left.share - share, words: left.words - 1 };
            bounds.leave_out(left, least - ROUNDING, part, weights);
        }
        for (at, doc) in bounds.docs.iter().enumerate() {
            let [known, most] = bounds.titles[at];
            if most.words > 0 {
                let length = part.segment().title_words(*doc);
                bounds.low[at] += known.worth(length, weights);
                bounds.high[at] += most.worth(length, weights);
            }
        }
        Ok(bounds)
    }

    /// Adds what a group is worth as typed, and what a title that begins with it is worth.
    fn add_group(
        &mut self,
        group: usize,
        ranking: Ranking<'_>,
        part: &Part<'_>,
        scope: &Scope,
    ) -> Result<()> {
        let Ranking { plan, information, weights } = ranking;
        let words = plan.groups[group].words.clone();
        if words.len() > 1 {
            let worth = weights.literal * information.literals[group] / information.total;
            let weighed = part.weigh_literal(group, scope, &self.docs)?;
            let mut is_known = true;
            for (at, value) in weighed.value.iter().enumerate() {
                self.low[at] += worth * value;
                self.high[at] += worth * value;
                is_known &= weighed.unknown(at).strength <= *value;
            }
            let may_have = if is_known { Docs::new() } else { part.may_have(group, &self.docs)? };
            for at in places(&self.docs, &may_have) {
                let value = weighed.value[at];
                self.high[at] += worth * (weighed.unknown(at).strength - value).max(0.0);
            }
        }
        let said: f32 = words.map(|word| information.share(word)).sum();
        for at in places(&self.docs, &part.may_begin(group, &self.docs)?) {
            self.high[at] += weights.title_begins * said;
        }
        Ok(())
    }

    fn add_word(&mut self, share: f32, weighed: &Weighed) {
        for (at, value) in weighed.value.iter().enumerate() {
            let unknown = weighed.unknown(at);
            self.low[at] += share * value;
            self.high[at] += share * value.max(unknown.strength);
            let (in_title, typed) = (weighed.in_title[at], weighed.is_in_title[at]);
            self.titles[at][0].add(share, in_title, typed);
            let beside = if in_title > 0.0 { unknown.beside_title } else { 0.0 };
            let most = in_title.max(unknown.in_title).max(beside);
            self.titles[at][1].add(share, most, typed || unknown.is_in_title);
        }
    }

    /// Leaves out the items that are not worth `least` however much they have of the words that are `left`.
    fn leave_out(&mut self, left: Left, least: f32, part: &Part<'_>, weights: &Weights) {
        if least == f32::NEG_INFINITY {
            return;
        }
        let beside = left.share * weights.most();
        let keeps =
            self.docs.iter().zip(&self.high).zip(&self.titles).map(|((doc, high), title)| {
                let [_, most] = title;
                let most = InTitle {
                    share: most.share + beside,
                    typed: most.typed + left.share,
                    words: most.words + left.words,
                };
                let high = high + beside;
                // Most are told by the sum of all.
                high + weights.title_whole * most.share + weights.title_typed >= least
                    && high + most.worth(part.segment().title_words(*doc), weights) >= least
            });
        let keeps: Vec<bool> = keeps.collect();
        if leaves_out_many(&keeps) {
            kept(&mut self.docs, &keeps);
            kept(&mut self.low, &keeps);
            kept(&mut self.high, &keeps);
            kept(&mut self.titles, &keeps);
        }
    }
}

/// Words that were not looked at yet.
#[derive(Clone, Copy)]
struct Left {
    /// Their share of the query's information.
    share: f32,
    words: u32,
}

/// Returns the places of some items among others that hold them all.
fn places(all: &[DocId], some: &[DocId]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    some.iter().map(move |doc| {
        at += seek_by(&all[at..], *doc, |there| *there);
        at
    })
}

impl InTitle {
    fn add(&mut self, share: f32, in_title: f32, typed: bool) {
        if in_title > 0.0 {
            self.share += share * in_title;
            self.words += 1;
            self.typed += if typed { share } else { 0.0 };
        }
    }

    /// Returns what a title of so many words is worth for what it has.
    fn worth(self, length: u32, weights: &Weights) -> f32 {
        if self.words == 0 {
            return 0.0;
        }
        let typed = if self.typed >= ALL_TYPED { weights.title_typed } else { 0.0 };
        weights.title_whole * share_of_title(self.words, length) * self.share + typed
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

    /// Returns what an item must be worth, as far as it is known.
    pub(super) fn least(&self) -> f32 {
        self.least
    }

    /// Adds items of a segment.
    pub(super) fn add(&mut self, part: usize, bounds: Bounds) {
        self.low.extend(bounds.low);
        if let Some(least) = least_of_best(&mut self.low, self.keep) {
            self.least = self.least.max(least);
        }
        let least = self.least - ROUNDING;
        let all = bounds.docs.into_iter().zip(bounds.high).map(|(doc, high)| (high, part, doc));
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
