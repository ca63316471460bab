//! `baoku stats`: what the index holds.

use std::fs;
use std::path::Path;

use jiff::ZonedDateTime;

use super::FOUND;
use super::args::{self, CheckFormat};
use super::config::Config;
use super::output::Output;
use crate::error::Result;
use crate::query::{Filters, Query};
use crate::render::json;
use crate::render::stats::{self, Stats, Versions, values};
use crate::search::{FacetKind, Request, Searcher, Sort};

pub(super) fn run(args: &args::Stats, config: &Config, output: &Output) -> Result<u8> {
    let searcher = Searcher::new(super::search::open(config, config.sync, output)?);
    let everything = Request {
        query: Query::parse("", ZonedDateTime::now().date()),
        filters: Filters::default(),
        sort: Sort::Newest,
        limit: 0,
        offset: 0,
        facets: FacetKind::ALL.to_vec(),
        strict: true,
        explain: false,
    };
    let results = searcher.search(&everything)?;
    let snapshot = searcher.snapshot();
    let manifest = snapshot.manifest()?;
    let head = &snapshot.head;
    let months = values(&results, FacetKind::Month);
    let contributors = values(&results, FacetKind::Contributor);
    let counts = Stats {
        baoku: env!("CARGO_PKG_VERSION"),
        items: head.items,
        reports: head.reports,
        contributors: contributors.len(),
        links: searcher.link_count()?,
        first_month: months.first().map(|month| month.value.clone()),
        last_month: months.last().map(|month| month.value.clone()),
        undated_reports: manifest
            .files
            .iter()
            .filter(|file| file.items > 0 && file.date.is_none())
            .count(),
        diagnostics: manifest.all_diagnostics().count(),
        sources: values(&results, FacetKind::Source),
        sections: values(&results, FacetKind::Section),
        top_contributors: contributors,
        hosts: values(&results, FacetKind::Host),
        months,
        index: snapshot.path.display().to_string(),
        index_bytes: folder_size(&snapshot.path),
        versions: Versions {
            format: head.versions.format,
            analyzer: head.versions.analyzer,
            dictionary: head.versions.dictionary.clone(),
        },
        generation: head.generation.clone(),
    };
    output.print(&match args.format {
        CheckFormat::Text => stats::text(&counts),
        CheckFormat::Json => json::pretty(&counts),
    })?;
    Ok(FOUND)
}

/// Returns the bytes of the files in a folder; an index has no folders in it.
fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(std::result::Result::ok);
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
