//! Rows of tables.

use super::{Entry, Lists, Proposal, Section, Sign};
use crate::report::markdown::BlockKind;

/// A table of one row is a fact sheet.
const MIN_ROWS: usize = 2;
/// One in so many rows has a link where rows are items: names of projects, say, each with its address.
const LINKED_ONE_IN: usize = 2;

/// Proposes the rows of a table of links, if the section is mostly that table.
pub(super) fn propose(section: &Section<'_>) -> Option<Proposal> {
    let mut items = Vec::new();
    let mut heads = Vec::new();
    let mut rest = Vec::new();
    for at in section.run.clone() {
        match section.blocks[at].kind {
            BlockKind::TableRow { head: true } => heads.push(at),
            BlockKind::TableRow { head: false } => {
                items.push(Entry { group: None, blocks: vec![at] });
            }
            _ => rest.push(at),
        }
    }
    let with_link = items.iter().filter(|item| section.first(item).leads_out()).count();
    let linked = with_link * LINKED_ONE_IN >= items.len();
    let is_items = items.len() >= MIN_ROWS
        && (linked || section.habits.lists == Lists::All)
        && section.chars(items.iter().map(|item| item.blocks[0]))
            >= section.chars(rest.iter().copied());
    is_items.then_some(Proposal { sign: Sign::Row, items, rest, left_out: heads, linked })
}
