//! How near every item is to what was asked, by what a model of sentences makes of both.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;

use super::docs::Docs;
use super::side_by_side::{SideBySide, of_each};
use crate::error::Result;
use crate::index::{SIMILARITY_STEPS, Snapshot, Vectors};
use crate::meaning::{Asked, ModelName};

/// Makes the vector of what is asked: whoever has a model, threads and a clock. A search has none of them.
pub trait Questions: Debug + Send + Sync {
    /// Returns whose vectors they are.
    fn model(&self) -> &ModelName;

    /// Returns the vector of a query; `None` if it has no meaning for the model.
    ///
    /// # Errors
    /// [`Silent`] if there is none by now.
    fn vector(&self, query: &str) -> std::result::Result<Option<Arc<Asked>>, Silent>;
}

/// The model has not answered in time, or does not work: words are searched alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent;

/// Items that are looked through at once: some tenths of a millisecond.
const ITEMS_AT_ONCE: DocId = 32_768;

/// How near the items of every segment are; items without any text are not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Similar(Vec<Vec<Option<i16>>>);

impl Similar {
    /// Looks through all vectors of a snapshot; `None` if not all segments have those of the model.
    pub(super) fn to(asked: &Asked, snapshot: &Snapshot, how: &dyn SideBySide) -> Option<Self> {
        let segments = snapshot.searcher.segment_readers().len();
        let vectors: Option<Vec<Vectors>> = (0..segments).map(|at| snapshot.vectors(at)).collect();
        let vectors = vectors?;
        let mut pieces: Vec<(usize, Range<DocId>)> = Vec::new();
        for (at, vectors) in vectors.iter().enumerate() {
            let mut from = 0;
            while from < vectors.items() {
                let end = vectors.items().min(from.saturating_add(ITEMS_AT_ONCE));
                pieces.push((at, from..end));
                from = end;
            }
        }
        let found = of_each(how, pieces.len(), |piece| {
            let (segment, items) = &pieces[piece];
            vectors[*segment].similar(asked, items.clone())
        });
        let mut all: Vec<Vec<Option<i16>>> = vec![Vec::new(); segments];
        pieces.iter().zip(found).for_each(|((segment, _), found)| all[*segment].extend(found));
        Some(Self(all))
    }

    #[cfg(test)]
    pub(super) fn of_steps(steps: Vec<Vec<Option<i16>>>) -> Self {
        Self(steps)
    }

    fn steps(&self, segment: usize, doc: DocId) -> Option<i16> {
        *self.0.get(segment)?.get(usize::try_from(doc).ok()?)?
    }

    /// Returns how near an item is: the cosine of an angle, 0 for one without any text.
    pub(super) fn of(&self, segment: usize, doc: DocId) -> f32 {
        self.steps(segment, doc).map_or(0.0, |steps| f32::from(steps) / SIMILARITY_STEPS)
    }

    /// Returns how near the nearest item is.
    pub(super) fn most(&self) -> f32 {
        let most = self.0.iter().flatten().flatten().max();
        most.map_or(0.0, |steps| f32::from(*steps) / SIMILARITY_STEPS)
    }

    /// Returns about the `most` nearest items of all segments of those that are wanted: all that are as near as the last of
    /// them, so that it does not matter how they lie in segments. `wanted` says which of some items of a segment are.
    pub(super) fn nearest(
        &self,
        most: usize,
        wanted: impl Fn(usize, Docs) -> Result<Docs>,
    ) -> Result<Vec<Docs>> {
        let mut levels: Vec<i16> = self.0.iter().flatten().flatten().copied().collect();
        levels.sort_unstable_by(|a, b| b.cmp(a));
        let mut looked_at = most.saturating_mul(4);
        loop {
            let Some(level) = levels.get(looked_at.min(levels.len()).saturating_sub(1)) else {
                return Ok(vec![Docs::new(); self.0.len()]);
            };
            let is_near = |steps: &Option<i16>| steps.is_some_and(|steps| steps >= *level);
            let near = self.0.iter().enumerate().map(|(segment, all)| {
                let near = (0..).zip(all).filter(|(_, steps)| is_near(steps)).map(|(doc, _)| doc);
                wanted(segment, near.collect())
            });
            let near: Vec<Docs> = near.collect::<Result<_>>()?;
            if near.iter().map(Vec::len).sum::<usize>() >= most || looked_at >= levels.len() {
                return Ok(self.nearest_of(most, near));
            }
            looked_at = looked_at.saturating_mul(8);
        }
    }

    fn nearest_of(&self, most: usize, mut near: Vec<Docs>) -> Vec<Docs> {
        let of_segment = |(segment, docs): (usize, &Docs)| -> Vec<Option<i16>> {
            docs.iter().map(|doc| self.steps(segment, *doc)).collect()
        };
        let mut levels: Vec<Option<i16>> = near.iter().enumerate().flat_map(of_segment).collect();
        levels.sort_unstable_by(|a, b| b.cmp(a));
        if let Some(level) = most.checked_sub(1).and_then(|last| levels.get(last)) {
            for (segment, docs) in near.iter_mut().enumerate() {
                docs.retain(|doc| self.steps(segment, *doc) >= *level);
            }
        }
        near
    }
}

/// Writes what was asked as a model reads it: its words in their order, each once, without what is excluded.
pub(super) fn question<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut seen = BTreeSet::new();
    let words: Vec<&str> = words.filter(|word| seen.insert(*word)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::same;

    fn similar() -> Similar {
        Similar::of_steps(vec![
            vec![Some(16_384), None, Some(8_192), Some(100)],
            vec![Some(8_192), Some(-8_192)],
        ])
    }

    #[test]
    fn the_nearest_of_all_segments_are_found_and_all_that_are_as_near() {
        let all = |_: usize, docs: Docs| Ok(docs);
        assert_eq!(similar().nearest(1, all).unwrap(), [vec![0], vec![]]);
        assert_eq!(similar().nearest(2, all).unwrap(), [vec![0, 2], vec![0]]);
        assert_eq!(similar().nearest(9, all).unwrap(), [vec![0, 2, 3], vec![0, 1]]);
        assert_eq!(Similar::default().nearest(9, all).unwrap(), Vec::<Docs>::new());
    }

    #[test]
    fn what_is_not_wanted_makes_room_for_what_is_further_away() {
        let steps = (0..1_000).map(|steps| Some(1_000 - steps)).collect();
        let wanted =
            |_: usize, docs: Docs| Ok(docs.into_iter().filter(|doc| *doc >= 900).collect());
        assert_eq!(Similar::of_steps(vec![steps]).nearest(2, wanted).unwrap(), [vec![900, 901]]);
    }

    #[test]
    fn similarity_is_a_cosine_and_none_counts_nothing() {
        for (segment, doc, expected) in [(0, 0, 1.0), (0, 1, 0.0), (1, 1, -0.5), (7, 7, 0.0)] {
            same(similar().of(segment, doc), expected);
        }
        same(similar().most(), 1.0);
        same(Similar::default().most(), 0.0);
    }
}
