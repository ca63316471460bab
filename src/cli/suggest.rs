//! `baoku suggest`: completions of what is being typed.

use super::args::{self, Format};
use super::config::Config;
use super::open::{open, reader};
use super::output::Output;
use super::status::Status;
use crate::error::Result;
use crate::render::{json, words};
use crate::search::suggest;

pub(super) fn run(args: &args::Suggest, config: &Config, output: &Output) -> Result<Status> {
    let snapshot = open(config, output)?;
    let reader = reader(snapshot, config)?;
    let text = args::unshield(&args.text);
    let found = suggest(&reader, &text, args.limit)?;
    output.print(&match args.format {
        Format::Text => words::suggestions(&found),
        Format::Json => json::pretty(&found),
    })?;
    Ok(Status::found(!found.is_empty()))
}
