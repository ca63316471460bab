//! `baoku init`: a commented `baoku.toml` for what a folder holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::args;
use super::config::{FILE, absolute, name};
use super::output::Output;
use super::status::Status;
use crate::archive::{Archive, NamedFile, ReadReport};
use crate::corpus::SourceRoot;
use crate::error::{Error, Result};
use crate::report::{Report, ReportDate};
use crate::text::count;

/// Reports of a source that are looked at; evenly spread over it.
const MAX_SAMPLE: usize = 200;
/// Sections named in the comments of a source.
const MAX_SECTIONS: usize = 10;

/// A family of reports found in the folder.
struct Family {
    name: String,
    /// Below the folder; `.` for the folder itself.
    path: String,
    files: Vec<NamedFile>,
}

pub(super) fn run(args: &args::Init, output: &Output) -> Result<Status> {
    let folder = absolute(&args.folder);
    let file = folder.join(FILE);
    if file.exists() && !args.force && !args.stdout {
        return Err(Error::Config {
            path: file,
            reason: "it is there already; --force replaces it, --stdout prints a new one"
                .to_owned(),
        });
    }
    let sources = vec![SourceRoot::new("archive", &folder).into()];
    let archive = Archive { sources, ..Archive::default() };
    let families = families(&folder, archive.walk(None)?.files);
    let text = write(&archive, &families)?;
    if args.stdout {
        output.print_exact(&text)?;
        return Ok(Status::Found);
    }
    fs::write(&file, text).map_err(Error::io(format!("cannot write {}", file.display())))?;
    let place = args.folder.display().to_string();
    let option = if place == "." { String::new() } else { format!(" -C '{place}'") };
    output.note(&format!(
        "wrote {} with {}; `baoku{option} check` shows what is understood of the reports",
        file.display(),
        count(families.len(), "source")
    ));
    Ok(Status::Found)
}

/// Divides the files of a folder into families: one for each of its folders, unless those are years or months of one.
fn families(folder: &Path, files: Vec<NamedFile>) -> Vec<Family> {
    let mut groups: BTreeMap<String, Vec<NamedFile>> = BTreeMap::new();
    let mut direct = 0;
    for file in &files {
        let path = &file.entry.path;
        match path.split_once('/') {
            Some((top, _)) => groups.entry(top.to_owned()).or_default().push(file.clone()),
            None => direct += usize::from(!path.to_lowercase().starts_with("readme")),
        }
    }
    let is_time = |name: &String| {
        name.chars().filter(char::is_ascii_digit).count() * 2 >= name.chars().count()
    };
    if direct > 0 || groups.len() < 2 || groups.keys().all(is_time) {
        return vec![Family { name: name(folder.file_name()), path: ".".to_owned(), files }];
    }
    groups.into_iter().map(|(top, files)| Family { name: top.clone(), path: top, files }).collect()
}

fn write(archive: &Archive, families: &[Family]) -> Result<String> {
    let mut out = String::from(
        "# Configuration of baoku. Every key is optional; paths are relative to this file.\n\n\
         # Folder of the index.\n\
         # index = \"index\"\n\n\
         # Bring the index in step with the files before every search.\n\
         # sync = true\n",
    );
    for family in families {
        out.push_str(&source(family, &sample(archive, family)?));
    }
    Ok(out)
}

/// What a sample of a family holds.
struct Sample {
    /// Files looked at.
    files: usize,
    /// How many of them have items.
    reports: usize,
    items: usize,
    /// Sorted.
    dates: Vec<String>,
    /// With the number of reports, most first.
    layouts: Vec<(String, usize)>,
    /// Outermost sections with the number of items, most first.
    sections: Vec<(String, usize)>,
}

/// Reads reports that are evenly spread over a family.
fn sample(archive: &Archive, family: &Family) -> Result<Sample> {
    let step = family.files.len().div_ceil(MAX_SAMPLE).max(1);
    let files: Vec<NamedFile> = family.files.iter().step_by(step).cloned().collect();
    let read = archive.read_all(&files, &|| false)?;
    let mut dates: Vec<String> =
        read.iter().filter_map(|read| read.date.as_ref().map(ReportDate::display)).collect();
    dates.sort();
    let reports: Vec<&Report> = read.iter().filter_map(ReadReport::with_items).collect();
    let items = reports.iter().flat_map(|report| &report.items);
    Ok(Sample {
        files: files.len(),
        reports: reports.len(),
        items: items.clone().count(),
        dates,
        layouts: most_first(reports.iter().map(|report| report.layout.name())),
        sections: most_first(items.filter_map(|item| item.section.first().map(String::as_str))),
    })
}

/// Counts names, those that occur most first.
fn most_first<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> =
        counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Begins the `[[source]]` of a family with what was found in it.
fn heading(family: &Family, sample: &Sample) -> String {
    let all = family.files.len();
    let looked =
        if sample.files < all { format!(", {} looked at", sample.files) } else { String::new() };
    let dates = match sample.dates.as_slice() {
        [] => "none of them dated; name files by their date, such as 2024-02-22.md".to_owned(),
        [first, .., last] => {
            format!("{} of them dated, {first} to {last}", sample.dates.len())
        }
        [only] => format!("1 of them dated, {only} to {only}"),
    };
    format!(
        "\n[[source]]\n# {}{looked}: {} in {}\n# {dates}\n",
        count(all, "file"),
        count(sample.items, "item"),
        count(sample.reports, "report"),
    )
}

/// Writes the `[[source]]` of a family.
fn source(family: &Family, sample: &Sample) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let Sample { layouts, sections, .. } = sample;
    let layout = layouts.first().map_or("page", |(layout, _)| layout);
    let found: Vec<String> =
        layouts.iter().map(|(layout, count)| format!("{count} {layout}")).collect();
    let mut out = heading(family, sample);
    out.push_str(&format!("name = {}\npath = {}\n", quoted(&family.name), quoted(&family.path)));
    out.push_str(&format!(
        "# How every report lays out its items: headings, numbered, list, entries or page. Found from each report if\n\
         # left out; here: {}.\n# shape = {}\n",
        found.join(", "),
        quoted(layout)
    ));
    let names: Vec<String> =
        sections.iter().take(MAX_SECTIONS).map(|(name, _)| quoted(name)).collect();
    // What a comment holds must not end it.
    let names = names.join(", ").replace(['\n', '\r'], " ");
    out.push_str(&format!(
        "# Files to read and to leave out, in the syntax of .gitignore.\n\
         # include = [\"*.md\"]\n\
         # exclude = [\"drafts/\"]\n\
         # Only these sections, and never these.\n\
         # sections = [{names}]\n\
         # skip_sections = [\"招聘\"]\n\
         # Addresses that only lead on to another one: host, path and parameter.\n\
         # redirects = [\"link.example/go?to=\"]\n\
         # Where the reports are on the web: the path is added, or put in place of {{path}}, {{stem}}, {{issue}}, \
         {{date}}.\n\
         # base_url = \"https://example.com/reports\"\n\
         # Symbolic links are followed within the folder above; this follows them anywhere.\n\
         # follow_links = true\n",
    ));
    out
}
