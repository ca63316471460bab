//! Files about an archive, which stand among its reports.

use super::model::{Item, Layout};
use super::words::is_listed;

/// Names of files that are never reports, in lower case and without what follows the first full stop.
const NAMES: &str = "\
    contributing|code_of_conduct|code-of-conduct|license|licence|security|_sidebar|_navbar|\
    agents|claude|pull_request_template|issue_template";
/// An item of a report says at least so many characters about its link; a list of reports has bare links.
const MIN_BODY: usize = 10;

/// Returns whether a file is about the archive: by its name, or by a name that many such files have and by holding no
/// items of its own.
pub(super) fn is_about(path: &str, layout: Layout, items: &[Item]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    if is_listed(NAMES, &stem) {
        return true;
    }
    let is_list_of_files = stem == "summary" || stem == "index" && layout == Layout::List;
    if !stem.starts_with("readme") && !is_list_of_files {
        return false;
    }
    let is_described =
        |item: &&Item| !item.links.is_empty() && item.body.chars().count() >= MIN_BODY;
    layout == Layout::Page || items.iter().filter(is_described).count() * 2 < items.len()
}
