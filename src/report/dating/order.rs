//! The reports of a source in the order of their series.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::clues::Clues;
use super::date::ReportDate;
use crate::report::marker;

/// At least so many of ten reports with a number are a series that its numbers put in order; below it, the paths do.
const MOST_NUMBERED_OF_TEN: usize = 6;

/// A report as its series dates it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Its date, if anything shows one.
    pub date: Option<ReportDate>,
    /// What is odd about its date, as sentences for diagnostics.
    pub warnings: Vec<String>,
}

/// Where a first estimate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The report says it.
    Stated,
    /// Links or images prove it.
    Proven,
}

/// First estimate of a date.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    /// The day a report says, or the latest day its evidence proves.
    pub(super) date: Date,
    pub(super) trust: Trust,
}

/// One report in the order of its series.
pub(super) struct Member<'c> {
    /// Index in what was given.
    pub(super) index: usize,
    path: &'c str,
    pub(super) clues: &'c Clues,
    pub(super) anchor: Option<Anchor>,
}

impl Member<'_> {
    /// Names the report in a sentence.
    pub(super) fn name(&self) -> String {
        match self.clues.issue {
            Some(issue) => format!("issue {issue}"),
            None => format!("`{}`", self.path),
        }
    }

    pub(super) fn is_proven(&self) -> bool {
        self.anchor.is_some_and(|anchor| anchor.trust == Trust::Proven)
    }
}

/// Puts the reports in the order of their series: by number where they have one, else by path with numbers counted.
pub(super) fn order<'c>(reports: &[(&'c str, &'c Clues)]) -> Vec<Member<'c>> {
    let mut members: Vec<Member<'c>> = reports
        .iter()
        .enumerate()
        .map(|(index, (path, clues))| Member { index, path, clues, anchor: anchor(clues) })
        .collect();
    let numbered = members.iter().filter(|member| member.clues.issue.is_some()).count();
    if numbered * 10 >= members.len() * MOST_NUMBERED_OF_TEN {
        members.retain(|member| member.clues.issue.is_some());
        members.sort_by_key(|member| (member.clues.issue, member.index));
    } else {
        members.sort_by(|a, b| natural(a.path, b.path));
    }
    members
}

fn anchor(clues: &Clues) -> Option<Anchor> {
    if let Some(stated) = &clues.stated {
        return Some(Anchor { date: stated.date, trust: Trust::Stated });
    }
    let proof = clues.proof.as_ref().filter(|_| clues.month_day.is_none())?;
    Some(Anchor { date: proof.date, trust: Trust::Proven })
}

/// Puts the paths of a source apart into series, each in its order; returns their indices.
#[must_use]
pub(in crate::report) fn series_of(paths: &[&str]) -> Vec<Vec<usize>> {
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        families.entry(family(path)).or_default().push(index);
    }
    let mut families: Vec<Vec<usize>> = families.into_values().collect();
    for family in &mut families {
        family.sort_by(|a, b| natural(paths[*a], paths[*b]));
    }
    families
}

/// Returns what the paths of one series have in common: their folder without numbers, and the beginning of their names
/// up to the first number.
pub(super) fn family(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder: String = folder.chars().filter(|c| !c.is_ascii_digit()).collect();
    let prefix = name.find(|c: char| c.is_ascii_digit()).map_or("", |at| &name[..at]);
    format!("{folder}/{prefix}")
}

/// Compares paths so that `issue-9` stands before `issue-10`, and 第二周 before 第三周.
fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (words_and_numbers(a), words_and_numbers(b));
    for ((word_a, number_a), (word_b, number_b)) in left.iter().zip(&right) {
        let ordering = word_a.cmp(word_b).then(number_a.cmp(number_b));
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Takes a path apart into words, each with the number behind it. A number in Chinese stands behind 第.
fn words_and_numbers(text: &str) -> Vec<(&str, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let counted = rest.match_indices('第').find_map(|(at, sign)| {
            let number = marker::han_number(&rest[at + sign.len()..])?;
            Some((at + sign.len(), number))
        });
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let counted = counted.filter(|(at, _)| *at < letters);
        let (word, number, len) = if let Some((at, (number, len))) = counted {
            (&rest[..at], number.into(), at + len)
        } else {
            let behind = &rest[letters..];
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            (&rest[..letters], behind[..digits].parse().unwrap_or(0), letters + digits)
        };
        parts.push((word, number));
        rest = &rest[len..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_put_apart_into_series() {
        let paths = ["b/9.md", "a/10.md", "a/9.md", "b/x2.md", "2024/01.md", "2023/12.md"];
        assert_eq!(series_of(&paths), [vec![5, 4], vec![2, 1], vec![0], vec![3]]);
    }

    #[test]
    fn paths_are_ordered_by_their_numbers() {
        assert_eq!(natural("issue-9.md", "issue-10.md"), Ordering::Less);
        assert_eq!(natural("a/2.md", "a/2.md"), Ordering::Equal);
        assert_eq!(natural("8月第三周.md", "8月第二周.md"), Ordering::Greater);
        assert_eq!(natural("第十期", "第九期.md"), Ordering::Greater);
        assert_eq!(natural("第三方/1.md", "第三方/2.md"), Ordering::Less);
    }
}
