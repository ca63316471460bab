//! `baoku search`.

use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use jiff::civil::Date;

use super::args::{self, HitFormat};
use super::clock::today;
use super::config::Config;
use super::open::{Distance, behind, check, open_unchecked, reader, synced};
use super::output::Output;
use super::status::Status;
use crate::error::{Error, Result, UnknownValue};
use crate::index::Snapshot;
use crate::query::{FacetKind, Filters, Note, Question};
use crate::render::json::{JsonHit, JsonResults};
use crate::render::{csv, json, markdown, terminal};
use crate::search::{Request, Results, Step, answer};
use crate::text::count;

/// How long files are compared with the index while it answers, about as long as an answer takes. Some thousand files are
/// compared in that time; `--sync` compares them all.
const COMPARING: Duration = Duration::from_millis(2);

pub(super) fn run(args: &args::Search, config: &Config, output: &Output) -> Result<Status> {
    let request = request(args, today())?;
    let snapshot = if args.sync { synced(config, output) } else { open_unchecked(config, output) };
    let reader = reader(snapshot?, config)?;
    // Looking at the index and at the files takes about as long as searching, so both happen at once.
    let (results, looked) = thread::scope(|scope| {
        let looked = scope.spawn(|| look(reader.snapshot()));
        (answer(&reader, &request), looked.join())
    });
    // What is damaged may give any answer, or none: that is what has to be said.
    let behind = looked.unwrap_or_else(|panic| resume_unwind(panic))?;
    let results = results?;
    // What is typed with the words is never an error.
    let Filters { sections, contributors, sources, .. } = &request.filters;
    let is_beside = |error: &Error| match error {
        Error::UnknownValue(UnknownValue { value, .. }) => {
            [sections, contributors, sources].iter().any(|values| values.contains(value))
        }
        _ => true,
    };
    if let Some(error) = results.notes.iter().filter_map(Note::as_error).find(is_beside) {
        return Err(error);
    }
    for note in &results.notes {
        output.note(&note.to_string());
    }
    if results.hits.is_empty() && results.total > 0 && request.limit > 0 {
        output.note(&format!(
            "page {} is past the end of {}",
            args.page,
            count(results.total, "item")
        ));
    }
    let written = write(&results, args, output);
    match args.format {
        HitFormat::Text | HitFormat::Json | HitFormat::Jsonl => output.print(&written)?,
        HitFormat::Csv | HitFormat::Md | HitFormat::Ids => output.print_exact(&written)?,
    }
    let behind = match behind {
        Some(Distance::Known(behind)) => behind,
        // Not for programs, which would be told again and again.
        Some(Distance::Unknown) if output.stderr_is_terminal() => {
            "not all files were compared with the index".to_owned()
        }
        _ => String::new(),
    };
    if !behind.is_empty() {
        output.note(&format!("{behind}; `baoku index` or --sync brings it in step"));
    }
    // The process ends here: unmapping the index first would only take time.
    std::mem::forget(reader);
    Ok(Status::found(!matches!(results.matched, Step::None | Step::Fewer)))
}

/// Checks the index, and compares the files with it.
fn look(snapshot: &Snapshot) -> Result<Option<Distance>> {
    check(snapshot)?;
    let start = Instant::now();
    Ok(behind(snapshot, &|| start.elapsed() < COMPARING))
}

/// Makes the request that the options describe.
fn request(args: &args::Search, today: Date) -> Result<Request> {
    if args.page == 0 {
        return Err(Error::OutOfRange {
            field: "--page",
            value: "0".to_owned(),
            expected: "pages count from 1".to_owned(),
        });
    }
    let limit = if args.count { 0 } else { args.limit };
    Ok(Request {
        sort: args.sort.into(),
        limit,
        offset: limit.saturating_mul(args.page - 1),
        facets: if args.facets { FacetKind::ALL.to_vec() } else { Vec::new() },
        strict: args.strict,
        explain: args.explain,
        ..Request::of(&question(args), today)?
    })
}

fn question(args: &args::Search) -> Question {
    Question {
        query: args::unshield(&args.query),
        sections: args.section.clone(),
        sources: args.source.clone(),
        contributors: args.contributor.clone(),
        links: args.link.clone(),
        issues: args.issue.clone(),
        since: args.since.clone().unwrap_or_default(),
        until: args.until.clone().unwrap_or_default(),
        ..Question::default()
    }
}

fn write(results: &Results, args: &args::Search, output: &Output) -> String {
    if args.count {
        return format!("{}\n", results.total);
    }
    match args.format {
        HitFormat::Text => terminal::results(results, output.look()),
        HitFormat::Json => json::pretty(&JsonResults::new(results, None)),
        HitFormat::Jsonl => {
            results.hits.iter().map(|hit| json::line(&JsonHit::from(hit))).collect()
        }
        HitFormat::Csv => csv::results(results),
        HitFormat::Md => markdown::results(results),
        HitFormat::Ids => results.matching().flat_map(|hit| [hit.item.id.as_str(), "\n"]).collect(),
    }
}
