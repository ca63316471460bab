//! `baoku search`.

use std::path::PathBuf;
use std::thread;

use jiff::ZonedDateTime;
use jiff::civil::Date;

use super::args::{self, Format};
use super::config::Config;
use super::index::{bring_in_step, summary};
use super::output::Output;
use super::{FOUND, NOTHING};
use crate::error::{Error, Result};
use crate::index::{Snapshot, SyncOptions};
use crate::query::{DayRange, Filters, IssueRange, Query, parse_days};
use crate::render::json::{JsonHit, JsonResults};
use crate::render::{csv, json, markdown, terminal};
use crate::search::{FacetKind, Matched, Request, Results, Searcher};

pub(super) fn run(args: &args::Search, config: &Config, output: &Output) -> Result<u8> {
    let today = ZonedDateTime::now().date();
    let filters = Filters {
        sections: args.section.clone(),
        sources: args.source.clone(),
        contributors: args.contributor.clone(),
        links: args.link.clone(),
        issues: args.issue.iter().map(|value| issue(value)).collect::<Result<_>>()?,
        days: DayRange {
            since: day("--since", args.since.as_deref(), today)?.and_then(|range| range.since),
            until: day("--until", args.until.as_deref(), today)?.and_then(|range| range.until),
        },
    };
    if args.page == 0 {
        return Err(Error::Limit {
            field: "--page",
            value: "0".to_owned(),
            expected: "pages count from 1".to_owned(),
        });
    }
    let snapshot = open(config, args.sync || config.sync, output)?;
    let searcher = searcher(snapshot, config)?;
    let limit = if args.count { 0 } else { args.limit };
    let request = Request {
        query: Query::parse(&args::unshield(&args.query), today),
        filters,
        sort: args.sort.into(),
        limit,
        offset: limit.saturating_mul(args.page - 1),
        facets: if args.facets { FacetKind::ALL.to_vec() } else { Vec::new() },
        strict: args.strict,
        explain: args.explain,
    };
    let mut all = request.query.filters.clone();
    all.add(&request.filters);
    if let Some(unknown) = searcher.unknown_values(&all)?.first() {
        return Err(unknown.to_error());
    }
    // Looking at the files takes about as long as searching, so both happen at once.
    let (results, changes) = thread::scope(|scope| {
        let changes = scope.spawn(|| {
            let manifest = searcher.snapshot().manifest();
            manifest.map_or(0, |manifest| manifest.changes_since(&config.index))
        });
        (searcher.search(&request), changes.join())
    });
    let results = results?;
    for note in &results.notes {
        output.note(&note.to_string());
    }
    if results.hits.is_empty() && results.total > 0 && request.limit > 0 {
        output.note(&format!("page {} is behind the last of {} items", args.page, results.total));
    }
    output.print(&write(&results, args, output))?;
    let changes = changes.unwrap_or_default();
    if changes > 0 {
        output.note(&format!(
            "{changes} {} changed since the index was built; `baoku index` or --sync brings it in step",
            if changes == 1 { "file or folder has" } else { "files or folders have" }
        ));
    }
    // The process ends here: unmapping the index first would only take time.
    std::mem::forget(searcher);
    Ok(if results.matched == Matched::None { NOTHING } else { FOUND })
}

/// Makes a searcher with the lists of the configuration.
pub(super) fn searcher(snapshot: Snapshot, config: &Config) -> Result<Searcher> {
    Ok(Searcher::new(snapshot).with_synonyms(config.synonyms()?).with_aliases(config.aliases))
}

fn issue(value: &str) -> Result<IssueRange> {
    IssueRange::parse(value).ok_or_else(|| Error::Issue { value: value.to_owned() })
}

fn day(option: &'static str, value: Option<&str>, today: Date) -> Result<Option<DayRange>> {
    value
        .map(|value| {
            parse_days(value, today)
                .ok_or_else(|| Error::Date { field: option, value: value.to_owned() })
        })
        .transpose()
}

fn write(results: &Results, args: &args::Search, output: &Output) -> String {
    if args.count {
        return format!("{}\n", results.total);
    }
    match args.format {
        Format::Text => terminal::results(results, output.look()),
        Format::Json => json::pretty(&JsonResults::new(results, None)),
        Format::Jsonl => results.hits.iter().map(|hit| json::line(&JsonHit::from(hit))).collect(),
        Format::Csv => csv::results(results),
        Format::Md => markdown::results(results),
        Format::Ids => results.matching().flat_map(|hit| [hit.item.id.as_str(), "\n"]).collect(),
    }
}

/// What there is before a search.
pub(super) enum Existing {
    /// An index of this archive, read as it is configured.
    Usable(Box<Snapshot>),
    /// Nothing that can be used; why, if that is worth a line that the sync does not write itself.
    ToBuild(Option<String>),
}

/// Looks at the index, and whether it is of this archive.
pub(super) fn existing(config: &Config) -> Result<Existing> {
    match Snapshot::open(&config.index) {
        Ok(snapshot) => {
            let belongs = snapshot.head.archive_paths(&config.index);
            let archive = config.archive_of(&[]);
            let given: Vec<PathBuf> = archive.roots().into_iter().map(|root| root.path).collect();
            let is_the_archive = match given.as_slice() {
                // Several paths given to `baoku index` are below the archive.
                [only] if belongs.len() > 1 => belongs.iter().any(|path| path.starts_with(only)),
                given => belongs == given,
            };
            if config.index_decides || !config.archive.exists() {
                return Ok(Existing::Usable(Box::new(snapshot)));
            }
            let extends = belongs.iter().all(|path| given.contains(path));
            if !is_the_archive && !extends {
                let belongs: Vec<String> =
                    belongs.iter().map(|path| path.display().to_string()).collect();
                return Err(Error::IndexOfAnotherArchive {
                    path: config.index.clone(),
                    belongs_to: belongs.join(", "),
                });
            }
            // Sources came, or are read another way: the index in place answers for what is gone.
            if extends && !archive.is_read_as(&snapshot.head) {
                return Ok(Existing::ToBuild(None));
            }
            Ok(Existing::Usable(Box::new(snapshot)))
        }
        Err(Error::NoIndex { .. }) => Ok(Existing::ToBuild(Some(format!(
            "no index yet; building one from {}",
            config.archive.display()
        )))),
        // The sync says what is wrong with the index and builds it again.
        Err(Error::IndexVersion { .. } | Error::IndexDamaged { .. }) if config.archive.exists() => {
            Ok(Existing::ToBuild(None))
        }
        Err(error) => Err(error),
    }
}

/// Opens the index; builds it first if there is none or if this program cannot use it.
pub(super) fn open(config: &Config, sync_first: bool, output: &Output) -> Result<Snapshot> {
    let why = if sync_first {
        None
    } else {
        match existing(config)? {
            Existing::Usable(snapshot) => return Ok(*snapshot),
            Existing::ToBuild(why) => why,
        }
    };
    if let Some(why) = why {
        output.note(&why);
    }
    let archive = config.archive_of(&[]);
    let (outcome, elapsed) = bring_in_step(config, &archive, &SyncOptions::default(), output)?;
    if outcome.changed > 0 || outcome.removed > 0 {
        output.note(&summary(&outcome, elapsed));
    }
    Snapshot::open(&config.index)
}
