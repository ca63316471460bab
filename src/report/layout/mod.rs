//! How a report lays out its items, shown by its structure.
//!
//! The blocks become an [`Outline`] of headings. Every section of it may divide: each layout of `propose/` is a pure
//! function that proposes items of the blocks right below one heading, and [`choose`] takes the strongest proposal.
//! The level whose headings are items is the one whose headings are followed by a contributor or a link, are links
//! themselves, or are numbered. A heading whose section does not divide is one item with all below it. So one report
//! may hold a numbered section, an essay and a list.
//!
//! Where a threshold does not say how it was chosen, it was found by trial on real archives, and the golden cases
//! (`tests/cases/layouts.md`) and the judged queries hold it.

mod boilerplate;
mod choose;
mod entry;
mod head;
mod items;
mod outline;
mod propose;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::item::RawItem;
use super::left_out::Reason;
use super::markdown::Block;
use choose::{Choice, choose};
use outline::{Outline, promote};
use propose::page;

/// How the items of a report are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One heading per item under headings of sections.
    Headings,
    /// Items begin with numbers (`1、`, `1.`, `（1）`, `一、` …) under headings of sections.
    Numbered,
    /// Items are entries of lists, rows of tables or paragraphs that begin with bold words.
    List,
    /// Front matter holds the items.
    Entries,
    /// The whole file is one item.
    Page,
}

impl Layout {
    /// Every layout, as `baoku.toml` names them.
    pub const ALL: [Self; 5] =
        [Self::Headings, Self::Numbered, Self::List, Self::Entries, Self::Page];

    /// Returns the name used in `baoku.toml` and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Headings => "headings",
            Self::Numbered => "numbered",
            Self::List => "list",
            Self::Entries => "entries",
            Self::Page => "page",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A block that belongs to no item.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) block: Block,
    pub(super) reason: Reason,
}

impl Left {
    /// Leaves those blocks out that show something.
    fn shown<'b>(
        blocks: impl IntoIterator<Item = &'b Block>,
        reason: Reason,
    ) -> impl Iterator<Item = Self> {
        let shown = |block: &&Block| !block.is_blank() || !block.links.is_empty();
        blocks.into_iter().filter(shown).map(move |block| Self { block: block.clone(), reason })
    }
}

/// The items of a report, marked out.
#[derive(Debug)]
pub(super) struct LaidOut {
    pub(super) layout: Layout,
    /// What shows the layout, as a sentence.
    pub(super) reason: String,
    /// Text in which the report's own date and number may stand.
    pub(super) head: String,
    /// Title of the report, if a heading names it.
    pub(super) title: Option<String>,
    pub(super) items: Vec<RawItem>,
    pub(super) left: Vec<Left>,
}

/// Finds the layout of a report and marks out its items. `wanted` is the layout its source is said to have, `named` the
/// title that front matter gives the report.
pub(super) fn lay_out(
    mut blocks: Vec<Block>,
    wanted: Option<Layout>,
    named: Option<&str>,
) -> LaidOut {
    if matches!(wanted, Some(Layout::Page | Layout::Entries)) {
        return page::lay_out(&blocks, choose::CONFIGURED.to_owned());
    }
    promote(&mut blocks);
    match choose(Outline::of(&blocks, named), wanted) {
        Choice::Page(reason) => page::lay_out(&blocks, reason),
        Choice::Items(plan) => items::mark_out(&plan),
    }
}

/// Returns the texts of blocks, one below the other.
fn join(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    texts.join("\n")
}
