//! Reports held beside those around them, as a careful editor would: what falls out of a series is noticed.
//!
//! Nothing here changes how a report is read; all of it is for `check`. Every rule asks the series what is usual, so
//! that an archive made in its own way is quiet.

mod beside;
mod change;
mod counts;
mod left;
mod links;
mod sections;
#[cfg(test)]
mod tests;
mod titles;
mod usual;

use super::dating::{ReportDate, series_of};
use super::model::Report;
use crate::diagnostic::Diagnostic;
use usual::Member;

pub use beside::{Beside, beside};
pub use change::Change;

/// What holding the reports of a source beside each other showed.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// What falls out, with the index of the report it is about.
    pub found: Vec<(usize, Diagnostic)>,
    /// Where a series goes on in another layout.
    pub changes: Vec<Change>,
}

/// Holds the reports of a source that have items beside each other, each with its date.
#[must_use]
pub fn review(reports: &[(&Report, Option<&ReportDate>)]) -> Reviewed {
    let paths: Vec<&str> = reports.iter().map(|(report, _)| report.path.as_str()).collect();
    let mut reviewed = Reviewed::default();
    for series in series_of(&paths) {
        let member = |index: usize| {
            let (report, date) = reports[index];
            Member { index, path: &report.path, report, date }
        };
        let series: Vec<Member<'_>> = series.into_iter().map(member).collect();
        counts::review(&series, &mut reviewed.found);
        sections::review(&series, &mut reviewed.found);
        links::review(&series, &mut reviewed.found);
        titles::review(&series, &mut reviewed.found);
        left::review(&series, &mut reviewed.found);
        reviewed.changes.extend(change::of(&series));
    }
    reviewed
}
