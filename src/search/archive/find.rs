//! Ids to the items they name, wherever these are now: an id is kept in links, notes and feeds while reports are edited,
//! renamed, moved and put into sources.

use std::sync::Arc;

use tantivy::DocAddress;

use super::item::matches_of;
use crate::error::{Error, Result};
use crate::index::schema::names;
use crate::index::{FileRecord, StoredItem};
use crate::report::{ItemId, ItemKey, Which};
use crate::search::answer::collect::Match;
use crate::search::reader::{Reader, failed};
use crate::text::{escape_exact, file_stem};

/// How alike the name of a report must be to one that is not there, 0 to 1: a slip or two in `2024-02-22`, and not
/// another year. A lower bound proposes reports that nobody meant.
const LEAST_LIKENESS: f64 = 0.6;

/// How an id names an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It is the item's id.
    ById,
    /// It says at what place of its report the item stands now.
    ByPlace,
    /// It was the item's id; the item has another one now.
    Moved,
}

/// An item and how it was reached.
#[derive(Clone, Debug)]
pub struct Found {
    /// The item.
    pub item: StoredItem,
    /// How the id names it.
    pub reached: Reached,
}

/// Returns the item that an id names, or named when its report had another name or stood elsewhere.
///
/// # Errors
/// [`Error::NoItem`], with the nearest id where there is one.
pub fn find(reader: &Reader, id: &ItemId) -> Result<Found> {
    for id in [id, &id.trimmed()] {
        if let Some((address, reached)) = here(reader, id)? {
            let item = reader.stored(address)?;
            // In capitals, say: what is shown has one address.
            let is_own = reached != Reached::ById || item.id == *id;
            let reached = if is_own { reached } else { Reached::Moved };
            return Ok(Found { item, reached });
        }
    }
    let files = reader.snapshot().manifest().map(|manifest| manifest.files).unwrap_or_default();
    let files: Vec<Arc<FileRecord>> = files.into_iter().filter(|file| file.items > 0).collect();
    let id = id.trimmed();
    if let Some(found) = elsewhere(reader, &id, &files)? {
        return Ok(found);
    }
    let nearest = nearest(reader, &id, &files);
    let is_key = matches!(id.split(), Some((_, Which::Key(_))));
    Err(Error::NoItem { id: id.to_string(), is_gone: is_key && nearest.is_some(), nearest })
}

/// Finds an item of the report that is called so.
fn here(reader: &Reader, id: &ItemId) -> Result<Option<(DocAddress, Reached)>> {
    let Some((report, which)) = id.split() else { return Ok(None) };
    let found = matches_of(reader, report)?;
    Ok(one_of(&found, which).map(|(found, reached)| (found.address, reached)))
}

/// Picks the item meant out of those of a report. One of several with the same key may be the only one now.
fn one_of(items: &[Match], which: Which) -> Option<(&Match, Reached)> {
    let place = |place: u64| items.iter().find(|item| item.ordinal == place);
    let key = |key: ItemKey| items.iter().find(|item| item.key == key);
    match which {
        Which::Place(at) => place(at).map(|item| (item, Reached::ByPlace)),
        Which::Key(own) => key(own)
            .map(|item| (item, Reached::ById))
            .or_else(|| key(own.first()).map(|item| (item, Reached::Moved))),
    }
}

/// Finds an item whose report was called so, then one with its key in any report.
fn elsewhere(reader: &Reader, id: &ItemId, files: &[Arc<FileRecord>]) -> Result<Option<Found>> {
    let Some((report, which)) = id.split() else { return Ok(None) };
    let mut called: Vec<&Arc<FileRecord>> =
        files.iter().filter(|file| was_called(file, report)).collect();
    called.sort_by(|a, b| a.report.cmp(&b.report));
    // A place says nothing where several reports may be meant.
    let is_clear = called.len() == 1 || matches!(which, Which::Key(_));
    for file in called.into_iter().filter(|_| is_clear) {
        if let Some((item, reached)) = one_of(&matches_of(reader, &file.report)?, which) {
            let reached = if reached == Reached::ById { Reached::Moved } else { reached };
            return Ok(Some(Found { item: reader.stored(item.address)?, reached }));
        }
    }
    let Which::Key(key) = which else { return Ok(None) };
    for key in [key, key.first()] {
        // Where several reports have it, nobody can say which of them is meant.
        if let [address] = with_key(reader, key)?[..] {
            return Ok(Some(Found { item: reader.stored(address)?, reached: Reached::Moved }));
        }
    }
    Ok(None)
}

/// Returns whether a file may have been what a report of this name is of: its path with or without its source before it,
/// or the end of that.
fn was_called(file: &FileRecord, name: &str) -> bool {
    let whole = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path);
    let places = [
        file.report.clone(),
        format!("{}/{whole}", file.source),
        format!("{}/{}", file.source, file_stem(&file.path)),
        file.path.clone(),
    ];
    places.iter().any(|place| {
        let place = escape_exact(place);
        let before = place.strip_suffix(name);
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

/// Returns the items of this key, looking through all.
fn with_key(reader: &Reader, key: ItemKey) -> Result<Vec<DocAddress>> {
    let mut found = Vec::new();
    for (ordinal, segment) in (0..).zip(reader.snapshot().searcher.segment_readers()) {
        let keys = segment.fast_fields().u64(names::KEY).map_err(failed)?;
        let docs = segment.doc_ids_alive().filter(|doc| keys.first(*doc) == Some(key.number()));
        found.extend(docs.map(|doc| DocAddress::new(ordinal, doc)));
    }
    Ok(found)
}

/// Finds an id that exists: its report has other items, or is named a little differently. Nobody misspells a key by
/// little; of another report the first item is as near as any.
fn nearest(reader: &Reader, id: &ItemId, files: &[Arc<FileRecord>]) -> Option<String> {
    let (report, which) = id.split().unwrap_or((id.as_str(), Which::Place(1)));
    let (_, file) = files
        .iter()
        .map(|file| (strsim::normalized_damerau_levenshtein(&file.report, report), file))
        .filter(|(likeness, _)| *likeness > LEAST_LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.report.cmp(&a.1.report)))?;
    let place = match which {
        Which::Place(place) => place,
        Which::Key(_) => 1,
    };
    let items = matches_of(reader, &file.report).ok()?;
    let before = items.iter().take_while(|item| item.ordinal <= place).last();
    let nearest = before.or_else(|| items.first())?;
    Some(ItemId::new(&nearest.report, nearest.key).to_string())
}
