//! Sections that nearly all reports around one have and that one lacks, and items that are called like sections.

use std::collections::{BTreeMap, BTreeSet};

use super::usual::{MIN_AROUND, Member, around};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::model::{Item, Report};

/// A section that at least so many of ten reports around have is missed.
const MISSED_OF_TEN: usize = 9;
/// An item that is called like a section of so many reports around is the section; a word may be a title once.
const MIN_SECTIONS: usize = 3;
/// At least one in so many of them has it.
const SECTION_ONE_IN: usize = 8;

/// A section of a report.
#[derive(Clone, Copy, Debug)]
struct Section<'r> {
    /// Its name as it is written.
    shown: &'r str,
    /// How many sections it stands in.
    depth: usize,
}

/// The sections of a report by what their names say.
type Sections<'r> = BTreeMap<String, Section<'r>>;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    let own: Vec<Sections<'_>> = series.iter().map(|member| sections(member.report)).collect();
    let all: BTreeSet<&str> =
        own.iter().flat_map(|sections| sections.keys().map(String::as_str)).collect();
    for (at, member) in series.iter().enumerate() {
        let near: Vec<&Sections<'_>> = around(at, series.len()).map(|near| &own[near]).collect();
        if near.len() < MIN_AROUND {
            continue;
        }
        let missing = missing(member, &own[at], &near);
        let items = member.report.items.iter().filter_map(|item| {
            let name = plain(&item.title);
            let is_section = all.contains(name.as_str());
            is_section.then(|| as_item(member, item, &name, &near)).flatten()
        });
        found.extend(missing.into_iter().chain(items).map(|found| (member.index, found)));
    }
}

/// Says which sections that nearly all others have a report lacks.
fn missing(member: &Member<'_>, own: &Sections<'_>, near: &[&Sections<'_>]) -> Vec<Diagnostic> {
    let title = member.report.title.as_deref().map(plain);
    let is_said = |name: &String, section: &Section<'_>| {
        let mut items = member.report.items.iter();
        items.any(|item| item.section.len() == section.depth && plain(&item.title) == *name)
    };
    // What nearly all have is in one of any two.
    let candidates: BTreeMap<&String, &Section<'_>> =
        near.iter().take(2).flat_map(|sections| sections.iter()).collect();
    let mut found = Vec::new();
    for (name, section) in candidates {
        let with = near.iter().filter(|sections| sections.contains_key(name)).count();
        let is_missed = with * 10 >= near.len() * MISSED_OF_TEN && !own.contains_key(name);
        // Of an item that is called so, more can be said.
        if !is_missed || title.as_ref() == Some(name) || is_said(name, section) {
            continue;
        }
        let (path, shown, all) = (member.path, section.shown, near.len());
        found.push(match line_of(member.report, name) {
            Some(line) => Diagnostic::at_line(
                path,
                line,
                Severity::Warning,
                Code::MissingSection,
                format!("`{shown}` is no section here, as in {with} of {all} reports around"),
            ),
            None => Diagnostic::about_file(
                path,
                Severity::Note,
                Code::MissingSection,
                format!("`{shown}` is missing, a section of {with} of {all} reports around"),
            ),
        });
    }
    found
}

/// Says that an item is called like a section that stands where it does in others.
fn as_item(
    member: &Member<'_>,
    item: &Item,
    name: &str,
    near: &[&Sections<'_>],
) -> Option<Diagnostic> {
    let depth = item.section.len();
    let is_it = |sections: &&&Sections<'_>| sections.get(name).is_some_and(|it| it.depth == depth);
    let (with, all) = (near.iter().filter(is_it).count(), near.len());
    let is_called = with >= MIN_SECTIONS && with * SECTION_ONE_IN >= all;
    is_called.then(|| {
        let title = &item.title;
        let message =
            format!("`{title}` is an item, and a section of {with} of {all} reports around");
        let (warning, code) = (Severity::Warning, Code::SectionAsItem);
        Diagnostic::at_line(member.path, item.line, warning, code, message)
    })
}

/// Returns what a section says without numbers and signs.
fn plain(section: &str) -> String {
    section.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

fn sections(report: &Report) -> Sections<'_> {
    let mut all = Sections::new();
    let mut last: &[String] = &[];
    for item in report.items.iter().filter(|item| !item.section.is_empty()) {
        if item.section != last {
            for (depth, shown) in item.section.iter().enumerate() {
                all.entry(plain(shown)).or_insert(Section { shown, depth });
            }
            last = &item.section;
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
