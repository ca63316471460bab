//! `baoku check`: what was understood of an archive, and what is wrong with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::{self, CheckFormat};
use super::config::{Config, absolute};
use super::output::Output;
use super::{FOUND, NOTHING};
use crate::corpus::{self, Corpus, FileEntry};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::index::{Archive, Source, report_names};
use crate::render::check::{self, Explained, Finding, Findings, ReportFindings, SourceFindings};
use crate::render::json;
use crate::report::{self, Clues, Report, ReportDate};

/// A report with what was noticed about it.
struct Checked {
    entry: FileEntry,
    report: Option<Report>,
    date: Option<ReportDate>,
    diagnostics: Vec<Diagnostic>,
}

pub(super) fn run(args: &args::Check, config: &Config, output: &Output) -> Result<u8> {
    let archive = config.archive_of(&args.paths);
    if let Some(file) = &args.explain {
        return explain(file, &archive, args.format, output);
    }
    let (corpus, walked) = Corpus::walk(&archive.roots())?;
    if corpus.files.is_empty() {
        return Err(Error::NoReports { path: config.archive.clone() });
    }
    let checked = check_all(&archive, &corpus);
    let findings = findings(&archive, &checked, walked, args.left_out);
    let text = match args.format {
        CheckFormat::Text => check::text(&findings, args.strict || args.verbose, output.look()),
        CheckFormat::Json => json::pretty(&findings),
    };
    output.print(&text)?;
    let wrong = findings.errors + findings.warnings + if args.strict { findings.notes } else { 0 };
    Ok(if wrong == 0 { FOUND } else { NOTHING })
}

/// Reads every file of an archive and dates it among its neighbours.
fn check_all(archive: &Archive, corpus: &Corpus) -> Vec<Checked> {
    let source = |name: &str| archive.sources.iter().find(|source| source.root.name == name);
    let mut checked: Vec<Checked> = corpus
        .files
        .par_iter()
        .map(|entry| match corpus::read(entry) {
            Ok(file) => {
                let options =
                    source(&entry.source).map(|source| source.parse.clone()).unwrap_or_default();
                let (report, diagnostics) = report::parse(&file, &options);
                Checked { entry: entry.clone(), report: Some(report), date: None, diagnostics }
            }
            Err(diagnostic) => Checked {
                entry: entry.clone(),
                report: None,
                date: None,
                diagnostics: vec![diagnostic],
            },
        })
        .collect();
    for source in &archive.sources {
        let places: Vec<usize> = (0..checked.len())
            .filter(|at| checked[*at].entry.source == source.root.name)
            .filter(|at| {
                checked[*at].report.as_ref().is_some_and(|report| !report.items.is_empty())
            })
            .collect();
        let clues: Vec<(&str, &Clues)> = places
            .iter()
            .filter_map(|at| {
                Some((checked[*at].entry.path.as_str(), &checked[*at].report.as_ref()?.clues))
            })
            .collect();
        let settled = report::settle(&clues);
        for (at, (date, warnings)) in places.iter().zip(settled) {
            let one = &mut checked[*at];
            one.date = date;
            let warning =
                |message| Diagnostic::about_file(&one.entry.path, Severity::Warning, message);
            one.diagnostics.extend(warnings.into_iter().map(warning).collect::<Vec<_>>());
        }
        tell_twins(&mut checked, &places);
    }
    for (at, name) in report_names(corpus, archive).into_iter().enumerate() {
        let entry = &checked[at].entry;
        let stem = Path::new(&entry.path)
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let own = name.strip_prefix(&format!("{}/", entry.source)).unwrap_or(&name);
        if own != stem {
            let message =
                format!("another file is called `{stem}`; ids of this one begin with {name}/");
            let note = Diagnostic::about_file(&entry.path, Severity::Note, message);
            checked[at].diagnostics.push(note);
        }
    }
    checked
}

