//! `baoku check`: what was understood of an archive, and what is wrong with it.

use std::fs;
use std::path::Path;

use super::args::{self, Format};
use super::config::{Config, absolute};
use super::output::Output;
use super::status::Status;
use crate::archive::{
    Archive, NamedFile, ReadReport, Source, Walked, beside, review, warn_about_twins,
};
use crate::corpus::{FileEntry, SourceRoot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::index::{Belonging, Snapshot};
use crate::render::check::{self, Findings, SourceFindings};
use crate::render::explained::{self, Explained};
use crate::render::findings::{Detail, Finding};
use crate::render::json;
use crate::report::Beside;
use crate::text::count;

pub(super) fn run(args: &args::Check, config: &Config, output: &Output) -> Result<Status> {
    let archive = config.archive_of(&args.paths);
    if let Some(file) = &args.explain {
        let (explained, beside) = find(file, &archive, &config.index)?;
        return explain(file, &explained, beside.as_ref(), args.format, output);
    }
    let Walked { files, diagnostics: walked, .. } = archive.walk(Some(&config.index))?;
    let findings = findings(&archive, &read(&archive, &files)?, walked, args);
    let detail = match (args.verbose, args.strict) {
        (true, _) => Detail::Everything,
        (false, true) => Detail::Notes,
        (false, false) => Detail::Warnings,
    };
    let text = match args.format {
        Format::Text => check::text(&findings, detail, output.look()),
        Format::Json => json::pretty(&findings),
    };
    output.print(&text)?;
    if let Some(hint) = hint(&archive, &files, &config.index) {
        output.note(&hint);
    }
    let wrong = findings.errors + findings.warnings + if args.strict { findings.notes } else { 0 };
    Ok(Status::found(wrong == 0))
}

/// Says when there may be changes that sizes and times do not show; a sync looks into such files.
fn hint(archive: &Archive, files: &[NamedFile], index: &Path) -> Option<String> {
    let snapshot = Snapshot::open(index).ok()?;
    let is_of_it = snapshot.head().belonging(index, archive) == Belonging::Same;
    let suspects = snapshot.manifest().ok().filter(|_| is_of_it)?.suspects(files);
    (suspects > 0).then(|| {
        format!(
            "{} may have changed since the index was built though size and time are the same; `baoku index` looks into \
             what they hold",
            count(suspects, "file")
        )
    })
}

/// Reads an archive as an index of it would be made, and holds its reports beside each other.
fn read(archive: &Archive, files: &[NamedFile]) -> Result<Vec<ReadReport>> {
    let mut reports = archive.read_all(files, &|| false)?;
    warn_about_twins(&mut reports);
    Ok(reports)
}

/// Returns everything noticed about a report.
fn noticed(read: &ReadReport) -> Vec<Diagnostic> {
    read.diagnostics.iter().chain(&read.dating).cloned().collect()
}

/// Returns the place of a file as a person in the current folder would type it.
fn shown_path(entry: &FileEntry, current: Option<&Path>, archive: &Archive) -> String {
    let below = current.and_then(|current| entry.location.strip_prefix(current).ok());
    match below {
        Some(below) => below.to_string_lossy().into_owned(),
        None if archive.sources.len() > 1 => format!("{}/{}", entry.source, entry.path),
        None => entry.path.clone(),
    }
}

fn findings(
    archive: &Archive,
    reports: &[ReadReport],
    walked: Vec<Diagnostic>,
    args: &args::Check,
) -> Findings {
    let current = std::env::current_dir().ok().map(|current| absolute(&current));
    let (reviewed, mut changes) = review(reports);
    let mut diagnostics: Vec<Finding> = walked
        .into_iter()
        .map(|diagnostic| Finding::new(diagnostic, String::new(), None))
        .collect();
    let mut reviewed = reviewed.into_iter().peekable();
    for (index, read) in reports.iter().enumerate() {
        let path = shown_path(&read.entry, current.as_deref(), archive);
        let mut own = noticed(read);
        while let Some((_, found)) = reviewed.next_if(|(about, _)| *about <= index) {
            own.push(found);
        }
        own.sort_by(|a, b| (a.line, b.severity, &a.message).cmp(&(b.line, a.severity, &b.message)));
        diagnostics.extend(
            own.into_iter()
                .map(|found| Finding::new(found, read.entry.source.clone(), Some(path.clone()))),
        );
    }
    let sources = archive.sources.iter().map(|source| {
        let mut found = source_findings(source, reports, args);
        found.layout_changes = changes.remove(source.root.name.as_str()).unwrap_or_default();
        found
    });
    let sources: Vec<SourceFindings> = sources.collect();
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

fn source_findings(source: &Source, reports: &[ReadReport], args: &args::Check) -> SourceFindings {
    let of_source = reports.iter().filter(|read| read.entry.source == source.root.name);
    let mut found = SourceFindings::new(&source.root.name, &source.root.path.display().to_string());
    for read in of_source {
        found.files += 1;
        if let Some(report) = &read.report {
            found.add(report, read.date.as_ref());
            if args.left_out {
                found.list_left_out(&read.entry.path, report);
            }
        }
    }
    found
}

/// Reads one file: among its neighbours if it belongs to the archive, else alone.
fn find(file: &Path, archive: &Archive, index: &Path) -> Result<(ReadReport, Option<Beside>)> {
    let place = absolute(file);
    let is_it = |entry: &FileEntry| entry.location == place || Path::new(&entry.path) == file;
    let walked = archive.walk(Some(index)).unwrap_or_default();
    if walked.files.iter().any(|file| is_it(&file.entry)) {
        let mut reports = read(archive, &walked.files)?;
        let at = reports.iter().position(|read| is_it(&read.entry));
        let at = at.ok_or(Error::NoReports { path: place })?;
        let beside = beside(&reports, at);
        Ok((reports.swap_remove(at), beside))
    } else {
        fs::metadata(&place).map_err(Error::io(format!("cannot read {}", file.display())))?;
        let root = SourceRoot::new("file", &place);
        let alone = Archive { sources: vec![root.into()], ..Archive::default() };
        let found = read(&alone, &alone.walk(None)?.files)?.into_iter().next();
        found.map(|read| (read, None)).ok_or(Error::NoReports { path: place })
    }
}

fn explain(
    file: &Path,
    read: &ReadReport,
    beside: Option<&Beside>,
    format: Format,
    output: &Output,
) -> Result<Status> {
    let diagnostics = noticed(read);
    let Some(report) = &read.report else {
        let reasons: Vec<String> = diagnostics.into_iter().map(|found| found.message).collect();
        return Err(Error::Unreadable { path: file.to_path_buf(), reason: reasons.join("; ") });
    };
    let (date, level) = (read.date.as_ref(), read.lesson.level());
    let explained = Explained { report, date, beside, level, diagnostics: &diagnostics };
    output.print(&match format {
        Format::Text => explained::text(&explained, output.look()),
        Format::Json => json::pretty(&explained.to_json()),
    })?;
    Ok(Status::Found)
}
