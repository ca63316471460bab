//! Rows of tables.

use super::section::{Entry, Lists, Proposal, Section, Sign};
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
            // A row of pictures names nothing.
            BlockKind::TableRow { head: false }
                if !section.blocks[at].text.contains(char::is_alphanumeric) =>
            {
                rest.push(at);
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::Habits;
    use crate::report::layout::propose::section::testing::{check, check_with};

    fn table(rows: &[&str]) -> String {
        let rows: Vec<String> = rows.iter().map(|row| format!("| {row} |\n")).collect();
        format!("| 名称 |\n|-|\n{}", rows.concat())
    }

    #[test]
    fn rows_are_items_where_every_second_has_a_link() {
        let (link, plain) = ("[甲](http://a.b)", "乙");
        check(propose, &table(&[link, link]), Some(&["甲", "甲"]));
        check(propose, &table(&[link, plain]), Some(&["甲", "乙"]));
        check(propose, &table(&[link, plain, plain]), None);
        check(propose, &table(&[link]), None);
        check(propose, &table(&[link, "![](http://a.b/c.png)"]), None);
        let all = Habits { lists: Lists::All, ..Habits::default() };
        check_with(propose, all, &table(&[plain, plain]), Some(&["乙", "乙"]));
    }

    #[test]
    fn a_table_beside_a_longer_text_is_part_of_it() {
        let table = table(&["[甲](http://a.b)", "[乙](http://a.c)"]);
        check(propose, &format!("文字\n\n{table}"), Some(&["甲", "乙"]));
        check(propose, &format!("文字文\n\n{table}"), None);
    }
}
