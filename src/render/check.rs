//! What was understood of an archive, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::{Value, json};

use super::terminal::{Look, escape, styled};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{Precision, Report, ReportDate};

/// Text of a report that is in no item is shown up to this many characters.
const MAX_EXCERPT: usize = 60;

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

/// A diagnostic with the source it belongs to.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// Name of the source; empty for what concerns the archive.
    pub source: String,
    /// Path below the source's folder.
    pub path: String,
    /// Line, counted from 1.
    pub line: Option<usize>,
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub message: String,
    /// Path from the current folder, where it is below that.
    #[serde(skip)]
    shown: String,
}

impl Finding {
    /// Makes a finding; `shown` is the path as a person would type it.
    #[must_use]
    pub fn new(found: Diagnostic, source: String, shown: Option<String>) -> Self {
        let shown = shown.unwrap_or_else(|| found.path.clone());
        let Diagnostic { path, line, severity, message } = found;
        Self { source, path, line, severity, message, shown }
    }
}

/// What one source holds.
#[derive(Debug, Serialize)]
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
    pub left_out_text: Vec<ReportFindings>,
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
pub struct ReportFindings {
    path: String,
    left_out: Vec<Left>,
}

#[derive(Debug, Serialize)]
struct Left {
    lines: (usize, usize),
    reason: &'static str,
    /// The same, for programs.
    code: &'static str,
    text: String,
}

impl ReportFindings {
    /// Lists what is in no item of a report.
    #[must_use]
    pub fn left_out(path: &str, report: &Report) -> Self {
        let left = report.left_out.iter();
        let left = left.map(|left| Left {
            lines: left.lines,
            reason: left.reason.as_str(),
            code: left.reason.code(),
            text: left.text.clone(),
        });
        Self { path: path.to_owned(), left_out: left.collect() }
    }
}

impl SourceFindings {
    /// Begins to count a source.
    #[must_use]
    pub fn new(name: &str, path: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            files: 0,
            reports: 0,
            items: 0,
            shapes: BTreeMap::new(),
            dated: Dated::default(),
            dated_by: BTreeMap::new(),
            numbered: 0,
            contributors: 0,
            items_with_contributor: 0,
            links: 0,
            items_with_link: 0,
            sections: Vec::new(),
            left_out: BTreeMap::new(),
            left_out_text: Vec::new(),
            names: BTreeSet::new(),
            addresses: BTreeSet::new(),
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

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into()))
}

