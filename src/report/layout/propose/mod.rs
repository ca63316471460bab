//! What the blocks right below one heading may be: each layout proposes the items it would make of them.
//!
//! A new layout of sections is a new file here with a function `propose`, a line in [`LAYOUTS`] and a golden case.

mod bold;
pub(super) mod headings;
pub(super) mod lists;
mod numbered;
pub(super) mod page;
mod rules;
mod tables;

use std::ops::Range;

use super::outline::{Node, Outline, chars};
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker::Style;
use numbered::numbering;

/// Every layout of a section.
const LAYOUTS: [fn(&Section<'_>) -> Option<Proposal>; 5] =
    [numbered::propose, tables::propose, lists::propose, bold::propose, rules::propose];

/// At least so many of ten entries have what all are said to have; a few items without a link do not change what the
/// others are.
const MOST_OF_TEN: usize = 6;

/// Returns whether `part` is at least so many tenths of `whole`.
fn is_share(part: usize, whole: usize, tenths: usize) -> bool {
    part * 10 >= whole * tenths
}

fn mostly<T>(all: &[T], is: impl Fn(&T) -> bool) -> bool {
    is_share(all.iter().filter(|one| is(one)).count(), all.len(), MOST_OF_TEN)
}

/// What the items of a section begin with, the weakest sign of an item first: of two proposals the stronger is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// A rule above each.
    Rule,
    /// Bold words.
    Bold,
    /// The mark of an entry of a list.
    Entry,
    /// A row of a table.
    Row,
    /// A number, in the writing named.
    Number(Style),
}

/// One item proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// A list entry above it that only names a group.
    pub(super) group: Option<usize>,
    /// Its blocks, the one that begins it first.
    pub(super) blocks: Vec<usize>,
}

/// The items that one layout makes of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) sign: Sign,
    pub(super) items: Vec<Entry>,
    /// Blocks that belong to the heading and to no item.
    pub(super) rest: Vec<usize>,
    /// Blocks that are nobody's: rows that name columns, lines of a table of contents.
    pub(super) left_out: Vec<usize>,
    /// Whether most items have a link.
    pub(super) linked: bool,
}

impl Proposal {
    pub(super) fn is_numbered(&self) -> bool {
        matches!(self.sign, Sign::Number(_))
    }

    /// Returns whether it says items where a level of headings is said to be items: numbered, or with links.
    pub(super) fn is_certain(&self) -> bool {
        self.is_numbered() || self.linked
    }
}

/// Which lists of a report are items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lists {
    /// Those that look like items.
    #[default]
    OfItems,
    /// Those of a single entry too: other lists of the report are items.
    Short,
    /// All: the report is nothing but lists, whose entries need no link.
    All,
}

/// What is known about the whole report when one of its sections is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// How the report numbers its items.
    pub(super) style: Option<Style>,
    pub(super) lists: Lists,
}

/// The blocks right below one heading.
#[derive(Debug)]
pub(super) struct Section<'b> {
    pub(super) blocks: &'b [Block],
    pub(super) run: Range<usize>,
    pub(super) habits: Habits,
}

impl Section<'_> {
    /// Takes the strongest proposal, if there is one.
    pub(super) fn choose(&self) -> Option<Proposal> {
        if self.run.is_empty() {
            return None;
        }
        LAYOUTS.iter().filter_map(|propose| propose(self)).max_by_key(|proposal| proposal.sign)
    }

    fn chars(&self, indices: impl IntoIterator<Item = usize>) -> usize {
        chars(self.blocks, indices)
    }

    /// Makes items that begin at the blocks `starts` and go on to the next.
    fn entries_from(&self, starts: &[usize]) -> Vec<Entry> {
        let ends = starts.iter().skip(1).copied().chain([self.run.end]);
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| Entry { group: None, blocks: (*start..end).collect() })
            .collect()
    }

    fn has_link_each(&self, entries: &[Entry]) -> bool {
        mostly(entries, |entry| entry.blocks.iter().any(|at| self.blocks[*at].leads_out()))
    }

    /// Returns the block that an item begins with.
    fn first<'s>(&'s self, entry: &Entry) -> &'s Block {
        &self.blocks[entry.blocks[0]]
    }
}

fn is_own_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph && block.depth == 0 && !block.quoted
}

fn is_list_entry(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem { depth: 1, .. }) && !block.quoted
}

