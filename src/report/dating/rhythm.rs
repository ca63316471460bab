//! The weekday on which a weekly series appears.

use jiff::civil::Date;

use super::date::{
    Evidence, EvidenceKind, Precision, ProofKind, ReportDate, days_after, days_between,
};
use super::order::{Member, Settled, Trust};
use super::proofs::Proof;

/// A rhythm is only believed if this many issues keep it; fewer pictures may follow each other weekly by chance.
const MIN_RHYTHM: usize = 8;
/// At least so many of ten issues appear a week after the one before.
const WEEKLY_OF_TEN: usize = 7;
/// A weekday on which at least so many of a hundred issues are weekly that are so on the best one is as good.
const AS_GOOD_OF_HUNDRED: usize = 95;

/// A report that the day of its last picture dates.
struct Pictured<'m> {
    member: &'m Member<'m>,
    proof: &'m Proof,
}

/// Moves estimates to the day on which a weekly series appears: evidence is from before that day, and a month may end
/// in between.
pub(super) fn keep(members: &[Member<'_>], settled: &mut [Settled]) {
    let pictured: Vec<Pictured<'_>> = members.iter().filter_map(pictured).collect();
    let Some(weekday) = weekday(&pictured) else { return };
    let wait = |date: Date| days_between(date, next(weekday, date));
    let mut waits: Vec<i32> = pictured.iter().map(|one| wait(one.proof.date)).collect();
    waits.sort_unstable();
    let usual = waits[waits.len() / 2];
    for Pictured { member, proof } in pictured {
        // An issue whose last picture is older than usual appeared early, before a holiday.
        let day = days_after(proof.date, wait(proof.date).min(usual));
        if let Some(found) = &mut settled[member.index].date
            && found.precision == Precision::Month
            && day.first_of_month() != found.date
        {
            let words =
                format!("{}; the series appears weekly, this issue about {day}", proof.display());
            let evidence = Evidence::new(EvidenceKind::Proof(proof.by), words);
            *found = ReportDate::of_month(day, evidence);
        }
    }
}

fn pictured<'m>(member: &'m Member<'m>) -> Option<Pictured<'m>> {
    let proof = member.clues.proof.as_ref()?;
    let is_picture = proof.precision == Precision::Day && proof.by == ProofKind::Image;
    let is_proven = member.anchor.is_some_and(|anchor| anchor.trust == Trust::Proven);
    (is_picture && is_proven).then_some(Pictured { member, proof })
}

/// Returns the first day from `date` on that is the weekday, counted from Monday as 0.
fn next(weekday: i32, date: Date) -> Date {
    let own = i32::from(date.weekday().to_monday_zero_offset());
    days_after(date, (weekday - own).rem_euclid(7))
}

/// Finds the weekday on which the issues follow each other week by week; of several, the one that waits least.
fn weekday(pictured: &[Pictured<'_>]) -> Option<i32> {
    let issue = |one: &Pictured<'_>| one.member.clues.issue;
    let consecutive: Vec<(Date, Date)> = pictured
        .windows(2)
        .filter(|pair| {
            issue(&pair[0]).zip(issue(&pair[1])).is_some_and(|(a, b)| a.checked_add(1) == Some(b))
        })
        .map(|pair| (pair[0].proof.date, pair[1].proof.date))
        .collect();
    if consecutive.len() < MIN_RHYTHM {
        return None;
    }
    let weekly = |weekday: i32| {
        let is_week =
            |(a, b): &&(Date, Date)| days_between(next(weekday, *a), next(weekday, *b)) == 7;
        consecutive.iter().filter(is_week).count()
    };
    let most = (0..7).map(weekly).max().unwrap_or_default();
    if most * 10 < consecutive.len() * WEEKLY_OF_TEN {
        return None;
    }
    let waits = |weekday: &i32| -> i32 {
        consecutive.iter().map(|(a, _)| days_between(*a, next(*weekday, *a))).sum()
    };
    (0..7).filter(|day| weekly(*day) * 100 >= most * AS_GOOD_OF_HUNDRED).min_by_key(waits)
}
