//! Dates of a whole source: every report's own clues, held against those of the issues before and after it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::clues::Clues;
use super::date::{
    DAYS_OF_GRACE, Evidence, EvidenceKind, ProofKind, ReportDate, days_between, nearest_year,
};
use super::neighbours::{Around, around, is_in_order, outliers};
use super::order::{Member, Settled, Trust, family, order};
use super::rhythm;
use super::schedule::Schedule;

/// At most one in so many reports of a series has a slip of typing in its date.
const SLIPS_ONE_IN: usize = 4;

/// Dates the reports of one source from `(path, clues)`; returns what was settled in the order given.
#[must_use]
pub fn settle(reports: &[(&str, &Clues)]) -> Vec<Settled> {
    settle_with(reports, None)
}

/// Dates the reports of one source as [`settle`] does; those that say no day and prove none are dated as their owner
/// says.
#[must_use]
pub fn settle_with(reports: &[(&str, &Clues)], schedule: Option<&Schedule>) -> Vec<Settled> {
    let clues: Vec<Cow<'_, Clues>> =
        reports.iter().map(|(_, clues)| scheduled(clues, schedule)).collect();
    let reports: Vec<(&str, &Clues)> =
        reports.iter().zip(&clues).map(|((path, _), clues)| (*path, &**clues)).collect();
    settle_all(&reports)
}

/// Adds the date that a schedule gives a report which has none by itself, or the year of its day.
fn scheduled<'c>(clues: &'c Clues, schedule: Option<&Schedule>) -> Cow<'c, Clues> {
    let has_own = clues.stated.is_some() || clues.proof.is_some() && clues.month_day.is_none();
    let date = || schedule?.date_of(clues.issue?);
    let Some(mut date) = (!has_own).then(date).flatten() else { return Cow::Borrowed(clues) };
    if let Some(found) = &clues.month_day
        && let Some(day) = nearest_year(found.month, found.day, date.date)
    {
        let words = format!("{}; year from {}", found.written, date.evidence);
        date = ReportDate::of_day(day, Evidence::new(EvidenceKind::Head, words));
    }
    Cow::Owned(Clues { stated: Some(date), ..clues.clone() })
}

fn settle_all(reports: &[(&str, &Clues)]) -> Vec<Settled> {
    // A folder may hold several series, each with an issue 1.
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (path, _)) in reports.iter().enumerate() {
        families.entry(family(path)).or_default().push(index);
    }
    let mut settled = vec![Settled::default(); reports.len()];
    for indices in families.into_values() {
        let members: Vec<(&str, &Clues)> = indices.iter().map(|index| reports[*index]).collect();
        for (index, found) in indices.into_iter().zip(settle_series(&members)) {
            settled[index] = found;
        }
    }
    settled
}

fn settle_series(reports: &[(&str, &Clues)]) -> Vec<Settled> {
    let mut settled: Vec<Settled> = reports.iter().map(|(_, clues)| alone(clues)).collect();
    say_slips(reports, &mut settled);
    let mut members = order(reports);
    if !is_in_order(&members) {
        doubt_links(&mut members, &mut settled);
    }
    let outliers = outliers(&members);
    for &at in &outliers {
        if let Some(around) = around(&members, &outliers, at) {
            contradict(&members[at], &around, &mut settled);
        }
    }
    // What an outlier proves dates nobody else.
    for &at in &outliers {
        if members[at].is_proven() {
            members[at].anchor = None;
        }
    }
    rhythm::keep(&members, &mut settled);
    for (at, member) in members.iter().enumerate() {
        if settled[member.index].date.is_none()
            && let Some(around) = around(&members, &outliers, at)
        {
            let date = between_neighbours(member, &around);
            settled[member.index] = Settled { date, warnings: Vec::new() };
        }
    }
    settled
}

/// Reports days that contradict the one a report is dated by. Where many of a series do, that is how it is made: one
/// is the day of writing, say.
fn say_slips(reports: &[(&str, &Clues)], settled: &mut [Settled]) {
    let slips: Vec<usize> =
        (0..reports.len()).filter(|at| reports[*at].1.other.is_some()).collect();
    if slips.len() > 1 && slips.len() * SLIPS_ONE_IN > reports.len() {
        return;
    }
    for at in slips {
        let Clues { stated: Some(stated), other: Some(other), .. } = reports[at].1 else {
            continue;
        };
        settled[at].warnings.push(format!(
            "dated {} by {}, but {}",
            stated.display(),
            stated.evidence.kind().as_str(),
            other.evidence
        ));
    }
}

