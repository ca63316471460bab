//! `baoku tokens`: what the analyzer makes of a text, and what a search would ask.

use std::io::Read as _;

use super::args;
use super::clock::today;
use super::config::Config;
use super::open::reader;
use super::output::Output;
use super::status::Status;
use crate::analysis::{Dictionary, analyze};
use crate::error::{Error, Result};
use crate::index::Snapshot;
use crate::query::{Plan, Query};
use crate::render::tokens;
use crate::search::{plan, planner};

pub(super) fn run(args: &args::Tokens, config: &Config, output: &Output) -> Result<Status> {
    let text = text(args)?;
    let dictionary = Dictionary::load(&config.dictionary.text);
    let mut lines = analysed(&text, &dictionary);
    let query = Query::parse(&text, today());
    match Snapshot::open(&config.index) {
        Ok(snapshot) => {
            let reader = reader(snapshot, config)?;
            let plan = plan(&reader, &query)?;
            let vocabulary = reader.vocabulary()?;
            lines.extend(planned(&query, &plan));
            for whole in plan.words.iter().filter_map(|word| word.whole.as_ref()) {
                let count = vocabulary.frequency(whole);
                let places = if count == 1 { "title or body" } else { "titles and bodies" };
                lines.push(format!("       {whole}: in {count} {places}"));
            }
        }
        Err(error) => {
            let synonyms = config.synonyms()?;
            lines.extend(planned(&query, &planner(&dictionary, &[&synonyms]).plan(&query)));
            output
                .note(&format!("cut by the dictionary and not by an index: {}", error.one_line()));
        }
    }
    output.print_exact(&(lines.join("\n") + "\n"))?;
    Ok(Status::Found)
}

fn text(args: &args::Tokens) -> Result<String> {
    let mut text = args::unshield(&args.text);
    if text == "-" {
        text.clear();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(Error::io("cannot read standard input"))?;
    }
    Ok(text)
}

fn analysed(text: &str, dictionary: &Dictionary) -> Vec<String> {
    let analysis = analyze(text, dictionary);
    let mut lines = vec![
        format!("words  {}", tokens::words(&analysis)),
        format!("atoms  {}", tokens::atoms(&analysis)),
    ];
    let urls = tokens::urls(&analysis);
    if !urls.is_empty() {
        lines.push(format!("urls   {urls}"));
    }
    lines
}

fn planned(query: &Query, plan: &Plan) -> Vec<String> {
    let reading = tokens::reading(query, plan).into_iter();
    let reading = reading.map(|(what, said)| format!("{what:<6} {said}"));
    std::iter::once(format!("query  {}", tokens::plan(plan))).chain(reading).collect()
}
