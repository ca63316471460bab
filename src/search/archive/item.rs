//! Single items: by their id, in their report, and all of them.

use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, TantivyDocument, Term};

use crate::error::{Error, Result};
use crate::index::StoredItem;
use crate::query::Sort;
use crate::report::ItemId;
use crate::search::answer::collect::Match;
use crate::search::reader::{Reader, failed};

/// How alike the name of a report must be to one that is not there, 0 to 1: a slip or two in `2024-02-22`, and not
/// another year. A lower bound proposes reports that nobody meant.
const LEAST_LIKENESS: f64 = 0.6;
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

/// Returns one item whole.
///
/// # Errors
/// [`Error::NoItem`], with the closest id of the same report where there is one.
pub fn item(reader: &Reader, id: &ItemId) -> Result<StoredItem> {
    let found = match address(reader, id)? {
        None => address(reader, &id.trimmed())?,
        found => found,
    };
    match found {
        Some(address) => reader.stored(address),
        None => Err(Error::NoItem { id: id.to_string(), nearest: nearest(reader, id) }),
    }
}

/// Returns an item with up to `reach` items of its report before and behind it.
///
/// # Errors
/// As [`item`].
pub fn item_context(reader: &Reader, id: &ItemId, reach: usize) -> Result<ItemContext> {
    let item = item(reader, id)?;
    let report = item.id.split().map(|(report, _)| report).unwrap_or_default();
    let found = matches_of(reader, report)?;
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
    found.iter().map(|found| reader.stored(found.address)).collect()
}

fn address(reader: &Reader, id: &ItemId) -> Result<Option<DocAddress>> {
    let Some((report, ordinal)) = id.split() else { return Ok(None) };
    let found = matches_of(reader, report)?;
    Ok(found.iter().find(|found| found.ordinal == ordinal).map(|found| found.address))
}

/// Finds an id that exists: its report has fewer items, or is named a little differently.
fn nearest(reader: &Reader, id: &ItemId) -> Option<String> {
    let (report, ordinal) = id.split().unwrap_or((id.as_str(), 1));
    let files = reader.snapshot().manifest().map(|manifest| manifest.files).unwrap_or_default();
    let reports = files.iter().filter(|file| file.items > 0);
    let (_, file) = reports
        .map(|file| (strsim::normalized_damerau_levenshtein(&file.report, report), file))
        .filter(|(likeness, _)| *likeness > LEAST_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.report.cmp(&a.1.report)))?;
    let ordinal = usize::try_from(ordinal).unwrap_or(usize::MAX);
    Some(ItemId::new(&file.report, ordinal.clamp(1, file.items)).to_string())
}
