//! `baoku tokens`: what the analyzer makes of a text, and what a search would ask.

use std::io::Read as _;

use super::FOUND;
use super::args;
use super::config::Config;
use super::output::Output;
use crate::analysis::{Dictionary, analyze};
use crate::error::{Error, Result};
use crate::index::Snapshot;
use crate::render::tokens;
use crate::search::Reader;

pub(super) fn run(args: &args::Tokens, config: &Config, output: &Output) -> Result<u8> {
    let mut text = args::unshield(&args.text);
    if text == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).map_err(|source| Error::Io {
            what: "cannot read standard input".to_owned(),
            source,
        })?;
    }
    let analysis = analyze(&text, &Dictionary::load(""));
    let mut lines = vec![
        format!("words  {}", tokens::words(&analysis)),
        format!("atoms  {}", tokens::atoms(&analysis)),
    ];
    let urls = tokens::urls(&analysis);
    if !urls.is_empty() {
        lines.push(format!("urls   {urls}"));
    }
    match Snapshot::open(&config.index) {
        Ok(snapshot) => {
            let vocabulary = Reader::new(snapshot).vocabulary()?;
            let asked = analyze(&text, &vocabulary);
            lines.push(format!("query  {}", tokens::query(&asked)));
            for unit in &asked.units {
                if let Some(whole) = &unit.whole {
                    lines.push(format!(
                        "       {whole}: in {} titles and bodies",
                        vocabulary.frequency(whole)
                    ));
                }
            }
        }
        Err(error) => {
            lines.push(format!("query  {}", tokens::query(&analysis)));
            output
                .note(&format!("cut by the dictionary and not by an index: {}", error.one_line()));
        }
    }
    output.print(&(lines.join("\n") + "\n"))?;
    Ok(FOUND)
}