/// Tells of reports of one source that have the same day or the same number.
fn tell_twins(checked: &mut [Checked], places: &[usize]) {
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    let mut issues: BTreeMap<u32, usize> = BTreeMap::new();
    for &at in places {
        let one = &checked[at];
        let Some(report) = &one.report else { continue };
        let mut twins = Vec::new();
        // Several articles of one day are nothing strange.
        if report.shape != report::Shape::Page
            && let Some(date) =
                one.date.as_ref().filter(|date| date.precision == report::Precision::Day)
            && let Some(other) = days.insert(date.display(), at)
        {
            twins.push(format!("is of {}, like `{}`", date.display(), checked[other].entry.path));
        }
        if let Some(issue) = report.issue
            && report.shape != report::Shape::Page
            && let Some(other) = issues.insert(issue, at)
        {
            twins.push(format!("is issue {issue}, like `{}`", checked[other].entry.path));
        }
        let path = one.entry.path.clone();
        let warning = |message| Diagnostic::about_file(&path, Severity::Warning, message);
        checked[at].diagnostics.extend(twins.into_iter().map(warning));
    }
}

/// Returns the place of a file as a person in the current folder would type it.
fn shown_path(entry: &FileEntry, current: Option<&PathBuf>, several: bool) -> String {
    let below = current.and_then(|current| entry.location.strip_prefix(current).ok());
    match below {
        Some(below) => below.to_string_lossy().into_owned(),
        None if several => format!("{}/{}", entry.source, entry.path),
        None => entry.path.clone(),
    }
}

fn findings(
    archive: &Archive,
    checked: &[Checked],
    walked: Vec<Diagnostic>,
    left_out: bool,
) -> Findings {
    let current = std::env::current_dir().ok().map(|current| absolute(&current));
    let several = archive.sources.len() > 1;
    let mut diagnostics: Vec<Finding> = walked
        .into_iter()
        .map(|diagnostic| Finding::new(diagnostic, String::new(), None))
        .collect();
    for one in checked {
        let path = shown_path(&one.entry, current.as_ref(), several);
        let mut own: Vec<Diagnostic> = one.diagnostics.clone();
        own.sort_by(|a, b| (a.line, b.severity, &a.message).cmp(&(b.line, a.severity, &b.message)));
        diagnostics.extend(
            own.into_iter()
                .map(|found| Finding::new(found, one.entry.source.clone(), Some(path.clone()))),
        );
    }
    let sources: Vec<SourceFindings> =
        archive.sources.iter().map(|source| source_findings(source, checked, left_out)).collect();
    let count =
        |severity| diagnostics.iter().filter(|finding| finding.severity == severity).count();
    Findings {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
        sources,
        diagnostics,
    }
}

fn source_findings(source: &Source, checked: &[Checked], left_out: bool) -> SourceFindings {
    let of_source = checked.iter().filter(|one| one.entry.source == source.root.name);
    let mut found = SourceFindings::new(&source.root.name, &source.root.path.display().to_string());
    for one in of_source {
        found.files += 1;
        if let Some(report) = &one.report {
            found.add(report, one.date.as_ref());
            if left_out && !report.left_out.is_empty() {
                found.left_out_text.push(ReportFindings::left_out(&one.entry.path, report));
            }
        }
    }
    found
}

fn explain(file: &Path, archive: &Archive, format: CheckFormat, output: &Output) -> Result<u8> {
    let place = absolute(file);
    let (corpus, _) = Corpus::walk(&archive.roots()).unwrap_or_default();
    let is_it = |entry: &FileEntry| entry.location == place || Path::new(&entry.path) == file;
    let one = if corpus.files.iter().any(is_it) {
        check_all(archive, &corpus).into_iter().find(|one| is_it(&one.entry))
    } else {
        fs::metadata(&place).map_err(|source| Error::Io {
            what: format!("cannot read {}", file.display()),
            source,
        })?;
        let root = corpus::SourceRoot::new("file", &place);
        let alone = Archive { sources: vec![root.into()], ..Archive::default() };
        let (corpus, _) = Corpus::walk(&alone.roots())?;
        check_all(&alone, &corpus).into_iter().next()
    };
    let Some(one) = one else { return Err(Error::NoReports { path: place }) };
    let Some(report) = &one.report else {
        let reasons: Vec<String> =
            one.diagnostics.iter().map(|found| found.message.clone()).collect();
        return Err(Error::Unreadable { path: file.to_path_buf(), reason: reasons.join("; ") });
    };
    let explained = Explained { report, date: one.date.as_ref(), diagnostics: &one.diagnostics };
    output.print(&match format {
        CheckFormat::Text => check::explanation(&explained, output.look()),
        CheckFormat::Json => json::pretty(&explained.to_json()),
    })?;
    Ok(FOUND)
}
