//! What can be asked of an archive.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::address::canonical_filter;
use crate::error::{Error, Result};
use crate::query::{FacetKind, Filters, Query, Question, Sort};

/// What to search for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The words and the filters typed with them.
    pub query: Query,
    /// Filters given beside the query.
    pub filters: Filters,
    /// Order of hits.
    pub sort: Sort,
    /// At most this many hits.
    pub limit: usize,
    /// Hits left out before the first.
    pub offset: usize,
    /// What to count over all hits.
    pub facets: Vec<FacetKind>,
    /// Only items that have every word whole and as typed, or in another spelling of the same name: no other names, no
    /// pieces of words, no mended spelling, no fewer words, nothing related.
    pub strict: bool,
    /// Only items that match: no mended spelling, no fewer words, nothing related.
    pub only_matching: bool,
    /// Whether to explain every hit.
    pub explain: bool,
}

impl Request {
    /// Understands a question and asks for every hit; `today` is the day relative dates count from.
    ///
    /// # Errors
    /// For a date, a link, the number of an issue or an order that cannot be understood.
    pub fn of(question: &Question, today: Date) -> Result<Self> {
        let filters = question.filters(today)?;
        if let Some(link) = filters.links.iter().find(|link| canonical_filter(link).is_none()) {
            return Err(Error::Link { value: link.clone() });
        }
        Ok(Self {
            filters,
            sort: question.order()?,
            strict: question.is_strict()?,
            ..Self::new(Query::parse(&question.query, today))
        })
    }

    /// Asks for every hit of a query, best first, and nothing beside.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self {
            query,
            filters: Filters::default(),
            sort: Sort::default(),
            limit: usize::MAX,
            offset: 0,
            facets: Vec::new(),
            strict: false,
            only_matching: false,
            explain: false,
        }
    }

    /// Returns what is asked for: if it is asked strictly, what is in quotation marks inside running text, too.
    pub(super) fn asked(&self) -> Cow<'_, Query> {
        if self.strict { Cow::Owned(self.query.strictly()) } else { Cow::Borrowed(&self.query) }
    }

    /// Returns whether other steps may be taken where nothing matches.
    pub(super) fn goes_down(&self) -> bool {
        !self.strict && !self.only_matching
    }

    /// Asks for counts over all items and no hits.
    pub(super) fn counts_of_all(facets: Vec<FacetKind>) -> Self {
        Self { limit: 0, facets, ..Self::new(Query::empty()) }
    }
}
