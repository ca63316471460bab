//! A report that is nothing but plain lists.

use super::divisions::Divisions;
use super::lists::PLAIN_LISTED_OF_TEN;
use super::section::{Lists, is_list_entry, is_share};
use crate::report::layout::boilerplate::may_be_about_itself;
use crate::report::layout::outline::{Outline, heading_level};
use crate::report::markdown::Block;

/// A report of plain lists has at least so many entries.
const MIN_PLAIN_ENTRIES: usize = 3;
/// Their length on average, in characters, where nothing else shows that a report consists of lists.
const MIN_ENTRY_OF_PLAIN_REPORT: usize = 8;

/// Proposes the entries of all lists.
pub(crate) fn propose(outline: &Outline<'_>) -> Option<Divisions> {
    let blocks = &outline.blocks[outline.begin..];
    let chars = |is: &dyn Fn(&&Block) -> bool| -> usize {
        blocks.iter().filter(is).map(|block| block.text.chars().count()).sum()
    };
    let entries = blocks.iter().filter(|block| is_list_entry(block)).count();
    let listed = chars(&|block| block.depth > 0 && !block.quoted);
    let all = chars(&|block| heading_level(block).is_none() && !may_be_about_itself(block));
    let is_plain = entries >= MIN_PLAIN_ENTRIES
        && is_share(listed, all, PLAIN_LISTED_OF_TEN)
        && listed >= entries * MIN_ENTRY_OF_PLAIN_REPORT;
    is_plain.then(|| Divisions::of(outline, Lists::All))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[test]
    fn a_report_that_is_nothing_but_plain_lists_has_their_entries_for_items() {
        let is_plain = |text: &str| {
            let blocks = blocks(text, 0);
            propose(&Outline::of(&blocks, None)).is_some()
        };
        let entry = format!("- {}\n", "长".repeat(MIN_ENTRY_OF_PLAIN_REPORT));
        let list = entry.repeat(MIN_PLAIN_ENTRIES);
        assert!(is_plain(&list));
        assert!(!is_plain(&entry.repeat(MIN_PLAIN_ENTRIES - 1)));
        assert!(!is_plain(&"- 短\n".repeat(MIN_PLAIN_ENTRIES)));
        assert!(is_plain(&format!("{}\n\n{list}", "文".repeat(6))));
        assert!(!is_plain(&format!("{}\n\n{list}", "文".repeat(7))));
    }
}
