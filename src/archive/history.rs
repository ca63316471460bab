//! Reports that nothing else dates, by the commits that brought their files.

use std::collections::BTreeSet;

use super::Source;
use crate::corpus::first_commits;
use crate::report::{Clues, Evidence, EvidenceKind, Precision, ReportDate, Settled};

/// The history of a source is asked where at least one in so many of its reports has no date: reading it takes longer
/// than a sync, and a file or two beside a dated series are hardly worth it.
const UNDATED_ONE_IN: usize = 10;

/// Dates reports without a date by their first commits.
pub(super) fn date(source: &Source, reports: &[(&str, &Clues)], settled: &mut [Settled]) {
    let undated: BTreeSet<&str> = reports
        .iter()
        .zip(&*settled)
        .filter_map(|((path, _), found)| found.date.is_none().then_some(*path))
        .collect();
    if undated.is_empty() || undated.len() * UNDATED_ONE_IN < reports.len() {
        return;
    }
    // All are asked for, so that it shows which came together.
    let all: BTreeSet<&str> = reports.iter().map(|(path, _)| *path).collect();
    let days = first_commits(&source.root.path, &all);
    for ((path, clues), found) in reports.iter().zip(settled) {
        let Some(day) = days.get(*path).filter(|_| undated.contains(path)) else { continue };
        // A report is not older than what it links to.
        if clues.not_before.as_ref().is_some_and(|proof| proof.date > *day) {
            continue;
        }
        let evidence = Evidence::new(EvidenceKind::History, day);
        let date = ReportDate { date: *day, precision: Precision::Day, evidence };
        *found = Settled { date: Some(date), warnings: Vec::new() };
    }
}
