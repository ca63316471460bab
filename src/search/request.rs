//! What can be asked of an archive.

use std::str::FromStr;

use serde::Serialize;
use strum::VariantArray;

use crate::query::{Filters, Query};

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best first, then newest first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// What hits can be counted by.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum FacetKind {
    /// Section path, its parts joined by `/`.
    Section,
    /// Source.
    Source,
    /// Contributor.
    Contributor,
    /// Host of a link.
    Host,
    /// Month of the report.
    Month,
}

impl FacetKind {
    /// Every kind, in the order they are shown.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Returns the name used in options, URLs and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Finds the kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_str(name).ok()
    }
}

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
    /// Only items that have every word as typed: no mended spelling, no fewer words, nothing loosely related.
    pub strict: bool,
    /// Whether to explain every hit.
    pub explain: bool,
}

impl Request {
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
            explain: false,
        }
    }

    /// Asks for counts over all items and no hits.
    pub(super) fn counts_of_all(facets: Vec<FacetKind>) -> Self {
        Self { limit: 0, facets, ..Self::new(Query::empty()) }
    }
}
