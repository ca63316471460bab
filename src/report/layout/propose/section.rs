//! The blocks right below one heading, and what a layout proposes to make of them.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

use crate::report::layout::outline::{Outline, chars};
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker::{self, Style};

/// At least so many of ten entries have what all are said to have; a few items without a link do not change what the
/// others are.
pub(super) const MOST_OF_TEN: usize = 6;

/// Returns whether `part` is at least so many tenths of `whole`.
pub(super) fn is_share(part: usize, whole: usize, tenths: usize) -> bool {
    part * 10 >= whole * tenths
}

pub(super) fn mostly<T>(all: &[T], is: impl Fn(&T) -> bool) -> bool {
    is_share(all.iter().filter(|one| is(one)).count(), all.len(), MOST_OF_TEN)
}

/// What the items of a section begin with, the weakest sign of an item first: of two proposals the stronger is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// A rule above each.
    Rule,
    /// Bold words.
    Bold,
    /// The mark of an entry of a list.
    Entry,
    /// A row of a table.
    Row,
    /// A title above an address.
    Titled,
    /// A number, in the writing named.
    Number(Style),
    /// Who asks.
    Asked,
}

/// One item proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// A list entry above it that only names a group.
    pub(crate) group: Option<usize>,
    /// Its blocks, the one that begins it first.
    pub(crate) blocks: Vec<usize>,
}

/// The items that one layout makes of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) sign: Sign,
    pub(crate) items: Vec<Entry>,
    /// Blocks that belong to the heading and to no item.
    pub(crate) rest: Vec<usize>,
    /// Blocks that are nobody's: rows that name columns, lines of a table of contents.
    pub(crate) left_out: Vec<usize>,
    /// Whether most items have a link.
    pub(crate) linked: bool,
}

impl Proposal {
    pub(crate) fn is_numbered(&self) -> bool {
        matches!(self.sign, Sign::Number(_))
    }

    /// Returns whether it says items where a level of headings is said to be items: numbered, or with links.
    pub(crate) fn is_certain(&self) -> bool {
        self.is_numbered() || self.linked || self.sign == Sign::Asked
    }
}

/// Which lists of a report are items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lists {
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
    /// Whether it has titles above addresses.
    pub(super) titled: bool,
    /// Whether these titles are set in bold.
    pub(super) bold_titles: bool,
}

/// What the headings of a report are called and where they lead: what only repeats them is its table of contents.
#[derive(Debug)]
pub(crate) struct Names<'b> {
    headings: Vec<&'b Block>,
    /// Read when somebody asks.
    read: OnceCell<HashSet<String>>,
}

impl<'b> Names<'b> {
    pub(crate) fn of(outline: &Outline<'b>) -> Self {
        let nodes = outline.root.all();
        let headings = nodes.iter().filter_map(|node| Some(&outline.blocks[node.heading?]));
        Self { headings: headings.collect(), read: OnceCell::new() }
    }

    /// Returns whether a block says what a heading says, or leads where it leads.
    pub(crate) fn repeat(&self, block: &Block) -> bool {
        let headings = || self.headings.iter().flat_map(|block| Self::both(block)).collect();
        !block.quoted && {
            let read = self.read.get_or_init(headings);
            Self::both(block).any(|name| read.contains(&name))
        }
    }

    fn both(block: &Block) -> impl Iterator<Item = String> {
        let behind = marker::read(&block.text).map_or(0, |marker| marker.end);
        let text = block.text.get(behind..).unwrap_or_default();
        let name: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let place = block.links.first().filter(|link| link.url.contains("://"));
        let name = Some(without_numbers(&name.to_lowercase())).filter(|name| !name.is_empty());
        name.into_iter().chain(place.map(|link| link.url.clone()))
    }
}

/// Returns a name with one digit for each number, if letters are most of it: a table of contents is written before counts
/// are, and nobody changes them in both places.
fn without_numbers(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    if letters * 2 <= name.chars().count() {
        return name.to_owned();
    }
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        if !c.is_ascii_digit() {
            plain.push(c);
        } else if !plain.ends_with('0') {
            plain.push('0');
        }
    }
    plain
}

/// The blocks right below one heading.
#[derive(Debug)]
pub(super) struct Section<'b> {
    pub(super) blocks: &'b [Block],
    pub(super) run: Range<usize>,
    pub(super) habits: Habits,
    /// What the headings of the report are called and where they lead.
    pub(super) names: &'b Names<'b>,
}

impl Section<'_> {
    pub(super) fn chars(&self, indices: impl IntoIterator<Item = usize>) -> usize {
        chars(self.blocks, indices)
    }

    /// Makes items that begin at the blocks `starts` and go on to the next.
    pub(super) fn entries_from(&self, starts: &[usize]) -> Vec<Entry> {
        let ends = starts.iter().skip(1).copied().chain([self.run.end]);
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| Entry { group: None, blocks: (*start..end).collect() })
            .collect()
    }

    pub(super) fn has_link_each(&self, entries: &[Entry]) -> bool {
        mostly(entries, |entry| entry.blocks.iter().any(|at| self.blocks[*at].leads_out()))
    }

    /// Returns the block that an item begins with.
    pub(super) fn first<'s>(&'s self, entry: &Entry) -> &'s Block {
        &self.blocks[entry.blocks[0]]
    }
}

pub(super) fn is_own_paragraph(block: &Block) -> bool {
    block.kind == BlockKind::Paragraph && block.depth == 0 && !block.quoted
}

pub(super) fn is_list_entry(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem { depth: 1, .. }) && !block.quoted
}

#[cfg(test)]
pub(super) mod testing {
    use super::{Habits, Names, Proposal, Section};
    use crate::report::layout::outline::Outline;
    use crate::report::markdown::blocks;

    /// Holds the first line of every item that a layout proposes of a text against what is expected.
    #[track_caller]
    pub(crate) fn check_with(
        propose: impl Fn(&Section<'_>) -> Option<Proposal>,
        habits: Habits,
        text: &str,
        expected: Option<&[&str]>,
    ) {
        let blocks = blocks(text, 0);
        let outline = Outline::of(&blocks, None);
        let names = Names::of(&outline);
        let section = Section { blocks: &blocks, run: 0..blocks.len(), habits, names: &names };
        let proposal = propose(&section);
        let lines: Option<Vec<&str>> = proposal.as_ref().map(|own| {
            own.items.iter().map(|item| section.first(item).text.lines().next().unwrap()).collect()
        });
        assert_eq!(lines.as_deref(), expected, "{text}");
    }

    /// The same where nothing is known about the report.
    #[track_caller]
    pub(crate) fn check(
        propose: impl Fn(&Section<'_>) -> Option<Proposal>,
        text: &str,
        expected: Option<&[&str]>,
    ) {
        check_with(propose, Habits::default(), text, expected);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_may_have_changed() {
        assert_eq!(without_numbers("松果引擎758k"), without_numbers("松果引擎81k"));
        assert_ne!(without_numbers("3月12日"), without_numbers("3月14日"));
        assert_ne!(without_numbers("松果"), without_numbers("松果2"));
    }

    #[test]
    fn a_share_is_reached_at_its_edge() {
        assert!(is_share(6, 10, 6));
        assert!(!is_share(5, 10, 6));
        assert!(is_share(0, 0, 6));
    }
}
