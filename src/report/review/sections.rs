//! Sections that nearly all reports around one have and that one lacks.

use std::collections::BTreeMap;

use super::usual::{MIN_AROUND, Member, around};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::model::Report;

/// A section that at least so many of ten reports around have is missed.
const MISSED_OF_TEN: usize = 9;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    let own: Vec<BTreeMap<String, &str>> =
        series.iter().map(|member| sections(member.report)).collect();
    for (at, member) in series.iter().enumerate() {
        let near = around(at, series.len());
        let all = near.clone().count();
        if all < MIN_AROUND {
            continue;
        }
        let is_own = |section: &String| {
            let title = member.report.title.as_deref().map(plain);
            own[at].contains_key(section) || title.as_ref() == Some(section)
        };
        // What nearly all have is in one of any two.
        let missed: BTreeMap<&String, &str> = near
            .clone()
            .take(2)
            .flat_map(|near| own[near].iter().map(|(plain, shown)| (plain, *shown)))
            .filter(|(section, _)| !is_own(section))
            .collect();
        for (section, shown) in missed {
            let with = near.clone().filter(|near| own[*near].contains_key(section)).count();
            if with * 10 < all * MISSED_OF_TEN {
                continue;
            }
            let missing = match line_of(member.report, section) {
                Some(line) => Diagnostic::at_line(
                    member.path,
                    line,
                    Severity::Warning,
                    Code::MissingSection,
                    format!("`{shown}` is no section here, as in {with} of {all} reports around"),
                ),
                None => Diagnostic::about_file(
                    member.path,
                    Severity::Note,
                    Code::MissingSection,
                    format!("`{shown}` is missing, a section of {with} of {all} reports around"),
                ),
            };
            found.push((member.index, missing));
        }
    }
}

/// Returns what a section says without numbers and signs.
fn plain(section: &str) -> String {
    section.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Returns the sections of a report by what they say, each as it is written.
fn sections(report: &Report) -> BTreeMap<String, &str> {
    let sections = report.items.iter().flat_map(|item| &item.section);
    let mut all: BTreeMap<String, &str> = BTreeMap::new();
    let mut last = "";
    for section in sections.filter(|section| !section.is_empty()) {
        if section != last {
            all.entry(plain(section)).or_insert(section);
            last = section;
        }
    }
    all.remove("");
    all
}

/// Returns the line at which a text that is the name of a section stands: the title of an item, or left out.
fn line_of(report: &Report, section: &str) -> Option<usize> {
    let is_it = |text: &str| plain(text) == section;
    let items = report.items.iter().filter(|item| is_it(&item.title)).map(|item| item.line);
    let left = report.left_out.iter().filter(|left| is_it(&left.text)).map(|left| left.lines.0);
    items.chain(left).min()
}
