//! What was understood of an archive, counted, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::terminal::{Look, styled};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::{Change, Precision, Reason, Report, ReportDate};
use crate::text::{count, escape};

/// Text of a report that is in no item is shown up to this many characters.
const MAX_EXCERPT: usize = 60;
/// More findings of one kind in one source are one line.
const FEW: usize = 3;
/// Such a line names so many of their places.
const NAMED: usize = 2;

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
    /// What kind of thing it is.
    pub code: Code,
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
        let Diagnostic { path, line, severity, code, message } = found;
        Self { source, path, line, severity, code, message, shown }
    }
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

fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into()))
}

/// How much is written of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Errors and warnings; many of one kind are one line.
    Warnings,
    /// Notes, too.
    Notes,
    /// Each in a line of its own.
    Everything,
}

/// Writes findings for people: diagnostics as `path:line: severity: message`, then the counts of every source.
#[must_use]
pub fn text(findings: &Findings, detail: Detail, look: Look) -> String {
    let mut out = String::new();
    for kind in kinds(&findings.diagnostics, detail) {
        if kind.len() <= FEW || detail == Detail::Everything {
            out.extend(kind.iter().map(|finding| finding_text(finding, look)));
        } else {
            out.push_str(&kind_text(&kind, look));
        }
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

/// Puts findings of one kind in one source together, in the order of the first of each kind.
fn kinds(findings: &[Finding], detail: Detail) -> Vec<Vec<&Finding>> {
    let mut places: BTreeMap<(&str, Severity, Code), usize> = BTreeMap::new();
    let mut kinds: Vec<Vec<&Finding>> = Vec::new();
    let is_shown = |found: &&Finding| found.severity != Severity::Note || detail >= Detail::Notes;
    for finding in findings.iter().filter(is_shown) {
        let key = (finding.source.as_str(), finding.severity, finding.code);
        let at = *places.entry(key).or_insert(kinds.len());
        match kinds.get_mut(at) {
            Some(kind) => kind.push(finding),
            None => kinds.push(vec![finding]),
        }
    }
    kinds
}

fn finding_text(finding: &Finding, look: Look) -> String {
    let severity = styled(severity_style(finding.severity), &finding.severity.to_string(), look);
    let (place, message) = (place(finding), escape(&finding.message));
    format!("{place}: {severity}: {message} [{}]\n", finding.code)
}

fn place(finding: &Finding) -> String {
    let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("{}{line}", escape(&finding.shown))
}

/// Names what a finding is about: what it quotes where that tells more than the place.
fn subject(finding: &Finding) -> String {
    let quoted = finding.message.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    match (finding.code, quoted) {
        (
            Code::RepeatedTitle | Code::SectionAsItem | Code::NameWithoutLetters,
            Some((quoted, _)),
        ) => {
            format!("`{}`", escape(&excerpt(quoted)))
        }
        _ => place(finding),
    }
}

/// Writes several findings of one kind in a line.
fn kind_text(kind: &[&Finding], look: Look) -> String {
    let Some(Finding { source, severity, code, .. }) = kind.first() else { return String::new() };
    let name = if source.is_empty() { String::new() } else { format!("{}: ", escape(source)) };
    let severity = styled(severity_style(*severity), &severity.to_string(), look);
    let named = list(kind.iter().take(NAMED).map(|finding| subject(finding)));
    let (what, more) = (code.of_many(kind.len()), kind.len() - NAMED);
    format!("{name}{severity}: {what}: {named} and {more} more [{code}]\n")
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

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Writes first and last line.
pub(super) fn lines((first, last): (usize, usize)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

/// Returns the beginning of a text in one line.
pub(super) fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = flat.chars().take(MAX_EXCERPT).collect();
    if short.len() < flat.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: Code, path: &str, message: &str) -> Finding {
        let found = Diagnostic::at_line(path, 3, Severity::Warning, code, message);
        Finding::new(found, "周刊".to_owned(), None)
    }

    /// Writes the lines about findings.
    fn lines_of(diagnostics: Vec<Finding>, detail: Detail) -> Vec<String> {
        let (errors, warnings, notes) = (0, diagnostics.len(), 0);
        let findings = Findings { errors, warnings, notes, sources: Vec::new(), diagnostics };
        let text = text(&findings, detail, Look::PLAIN);
        text.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn more_than_a_few_findings_of_a_kind_are_one_line() {
        let undated = |count: usize| -> Vec<Finding> {
            let one = |at: usize| finding(Code::NoDate, &format!("{at}.md"), "no date");
            (1..=count).map(one).collect()
        };
        let lines = lines_of(undated(FEW), Detail::Warnings);
        assert_eq!(lines.len(), FEW);
        assert_eq!(lines[0], "1.md:3: warning: no date [no-date]");
        assert_eq!(
            lines_of(undated(FEW + 1), Detail::Warnings),
            ["周刊: warning: 4 reports have no date: 1.md:3, 2.md:3 and 2 more [no-date]"]
        );
        assert_eq!(lines_of(undated(FEW + 1), Detail::Everything).len(), FEW + 1);
    }

    #[test]
    fn titles_are_named_by_themselves() {
        let title = |name: &str| finding(Code::RepeatedTitle, "1.md", &format!("`{name}` stands"));
        assert_eq!(
            lines_of(["甲", "乙", "丙", "丁"].map(title).into(), Detail::Warnings),
            [
                "周刊: warning: 4 titles stand in many reports: `甲`, `乙` and 2 more [repeated-title]"
            ]
        );
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" a\n\n b "), "a b");
        let long = "量".repeat(MAX_EXCERPT);
        assert_eq!(excerpt(&long), long);
        assert_eq!(excerpt(&format!("{long}x")), format!("{long}…"));
    }
}
