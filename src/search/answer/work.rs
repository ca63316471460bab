//! How much a query reads, and its segments one after the other or side by side.

use super::part::{Part, Scope};
use crate::error::Result;
use crate::query::Plan;
use crate::search::reader::Reader;
use crate::search::side_by_side::{OneByOne, SideBySide, of_each};

/// The work of a query.
pub(super) struct Work<'a> {
    /// How its segments are searched.
    how: &'a dyn SideBySide,
    /// Items of all its lists together.
    pub(super) most: usize,
}

impl<'a> Work<'a> {
    /// Decides how to search by how much there is to read.
    pub(super) fn of(
        reader: &'a Reader,
        plan: &Plan,
        parts: &[Part<'_>],
        scope: &Scope,
    ) -> Result<Self> {
        let mut most = 0_usize;
        for part in parts {
            for (word, _) in plan.words.iter().enumerate().filter(|(_, word)| word.positive) {
                most = most.saturating_add(part.most(word, scope)?);
            }
        }
        let how = reader.side_by_side();
        Ok(Self { how: if most < how.worth_from() { &OneByOne } else { how }, most })
    }

    /// Returns what is found in every segment, each of which has its number.
    pub(super) fn of_parts<'p, T: Send + Sync>(
        &self,
        parts: &[Part<'p>],
        find: impl Fn(usize, &Part<'p>) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        of_each(self.how, parts.len(), |at| find(at, &parts[at])).into_iter().collect()
    }
}
