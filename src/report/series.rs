//! Dates of a whole source: every report's own clues, held against those of the issues before and after it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::date::{Clues, DAYS_OF_GRACE, Evidence, Precision, Proof, ReportDate, nearest_year};

/// So many days back in time are a slip of evidence and no break of the order.
const SLACK_DAYS: i32 = 10;
/// Neighbours further away than this many issues tell nothing.
const MAX_GAP: usize = 12;
/// Between neighbours further apart than this many days, nothing tells the month.
const MAX_SPAN: i32 = 100;
/// A rhythm is only believed if this many issues keep it.
const MIN_RHYTHM: usize = 8;

/// Where a date comes from, weakest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// The report says it.
    Stated,
    /// Links or images prove it.
    Proven,
}

/// One report in the order of its series.
struct Place<'c> {
    /// Index in what was given.
    index: usize,
    clues: &'c Clues,
    /// First estimate: the day a report says, or the latest day its evidence proves.
    anchor: Option<(Date, Trust)>,
}

/// Dates the reports of one source from `(path, clues)`; returns dates in the order given, each with sentences for
/// diagnostics.
#[must_use]
pub fn settle(reports: &[(&str, &Clues)]) -> Vec<(Option<ReportDate>, Vec<String>)> {
    // A folder may hold several series, each with an issue 1.
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (path, _)) in reports.iter().enumerate() {
        families.entry(family(path)).or_default().push(index);
    }
    let mut settled = vec![(None, Vec::new()); reports.len()];
    for indices in families.into_values() {
        let members: Vec<(&str, &Clues)> = indices.iter().map(|index| reports[*index]).collect();
        for (index, found) in indices.into_iter().zip(settle_series(&members)) {
            settled[index] = found;
        }
    }
    settled
}

/// What the paths of one series have in common: their folder without numbers, and the beginning of their names up to
/// the first number.
fn family(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder: String = folder.chars().filter(|c| !c.is_ascii_digit()).collect();
    let prefix = name.find(|c: char| c.is_ascii_digit()).map_or("", |at| &name[..at]);
    format!("{folder}/{prefix}")
}

fn settle_series(reports: &[(&str, &Clues)]) -> Vec<(Option<ReportDate>, Vec<String>)> {
    let mut settled: Vec<(Option<ReportDate>, Vec<String>)> =
        reports.iter().map(|(_, clues)| alone(clues)).collect();
    let mut places = order(reports);
    let outliers = outliers(&places);
    let name = |place: &Place<'_>| match place.clues.issue {
        Some(issue) => format!("issue {issue}"),
        None => format!("`{}`", reports[place.index].0),
    };
    for &at in &outliers {
        let Some((date, trust)) = places[at].anchor else { continue };
        let around = around(&places, &outliers, at, &name);
        let (found, warnings) = &mut settled[places[at].index];
        let Some(around) = around else { continue };
        let shown = found.as_ref().map_or_else(|| date.to_string(), ReportDate::display);
        if trust == Trust::Stated {
            warnings.push(format!("dated {shown}, but {}", around.sentence));
        } else {
            let by = places[at]
                .clues
                .proof
                .as_ref()
                .map_or_else(String::new, |proof| proof.by.to_string());
            warnings.push(format!(
                "{by} is of {shown}, but {}; dated like its neighbours",
                around.sentence
            ));
            *found = Some(month(around.estimate, format!("neighbours: {}", around.sentence)));
        }
    }
    for &at in &outliers {
        if places[at].anchor.is_some_and(|(_, trust)| trust == Trust::Proven) {
            places[at].anchor = None;
        }
    }
    keep_rhythm(&places, &mut settled);
    for at in 0..places.len() {
        let place = &places[at];
        if settled[place.index].0.is_some() {
            continue;
        }
        let Some(around) = around(&places, &outliers, at, &name) else { continue };
        let (found, warnings) = &mut settled[place.index];
        *found = match &place.clues.month_day {
            Some((of_month, day, written)) => {
                nearest_year(*of_month, *day, around.estimate).map(|date| ReportDate {
                    date,
                    precision: Precision::Day,
                    evidence: format!(
                        "head: {written}; year from its neighbours: {}",
                        around.sentence
                    ),
                })
            }
            None => Some(month(around.estimate, format!("neighbours: {}", around.sentence))),
        };
        warnings.clear();
    }
    settled
}

fn month(date: Date, evidence: String) -> ReportDate {
    ReportDate { date: date.first_of_month(), precision: Precision::Month, evidence }
}

