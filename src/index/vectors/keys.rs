//! The passages of a segment, each known by a hash of its text.

use rustc_hash::FxHashSet;
use tantivy::{SegmentReader, TantivyDocument};

use super::known::Known;
use crate::index::schema::Fields;
use crate::index::titles::with_told;
use crate::meaning::passages;

/// Items whose passages are held in memory together, and sorted by their length.
const ITEMS_AT_ONCE: usize = 4_096;
/// Blocks of stored items that are kept while all are read in order; each is needed once.
const BLOCKS_WHEN_READING_ALL: usize = 4;

/// Names a passage among all others.
pub(in crate::index) fn key_of(passage: &str) -> u64 {
    let hash = blake3::hash(passage.as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// The passages of a segment: for every item, deleted ones among them, where its keys end.
#[derive(Default)]
pub(in crate::index) struct Keys {
    pub(super) ends: Vec<u32>,
    pub(super) keys: Vec<u64>,
}

/// A passage that has no vector yet.
pub(in crate::index) struct Passage {
    pub(in crate::index) key: u64,
    pub(in crate::index) text: String,
}

/// Lists the passages of a segment and shows those that are not `known` in portions, each once.
///
/// # Errors
/// If an item cannot be read, or with what `show` returns.
pub(in crate::index) fn keys_of<E: From<tantivy::TantivyError>>(
    segment: &SegmentReader,
    fields: &Fields,
    known: &Known,
    asked_for: &mut FxHashSet<u64>,
    mut show: impl FnMut(Vec<Passage>, usize) -> Result<(), E>,
) -> Result<Keys, E> {
    let store =
        segment.get_store_reader(BLOCKS_WHEN_READING_ALL).map_err(tantivy::TantivyError::from)?;
    let (mut keys, mut portion, mut items) = (Keys::default(), Vec::new(), 0);
    for (doc, document) in (0..).zip(store.iter::<TantivyDocument>(None)) {
        let document = document?;
        if !segment.is_deleted(doc) {
            with_told(&document, fields.doc, |title, body| {
                for text in passages(title, body) {
                    let key = key_of(&text);
                    keys.keys.push(key);
                    if !known.has(key) && asked_for.insert(key) {
                        portion.push(Passage { key, text });
                    }
                }
            });
        }
        keys.ends.push(u32::try_from(keys.keys.len()).unwrap_or(u32::MAX));
        items += 1;
        if items == ITEMS_AT_ONCE {
            show(std::mem::take(&mut portion), items)?;
            items = 0;
        }
    }
    show(portion, items)?;
    Ok(keys)
}
