//! Whether a link has been in a report already.

use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::item::read_all;
use crate::address::canonical_filter;
use crate::error::{Error, Result};
use crate::index::StoredItem;
use crate::query::Sort;
use crate::search::answer::filter::any_link;
use crate::search::reader::Reader;

/// Items shown for one link.
pub const MAX_COVERED: usize = 20;

/// What is known of one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// As given.
    pub link: String,
    /// Comparable form.
    pub canonical: String,
    /// How many items have the link itself, in any form.
    pub total: usize,
    /// Those items, newest first; at most [`MAX_COVERED`].
    pub items: Vec<StoredItem>,
    /// How many other items link to something below it.
    pub total_below: usize,
    /// Those items, newest first; at most [`MAX_COVERED`].
    pub below: Vec<StoredItem>,
}

/// Finds the items that have a link.
///
/// # Errors
/// [`Error::Link`] if it is neither a URL nor a host, [`Error::Search`] if the index cannot be read.
pub fn covered(reader: &Reader, link: &str) -> Result<Covered> {
    reader.check()?;
    let no_link = || Error::Link { value: link.to_owned() };
    let canonical = canonical_filter(link).ok_or_else(no_link)?;
    let itself = Term::from_field_text(reader.fields().link, &canonical);
    let itself = TermQuery::new(itself, IndexRecordOption::Basic);
    let any: Box<dyn Query> = Box::new(any_link(reader.fields(), &[link.to_owned()])?);
    let not: Box<dyn Query> = Box::new(itself.clone());
    let below = BooleanQuery::new(vec![(Occur::Must, any), (Occur::MustNot, not)]);
    let (total, items) = newest(reader, &itself)?;
    let (total_below, below) = newest(reader, &below)?;
    Ok(Covered { link: link.to_owned(), canonical, total, items, total_below, below })
}

/// Returns how many items a condition holds for, and the newest of them.
fn newest(reader: &Reader, condition: &dyn Query) -> Result<(usize, Vec<StoredItem>)> {
    let found = reader.collect(condition, &reader.collector(Sort::Newest, MAX_COVERED, &[]))?;
    Ok((found.total, read_all(reader, &found.best)?))
}
