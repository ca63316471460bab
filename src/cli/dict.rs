//! `baoku dict`: words the dictionary lacks, and names the archive explains by others, for review.

use super::args::{self, DictFormat};
use super::config::Config;
use super::open::{open, reader};
use super::output::Output;
use super::status::Status;
use crate::analysis::{Dictionary, Miner};
use crate::error::Result;
use crate::render::{json, words};
use crate::search;

pub(super) fn run(args: &args::Dict, config: &Config, output: &Output) -> Result<Status> {
    if let Some(wrong) = config.wrong_words() {
        output.note(&wrong);
    }
    let snapshot = open(config, output)?;
    let reader = reader(snapshot, config)?;
    match &args.command {
        args::DictCommand::Suggest(args) => {
            let mut miner = Miner::default();
            search::for_each_item(&reader, &mut |stored| {
                miner.add(&stored.item.title);
                miner.add(&stored.item.body);
            })?;
            let mut found = miner.words(&Dictionary::load(&config.dictionary.text));
            found.truncate(args.limit);
            match args.format {
                DictFormat::Text => output.print(&words::mined(&found)),
                DictFormat::List => output.print_exact(&words::list(&found)),
                DictFormat::Json => output.print(&json::pretty(&words::JsonMined::all(&found))),
            }?;
            Ok(Status::found(!found.is_empty()))
        }
        args::DictCommand::Aliases(args) => {
            let mut found = search::aliases(&reader)?;
            found.truncate(args.limit);
            match args.format {
                DictFormat::Text => output.print(&words::aliases(&found)),
                DictFormat::List => output.print_exact(&words::synonyms(&found)),
                DictFormat::Json => output.print(&json::pretty(&found)),
            }?;
            if !config.aliases {
                output.note("aliases are switched off by `aliases = false` in baoku.toml");
            }
            Ok(Status::found(!found.is_empty()))
        }
    }
}
