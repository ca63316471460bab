//! What an archive holds: its newest reports, and counts.

use super::item::{matches_of, read_all};
use crate::error::Result;
use crate::index::{FileRecord, Terms};
use crate::query::FacetKind;
use crate::search::answer::answer;
use crate::search::reader::{Reader, failed, read_once};
use crate::search::request::Request;
use crate::search::results::{Overview, ReportSummary};

/// Reports shown as the newest; they fill the first screen of the page.
const NEWEST_REPORTS: usize = 6;
/// Items shown of each of them.
const FIRST_ITEMS: usize = 8;

/// Values of a facet that are kept, as many as a server shows.
const KEPT_VALUES: usize = 1_000;

/// Says what the archive holds; read once. Of what has many values, those that most items have.
///
/// # Errors
/// [`crate::error::Error::Search`] or [`crate::error::Error::IndexDamaged`] if the index cannot be read.
pub fn overview(reader: &Reader) -> Result<&Overview> {
    read_once(&reader.caches().overview, || Ok(whole_overview(reader)?.with_at_most(KEPT_VALUES)))
}

/// Says what the archive holds, with all values that there are.
///
/// # Errors
/// As [`overview`].
pub fn whole_overview(reader: &Reader) -> Result<Overview> {
    let manifest = reader.snapshot().manifest()?;
    let mut reports: Vec<_> = manifest.files.iter().filter(|file| file.items > 0).collect();
    let undated_reports = reports.iter().filter(|file| file.date.is_none()).count();
    let newness = |file: &FileRecord| (file.date.as_ref().map(|date| date.date), file.clues.issue);
    reports.sort_by(|a, b| newness(b).cmp(&newness(a)).then_with(|| b.report.cmp(&a.report)));
    let mut newest = Vec::new();
    for file in reports.into_iter().take(NEWEST_REPORTS) {
        let mut found = matches_of(reader, &file.report)?;
        found.truncate(FIRST_ITEMS);
        let first = read_all(reader, &found)?;
        if !first.is_empty() {
            newest.push(ReportSummary { first, items: file.items });
        }
    }
    let facets = answer(reader, &Request::counts_of_all(FacetKind::ALL.to_vec()))?.facets;
    Ok(Overview {
        newest,
        different: facets.iter().map(|(kind, values)| (*kind, values.len())).collect(),
        facets,
        links: link_count(reader)?,
        undated_reports,
        diagnostics: manifest.all_diagnostics().count(),
    })
}

/// Counts the different links of all items.
fn link_count(reader: &Reader) -> Result<usize> {
    let links = Terms::open(reader.snapshot(), reader.fields().link).map_err(failed)?;
    links.count().map_err(failed)
}
