//! What an archive holds, the place of an item in its report, and counts that tell what else could be chosen.

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use super::collect::{Match, MatchCollector};
use super::{FacetKind, FacetValue, Request, Results, Searcher, Sort, failed};
use crate::error::Result;
use crate::index::StoredItem;
use crate::query::{Filters, Query};
use crate::report::ItemId;

/// Reports that are told as the newest.
const NEWEST_REPORTS: usize = 6;
/// Items told of each of them.
const FIRST_ITEMS: usize = 8;

/// What an archive holds.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The newest reports, newest first.
    pub newest: Vec<ReportSummary>,
    /// Items by section, source, contributor, host and month.
    pub facets: Vec<(FacetKind, Vec<FacetValue>)>,
    /// Different addresses that items link to.
    pub links: usize,
    /// Reports without a date.
    pub undated_reports: usize,
}

/// One report in short.
#[derive(Clone, Debug)]
pub struct ReportSummary {
    /// Its first items, in order; at least one.
    pub first: Vec<StoredItem>,
    /// How many it has.
    pub items: usize,
}

/// An item with what stands around it.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The item itself.
    pub item: StoredItem,
    /// Items of its report around it, itself among them, in order.
    pub around: Vec<StoredItem>,
    /// Place of the item among them.
    pub at: usize,
    /// How many items its report has.
    pub of: usize,
}

impl Placed {
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

/// Returns the filters without those a facet chooses by.
fn without(filters: &Filters, kind: FacetKind) -> Filters {
    let mut filters = filters.clone();
    match kind {
        FacetKind::Section => filters.sections.clear(),
        FacetKind::Source => filters.sources.clear(),
        FacetKind::Contributor => filters.contributors.clear(),
        FacetKind::Host => filters.links.clear(),
        FacetKind::Month => filters.days = crate::query::DayRange::default(),
    }
    filters
}

impl Searcher {
    /// Answers a request with counts that tell what choosing another value would give: the counts of a facet leave out
    /// the filters given beside the query that choose by it.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn search_with_choices(&self, request: &Request) -> Result<Results> {
        let (chosen, free): (Vec<FacetKind>, Vec<FacetKind>) = request
            .facets
            .iter()
            .partition(|kind| without(&request.filters, **kind) != request.filters);
        let mut results = self.search(&Request { facets: free, ..request.clone() })?;
        for kind in chosen {
            let filters = without(&request.filters, kind);
            let facets = vec![kind];
            let counted =
                self.search(&Request { filters, facets, limit: 0, offset: 0, ..request.clone() })?;
            results.facets.extend(counted.facets);
        }
        results.facets.sort_by_key(|(kind, _)| request.facets.iter().position(|k| k == kind));
        Ok(results)
    }

    /// Tells what the archive holds; read once.
    ///
    /// # Errors
    /// [`crate::error::Error::Search`] or [`crate::error::Error::IndexDamaged`] if the index cannot be read.
    pub fn overview(&self) -> Result<&Overview> {
        if let Some(overview) = self.overview.get() {
            return Ok(overview);
        }
        let overview = self.read_overview()?;
        Ok(self.overview.get_or_init(|| overview))
    }

    fn read_overview(&self) -> Result<Overview> {
        let files = self.snapshot().manifest().map(|manifest| manifest.files).unwrap_or_default();
        let mut reports: Vec<_> = files.iter().filter(|file| file.items > 0).collect();
        let undated_reports = reports.iter().filter(|file| file.date.is_none()).count();
        let newness = |file: &crate::index::FileRecord| {
            (file.date.as_ref().map(|date| date.date), file.clues.issue)
        };
        reports.sort_by(|a, b| newness(b).cmp(&newness(a)).then_with(|| b.report.cmp(&a.report)));
        let mut newest = Vec::new();
        for file in reports.into_iter().take(NEWEST_REPORTS) {
            let mut found = self.matches_of(&file.report)?;
            found.truncate(FIRST_ITEMS);
            let first = self.read_all(&found)?;
            if !first.is_empty() {
                newest.push(ReportSummary { first, items: file.items });
            }
        }
        let facets = FacetKind::ALL.to_vec();
        let all = Request { limit: 0, facets, ..Request::new(Query::empty()) };
        let facets = self.search(&all)?.facets;
        Ok(Overview { newest, facets, links: self.link_count()?, undated_reports })
    }

    /// Returns an item with up to `reach` items of its report before and behind it.
    ///
    /// # Errors
    /// As [`Searcher::item`].
    pub fn placed(&self, id: &ItemId, reach: usize) -> Result<Placed> {
        let item = self.item(id)?;
        let report = id.split().map(|(report, _)| report).unwrap_or_default();
        let found = self.matches_of(report)?;
        let own = item.item.ordinal as u64;
        let place = found.iter().position(|found| found.ordinal == own).unwrap_or(0);
        let first = place.saturating_sub(reach);
        let last = place.saturating_add(reach + 1).min(found.len());
        let around = self.read_all(&found[first..last])?;
        Ok(Placed { item, around, at: place - first, of: found.len() })
    }

    /// Returns the items of a report, in order, without reading them.
    pub(super) fn matches_of(&self, report: &str) -> Result<Vec<Match>> {
        let term = Term::from_field_text(self.fields().report, report);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let collector = MatchCollector {
            names: Arc::clone(&self.names),
            sort: Sort::Newest,
            keep: usize::MAX,
            facets: Vec::new(),
        };
        let mut found = self.snapshot().searcher.search(&query, &collector).map_err(failed)?.best;
        found.sort_by_key(|found| found.ordinal);
        Ok(found)
    }

    fn read_all(&self, found: &[Match]) -> Result<Vec<StoredItem>> {
        found.iter().map(|found| self.stored(found.address)).collect()
    }
}
