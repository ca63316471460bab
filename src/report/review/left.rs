//! Reports much of whose text is in no item.

use std::collections::BTreeMap;

use super::usual::{MIN_AROUND, Member, letters, quantile, sorted};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::left_out::Reason;
use crate::report::model::Report;

/// A report that leaves so many letters out has lost something; a greeting is shorter.
const MIN_LEFT: usize = 300;
/// Of all its text, one in so many letters is much.
const MUCH_ONE_IN: usize = 3;
/// Where a report usually leaves half as much out, that is how the series is made.
const TIMES: usize = 2;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    let shares: Vec<(usize, usize)> = series.iter().map(|member| share(member.report)).collect();
    let thousandths = |(left, all): &(usize, usize)| left * 1000 / (*all).max(1);
    let usual = quantile(&sorted(shares.iter().map(thousandths)), 5);
    for (member, share) in series.iter().zip(&shares) {
        let (left, all) = *share;
        if left < MIN_LEFT || left * MUCH_ONE_IN < all {
            continue;
        }
        if series.len() > MIN_AROUND && thousandths(share) < TIMES * usual {
            continue;
        }
        let message = format!("{left} of {all} letters are in no item; {}", why(member.report));
        let (warning, code) = (Severity::Warning, Code::LeftOut);
        found.push((member.index, Diagnostic::about_file(member.path, warning, code, message)));
    }
}

/// Returns whether what is left out for this reason may be wanted: it is no more than what names things, and no settings
/// leave it out.
fn may_be_wanted(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Introduction
            | Reason::Boilerplate
            | Reason::Label
            | Reason::Noise
            | Reason::Contents
    )
}

/// Returns how many letters of a report are in no item, and how many it has.
fn share(report: &Report) -> (usize, usize) {
    let left = report.left_out.iter().filter(|left| may_be_wanted(left.reason));
    let left: usize = left.map(|left| letters(&left.text)).sum();
    let kept: usize =
        report.items.iter().map(|item| letters(&item.title) + letters(&item.body)).sum();
    (left, left + kept)
}

/// Says why most of it is left out.
fn why(report: &Report) -> &'static str {
    let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
    for left in report.left_out.iter().filter(|left| may_be_wanted(left.reason)) {
        *reasons.entry(left.reason).or_default() += letters(&left.text);
    }
    let most = reasons.into_iter().max_by_key(|(_, length)| *length);
    most.map_or("", |(reason, _)| reason.as_str())
}
