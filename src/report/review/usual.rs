//! What is usual among the reports around one.

use crate::report::dating::ReportDate;
use crate::report::model::Report;

/// So many reports on each side show what is usual: enough that one is no habit, few enough that a series may change.
pub(super) const AROUND: usize = 12;
/// Fewer reports around one show no habit.
pub(super) const MIN_AROUND: usize = 5;

/// A report in its series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'r> {
    /// Its place among all reports of the source.
    pub(super) index: usize,
    pub(super) path: &'r str,
    pub(super) report: &'r Report,
    pub(super) date: Option<&'r ReportDate>,
}

/// Returns the places of the reports around one in its series, without itself.
pub(super) fn around(at: usize, all: usize) -> impl Iterator<Item = usize> + Clone {
    let width = (2 * AROUND + 1).min(all);
    let start = at.saturating_sub(AROUND).min(all - width);
    (start..start + width).filter(move |other| *other != at)
}

/// Returns the value that `tenths` of ten values are below or equal to; the values are sorted and at least one.
pub(super) fn quantile(sorted: &[usize], tenths: usize) -> usize {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last * tenths + 5) / 10).copied().unwrap_or_default()
}

pub(super) fn sorted(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values
}

/// Returns how many letters and digits a text has.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