/// What a report's own clues give.
fn alone(clues: &Clues) -> (Option<ReportDate>, Vec<String>) {
    let mut warnings = Vec::new();
    let found = clues.stated.clone().or_else(|| {
        let proof = clues.proof.as_ref().filter(|_| clues.month_day.is_none())?;
        Some(month(proof.date, format!("{}: {}", proof.by, proof.display())))
    });
    if let Some(found) = &clues.stated
        && let Some(proof) = &clues.not_before
        && days(found.end(), proof.date) > DAYS_OF_GRACE
    {
        warnings.push(format!(
            "dated {}, but {} is of {}",
            found.display(),
            proof.by,
            proof.display()
        ));
    }
    if found.is_none() {
        warnings.push(match &clues.month_day {
            Some((_, _, written)) => format!("{written} in the head, but nothing tells the year"),
            None => "no date found; name the file by its date, such as 2024-02-22.md".to_owned(),
        });
    }
    (found, warnings)
}

/// Days from `a` to `b`.
fn days(a: Date, b: Date) -> i32 {
    a.until(b).map_or(0, |span| span.get_days())
}

fn after(date: Date, count: i32) -> Date {
    date.checked_add(jiff::Span::new().days(count)).unwrap_or(date)
}

/// Puts the reports in the order of their series: by number where they have one, else by path with numbers counted.
fn order<'c>(reports: &[(&str, &'c Clues)]) -> Vec<Place<'c>> {
    let mut places: Vec<Place<'c>> = reports
        .iter()
        .enumerate()
        .map(|(index, (_, clues))| Place { index, clues, anchor: anchor(clues) })
        .collect();
    let numbered = places.iter().filter(|place| place.clues.issue.is_some()).count();
    if numbered * 10 >= places.len() * 6 {
        places.retain(|place| place.clues.issue.is_some());
        places.sort_by_key(|place| (place.clues.issue, place.index));
    } else {
        places.sort_by(|a, b| natural(reports[a.index].0, reports[b.index].0));
    }
    places
}

fn anchor(clues: &Clues) -> Option<(Date, Trust)> {
    if let Some(stated) = &clues.stated {
        return Some((stated.date, Trust::Stated));
    }
    let proof = clues.proof.as_ref().filter(|_| clues.month_day.is_none())?;
    Some((proof.date, Trust::Proven))
}

