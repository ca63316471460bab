//! The reports of every source held beside each other, for `check`.

use std::collections::BTreeMap;

use super::read::ReadReport;
use crate::diagnostic::Diagnostic;
use crate::report::{self, Beside, Change, Report, ReportDate, Reviewed};

type Series<'r> = (Vec<usize>, Vec<(&'r Report, Option<&'r ReportDate>)>);

/// How every source changes its layout.
pub type Changes<'r> = BTreeMap<&'r str, Vec<Change>>;

/// Says what falls out among the reports of an archive, each with the index of the report it is about and in that order,
/// and how every source changes its layout. The reports are all of the archive, dated.
#[must_use]
pub fn review(reports: &[ReadReport]) -> (Vec<(usize, Diagnostic)>, Changes<'_>) {
    let (mut all, mut changes) = (Vec::new(), BTreeMap::new());
    for (name, (indices, series)) in sources(reports) {
        let Reviewed { found, changes: of_source } = report::review(&series);
        all.extend(found.into_iter().map(|(at, found)| (indices[at], found)));
        changes.insert(name, of_source);
    }
    all.sort();
    (all, changes)
}

/// Says what the reports around one show; `None` for a file without items.
#[must_use]
pub fn beside(reports: &[ReadReport], at: usize) -> Option<Beside> {
    let source = &reports.get(at)?.entry.source;
    let (indices, series) = sources(reports).remove(source.as_str())?;
    Some(report::beside(&series, indices.iter().position(|index| *index == at)?))
}

fn sources(reports: &[ReadReport]) -> BTreeMap<&str, Series<'_>> {
    let mut sources: BTreeMap<&str, Series<'_>> = BTreeMap::new();
    for (index, read) in reports.iter().enumerate() {
        if let Some(report) = read.with_items() {
            let (indices, series) = sources.entry(&read.entry.source).or_default();
            indices.push(index);
            series.push((report, read.date.as_ref()));
        }
    }
    sources
}
