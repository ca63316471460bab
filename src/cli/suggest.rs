//! `baoku suggest`: completions of what is being typed.

use super::args::{self, CheckFormat};
use super::config::Config;
use super::open::{open, reader};
use super::output::Output;
use super::{FOUND, NOTHING};
use crate::error::Result;
use crate::render::{json, words};
use crate::search::suggest;

pub(super) fn run(args: &args::Suggest, config: &Config, output: &Output) -> Result<u8> {
    let snapshot = open(config, output)?;
    let reader = reader(snapshot, config)?;
    let found = suggest(&reader, &args::unshield(&args.text), args.limit)?;
    output.print(&match args.format {
        CheckFormat::Text => words::suggestions(&found),
        CheckFormat::Json => json::pretty(&found),
    })?;
    Ok(if found.is_empty() { NOTHING } else { FOUND })
}
