//! The order of matches by score and time.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentOrdinal, SegmentReader};

use crate::index::schema::names;
use crate::query::Sort;
use crate::search::words::remembered::Remembered;

/// Numbers of issues are smaller than every date.
const FIRST_DATE: u64 = 10_000_000;

/// When items appeared, as far as their order needs it.
#[derive(Clone, Debug)]
pub(super) struct Times {
    dates: Column<u64>,
    issues: Column<u64>,
}

impl Times {
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        Ok(Self { dates: fast.u64(names::DATE)?, issues: fast.u64(names::ISSUE)? })
    }

    /// Returns the date of an item; without one the number of its issue puts it in order among those without one.
    pub(super) fn get(&self, doc: DocId) -> u64 {
        let issue = || self.issues.first(doc).filter(|issue| *issue < FIRST_DATE);
        self.dates.first(doc).or_else(issue).unwrap_or(0)
    }
}

/// What the place of an item among others depends on beside its score.
#[derive(Clone)]
pub(super) struct Columns {
    pub(super) times: Times,
    pub(super) ordinal: Column<u64>,
    pub(super) key: Column<u64>,
    report: Option<StrColumn>,
}

impl fmt::Debug for Columns {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Columns").finish_non_exhaustive()
    }
}

impl Columns {
    fn of(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        Ok(Self {
            times: Times::of(reader)?,
            ordinal: fast.u64(names::ORDINAL)?,
            key: fast.u64(names::KEY)?,
            report: fast.str(names::REPORT)?,
        })
    }

    /// Returns the number of an item's report; those of a segment are in the order of their names.
    pub(super) fn report(&self, doc: DocId) -> u64 {
        self.report.as_ref().and_then(|report| report.term_ords(doc).next()).unwrap_or(0)
    }

    fn name_of_report(&self, number: u64) -> Arc<str> {
        let mut name = String::new();
        if let Some(column) = &self.report {
            // A number of the column is in its dictionary.
            let _ = column.ord_to_str(number, &mut name);
        }
        name.into()
    }
}

/// Reports of which the names are kept: finding one takes a look through a block of all names, for each of the best of a search.
const NAMES_KEPT: usize = 4_096;

/// What the order of matches needs of every segment, opened once.
#[derive(Debug, Default)]
pub(crate) struct Places {
    columns: Vec<OnceLock<Columns>>,
    names: Remembered<(SegmentOrdinal, u64), Arc<str>, NAMES_KEPT>,
}

impl Places {
    /// Prepares for so many segments.
    pub(crate) fn of_segments(segments: usize) -> Self {
        let columns = (0..segments).map(|_| OnceLock::new()).collect();
        Self { columns, names: Remembered::default() }
    }

    /// Returns the columns of a segment.
    pub(super) fn columns(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Columns> {
        let Some(slot) = self.columns.get(segment as usize) else { return Columns::of(reader) };
        if let Some(known) = slot.get() {
            return Ok(known.clone());
        }
        let columns = Columns::of(reader)?;
        Ok(slot.get_or_init(|| columns).clone())
    }

    /// Returns the name of a report of a segment.
    pub(super) fn report(
        &self,
        segment: SegmentOrdinal,
        columns: &Columns,
        number: u64,
    ) -> Arc<str> {
        if let Some(known) = self.names.get(&(segment, number)) {
            return known;
        }
        let name = columns.name_of_report(number);
        self.names.put((segment, number), Arc::clone(&name));
        name
    }
}

/// Orders matches; the best is `Less`. Undated ones come last in either direction of time, in the order of their issues.
pub(crate) fn compare(sort: Sort, a: (i64, u64), b: (i64, u64)) -> Ordering {
    let newest = b.1.cmp(&a.1);
    let undated = |date: u64| match date {
        0 => u64::MAX,
        issue if issue < FIRST_DATE => u64::MAX / 2 + issue,
        date => date,
    };
    match sort {
        Sort::Relevance => b.0.cmp(&a.0).then(newest),
        Sort::Newest => newest.then(b.0.cmp(&a.0)),
        Sort::Oldest => undated(a.1).cmp(&undated(b.1)).then(b.0.cmp(&a.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_date_the_number_of_the_issue_decides() {
        let order = |sort: Sort| {
            let mut times = vec![7, 20_240_101, 0, 12, 20_240_201];
            times.sort_by(|a, b| compare(sort, (1, *a), (1, *b)));
            times
        };
        assert_eq!(order(Sort::Newest), [20_240_201, 20_240_101, 12, 7, 0]);
        assert_eq!(order(Sort::Oldest), [20_240_101, 20_240_201, 7, 12, 0]);
    }
}
