//! `baoku stats`: what the index holds.

use std::fs;
use std::path::Path;

use super::args::{self, Format};
use super::config::Config;
use super::open::open;
use super::output::Output;
use super::status::Status;
use crate::error::Result;
use crate::render::json;
use crate::render::stats::{self, Stats};
use crate::search::{Reader, whole_overview};

pub(super) fn run(args: &args::Stats, config: &Config, output: &Output) -> Result<Status> {
    let reader = Reader::new(open(config, output)?);
    let overview = whole_overview(&reader)?;
    let path = &reader.snapshot().path;
    let counts = Stats {
        index: Some(path.display().to_string()),
        index_bytes: Some(folder_size(path)),
        ..Stats::new(&overview, reader.snapshot().head())
    };
    output.print(&match args.format {
        Format::Text => stats::text(&counts),
        Format::Json => json::pretty(&counts),
    })?;
    Ok(Status::Found)
}

/// Returns the bytes of the files in a folder; an index has no folders in it.
fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(std::result::Result::ok);
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
