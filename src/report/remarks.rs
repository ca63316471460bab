//! What an editor may want to look at in a report that was read without trouble.

use std::collections::BTreeSet;

use super::model::Item;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// Where more than one in so many items has neither text nor link, the report is made so.
const EMPTY_ONE_IN: usize = 4;
/// Reports of fewer items have no habit of links.
const MIN_LINKED: usize = 3;
/// Where at least so many of ten items have a link, one without is worth a look.
const LINKED_OF_TEN: usize = 8;

/// Remarks on items that lack what most items of the report have, and on names that may be none.
pub(super) fn remarks(path: &str, items: &[Item]) -> Vec<Diagnostic> {
    let note = |item: &Item, code: Code, message: String| {
        Diagnostic::at_line(path, item.line, Severity::Note, code, message)
    };
    let is_empty = |item: &&Item| item.body.is_empty() && item.links.is_empty();
    let empty = items.iter().filter(is_empty);
    let linked = items.iter().filter(|item| !item.links.is_empty()).count();
    let mut notes = Vec::new();
    if empty.clone().count() * EMPTY_ONE_IN <= items.len() || items.len() == 1 {
        notes.extend(empty.map(|item| {
            let message = format!("`{}` has neither text nor link", item.title);
            note(item, Code::EmptyItem, message)
        }));
    }
    if items.len() >= MIN_LINKED && linked * 10 >= items.len() * LINKED_OF_TEN {
        let without = items.iter().filter(|item| item.links.is_empty() && !item.body.is_empty());
        notes.extend(without.map(|item| {
            let message = format!("`{}` has no link, as most items of the report have", item.title);
            note(item, Code::NoLink, message)
        }));
    }
    let mut known = BTreeSet::new();
    for item in items {
        let names = item.contributors.iter().filter(|name| !name.contains(char::is_alphabetic));
        let new = names.filter(|name| known.insert(name.as_str()));
        notes.extend(new.map(|name| {
            let message = format!("`{name}` is named as a contributor and has no letter");
            note(item, Code::NameWithoutLetters, message)
        }));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(names: &[&str]) -> Item {
        let contributors = names.iter().map(|name| (*name).to_owned()).collect();
        Item {
            title: "甲".to_owned(), body: "文字。".to_owned(), contributors, ..Item::default()
        }
    }

    #[test]
    fn a_name_without_letters_is_remarked_on_once() {
        let found = remarks("a.md", &[by(&["2024", "松鼠"]), by(&["2024"]), by(&["☆☆"])]);
        let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages[0].starts_with("`2024`") && messages[1].starts_with("`☆☆`"));
        assert!(found.iter().all(|found| found.severity == Severity::Note));
    }

    #[test]
    fn a_name_with_a_letter_is_one() {
        assert_eq!(remarks("a.md", &[by(&["松鼠", "x2024", "7号", "é"]), by(&[])]), []);
    }
}
