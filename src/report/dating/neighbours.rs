//! What the issues before and after a report say about its time, and which reports break the order of time.

use jiff::civil::Date;

use super::date::{Evidence, EvidenceKind, Precision, days_after, days_between};
use super::order::Member;

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
    // Wide, for numbers of issues may be days such as 20240222.
    let days = i64::from(days_between(first, last).max(0));
    let part = days * i64::from(step(before, at).min(whole)) / i64::from(whole);
    let part = i32::try_from(part).unwrap_or_default();
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

/// Returns whether the dated reports of a series are in an order of time, but for a few where there are many.
pub(super) fn is_in_order(members: &[Member<'_>]) -> bool {
    let dates: Vec<Date> = members.iter().filter_map(|member| Some(member.anchor?.date)).collect();
    let run = longest_run(&dates).into_iter().filter(|kept| *kept).count();
    run == dates.len() || dates.len() >= MIN_ORDERED && is_most(run, dates.len())
}

fn is_most(run: usize, of: usize) -> bool {
    run * 10 >= of * IN_ORDER_OF_TEN
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
    if !is_most(kept.iter().filter(|kept| **kept).count(), dates.len()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::dating::clues::Clues;
    use crate::report::dating::{Settled, date_of, settle};

    /// Dates issues of the numbers and days given; returns what is found for each.
    fn dates(issues: &[(u32, Option<&str>)]) -> Vec<Option<String>> {
        let clues: Vec<Clues> = issues.iter().map(|(issue, day)| clues(*issue, *day)).collect();
        let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
        let display = |one: Settled| one.date.map(|date| date.display());
        settle(&given).into_iter().map(display).collect()
    }

    fn clues(issue: u32, day: Option<&str>) -> Clues {
        let stated = day.map(|day| date_of(day).unwrap());
        Clues { issue: Some(issue), stated, ..Clues::default() }
    }

    #[track_caller]
    fn check(issues: &[(u32, Option<&str>)], at: usize, expected: Option<&str>) {
        assert_eq!(dates(issues)[at].as_deref(), expected, "{issues:?}");
    }

    #[test]
    fn an_issue_between_two_others_is_dated_in_proportion_to_their_numbers() {
        let between = |first, last| [(1, Some(first)), (2, None), (4, Some(last))];
        check(&between("2024-01-01", "2024-04-01"), 1, Some("2024-01"));
        check(&between("2024-01-20", "2024-04-20"), 1, Some("2024-02"));
        // 2024-04-10 is a hundred days after 2024-01-01.
        check(&between("2024-01-01", "2024-04-10"), 1, Some("2024-02"));
        check(&between("2024-01-01", "2024-04-11"), 1, None);
    }

    #[test]
    fn the_rhythm_at_the_end_of_a_series_carries_on_for_three_issues() {
        let series = |step: &'static str| {
            [(1, Some("2024-01-31")), (2, Some(step)), (3, None), (4, None), (5, None), (6, None)]
        };
        let weekly = series("2024-02-07");
        for (at, expected) in
            [Some("2024-02"), Some("2024-02"), Some("2024-02"), None].iter().enumerate()
        {
            check(&weekly, at + 2, *expected);
        }
        check(&series("2024-03-02"), 2, Some("2024-04"));
        check(&series("2024-03-03"), 2, None);
        check(&[(1, None), (2, Some("2024-03-03")), (3, Some("2024-03-10"))], 0, Some("2024-02"));
        check(&[(1, Some("2024-01-31")), (2, None)], 1, None);
    }

    #[test]
    fn an_issue_far_from_any_dated_one_is_not_dated() {
        let issues = |last: u32| -> Vec<(u32, Option<&str>)> {
            let between = (2..last).map(|issue| (issue, None));
            let first = [(1, Some("2024-01-01"))];
            first.into_iter().chain(between).chain([(last, Some("2024-02-01"))]).collect()
        };
        check(&issues(25), MAX_GAP, Some("2024-01"));
        check(&issues(26), MAX_GAP, None);
    }

    #[test]
    fn only_what_goes_back_more_than_ten_days_breaks_the_order() {
        let with = |day: &'static str| -> Vec<usize> {
            let before = ["2024-01-01", "2024-02-01", "2024-02-02"];
            let days = before.into_iter().chain([day, "2024-03-01", "2024-03-02", "2024-04-01"]);
            let clues: Vec<Clues> =
                (1..).zip(days).map(|(issue, day)| clues(issue, Some(day))).collect();
            let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
            let warned = settle(&given).into_iter().enumerate();
            warned.filter(|(_, one)| !one.warnings.is_empty()).map(|(at, _)| at).collect()
        };
        assert!(with("2024-01-23").is_empty());
        assert_eq!(with("2024-01-22"), [3]);
        assert!(with("2024-03-11").is_empty());
        assert_eq!(with("2024-03-12"), [3]);
    }
}
