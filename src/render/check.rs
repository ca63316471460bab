//! What was understood of an archive, counted, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::findings::{self, Detail, Finding, excerpt, list};
use super::terminal::Look;
use crate::report::{Change, Precision, Reason, Report, ReportDate};
use crate::text::{count, escape};

/// Everything `baoku check` found.
#[derive(Debug, Serialize)]
pub struct Findings {
    /// Number of diagnostics that mean something could not be read.
    pub errors: usize,
    /// Number of diagnostics that mean something may be read wrongly.
    pub warnings: usize,
    /// Number of remarks.
    pub notes: usize,
    /// Every source, in the order configured.
    pub sources: Vec<SourceFindings>,
    /// Everything noticed, by file and line.
    pub diagnostics: Vec<Finding>,
}

/// What one source holds.
#[derive(Debug, Default, Serialize)]
pub struct SourceFindings {
    name: String,
    path: String,
    /// Files that may be reports.
    pub files: usize,
    /// Files that gave items.
    reports: usize,
    items: usize,
    /// Reports and items of every shape.
    shapes: BTreeMap<&'static str, ShapeCount>,
    dated: Dated,
    /// Where a series goes on in another layout.
    pub layout_changes: Vec<Change>,
    /// Reports by what dates them.
    dated_by: BTreeMap<&'static str, usize>,
    /// Reports that have a number.
    numbered: usize,
    /// Different names.
    contributors: usize,
    /// Items with a contributor.
    items_with_contributor: usize,
    /// Different addresses.
    links: usize,
    /// Items with a link.
    items_with_link: usize,
    /// Items of every outermost section, most first.
    sections: Vec<(String, usize)>,
    /// Pieces of text that are in no item, by reason.
    left_out: BTreeMap<&'static str, usize>,
    /// The text itself, where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out_text: Vec<ReportFindings>,
    /// What several reports say and none of them has in an item, where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repeated: Vec<Repeated>,
    /// Where the letters of each of them stand in the list.
    #[serde(skip)]
    repeated_at: BTreeMap<String, usize>,
    #[serde(skip)]
    names: BTreeSet<String>,
    #[serde(skip)]
    addresses: BTreeSet<String>,
}

#[derive(Debug, Default, Serialize)]
struct ShapeCount {
    reports: usize,
    items: usize,
}

#[derive(Debug, Default, Serialize)]
struct Dated {
    day: usize,
    month: usize,
    none: usize,
}

/// Text of one report that is in no item.
#[derive(Debug, Serialize)]
struct ReportFindings {
    path: String,
    left_out: Vec<Left>,
}

/// Text that the reports of a series repeat.
#[derive(Debug, Serialize)]
struct Repeated {
    /// In how many places it stands; there, numbers may differ.
    places: usize,
    /// The first report that has it.
    path: String,
    /// Its lines there.
    lines: (usize, usize),
    text: String,
}

/// A piece of text that is in no item.
#[derive(Debug, Serialize)]
pub(super) struct Left {
    lines: (usize, usize),
    reason: &'static str,
    /// The same, for programs.
    code: &'static str,
    text: String,
}

impl Left {
    /// Lists what is in no item of a report.
    pub(super) fn of(report: &Report) -> Vec<Self> {
        let left = report.left_out.iter();
        let left = left.map(|left| Self {
            lines: left.lines,
            reason: left.reason.as_str(),
            code: left.reason.code(),
            text: left.text.clone(),
        });
        left.collect()
    }
}