/// Takes back the dates that links alone gave to reports of a series without an order of time: what looks like a date
/// in an address may be any number.
fn doubt_links(members: &mut [Member<'_>], settled: &mut [Settled]) {
    for member in members.iter_mut().filter(|member| member.is_proven()) {
        if member.clues.proof.as_ref().is_some_and(|proof| proof.by == ProofKind::Link) {
            member.anchor = None;
            settled[member.index] = undated(member.clues, Vec::new());
        }
    }
}

/// Reports that the neighbours of a report are of another time; dates it like them unless it says its date itself.
fn contradict(member: &Member<'_>, around: &Around, settled: &mut [Settled]) {
    let Some(anchor) = member.anchor else { return };
    let Settled { date, warnings } = &mut settled[member.index];
    let shown = date.as_ref().map_or_else(|| anchor.date.to_string(), ReportDate::display);
    if anchor.trust == Trust::Stated {
        warnings.push(format!("dated {shown}, but {}", around.sentence));
        return;
    }
    let by = member.clues.proof.as_ref().map_or("", |proof| proof.by.into());
    warnings
        .push(format!("{by} is of {shown}, but {}; dated like its neighbours", around.sentence));
    *date = Some(ReportDate::of_month(around.estimate, around.evidence()));
}

/// Dates a report by its neighbours alone, or by the day that it names and the year that they show.
fn between_neighbours(member: &Member<'_>, around: &Around) -> Option<ReportDate> {
    let Some(found) = &member.clues.month_day else {
        return Some(ReportDate::of_month(around.estimate, around.evidence()));
    };
    let date = nearest_year(found.month, found.day, around.estimate)?;
    let words = format!("{}; year from its neighbours: {}", found.written, around.sentence);
    Some(ReportDate::of_day(date, Evidence::new(EvidenceKind::Head, words)))
}

/// Dates a report by its own clues.
fn alone(clues: &Clues) -> Settled {
    let mut warnings = Vec::new();
    let date = clues.stated.clone().or_else(|| {
        let proof = clues.proof.as_ref().filter(|_| clues.month_day.is_none())?;
        let evidence = Evidence::new(EvidenceKind::Proof(proof.by), proof.display());
        Some(ReportDate::of_month(proof.date, evidence))
    });
    if let (Some(stated), Some(proof)) = (&clues.stated, &clues.not_before)
        && days_between(stated.end(), proof.date) > DAYS_OF_GRACE
    {
        let (stated, proven) = (stated.display(), proof.display());
        warnings.push(format!("dated {stated}, but {} is of {proven}", proof.by));
    }
    if date.is_none() { undated(clues, warnings) } else { Settled { date, warnings } }
}

fn undated(clues: &Clues, mut warnings: Vec<String>) -> Settled {
    if clues.items_are_dated {
        return Settled { date: None, warnings };
    }
    warnings.push(match &clues.month_day {
        Some(found) => format!("{} in the head, but nothing shows the year", found.written),
        None => "no date found; name the file by its date, such as 2024-02-22.md".to_owned(),
    });
    Settled { date: None, warnings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    use crate::report::dating::date::{Precision, days_after};
    use crate::report::dating::proofs::Proof;
    use crate::report::dating::{MonthDay, date_of};

    fn proven(issue: u32, last: &str) -> Clues {
        Clues {
            issue: Some(issue),
            proof: Some(Proof {
                date: last.parse().unwrap(),
                precision: Precision::Day,
                by: ProofKind::Image,
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
            .map(|one| {
                (
                    one.date.as_ref().map(ReportDate::display),
                    one.warnings.iter().map(String::as_str).collect(),
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
    fn items_with_days_of_their_own_need_no_day_of_their_report() {
        let missing = "no date found; name the file by its date, such as 2024-02-22.md";
        check(&[Clues::default()], &[(None, &[missing])]);
        check(&[Clues { items_are_dated: true, ..Clues::default() }], &[(None, &[])]);
    }

    #[test]
    fn an_outlier_is_reported_and_dated_like_its_neighbours() {
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
                let monday = days_after(Date::constant(2018, 4, 30), week * 7);
                let last = days_after(monday, if week == 6 { 4 } else { 3 });
                proven(u32::try_from(week).unwrap() + 1, &last.to_string())
            })
            .collect();
        let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
        let fifth = settle(&given)[4].date.clone().unwrap();
        assert_eq!(fifth.display(), "2018-06");
        assert!(fifth.evidence.as_str().contains("appears weekly"), "{}", fifth.evidence);
    }

    #[test]
    fn a_slip_of_typing_is_reported_where_others_have_none() {
        let days = |stated: &str, other: &str| Clues {
            stated: date_of(stated),
            other: date_of(other),
            ..Clues::default()
        };
        let right = |day: &str| Clues { stated: date_of(day), ..Clues::default() };
        let warning: &[&str] = &["dated 2024-03-11 by heading, but heading: 2023-03-11"];
        let slip = days("2024-03-11", "2023-03-11");
        let mut clues = vec![right("2024-03-04"), slip.clone(), right("2024-03-18")];
        clues.push(right("2024-03-25"));
        let mut expected: Vec<(Option<&str>, &[&str])> = vec![
            (Some("2024-03-04"), &[]),
            (Some("2024-03-11"), warning),
            (Some("2024-03-18"), &[]),
            (Some("2024-03-25"), &[]),
        ];
        check(&clues, &expected);
        clues.push(days("2024-04-01", "2024-03-31"));
        expected[1].1 = &[];
        expected.push((Some("2024-04-01"), &[]));
        check(&clues, &expected);
    }

    #[test]
    fn links_date_reports_only_where_the_order_of_the_series_agrees() {
        let linked = |issue: u32, day: &str| Clues {
            issue: Some(issue),
            proof: Some(Proof {
                date: day.parse().unwrap(),
                precision: Precision::Month,
                by: ProofKind::Link,
            }),
            ..Clues::default()
        };
        let dates = |clues: &[Clues]| -> Vec<Option<String>> {
            let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
            settle(&given).into_iter().map(|one| one.date.map(|date| date.display())).collect()
        };
        let month = |month: &str| Some(month.to_owned());
        let good = [linked(1, "2024-01-01"), linked(2, "2024-02-01"), linked(3, "2024-02-01")];
        assert_eq!(dates(&good), [month("2024-01"), month("2024-02"), month("2024-02")]);
        let bad = [linked(1, "2048-10-01"), linked(2, "2024-02-01"), linked(3, "2016-02-01")];
        assert_eq!(dates(&bad), [None, None, None]);
        // One that says its day itself keeps it.
        let stated = Clues { issue: Some(2), stated: date_of("2024-02-05"), ..Clues::default() };
        let mixed = [linked(1, "2048-10-01"), stated];
        assert_eq!(dates(&mixed), [None, Some("2024-02-05".to_owned())]);
        assert_eq!(dates(&good[..1]), [month("2024-01")]);
    }

    #[test]
    fn a_schedule_dates_what_has_no_day_of_its_own() {
        let schedule = Schedule {
            issue: 1,
            date: Date::constant(2016, 5, 28),
            every: Some("month".parse().unwrap()),
        };
        let stated = Clues { stated: date_of("2016-07-30"), ..numbered(3) };
        let day = MonthDay { month: 1, day: 2, written: "1月2日".to_owned() };
        let clues = [
            numbered(2),
            stated,
            proven(4, "2016-09-03"),
            Clues { month_day: Some(day), ..numbered(8) },
            Clues::default(),
        ];
        let given: Vec<(&str, &Clues)> = clues.iter().map(|clues| ("r.md", clues)).collect();
        let dates: Vec<Option<String>> = settle_with(&given, Some(&schedule))
            .into_iter()
            .map(|one| one.date.map(|date| date.display()))
            .collect();
        let day = |day: &str| Some(day.to_owned());
        let expected =
            [day("2016-06-28"), day("2016-07-30"), day("2016-09"), day("2017-01-02"), None];
        assert_eq!(dates, expected);
    }

    #[test]
    fn two_series_in_one_folder_do_not_date_each_other() {
        let clues: Vec<Clues> =
            (1..=4).map(|issue| proven(issue, &format!("2019-0{issue}-10"))).collect();
        let other = numbered(3);
        let mut given: Vec<(&str, &Clues)> =
            clues.iter().map(|clues| ("issue-1.md", clues)).collect();
        given.push(("other/monthly-3.md", &other));
        assert_eq!(settle(&given)[4].date, None);
    }
}
