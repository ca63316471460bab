//! The order of matches by score and time.

use std::cmp::Ordering;

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use crate::index::schema::names;
use crate::query::Sort;

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
