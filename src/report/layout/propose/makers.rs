//! Headings that name who made what is listed below them: `甲 - [主页](…)` above links to products.

use std::collections::BTreeMap;

use super::section::{Proposal, Sign, mostly};
use crate::report::layout::entry::is_named_by_link;
use crate::report::layout::outline::{Node, Outline};
use crate::report::markdown::Block;
use crate::report::marker;
use crate::report::names::is_name;

/// So many headings of a level are makers; a single one is an item with links.
const MIN_MAKERS: usize = 2;
/// One in so many lists of the level stands below a heading with a link beside its name.
const MAKERS_ONE_IN: usize = 2;

/// Returns the numbers of the nodes whose headings are makers.
pub(super) fn find(outline: &Outline<'_>, own: &[Option<Proposal>]) -> Vec<usize> {
    let mut levels: BTreeMap<u8, Vec<&Node>> = BTreeMap::new();
    for node in outline.root.all() {
        let list = own[node.id].as_ref().filter(|own| own.sign == Sign::Entry);
        let lists_names = |list: &Proposal| {
            mostly(&list.items, |item| is_named_by_link(&outline.blocks[item.blocks[0]]))
        };
        if node.heading.is_some() && list.is_some_and(lists_names) {
            levels.entry(node.level).or_default().push(node);
        }
    }
    let mut found = Vec::new();
    for nodes in levels.values() {
        let heading = |node: &Node| node.heading.map(|at| &outline.blocks[at]);
        let has_page = |node: &&&Node| {
            heading(node).is_some_and(|block| block.leads_out() && name(block).is_some())
        };
        let makers = nodes.iter().filter(has_page).count();
        if makers >= MIN_MAKERS && makers * MAKERS_ONE_IN >= nodes.len() {
            let named = nodes
                .iter()
                .filter(|node| heading(node).is_some_and(|block| name(block).is_some()));
            found.extend(named.map(|node| node.id));
        }
    }
    found
}

/// Returns the name that a heading gives before a link beside it: the whole heading without one, and nothing where the
/// heading itself is a link.
pub(crate) fn name(heading: &Block) -> Option<&str> {
    let begin = marker::read(&heading.text).map_or(0, |marker| marker.end);
    let shown = heading.links.iter().filter(|link| !link.shown.is_empty());
    let end = shown.map(|link| link.shown.start).min().unwrap_or(heading.text.len());
    let name = heading.text.get(begin..end)?;
    let name =
        name.split([',', '，']).next()?.trim_end_matches([' ', '-', '–', '—', ':', '：', '|']);
    // Where somebody lives stands in brackets.
    let name = match name.rfind(['(', '（']) {
        Some(at) if at > 0 && name.ends_with([')', '）']) => &name[..at],
        _ => name,
    };
    Some(name.trim()).filter(|name| is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[test]
    fn a_name_stands_before_the_link_beside_it() {
        let name = |text: &str| name(&blocks(text, 0)[0]).map(str::to_owned);
        assert_eq!(
            name("# 甲(乙) - [主页](http://a.b), [博客](http://a.c)\n").as_deref(),
            Some("甲")
        );
        assert_eq!(name("# 33度\n").as_deref(), Some("33度"));
        assert_eq!(name("# [甲](http://a.b)\n"), None);
        assert_eq!(name("# 1. [甲](http://a.b)\n"), None);
    }
}