/// What every section of an outline divides into, if it divides.
#[derive(Debug)]
pub(super) struct Divisions {
    /// By the number of the node.
    proposals: Vec<Option<Proposal>>,
}

impl Divisions {
    /// No section divides.
    pub(super) fn none(outline: &Outline<'_>) -> Self {
        Self { proposals: outline.root.all().iter().map(|_| None).collect() }
    }

    /// Divides every section that divides. Lists are looked for twice: once one is found, shorter ones count.
    pub(super) fn of(outline: &Outline<'_>, lists: Lists) -> Self {
        let style = numbering(&outline.blocks[outline.begin..]);
        let first = Self::with(outline, Habits { style, lists });
        let has_list =
            first.proposals.iter().flatten().any(|proposal| proposal.sign == Sign::Entry);
        if has_list && lists < Lists::Short {
            return Self::with(outline, Habits { style, lists: Lists::Short });
        }
        first
    }

    fn with(outline: &Outline<'_>, habits: Habits) -> Self {
        let divide = |node: &Node| {
            let section = Section { blocks: outline.blocks, run: node.own.clone(), habits };
            let is_whole =
                node.heading.is_some() && super::boilerplate::is_whole(outline.name(node));
            if is_whole { None } else { section.choose() }
        };
        Self { proposals: outline.root.all().into_iter().map(divide).collect() }
    }

    /// Takes back what only makes a list of an item whose heading is its link.
    pub(super) fn without_lists_of_linked_headings(mut self, outline: &Outline<'_>) -> Self {
        for node in outline.root.all() {
            let proposal = &mut self.proposals[node.id];
            if outline.is_link(node) && proposal.as_ref().is_some_and(|own| !own.is_numbered()) {
                *proposal = None;
            }
        }
        self
    }

    /// Returns what the blocks right below a node's heading divide into.
    pub(super) fn own(&self, node: &Node) -> Option<&Proposal> {
        self.proposals.get(node.id)?.as_ref()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().flatten()
    }

    /// Returns whether a node or any heading below it divides.
    pub(super) fn any(&self, node: &Node) -> bool {
        self.own(node).is_some() || node.children.iter().any(|child| self.any(child))
    }
}

#[cfg(test)]
mod testing {
    use super::{Habits, Proposal, Section};
    use crate::report::markdown::blocks;

    /// Holds the first line of every item that a layout proposes of a text against what is expected.
    #[track_caller]
    pub(super) fn check_with(
        propose: impl Fn(&Section<'_>) -> Option<Proposal>,
        habits: Habits,
        text: &str,
        expected: Option<&[&str]>,
    ) {
        let blocks = blocks(text, 0);
        let section = Section { blocks: &blocks, run: 0..blocks.len(), habits };
        let proposal = propose(&section);
        let lines: Option<Vec<&str>> = proposal.as_ref().map(|own| {
            own.items.iter().map(|item| section.first(item).text.lines().next().unwrap()).collect()
        });
        assert_eq!(lines.as_deref(), expected, "{text}");
    }

    /// The same where nothing is known about the report.
    #[track_caller]
    pub(super) fn check(
        propose: impl Fn(&Section<'_>) -> Option<Proposal>,
        text: &str,
        expected: Option<&[&str]>,
    ) {
        check_with(propose, Habits::default(), text, expected);
    }
}

#[cfg(test)]
mod tests {
    use super::testing::check;
    use super::*;

    fn choose(section: &Section<'_>) -> Option<Proposal> {
        section.choose()
    }

    #[test]
    fn a_share_is_reached_at_its_edge() {
        assert!(is_share(6, 10, 6));
        assert!(!is_share(5, 10, 6));
        assert!(is_share(0, 0, 6));
    }

    #[test]
    fn the_strongest_sign_of_items_is_taken() {
        let list = "- [甲](http://a.b)\n- [乙](http://a.c)\n";
        check(choose, list, Some(&["甲", "乙"]));
        let numbers = format!("1、甲\n\n2、乙\n\n{list}");
        check(choose, &numbers, Some(&["1、甲", "2、乙"]));
        let table = "|名|址|\n|-|-|\n|丙|http://a.d|\n|丁|http://a.e|\n";
        check(choose, &format!("{table}\n{list}"), Some(&["丙 | http://a.d", "丁 | http://a.e"]));
        check(choose, "文字。\n", None);
        check(choose, "", None);
    }
}
