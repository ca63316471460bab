//! Diagnostics to lines: more than a few of one kind are one line.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::terminal::{Look, styled};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::escape;

/// Text of a report that is in no item is shown up to this many characters.
const MAX_EXCERPT: usize = 60;
/// More findings of one kind in one source are one line.
const FEW: usize = 3;
/// Such a line names so many of their places.
const NAMED: usize = 2;

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

/// Writes findings in the order of the first of each kind, each line with how many it stands for: a finding as
/// `path:line: severity: message [code]`, many of one kind in one source as what they are and where the first are.
#[must_use]
pub fn lines(findings: &[Finding], detail: Detail, look: Look) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    for kind in kinds(findings, detail) {
        if kind.len() <= FEW || detail == Detail::Everything {
            lines.extend(kind.iter().map(|finding| (1, finding_text(finding, look))));
        } else {
            lines.push((kind.len(), kind_text(&kind, look)));
        }
    }
    lines
}

fn severity_style(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into()))
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
    format!("{place}: {severity}: {message} [{}]", finding.code)
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
    format!("{name}{severity}: {what}: {named} and {more} more [{code}]")
}

pub(super) fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
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
    fn lines_of(diagnostics: &[Finding], detail: Detail) -> Vec<String> {
        let lines = lines(diagnostics, detail, Look::PLAIN);
        assert_eq!(lines.iter().map(|(about, _)| about).sum::<usize>(), diagnostics.len());
        lines.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn more_than_a_few_findings_of_a_kind_are_one_line() {
        let undated = |count: usize| -> Vec<Finding> {
            let one = |at: usize| finding(Code::NoDate, &format!("{at}.md"), "no date");
            (1..=count).map(one).collect()
        };
        let lines = lines_of(&undated(FEW), Detail::Warnings);
        assert_eq!(lines.len(), FEW);
        assert_eq!(lines[0], "1.md:3: warning: no date [no-date]");
        assert_eq!(
            lines_of(&undated(FEW + 1), Detail::Warnings),
            ["周刊: warning: 4 reports have no date: 1.md:3, 2.md:3 and 2 more [no-date]"]
        );
        assert_eq!(lines_of(&undated(FEW + 1), Detail::Everything).len(), FEW + 1);
    }

    #[test]
    fn titles_are_named_by_themselves() {
        let title = |name: &str| finding(Code::RepeatedTitle, "1.md", &format!("`{name}` stands"));
        assert_eq!(
            lines_of(&["甲", "乙", "丙", "丁"].map(title), Detail::Warnings),
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
