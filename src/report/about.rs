//! Files about an archive, which stand among its reports.

use std::collections::BTreeMap;

use super::model::{Item, Layout};
use super::words::is_listed;

/// Names of files that are never reports, in lower case and without what follows the first full stop.
const NAMES: &str = "\
    contributing|code_of_conduct|code-of-conduct|license|licence|security|_sidebar|_navbar|\
    agents|claude|pull_request_template|issue_template";
/// An item of a report says at least so many characters about its link; a list of reports has bare links.
const MIN_BODY: usize = 10;

/// Returns whether a file is about the archive: by its name, or by a name that many such files have and by holding no
/// items of its own. `is_dated` says that its front matter gives it a day, as that of a report does.
pub(super) fn is_about(path: &str, layout: Layout, items: &[Item], is_dated: bool) -> bool {
    let stem = stem(path);
    if is_listed(NAMES, &stem) {
        return true;
    }
    if !is_ambiguous(&stem) {
        return false;
    }
    if layout == Layout::Page {
        // A page bundle is an article.
        return stem != "index";
    }
    let has_link = |item: &&Item| !item.links.is_empty();
    let linked = items.iter().filter(has_link).count();
    let is_described = |item: &&Item| has_link(item) && item.body.chars().count() >= MIN_BODY;
    let is_report = is_dated
        || items.iter().filter(is_described).count() * 2 >= items.len()
        || layout != Layout::List && stem == "index"
        || linked * 2 >= items.len() && shows_days(&stem, items) && !are_issues(items);
    !is_report
}

/// Returns whether a file is called as one about an archive may be.
pub(super) fn may_be_about(path: &str) -> bool {
    let stem = stem(path);
    is_listed(NAMES, &stem) || is_ambiguous(&stem)
}

fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name).to_lowercase()
}

/// Returns whether both files about archives and reports are called so.
fn is_ambiguous(stem: &str) -> bool {
    stem.starts_with("readme") || matches!(stem, "summary" | "index")
}

/// Returns whether something dates a file or its items: what only leads to reports has no days of its own.
fn shows_days(stem: &str, items: &[Item]) -> bool {
    stem.contains(|c: char| c.is_ascii_digit())
        || items.iter().filter(|item| item.own_date.is_some()).count() * 2 >= items.len()
}

/// Returns whether most links differ in nothing but a number: they lead to the issues of one report.
fn are_issues(items: &[Item]) -> bool {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let links = items.iter().filter_map(|item| item.links.first());
    for link in links.clone() {
        let place = link.canonical.chars().filter(|c| !c.is_ascii_digit()).collect();
        *places.entry(place).or_default() += 1;
    }
    places.values().max().is_some_and(|most| *most > 1 && most * 2 >= links.count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Link;

    fn items(links: &[&str], body: &str) -> Vec<Item> {
        let item = |url: &&str| Item {
            links: Link::parse(url).into_iter().collect(),
            body: body.to_owned(),
            ..Item::default()
        };
        links.iter().map(item).collect()
    }

    #[track_caller]
    fn check(path: &str, items: &[Item], is_dated: bool, expected: bool) {
        assert_eq!(is_about(path, Layout::List, items, is_dated), expected, "{path}");
    }

    const PLACES: [&str; 3] = ["http://a.b/x", "http://c.d/y", "http://e.f/z"];
    const ISSUES: [&str; 3] = ["http://a.b/1", "http://a.b/2", "http://a.b/3"];

    #[test]
    fn a_file_called_as_no_report_is_about_the_archive() {
        check("LICENSE.md", &items(&PLACES, "十个字以上的一段说明"), true, true);
        check("2024-02-22.md", &items(&ISSUES, ""), false, false);
    }

    #[test]
    fn a_readme_of_bare_links_is_a_report_if_it_has_days() {
        check("README.md", &items(&PLACES, ""), false, true);
        check("README.md", &items(&PLACES, "十个字以上的一段说明"), false, false);
        check("README-2031.md", &items(&PLACES, ""), false, false);
        check("index.md", &items(&PLACES, ""), false, true);
        check("x/index.md", &items(&PLACES, ""), true, false);
        let mut dated = items(&PLACES, "");
        for item in &mut dated {
            item.own_date = super::super::dating::date_of("2031-03-04");
        }
        check("README.md", &dated, false, false);
    }

    #[test]
    fn a_list_of_issues_is_about_the_archive_whatever_its_name() {
        check("README-2031.md", &items(&ISSUES, ""), false, true);
        check("index.md", &items(&ISSUES, ""), false, true);
        // Articles of one publisher may differ in nothing else, either: a date of its own says more.
        check("index.md", &items(&ISSUES, ""), true, false);
        check("README-2031.md", &items(&["mailto:a@b.c"; 3], ""), false, true);
    }
}
