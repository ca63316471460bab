//! Lists that say the same about each of several headings: sheets of facts, part of the item above them.

use std::collections::BTreeMap;

use super::section::{Proposal, Sign, mostly};
use crate::report::layout::outline::{Node, Outline};
use crate::report::markdown::Block;

/// A label of a fact has at most this many characters.
const MAX_LABEL: usize = 16;
/// So many headings of a level have sheets; a single list of labels is a list.
const MIN_SHEETS: usize = 2;
/// One in so many lists of a level has a label that is one of their facts.
const RECURS_ONE_IN: usize = 2;
/// So many facts are a sheet.
const MIN_FACTS: usize = 2;

/// Returns the numbers of the nodes whose lists are sheets of facts.
pub(super) fn find(outline: &Outline<'_>, own: &[Option<Proposal>]) -> Vec<usize> {
    let mut levels: BTreeMap<u8, Vec<(&Node, Vec<&str>)>> = BTreeMap::new();
    for node in outline.root.all() {
        let list = own[node.id].as_ref().filter(|own| matches!(own.sign, Sign::Entry | Sign::Bold));
        if let (Some(_), Some(list)) = (node.heading, list) {
            // Entries of a group are one fact.
            let mut first: Vec<usize> =
                list.items.iter().map(|item| item.group.unwrap_or(item.blocks[0])).collect();
            first.dedup();
            let labels = first.into_iter().map(|at| label(&outline.blocks[at]).unwrap_or_default());
            let labels = labels.collect();
            levels.entry(node.level).or_default().push((node, labels));
        }
    }
    let mut found = Vec::new();
    for lists in levels.values() {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, labels) in lists {
            let mut labels: Vec<&str> =
                labels.iter().copied().filter(|one| !one.is_empty()).collect();
            labels.sort_unstable();
            labels.dedup();
            for label in labels {
                *uses.entry(label).or_default() += 1;
            }
        }
        let recurs = |label: &&str| {
            uses.get(label)
                .is_some_and(|count| *count >= MIN_SHEETS && count * RECURS_ONE_IN >= lists.len())
        };
        let is_sheet =
            |(_, labels): &&(&Node, Vec<&str>)| labels.len() >= MIN_FACTS && mostly(labels, recurs);
        let sheets: Vec<usize> = lists.iter().filter(is_sheet).map(|(node, _)| node.id).collect();
        if sheets.len() >= MIN_SHEETS {
            found.extend(sheets);
        }
    }
    found
}

/// Returns the label that a block begins with: `开源时间：…`. A link names something and labels nothing.
fn label(block: &Block) -> Option<&str> {
    let (label, _) = block.text.split_once(['：', ':'])?;
    if block.links.iter().any(|link| !link.shown.is_empty() && link.shown.start < label.len()) {
        return None;
    }
    let label = label.trim();
    let fits = (1..=MAX_LABEL).contains(&label.chars().take(MAX_LABEL + 1).count());
    (fits && label.chars().any(char::is_alphabetic) && !label.starts_with("http")).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::Divisions;
    use crate::report::layout::propose::section::Lists;
    use crate::report::markdown::blocks;

    #[track_caller]
    fn check(text: &str, sheets: usize) {
        let blocks = blocks(text, 0);
        let outline = Outline::of(&blocks, None);
        let divisions = Divisions::of(&outline, Lists::OfItems);
        let found = outline.root.all().into_iter().filter(|node| divisions.is_sheet(node)).count();
        assert_eq!(found, sheets, "{text}");
    }

    #[test]
    fn labels_that_recur_below_headings_are_facts() {
        let sheet = |name: &str| {
            format!(
                "## {name}\n\n- **地址**：http://a.b/{name}\n- **语言**：丙\n- **许可**：丁\n\n"
            )
        };
        check(&format!("{}{}", sheet("甲"), sheet("乙")), 2);
        check(&sheet("甲"), 0);
        check(
            "## 甲\n\n- [子](http://a.b)：一\n- [丑](http://a.c)：二\n\n## 乙\n\n- [寅](http://a.d)：三\n- [卯](http://a.e)：四\n",
            0,
        );
        // Links of the same names.
        check(
            "## 甲\n\n- [子](http://a.b)：一\n- [丑](http://a.c)：二\n\n## 乙\n\n- [子](http://a.d)：三\n- [丑](http://a.e)：四\n",
            0,
        );
    }
}
