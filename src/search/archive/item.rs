//! Items: in their report, and all of them.

use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyDocument, Term};

use crate::error::Result;
use crate::index::StoredItem;
use crate::query::Sort;
use crate::search::answer::collect::Match;
use crate::search::reader::{Reader, failed};

/// Blocks of stored items that are kept while all are read in order; each is needed once.
const BLOCKS_WHEN_READING_ALL: usize = 4;

/// An item with what stands around it.
#[derive(Clone, Debug)]
pub struct ItemContext {
    /// The item itself.
    pub item: StoredItem,
    /// Items of its report around it, itself among them, in order.
    pub around: Vec<StoredItem>,
    /// Place of the item among them.
    pub at: usize,
    /// How many items its report has.
    pub of: usize,
}

impl ItemContext {
    /// Returns the item before it in its report.
    #[must_use]
    pub fn previous(&self) -> Option<&StoredItem> {
        self.around.get(self.at.checked_sub(1)?)
    }

    /// Returns the item behind it in its report.
    #[must_use]
    pub fn next(&self) -> Option<&StoredItem> {
        self.around.get(self.at + 1)
    }
}

/// Returns an item with up to `reach` items of its report before and behind it.
///
/// # Errors
/// [`Error::Search`] or [`Error::IndexDamaged`] if the index cannot be read.
///
/// [`Error::Search`]: crate::error::Error::Search
/// [`Error::IndexDamaged`]: crate::error::Error::IndexDamaged
pub fn item_context(reader: &Reader, item: StoredItem, reach: usize) -> Result<ItemContext> {
    let found = matches_of(reader, item.id.report())?;
    let own = item.item.ordinal as u64;
    let place = found.iter().position(|found| found.ordinal == own).unwrap_or(0);
    let first = place.saturating_sub(reach);
    let last = place.saturating_add(reach + 1).min(found.len());
    let around = read_all(reader, &found[first..last])?;
    Ok(ItemContext { item, around, at: place - first, of: found.len() })
}

/// Calls `visit` with every item, in the order of the index.
///
/// # Errors
/// [`Error::Search`] or [`Error::IndexDamaged`] if the index cannot be read.
///
/// [`Error::Search`]: crate::error::Error::Search
/// [`Error::IndexDamaged`]: crate::error::Error::IndexDamaged
pub fn for_each_item(reader: &Reader, visit: &mut dyn FnMut(&StoredItem)) -> Result<()> {
    for segment in reader.snapshot().searcher.segment_readers() {
        let store = segment.get_store_reader(BLOCKS_WHEN_READING_ALL);
        let store = store.map_err(|error| failed(error.into()))?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            visit(&reader.decoded(&document.map_err(failed)?)?);
        }
    }
    Ok(())
}

/// Returns the items of a report, in order, without reading them.
pub(super) fn matches_of(reader: &Reader, report: &str) -> Result<Vec<Match>> {
    let term = Term::from_field_text(reader.fields().report, report);
    let query = TermQuery::new(term, IndexRecordOption::Basic);
    let mut found = reader.collect(&query, &reader.collector(Sort::Newest, usize::MAX, &[]))?.best;
    found.sort_by_key(|found| found.ordinal);
    Ok(found)
}

pub(super) fn read_all(reader: &Reader, found: &[Match]) -> Result<Vec<StoredItem>> {
    found.iter().map(|found| reader.read(found.address)).collect()
}
