//! What an editor may want to look at in a report that was read without trouble.

use super::model::Item;
use crate::diagnostic::{Diagnostic, Severity};

/// Where more than one in so many items has neither text nor link, the report is made so.
const EMPTY_ONE_IN: usize = 4;
/// Reports of fewer items have no habit of links.
const MIN_LINKED: usize = 3;
/// Where at least so many of ten items have a link, one without is worth a look.
const LINKED_OF_TEN: usize = 8;

/// Remarks on items that lack what most items of the report have.
pub(super) fn remarks(path: &str, items: &[Item]) -> Vec<Diagnostic> {
    let note = |item: &Item, message: String| Diagnostic {
        path: path.to_owned(),
        line: Some(item.line),
        severity: Severity::Note,
        message,
    };
    let is_empty = |item: &&Item| item.body.is_empty() && item.links.is_empty();
    let empty = items.iter().filter(is_empty);
    let linked = items.iter().filter(|item| !item.links.is_empty()).count();
    let mut notes = Vec::new();
    if empty.clone().count() * EMPTY_ONE_IN <= items.len() || items.len() == 1 {
        notes.extend(
            empty.map(|item| note(item, format!("`{}` has neither text nor link", item.title))),
        );
    }
    if items.len() >= MIN_LINKED && linked * 10 >= items.len() * LINKED_OF_TEN {
        let without = items.iter().filter(|item| item.links.is_empty() && !item.body.is_empty());
        notes.extend(without.map(|item| {
            note(item, format!("`{}` has no link, as most items of the report have", item.title))
        }));
    }
    notes
}
