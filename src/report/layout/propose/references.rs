//! Short lists of links below the texts of headings: where to read more, and no items.

use std::collections::BTreeMap;

use super::section::{Proposal, Sign, is_share};
use crate::report::layout::boilerplate::is_about_itself;
use crate::report::layout::outline::{Node, Outline};
use crate::report::markdown::Block;

/// Headings whose texts are items have a text of at least so many characters.
const MIN_TEXT: usize = 8;
/// A list of more links than these is a list of items.
const MAX_LINKS: usize = 4;
/// At least so many of ten headings of a level have a text of their own where lists below them are references.
const WITH_TEXT_OF_TEN: usize = 6;
/// So many headings show what the others of their level are.
const MIN_HEADINGS: usize = 3;

/// Returns the numbers of the nodes whose lists only lead to more about a text above them.
pub(super) fn find(outline: &Outline<'_>, own: &[Option<Proposal>]) -> Vec<usize> {
    let mut levels: BTreeMap<u8, Vec<&Node>> = BTreeMap::new();
    for node in outline.root.all() {
        if node.heading.is_some() && !node.own.is_empty() {
            levels.entry(node.level).or_default().push(node);
        }
    }
    let mut found = Vec::new();
    for nodes in levels.values().filter(|nodes| nodes.len() >= MIN_HEADINGS) {
        let divides =
            |node: &Node| own[node.id].as_ref().is_some_and(|own| own.sign != Sign::Entry);
        let with_text =
            nodes.iter().filter(|node| !divides(node) && has_text(outline, node)).count();
        if is_share(with_text, nodes.len(), WITH_TEXT_OF_TEN) {
            let lists = nodes
                .iter()
                .filter(|node| own[node.id].as_ref().is_some_and(|own| is_short(outline, own)));
            found.extend(lists.map(|node| node.id));
        }
    }
    found
}

/// Returns whether something is said or linked right below a heading that is neither a list nor about the report.
fn has_text(outline: &Outline<'_>, node: &Node) -> bool {
    let own = node.own.clone().map(|at| &outline.blocks[at]);
    let said = own.filter(|block| block.depth == 0 && !is_about_itself(block));
    let chars = said.clone().map(|block| block.text.chars().count()).sum::<usize>();
    // `[原文](…)` says little, and that its heading is an item.
    chars >= MIN_TEXT || said.into_iter().any(Block::leads_out)
}

/// Returns whether a list is short and its entries are links and nothing else.
fn is_short(outline: &Outline<'_>, list: &Proposal) -> bool {
    list.sign == Sign::Entry
        && list.items.len() <= MAX_LINKS
        && list.items.iter().all(|item| {
            let block = &outline.blocks[item.blocks[0]];
            let shown: usize =
                block.links.iter().map(|link| link.shown.end - link.shown.start).sum();
            block.leads_out() && shown * 2 >= block.text.len()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::Divisions;
    use crate::report::layout::propose::section::Lists;
    use crate::report::markdown::blocks;

    /// Holds how many headings divide against what is expected.
    #[track_caller]
    fn check(text: &str, divided: usize) {
        let blocks = blocks(text, 0);
        let divisions = Divisions::of(&Outline::of(&blocks, None), Lists::OfItems);
        assert_eq!(divisions.all().count(), divided, "{text}");
    }

    #[test]
    fn links_below_texts_are_where_to_read_more() {
        let list = "- [原文链接](http://a.b)\n- [代码仓库](http://a.c)\n\n";
        let item = |name: &str| format!("## {name}\n\n一段足够长的文字。\n\n{list}");
        check(&format!("{}{}{}", item("甲"), item("乙"), item("丙")), 0);
        // A link below most headings is what they are about.
        let linked = |name: &str| format!("## {name}\n\n[原文](http://a.d)\n\n");
        check(&format!("{}{}## 丙\n\n{list}", linked("甲"), linked("乙")), 0);
        // Lists without texts are the items themselves.
        let section = |name: &str| format!("## {name}\n\n{list}");
        check(&format!("{}{}{}", section("甲"), section("乙"), section("丙")), 3);
        // What says something about its links is a list of items.
        let described = "- [甲](http://a.b)：一条足够长的说明文字\n- [乙](http://a.c)：又一条足够长的说明文字\n\n";
        check(&format!("{}{}## 丁\n\n{described}", item("甲"), item("乙")), 1);
    }
}
