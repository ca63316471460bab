//! Whether a link has been in a report already.

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::collect::MatchCollector;
use super::{Searcher, Sort, failed};
use crate::address::canonical_filter;
use crate::error::{Error, Result};
use crate::index::StoredItem;
use crate::query::Filters;

/// Items told for one link.
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

impl Searcher {
    /// Tells which items have a link.
    ///
    /// # Errors
    /// [`Error::Link`] if it is neither a URL nor a host, [`Error::Search`] if the index cannot be read.
    pub fn covered(&self, link: &str) -> Result<Covered> {
        let no_link = || Error::Link { value: link.to_owned() };
        let canonical = canonical_filter(link).ok_or_else(no_link)?;
        let itself = Term::from_field_text(self.fields().link, &canonical);
        let itself = TermQuery::new(itself, IndexRecordOption::Basic);
        let filters = Filters { links: vec![link.to_owned()], ..Filters::default() };
        let any = self.conditions(&filters)?.into_iter().map(|query| (Occur::Must, query));
        let not: Box<dyn Query> = Box::new(itself.clone());
        let below = BooleanQuery::new(any.chain([(Occur::MustNot, not)]).collect());
        let (total, items) = self.newest(&itself)?;
        let (total_below, below) = self.newest(&below)?;
        Ok(Covered { link: link.to_owned(), canonical, total, items, total_below, below })
    }
    /// Returns how many items a condition holds for, and the newest of them.
    fn newest(&self, query: &dyn Query) -> Result<(usize, Vec<StoredItem>)> {
        let collector = MatchCollector {
            names: Arc::clone(&self.names),
            sort: Sort::Newest,
            keep: MAX_COVERED,
            facets: Vec::new(),
        };
        let found = self.snapshot().searcher.search(query, &collector).map_err(failed)?;
        let items = found.best.iter().map(|found| self.stored(found.address));
        Ok((found.total, items.collect::<Result<_>>()?))
    }
}
