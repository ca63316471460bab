//! `baoku init`: a commented `baoku.toml` for what a folder holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::FOUND;
use super::args;
use super::config::{FILE, absolute};
use super::output::Output;
use crate::corpus::{self, Corpus, FileEntry, SourceRoot};
use crate::error::{Error, Result};
use crate::report::{self, Clues, ParseOptions, Report};

/// Reports of a source that are looked at; evenly spread over it.
const MAX_SAMPLE: usize = 200;
/// Sections named in the comments of a source.
const MAX_SECTIONS: usize = 10;

/// A family of reports found in the folder.
struct Family {
    name: String,
    /// Below the folder; `.` for the folder itself.
    path: String,
    entries: Vec<FileEntry>,
}

pub(super) fn run(args: &args::Init, output: &Output) -> Result<u8> {
    let folder = absolute(&args.folder);
    let file = folder.join(FILE);
    if file.exists() && !args.force && !args.stdout {
        return Err(Error::Config {
            path: file,
            reason: "it is there already; --force replaces it, --stdout prints a new one"
                .to_owned(),
        });
    }
    let (corpus, _) = Corpus::walk(&[SourceRoot::new("archive", &folder)])?;
    if corpus.files.is_empty() {
        return Err(Error::NoReports { path: folder });
    }
    let families = families(&folder, corpus.files);
    let text = write(&families);
    if args.stdout {
        output.print(&text)?;
        return Ok(FOUND);
    }
    fs::write(&file, text)
        .map_err(|source| Error::Io { what: format!("cannot write {}", file.display()), source })?;
    let place = args.folder.display().to_string();
    let option = if place == "." { String::new() } else { format!(" -C '{place}'") };
    output.note(&format!(
        "wrote {} with {}; `baoku{option} check` tells what is understood of the reports",
        file.display(),
        count(families.len(), "source")
    ));
    Ok(FOUND)
}

/// Divides the files of a folder into families: one for each of its folders, unless those are years or months of one.
fn families(folder: &Path, files: Vec<FileEntry>) -> Vec<Family> {
    let name = folder
        .file_name()
        .map_or_else(|| "archive".to_owned(), |name| name.to_string_lossy().into_owned());
    let top = |entry: &FileEntry| entry.path.split_once('/').map(|(top, _)| top.to_owned());
    let mut groups: BTreeMap<String, Vec<FileEntry>> = BTreeMap::new();
    let mut direct = 0;
    for entry in &files {
        match top(entry) {
            Some(top) => groups.entry(top).or_default().push(entry.clone()),
            None => direct += usize::from(!entry.path.to_lowercase().starts_with("readme")),
        }
    }
    let is_time = |name: &String| {
        name.chars().filter(char::is_ascii_digit).count() * 2 >= name.chars().count()
    };
    if direct > 0 || groups.len() < 2 || groups.keys().all(is_time) {
        return vec![Family { name, path: ".".to_owned(), entries: files }];
    }
    groups
        .into_iter()
        .map(|(top, entries)| Family { name: top.clone(), path: top, entries })
        .collect()
}

fn write(families: &[Family]) -> String {
    let mut out = String::from(
        "# Configuration of baoku. Every key is optional; paths are relative to this file.\n\n\
         # Folder of the index.\n\
         # index = \"index\"\n\n\
         # Bring the index in step with the files before every search.\n\
         # sync = true\n",
    );
    for family in families {
        out.push_str(&source(family));
    }
    out
}

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn source(family: &Family) -> String {
    let step = family.entries.len().div_ceil(MAX_SAMPLE).max(1);
    let sample: Vec<&FileEntry> = family.entries.iter().step_by(step).collect();
    let reports: Vec<Report> = sample
        .par_iter()
        .filter_map(|entry| {
            Some(report::parse(&corpus::read(entry).ok()?, &ParseOptions::default()).0)
        })
        .filter(|report| !report.items.is_empty())
        .collect();
    let clues: Vec<(&str, &Clues)> =
        reports.iter().map(|report| (report.path.as_str(), &report.clues)).collect();
    let mut dates: Vec<String> =
        report::settle(&clues).into_iter().filter_map(|(date, _)| Some(date?.display())).collect();
    dates.sort();
    let mut shapes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sections: BTreeMap<String, usize> = BTreeMap::new();
    for report in &reports {
        *shapes.entry(report.shape.name()).or_default() += 1;
        for item in &report.items {
            for name in item.section.iter().take(1) {
                *sections.entry(name.clone()).or_default() += 1;
            }
        }
    }
    let items: usize = reports.iter().map(|report| report.items.len()).sum();
    let mut shapes: Vec<(&str, usize)> = shapes.into_iter().collect();
    shapes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut sections: Vec<(String, usize)> = sections.into_iter().collect();
    sections.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let shape = shapes.first().map_or("page", |(shape, _)| shape);
    let found: Vec<String> =
        shapes.iter().map(|(shape, count)| format!("{count} {shape}")).collect();
    let looked = if step > 1 { format!(", {} looked at", sample.len()) } else { String::new() };
    let mut out = format!(
        "\n[[source]]\n\
         # {}{looked}: {} in {}\n",
        count(family.entries.len(), "file"),
        count(items, "item"),
        count(reports.len(), "report")
    );
    match (dates.first(), dates.last()) {
        (Some(first), Some(last)) => {
            out.push_str(&format!("# {} of them dated, {first} to {last}\n", dates.len()));
        }
        _ => {
            out.push_str("# none of them dated; name files by their date, such as 2024-02-22.md\n");
        }
    }
    out.push_str(&format!("name = {}\npath = {}\n", quoted(&family.name), quoted(&family.path)));
    out.push_str(&format!(
        "# How every report lays out its items: headings, numbered, list, entries or page. Told from each report if\n\
         # left out; here: {}.\n# shape = {}\n",
        found.join(", "),
        quoted(shape)
    ));
    out.push_str(
        "# Files to read and to leave out, in the syntax of .gitignore.\n\
         # include = [\"*.md\"]\n\
         # exclude = [\"drafts/\"]\n",
    );
    let names: Vec<String> =
        sections.iter().take(MAX_SECTIONS).map(|(name, _)| quoted(name)).collect();
    // What a comment holds must not end it.
    let names = names.join(", ").replace(['\n', '\r'], " ");
    out.push_str(&format!(
        "# Only these sections, and never these.\n# sections = [{names}]\n# skip_sections = [\"招聘\"]\n"
    ));
    out.push_str(
        "# Where the reports are on the web: the path is added, or put in place of {path}, {stem}, {issue}, {date}.\n\
         # base_url = \"https://example.com/reports\"\n",
    );
    out
}