impl SourceFindings {
    /// Begins to count a source.
    #[must_use]
    pub fn new(name: &str, path: &str) -> Self {
        Self { name: name.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    /// Lists what is in no item of a report; what the series repeats is listed once.
    pub fn list_left_out(&mut self, path: &str, report: &Report) {
        let mut own = Left::of(report);
        for left in own.extract_if(.., |left| left.code == Reason::Repeated.code()) {
            let key: String = left.text.chars().filter(|c| c.is_alphabetic()).collect();
            let at = *self.repeated_at.entry(key).or_insert(self.repeated.len());
            if let Some(known) = self.repeated.get_mut(at) {
                known.places += 1;
            } else {
                let (path, lines, text) = (path.to_owned(), left.lines, left.text);
                self.repeated.push(Repeated { places: 1, path, lines, text });
            }
        }
        if !own.is_empty() {
            self.left_out_text.push(ReportFindings { path: path.to_owned(), left_out: own });
        }
    }

    /// Counts a report.
    pub fn add(&mut self, report: &Report, date: Option<&ReportDate>) {
        for left in &report.left_out {
            *self.left_out.entry(left.reason.as_str()).or_default() += 1;
        }
        if report.items.is_empty() {
            return;
        }
        self.reports += 1;
        self.items += report.items.len();
        let shape = self.shapes.entry(report.layout.name()).or_default();
        shape.reports += 1;
        shape.items += report.items.len();
        match date.map(|date| date.precision) {
            Some(Precision::Day) => self.dated.day += 1,
            Some(Precision::Month) => self.dated.month += 1,
            None => self.dated.none += 1,
        }
        if let Some(date) = date {
            *self.dated_by.entry(date.evidence.kind().as_str()).or_default() += 1;
        }
        self.numbered += usize::from(report.issue.is_some());
        for item in &report.items {
            self.items_with_contributor += usize::from(!item.contributors.is_empty());
            self.items_with_link += usize::from(!item.links.is_empty());
            self.names.extend(item.contributors.iter().cloned());
            self.addresses.extend(item.links.iter().map(|link| link.canonical.clone()));
            if let Some(section) = item.section.first() {
                match self.sections.iter_mut().find(|(name, _)| name == section) {
                    Some((_, count)) => *count += 1,
                    None => self.sections.push((section.clone(), 1)),
                }
            }
        }
        self.contributors = self.names.len();
        self.links = self.addresses.len();
        self.sections.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
}

/// Writes findings for people: diagnostics as `path:line: severity: message`, then the counts of every source.
#[must_use]
pub fn text(findings: &Findings, detail: Detail, look: Look) -> String {
    let mut out = String::new();
    for (_, line) in findings::lines(&findings.diagnostics, detail, look) {
        out += &(line + "\n");
    }
    for one in findings.sources.iter().flat_map(|source| &source.repeated) {
        out.push_str(&format!(
            "{}:{}: {}, {}: {}\n",
            escape(&one.path),
            lines(one.lines),
            Reason::Repeated.as_str(),
            count(one.places, "place"),
            escape(&excerpt(&one.text))
        ));
    }
    for report in findings.sources.iter().flat_map(|source| &source.left_out_text) {
        for left in &report.left_out {
            out.push_str(&format!(
                "{}:{}: {}: {}\n",
                escape(&report.path),
                lines(left.lines),
                left.reason,
                escape(&excerpt(&left.text))
            ));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.extend(findings.sources.iter().map(source_text));
    out.push_str(&format!(
        "{}, {}, {}",
        count(findings.errors, "error"),
        count(findings.warnings, "warning"),
        count(findings.notes, "note")
    ));
    if findings.notes > 0 && detail == Detail::Warnings {
        out.push_str(" (--verbose prints them)");
    }
    out + "\n"
}

/// Sections that are named for people; JSON has all.
const MAX_SECTIONS: usize = 8;

fn source_text(source: &SourceFindings) -> String {
    let mut text = format!(
        "{}: {} with {} in {}\n",
        escape(&source.name),
        count(source.reports, "report"),
        count(source.items, "item"),
        count(source.files, "file")
    );
    for (what, found) in counts(source) {
        text.push_str(&format!("  {what:<12}  {found}\n"));
    }
    text + "\n"
}

/// Returns what is counted and what was found, in the order shown.
fn counts(source: &SourceFindings) -> Vec<(&'static str, String)> {
    let shapes = source.shapes.iter().map(|(shape, of)| {
        format!("{shape} {} ({})", count(of.reports, "report"), count(of.items, "item"))
    });
    let dated = &source.dated;
    let dates =
        [(dated.day, "to the day"), (dated.month, "to the month"), (dated.none, "not dated")];
    let dates = dates.into_iter().filter(|(count, _)| *count > 0);
    let names = source.contributors;
    let mut counts = vec![
        ("shapes", list(shapes)),
        ("dates", list(dates.map(|(count, what)| format!("{count} {what}")))),
    ];
    if !source.layout_changes.is_empty() {
        counts.insert(1, ("changes", list(source.layout_changes.iter().map(change_text))));
    }
    if !source.dated_by.is_empty() {
        counts.push(("dated by", list(numbered(&source.dated_by))));
    }
    if source.numbered > 0 {
        counts.push(("issues", format!("{} numbered", count(source.numbered, "report"))));
    }
    let on = count(source.items_with_contributor, "item");
    counts.push(("contributors", format!("{names} on {on}")));
    let on = count(source.items_with_link, "item");
    counts.push(("links", format!("{} on {on}", source.links)));
    if !source.sections.is_empty() {
        let sections = source.sections.iter().take(MAX_SECTIONS);
        let more = source.sections.len().saturating_sub(MAX_SECTIONS);
        let more = (more > 0).then(|| format!("{more} more"));
        counts.push(("sections", list(numbered(sections.map(|(n, c)| (n, c))).chain(more))));
    }
    if !source.left_out.is_empty() {
        counts.push(("left out", list(numbered(&source.left_out))));
    }
    counts
}

fn change_text(change: &Change) -> String {
    let date = change.date.as_ref().map_or_else(String::new, |date| format!(" ({date})"));
    format!("{} to {} from {}{date} on", change.from, change.to, escape(&change.path))
}

/// Writes names with their counts.
fn numbered<'n>(
    counts: impl IntoIterator<Item = (&'n (impl AsRef<str> + 'n), &'n usize)>,
) -> impl Iterator<Item = String> {
    counts.into_iter().map(|(name, count)| format!("{} {count}", escape(name.as_ref())))
}

/// Writes first and last line.
pub(super) fn lines((first, last): (usize, usize)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}
