//! Reports of an archive held beside each other: those that have one day, one number or one name.

use std::collections::BTreeMap;

use super::names::stem;
use super::read::ReadReport;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{Precision, ReportDate, Shape};

/// Warns about reports of one source that have the same day or the same number, and notes those whose ids begin with
/// more than the name of their file. The reports are all of the archive, dated.
pub fn warn_about_twins(reports: &mut [ReadReport]) {
    let mut days: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut issues: BTreeMap<(String, u32), String> = BTreeMap::new();
    for read in reports {
        let (source, path) = (read.entry.source.clone(), read.entry.path.clone());
        let found = |severity, message| Diagnostic::about_file(&path, severity, message);
        let mut twins = Vec::new();
        // Several articles of one day, or with one number, are nothing strange.
        if let Some(report) = read.with_items().filter(|report| report.shape != Shape::Page) {
            let day = read.date.as_ref().filter(|date| date.precision == Precision::Day);
            if let Some(day) = day.map(ReportDate::display)
                && let Some(other) = days.insert((source.clone(), day.clone()), path.clone())
            {
                twins.push(found(Severity::Warning, format!("is of {day}, like `{other}`")));
            }
            if let Some(issue) = report.issue
                && let Some(other) = issues.insert((source.clone(), issue), path.clone())
            {
                twins.push(found(Severity::Warning, format!("is issue {issue}, like `{other}`")));
            }
        }
        let name = &read.name;
        let stem = stem(&path);
        if name.strip_prefix(&format!("{source}/")).unwrap_or(name) != stem {
            let message =
                format!("another file is called `{stem}`; ids of this one begin with {name}/");
            twins.push(found(Severity::Note, message));
        }
        read.dating.extend(twins);
    }
}