/// Compares paths so that `issue-9` stands before `issue-10`.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| {
        let mut parts: Vec<(u64, String)> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(letters);
            let digits =
                behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            parts.push((behind[..digits].parse().unwrap_or(0), word.to_owned()));
            rest = &behind[digits..];
        }
        parts
    };
    let (left, right) = (parts(a), parts(b));
    for ((number_a, word_a), (number_b, word_b)) in left.iter().zip(&right) {
        let ordering = word_a.cmp(word_b).then(number_a.cmp(number_b));
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Finds the reports that break the order of time: those outside the longest run of dates that never go back.
fn outliers(places: &[Place<'_>]) -> Vec<usize> {
    let dated: Vec<(usize, Date)> =
        places.iter().enumerate().filter_map(|(at, place)| Some((at, place.anchor?.0))).collect();
    if dated.len() < 4 {
        return Vec::new();
    }
    // Longest non-decreasing subsequence: `tails[k]` ends the run of k + 1 that ends earliest.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; dated.len()];
    for (n, (_, date)) in dated.iter().enumerate() {
        let at = tails.partition_point(|&tail| dated[tail].1 <= *date);
        before[n] = at.checked_sub(1).map(|at| tails[at]);
        if at == tails.len() {
            tails.push(n);
        } else {
            tails[at] = n;
        }
    }
    let mut kept = vec![false; dated.len()];
    let mut at = tails.last().copied();
    while let Some(n) = at {
        kept[n] = true;
        at = before[n];
    }
    // A folder without an order has no outliers.
    if kept.iter().filter(|kept| **kept).count() * 10 < dated.len() * 7 {
        return Vec::new();
    }
    let far_off = |n: usize| {
        let date = dated[n].1;
        let earlier = (0..n).rev().find(|other| kept[*other]).map(|other| dated[other].1);
        let later = (n + 1..dated.len()).find(|other| kept[*other]).map(|other| dated[other].1);
        earlier.is_some_and(|earlier| days(date, earlier) > SLACK_DAYS)
            || later.is_some_and(|later| days(later, date) > SLACK_DAYS)
    };
    (0..dated.len()).filter(|&n| !kept[n] && far_off(n)).map(|n| dated[n].0).collect()
}

/// What the neighbours of a report say about its time.
struct Around {
    estimate: Date,
    sentence: String,
}

fn around(
    places: &[Place<'_>],
    outliers: &[usize],
    at: usize,
    name: &dyn Fn(&Place<'_>) -> String,
) -> Option<Around> {
    let dated = |other: &usize| places[*other].anchor.is_some() && !outliers.contains(other);
    let earlier = (at.saturating_sub(MAX_GAP)..at).rev().find(dated);
    let later = (at + 1..places.len().min(at + 1 + MAX_GAP)).find(dated);
    let date = |other: usize| places[other].anchor.map(|(date, _)| date);
    let shown = |date: Date| format!("{:04}-{:02}", date.year(), date.month());
    match (earlier, later) {
        (Some(before), Some(behind)) => {
            let (first, last) = (date(before)?, date(behind)?);
            if days(first, last).abs() > MAX_SPAN {
                return None;
            }
            // Numbers tell how far apart issues are; without them every report is one step.
            let number = |other: usize| {
                places[other].clues.issue.and_then(|issue| i32::try_from(issue).ok())
            };
            let step = |from: usize, to: usize| match (number(from), number(to)) {
                (Some(from), Some(to)) if to > from => to - from,
                _ => i32::try_from(to - from).unwrap_or(1),
            };
            let whole = step(before, behind).max(1);
            let estimate =
                after(first, days(first, last).max(0) * step(before, at).min(whole) / whole);
            let sentence = format!(
                "{} is of {} and {} of {}",
                name(&places[before]),
                shown(first),
                name(&places[behind]),
                shown(last)
            );
            Some(Around { estimate, sentence })
        }
        (Some(only), None) | (None, Some(only)) if only.abs_diff(at) <= 3 => {
            let date = date(only)?;
            // The rhythm of the issues beyond carries on.
            let beyond = if only < at {
                only.checked_sub(1)
            } else {
                Some(only + 1).filter(|at| *at < places.len())
            };
            let (other, _) = places[beyond?].anchor?;
            let step = Some(days(other, date).abs()).filter(|step| *step <= 31)?;
            let steps = i32::try_from(only.abs_diff(at)).unwrap_or(1);
            let estimate = after(date, if only < at { step * steps } else { -step * steps });
            let sentence = format!("{} is of {}", name(&places[only]), shown(date));
            Some(Around { estimate, sentence })
        }
        _ => None,
    }
}

/// Moves estimates to the day on which a weekly series appears: evidence is from before that day, and a month may end
/// in between.
fn keep_rhythm(places: &[Place<'_>], settled: &mut [(Option<ReportDate>, Vec<String>)]) {
    let proven: Vec<(usize, &Proof)> = places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.anchor.is_some_and(|(_, trust)| trust == Trust::Proven))
        .filter_map(|(at, place)| {
            let proof = place.clues.proof.as_ref()?;
            (!proof.is_month && proof.by == Evidence::Image).then_some((at, proof))
        })
        .collect();
    let consecutive: Vec<(Date, Date)> = proven
        .windows(2)
        .filter(|pair| {
            let issue = |at: usize| places[at].clues.issue;
            issue(pair[0].0).zip(issue(pair[1].0)).is_some_and(|(a, b)| b == a + 1)
        })
        .map(|pair| (pair[0].1.date, pair[1].1.date))
        .collect();
    if consecutive.len() < MIN_RHYTHM {
        return;
    }
    let appears = |weekday: i32, proof: Date| {
        let own = i32::from(proof.weekday().to_monday_zero_offset());
        after(proof, (weekday - own).rem_euclid(7))
    };
    // The weekday on which the issues follow each other week by week; of several, the one that waits least.
    let rated: Vec<(usize, i32, i32)> = (0..7)
        .map(|weekday| {
            let pairs =
                consecutive.iter().map(|(a, b)| (appears(weekday, *a), appears(weekday, *b)));
            let weekly = pairs.filter(|(a, b)| days(*a, *b) == 7).count();
            let waits = consecutive.iter().map(|(a, _)| days(*a, appears(weekday, *a))).sum();
            (weekly, waits, weekday)
        })
        .collect();
    let most = rated.iter().map(|(weekly, ..)| *weekly).max().unwrap_or_default();
    if most * 10 < consecutive.len() * 7 {
        return;
    }
    let regular = rated.iter().filter(|(weekly, ..)| weekly * 100 >= most * 95);
    let Some((_, _, weekday)) = regular.min_by_key(|(_, waits, _)| *waits) else { return };
    let mut waits: Vec<i32> =
        proven.iter().map(|(_, proof)| days(proof.date, appears(*weekday, proof.date))).collect();
    waits.sort_unstable();
    let usual = waits[waits.len() / 2];
    for (at, proof) in proven {
        // An issue whose last picture is older than usual appeared early, before a holiday.
        let wait = days(proof.date, appears(*weekday, proof.date)).min(usual);
        let day = after(proof.date, wait);
        let (found, _) = &mut settled[places[at].index];
        if let Some(found) = found
            && found.precision == Precision::Month
            && day.first_of_month() != found.date
        {
            *found = month(
                day,
                format!(
                    "{}: {}; the series appears weekly, this issue about {day}",
                    proof.by,
                    proof.display()
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(issue: u32, last: &str) -> Clues {
        Clues {
            issue: Some(issue),
            proof: Some(Proof {
                date: last.parse().unwrap(),
                is_month: false,
                by: Evidence::Image,
            }),
            ..Clues::default()
        }
    }

    fn numbered(issue: u32) -> Clues {
        Clues { issue: Some(issue), ..Clues::default() }
    }

    #[track_caller]
    fn check(clues: &[Clues], expected: &[(Option<&str>, &[&str])]) {
        let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
        let settled = settle(&given);
        let shown: Vec<(Option<String>, Vec<&str>)> = settled
            .iter()
            .map(|(date, warnings)| {
                (
                    date.as_ref().map(ReportDate::display),
                    warnings.iter().map(String::as_str).collect(),
                )
            })
            .collect();
        let expected: Vec<(Option<String>, Vec<&str>)> = expected
            .iter()
            .map(|(date, warnings)| (date.map(str::to_owned), warnings.to_vec()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_issue_without_evidence_is_dated_by_its_neighbours() {
        check(
            &[
                proven(3, "2019-02-14"),
                numbered(1),
                proven(5, "2019-02-28"),
                numbered(4),
                proven(2, "2019-02-07"),
            ],
            &[
                (Some("2019-02"), &[]),
                (Some("2019-01"), &[]),
                (Some("2019-02"), &[]),
                (Some("2019-02"), &[]),
                (Some("2019-02"), &[]),
            ],
        );
    }

    #[test]
    fn an_outlier_is_told_and_dated_like_its_neighbours() {
        let clues: Vec<Clues> = (1..=6)
            .map(|issue| {
                let day =
                    if issue == 4 { "2023-07-01".to_owned() } else { format!("2019-0{issue}-10") };
                proven(issue, &day)
            })
            .collect();
        let warning = "a date in an image path is of 2023-07, but issue 3 is of 2019-03 and issue 5 of 2019-05; dated \
                       like its neighbours";
        check(
            &clues,
            &[
                (Some("2019-01"), &[]),
                (Some("2019-02"), &[]),
                (Some("2019-03"), &[]),
                (Some("2019-04"), &[warning]),
                (Some("2019-05"), &[]),
                (Some("2019-06"), &[]),
            ],
        );
    }

    #[test]
    fn a_weekly_series_moves_over_the_end_of_a_month() {
        // Pictures from Monday to Thursday; 2018-05-31 is a Thursday, so the issue is of Friday, June 1.
        let clues: Vec<Clues> = (0..12)
            .map(|week| {
                let monday = after(Date::constant(2018, 4, 30), week * 7);
                let last = after(monday, if week == 6 { 4 } else { 3 });
                proven(u32::try_from(week).unwrap() + 1, &last.to_string())
            })
            .collect();
        let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
        let fifth = settle(&given)[4].0.clone().unwrap();
        assert_eq!(fifth.display(), "2018-06");
        assert!(fifth.evidence.contains("appears weekly"), "{}", fifth.evidence);
    }

    #[test]
    fn two_series_in_one_folder_do_not_date_each_other() {
        let clues: Vec<Clues> =
            (1..=4).map(|issue| proven(issue, &format!("2019-0{issue}-10"))).collect();
        let other = numbered(3);
        let mut given: Vec<(&str, &Clues)> =
            clues.iter().map(|clues| ("issue-1.md", clues)).collect();
        given.push(("other/monthly-3.md", &other));
        assert_eq!(settle(&given)[4].0, None);
    }

    #[test]
    fn paths_are_ordered_by_their_numbers() {
        assert_eq!(natural("issue-9.md", "issue-10.md"), Ordering::Less);
        assert_eq!(natural("a/2.md", "a/2.md"), Ordering::Equal);
    }
}