/// Writes findings for people: diagnostics as `path:line: severity: message`, then the counts of every source.
#[must_use]
pub fn text(findings: &Findings, with_notes: bool, look: Look) -> String {
    let mut out = String::new();
    for finding in &findings.diagnostics {
        if finding.severity == Severity::Note && !with_notes {
            continue;
        }
        let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
        let severity =
            styled(severity_style(finding.severity), &finding.severity.to_string(), look);
        out.push_str(&format!(
            "{}{line}: {severity}: {}\n",
            escape(&finding.shown),
            escape(&finding.message)
        ));
    }
    for source in &findings.sources {
        for report in &source.left_out_text {
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
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for source in &findings.sources {
        out.push_str(&source_text(source));
    }
    let mut counts =
        format!("{}, {}", plural(findings.errors, "error"), plural(findings.warnings, "warning"));
    counts.push_str(&format!(", {}", plural(findings.notes, "note")));
    if findings.notes > 0 && !with_notes {
        counts.push_str(" (--verbose prints them)");
    }
    out + &counts + "\n"
}

fn source_text(source: &SourceFindings) -> String {
    let mut lines = vec![format!(
        "{}: {} with {} in {}",
        escape(&source.name),
        plural(source.reports, "report"),
        plural(source.items, "item"),
        plural(source.files, "file")
    )];
    let list = |entries: Vec<String>| entries.join(", ");
    let shapes = source.shapes.iter().map(|(shape, count)| {
        format!("{shape} {} ({})", plural(count.reports, "report"), plural(count.items, "item"))
    });
    lines.push(format!("  shapes        {}", list(shapes.collect())));
    let dated = &source.dated;
    let mut dates = Vec::new();
    for (count, what) in
        [(dated.day, "to the day"), (dated.month, "to the month"), (dated.none, "not dated")]
    {
        if count > 0 {
            dates.push(format!("{count} {what}"));
        }
    }
    lines.push(format!("  dates         {}", list(dates)));
    let by = source.dated_by.iter().map(|(by, count)| format!("{} {count}", escape(by)));
    if !source.dated_by.is_empty() {
        lines.push(format!("  dated by      {}", list(by.collect())));
    }
    if source.numbered > 0 {
        lines.push(format!("  issues        {} numbered", plural(source.numbered, "report")));
    }
    lines.push(format!(
        "  contributors  {} on {}",
        source.contributors,
        plural(source.items_with_contributor, "item")
    ));
    lines.push(format!(
        "  links         {} on {}",
        source.links,
        plural(source.items_with_link, "item")
    ));
    let sections =
        source.sections.iter().take(8).map(|(name, count)| format!("{} {count}", escape(name)));
    if !source.sections.is_empty() {
        let more = source.sections.len().saturating_sub(8);
        let more = if more > 0 { format!(", {more} more") } else { String::new() };
        lines.push(format!("  sections      {}{more}", list(sections.collect())));
    }
    if !source.left_out.is_empty() {
        let left = source.left_out.iter().map(|(reason, count)| format!("{reason} {count}"));
        lines.push(format!("  left out      {}", list(left.collect())));
    }
    lines.join("\n") + "\n\n"
}

fn lines((first, last): (usize, usize)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = flat.chars().take(MAX_EXCERPT).collect();
    if short.len() < flat.len() {
        short.push('…');
    }
    short
}

/// How one file was read.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The file, understood.
    pub report: &'a Report,
    /// Its date among its neighbours.
    pub date: Option<&'a ReportDate>,
    /// What was noticed.
    pub diagnostics: &'a [Diagnostic],
}

impl Explained<'_> {
    /// Makes an object of it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let report = self.report;
        let items = report.items.iter().map(|item| {
            json!({
                "ordinal": item.ordinal,
                "lines": item.lines,
                "section": item.section,
                "title": item.title,
                "contributors": item.contributors,
                "links": item.links.len(),
                "characters": item.body.chars().count(),
                "date": item.own_date.as_ref().map(ReportDate::display),
            })
        });
        let left = report.left_out.iter();
        let left =
            left.map(|left| json!({"lines": left.lines, "reason": left.reason.as_str(), "code": left.reason.code(), "text": left.text}));
        json!({
            "path": report.path,
            "source": report.source,
            "title": report.title,
            "issue": report.issue,
            "shape": report.layout,
            "shape_from": report.layout_reason,
            "date": self.date.map(ReportDate::display),
            "date_precision": self.date.map(|date| date.precision),
            "date_from": self.date.map(|date| date.evidence.as_str()),
            "items": items.collect::<Vec<_>>(),
            "left_out": left.collect::<Vec<_>>(),
            "diagnostics": self.diagnostics,
        })
    }
}

/// Writes for a person how one file was read.
#[must_use]
pub fn explanation(explained: &Explained<'_>, look: Look) -> String {
    let report = explained.report;
    let dim = Style::new().dimmed();
    let mut out = format!("{}\n", escape(&report.path));
    if let Some(title) = &report.title {
        out.push_str(&format!("  title  {}\n", escape(title)));
    }
    out.push_str(&format!("  shape  {}: {}\n", report.layout, escape(&report.layout_reason)));
    match explained.date {
        Some(date) => {
            out.push_str(&format!(
                "  date   {} from {}\n",
                date.display(),
                escape(date.evidence.as_str())
            ));
        }
        None => out.push_str("  date   none\n"),
    }
    if let Some(issue) = report.issue {
        out.push_str(&format!("  issue  {issue}\n"));
    }
    out.push_str(&format!("\n{}\n", plural(report.items.len(), "item")));
    for item in &report.items {
        let places: Vec<String> = item.lines.iter().map(|range| lines(*range)).collect();
        let places = if places.is_empty() { item.line.to_string() } else { places.join(", ") };
        let mut about = vec![item.section.join("/")];
        about.extend(item.own_date.as_ref().map(ReportDate::display));
        about.extend(item.contributors.iter().map(|name| format!("@{name}")));
        about.push(plural(item.links.len(), "link"));
        about.push(plural(item.body.chars().count(), "character"));
        about.retain(|part| !part.is_empty());
        out.push_str(&format!("  {:>3}  {places:<9}  {}\n", item.ordinal, escape(&item.title)));
        out.push_str(&format!(
            "                  {}\n",
            styled(dim, &escape(&about.join(" · ")), look)
        ));
    }
    if !report.left_out.is_empty() {
        out.push_str("\nleft out\n");
        for left in &report.left_out {
            out.push_str(&format!(
                "  {:<9}  {}: {}\n",
                lines(left.lines),
                left.reason,
                escape(&excerpt(&left.text))
            ));
        }
    }
    if !explained.diagnostics.is_empty() {
        out.push_str("\nnoticed\n");
        for found in explained.diagnostics {
            let line = found.line.map_or_else(String::new, |line| line.to_string());
            out.push_str(&format!("  {line:<9}  {}: {}\n", found.severity, escape(&found.message)));
        }
    }
    out
}
