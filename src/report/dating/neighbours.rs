//! What the issues before and after a report say about its time, and which reports break the order of time.

use jiff::civil::Date;

use super::series::Member;
use super::{Evidence, EvidenceKind, Precision, days_after, days_between};

/// So many days back in time are a slip of evidence and not a break of the order.
const SLACK_DAYS: i32 = 10;
/// Neighbours further away than this many issues show nothing.
const MAX_GAP: usize = 12;
/// Between neighbours further apart than this many days, nothing shows the month.
const MAX_SPAN: i32 = 100;
/// At the end of a series, its rhythm is carried on over so many issues.
const MAX_BEYOND: usize = 3;
/// A series whose issues are further apart than this many days has no rhythm to carry on.
const MAX_STEP: i32 = 31;
/// Fewer dated reports than this have no order that one of them could break.
const MIN_ORDERED: usize = 4;
/// Where fewer than so many of ten reports are in order, the folder has none, and no outliers.
const IN_ORDER_OF_TEN: usize = 7;

/// What the neighbours of a report say about its time.
pub(super) struct Around {
    pub(super) estimate: Date,
    pub(super) sentence: String,
}

impl Around {
    pub(super) fn evidence(&self) -> Evidence {
        Evidence::new(EvidenceKind::Neighbours, &self.sentence)
    }
}

/// Estimates when the member `at` appeared from the nearest dated ones; `outliers` are not asked.
pub(super) fn around(members: &[Member<'_>], outliers: &[usize], at: usize) -> Option<Around> {
    let dated = |other: &usize| members[*other].anchor.is_some() && !outliers.contains(other);
    let earlier = (at.saturating_sub(MAX_GAP)..at).rev().find(dated);
    let later = (at + 1..members.len().min(at + 1 + MAX_GAP)).find(dated);
    match (earlier, later) {
        (Some(before), Some(behind)) => between(members, before, at, behind),
        (Some(only), None) | (None, Some(only)) => beyond(members, only, at),
        (None, None) => None,
    }
}

fn shown(date: Date) -> String {
    Precision::Month.display(date)
}

/// Estimates by two neighbours, in proportion to how many issues lie between.
fn between(members: &[Member<'_>], before: usize, at: usize, behind: usize) -> Option<Around> {
    let (first, last) = (members[before].anchor?.date, members[behind].anchor?.date);
    if days_between(first, last).abs() > MAX_SPAN {
        return None;
    }
    // Numbers show how far apart issues are; without them every report is one step.
    let number = |at: usize| members[at].clues.issue.and_then(|issue| i32::try_from(issue).ok());
    let step = |from: usize, to: usize| match (number(from), number(to)) {
        (Some(from), Some(to)) if to > from => to - from,
        _ => i32::try_from(to - from).unwrap_or(1),
    };
    let whole = step(before, behind).max(1);
    let part = days_between(first, last).max(0) * step(before, at).min(whole) / whole;
    let sentence = format!(
        "{} is of {} and {} of {}",
        members[before].name(),
        shown(first),
        members[behind].name(),
        shown(last)
    );
    Some(Around { estimate: days_after(first, part), sentence })
}

/// Estimates by the nearest one at the end of a series: the rhythm of the issues beyond it carries on.
fn beyond(members: &[Member<'_>], only: usize, at: usize) -> Option<Around> {
    let distance = only.abs_diff(at);
    if distance > MAX_BEYOND {
        return None;
    }
    let date = members[only].anchor?.date;
    let next = if only < at { only.checked_sub(1)? } else { only + 1 };
    let other = members.get(next)?.anchor?.date;
    let step = Some(days_between(other, date).abs()).filter(|step| *step <= MAX_STEP)?;
    let days = step * i32::try_from(distance).unwrap_or(1);
    let estimate = days_after(date, if only < at { days } else { -days });
    Some(Around { estimate, sentence: format!("{} is of {}", members[only].name(), shown(date)) })
}

/// Finds the reports that break the order of time: those far outside the longest run of dates that never go back.
pub(super) fn outliers(members: &[Member<'_>]) -> Vec<usize> {
    let dated: Vec<(usize, Date)> = members
        .iter()
        .enumerate()
        .filter_map(|(at, member)| Some((at, member.anchor?.date)))
        .collect();
    if dated.len() < MIN_ORDERED {
        return Vec::new();
    }
    let dates: Vec<Date> = dated.iter().map(|(_, date)| *date).collect();
    let kept = longest_run(&dates);
    if kept.iter().filter(|kept| **kept).count() * 10 < dates.len() * IN_ORDER_OF_TEN {
        return Vec::new();
    }
    let far_off = |n: usize| {
        let earlier = (0..n).rev().find(|other| kept[*other]).map(|other| dates[other]);
        let later = (n + 1..dates.len()).find(|other| kept[*other]).map(|other| dates[other]);
        earlier.is_some_and(|earlier| days_between(dates[n], earlier) > SLACK_DAYS)
            || later.is_some_and(|later| days_between(later, dates[n]) > SLACK_DAYS)
    };
    (0..dates.len()).filter(|&n| !kept[n] && far_off(n)).map(|n| dated[n].0).collect()
}

/// Marks the longest non-decreasing subsequence.
fn longest_run(dates: &[Date]) -> Vec<bool> {
    // `tails[k]` ends the run of k + 1 that ends earliest.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; dates.len()];
    for (n, date) in dates.iter().enumerate() {
        let at = tails.partition_point(|&tail| dates[tail] <= *date);
        before[n] = at.checked_sub(1).map(|at| tails[at]);
        if at == tails.len() {
            tails.push(n);
        } else {
            tails[at] = n;
        }
    }
    let mut kept = vec![false; dates.len()];
    let mut at = tails.last().copied();
    while let Some(n) = at {
        kept[n] = true;
        at = before[n];
    }
    kept
}
