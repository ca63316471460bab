//! What neighbouring words of a query are worth where they stand close together.

use std::ops::Range;

use tantivy::DocId;

use super::rank::{Information, Ranking};
use crate::query::{Slot, Zone};
use crate::search::segment::Segment;

/// Items whose words are looked at for how close they stand: the first of the answer by everything else. It bounds the
/// work of common words; it must be more than the hits of a page, or the order of a page would show where it ends.
pub(super) const CLOSELY_LOOKED_AT: usize = 64;
/// Positions of one word in one zone of one item that are compared with those of the next word. It bounds the work on
/// long items; where the words meet only behind it they count as far apart.
const MAX_POSITIONS: usize = 32;
/// Atoms between two words at which closeness is worth half. Chosen by eye: a phrase with a word between still counts
/// as close, another sentence does not. Golden cases and judged queries hold it.
const NEAR: f32 = 5.0;
/// What words in the other order are further apart, in atoms: `查询优化` before `优化的查询`, all else equal.
const OTHER_ORDER: u32 = 1;
/// A word that says less than this in a question, such as a particle, is not looked at for closeness: it stands everywhere.
const LEAST_INFORMATION: f32 = 0.5;

/// Words of a query that may stand close together, at least two.
pub(super) struct Neighbours<'a> {
    ranking: Ranking<'a>,
    /// Each word with its atoms.
    words: Vec<(usize, &'a [Slot])>,
}

impl<'a> Neighbours<'a> {
    /// Chooses the words; `None` if closeness can change nothing.
    pub(super) fn of(ranking: Ranking<'a>) -> Option<Self> {
        let words = ranking.plan.words.iter().enumerate().filter(|(index, word)| {
            ranking.information.words[*index] > 0.0 && word.information >= LEAST_INFORMATION
        });
        let words: Vec<_> =
            words.filter_map(|(index, word)| Some((index, word.literal()?))).collect();
        (words.len() > 1 && ranking.weights.closeness > 0.0).then_some(Self { ranking, words })
    }

    /// Returns what some items of a segment, given in order, gain by words that stand close together.
    pub(super) fn closeness(
        &self,
        segment: &Segment<'_>,
        docs: &[DocId],
    ) -> tantivy::Result<Vec<f32>> {
        if docs.is_empty() {
            return Ok(Vec::new());
        }
        let literals: Vec<&[Slot]> = self.words.iter().map(|(_, literal)| *literal).collect();
        let gaps = smallest_gaps(segment, &literals, docs)?;
        let Information { words: of_words, total, .. } = self.ranking.information;
        let gained = gaps.iter().map(|gaps| {
            let pairs = gaps.iter().zip(self.words.windows(2));
            let gained = pairs.filter_map(|(gap, pair)| {
                let information = of_words[pair[0].0].min(of_words[pair[1].0]);
                Some(self.ranking.weights.closeness * nearness((*gap)?) * information / total)
            });
            gained.sum()
        });
        Ok(gained.collect())
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Plan, Word};
    use crate::search::testing::{Fixture, plan, same};
    use crate::search::weights::Weights;

    #[test]
    fn gaps_are_counted_between_the_words() {
        for (first, second, expected) in [
            (0..2, 2..3, 0),
            (0..2, 5..6, 3),
            (5..6, 0..2, 4),
            (2..3, 0..2, 1),
            (0..3, 2..4, 0),
            (4..5, 4..5, 0),
        ] {
            assert_eq!(gap(&first, &second), expected, "{first:?} {second:?}");
        }
        assert_eq!(smallest_gap(&[0..1, 9..10], &[4..5, 12..13]), Some(2));
        assert_eq!(smallest_gap(&[], &[4..5, 12..13]), None);
        same(nearness(0), 1.0);
        same(nearness(5), 0.5);
        same(nearness(15), 0.25);
    }

    #[test]
    fn neighbouring_words_that_stand_close_count() {
        let far = format!("alpha {}beta", "gamma ".repeat(5));
        // The 32 first are far away, the last is beside.
        let often = format!("{}{}alpha beta", "alpha ".repeat(32), "gamma ".repeat(80));
        let fixture = Fixture::new(&[
            ("near", "alpha beta"),
            ("far", &far),
            ("apart", "alpha"),
            ("alpha title", "beta"),
            ("other order", "beta alpha"),
            ("often", &often),
        ]);
        let closeness = |plan: &Plan, title: &str| {
            let own = |word: &Word| if word.positive { word.information * 2.0 } else { 0.0 };
            let words = plan.words.iter().map(own).collect();
            let information = Information { words, total: 4.0, ..Information::default() };
            let weights = Weights::default();
            let ranking = Ranking { plan, information: &information, weights: &weights };
            let segments = fixture.reader.segments().unwrap();
            let doc = fixture.doc(title);
            let words = Neighbours::of(ranking);
            let gained =
                words.map_or(0.0, |words| words.closeness(&segments[0], &[doc]).unwrap()[0]);
            gained / weights.closeness
        };
        let both = plan(&[&[("alpha", 1.0)], &[("beta", 0.5)]]);
        // The rarer word cannot count for more than the other.
        let share = 1.0 / 4.0;
        same(closeness(&both, "near"), share);
        same(closeness(&both, "far"), share * 0.5);
        same(closeness(&both, "other order"), share * nearness(1));
        same(closeness(&both, "apart"), 0.0);
        same(closeness(&both, "alpha title"), 0.0);
        same(closeness(&both, "often"), share * nearness(81));
        let mut three = plan(&[&[("alpha", 1.0)], &[("beta", 0.75)], &[("gamma", 1.0)]]);
        same(closeness(&three, "far"), 1.5 / 4.0 * (0.5 + nearness(1)));
        // What must not stand there is not between the others.
        three.words.swap(1, 2);
        three.words[1].positive = false;
        same(closeness(&three, "near"), 1.5 / 4.0);
        let particle = plan(&[&[("alpha", 1.0)], &[("beta", 0.4)]]);
        same(closeness(&particle, "near"), 0.0);
    }
}
