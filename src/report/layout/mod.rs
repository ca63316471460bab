//! How a report lays out its items, shown by its structure.
//!
//! The blocks become an [`Outline`] of headings. Every section of it may divide: each layout of `propose/` is a pure
//! function that proposes items of the blocks right below one heading, and [`choose()`] takes the strongest proposal.
//! The level whose headings are items is the one whose headings are followed by a contributor or a link, are links
//! themselves, or are numbered. A heading whose section does not divide is one item with all below it. So one report
//! may hold a numbered section, an essay and a list.
//!
//! Where a threshold does not say how it was chosen, it was found by trial on real archives, and the golden cases
//! (`tests/cases/layouts.md`) and the judged queries hold it.

mod boilerplate;
mod choose;
mod entry;
mod foot;
mod head;
mod items;
mod laid_out;
mod outline;
mod overview;
mod propose;

use super::markdown::Block;
use super::model::Layout;
use super::series::Traits;
pub(super) use choose::Wanted;
use choose::{Choice, choose};
pub(super) use laid_out::LaidOut;
use outline::{Outline, promote};
use propose::page;

/// Finds the layout of a report and marks out its items; `named` is the title that front matter gives the report.
pub(super) fn lay_out(mut blocks: Vec<Block>, wanted: Wanted, named: Option<&str>) -> LaidOut {
    if matches!(wanted.layout, Some(Layout::Page | Layout::Entries)) {
        return page::lay_out(blocks, choose::CONFIGURED.to_owned());
    }
    promote(&mut blocks);
    let outline = Outline::of(&blocks, named);
    let headings = outline.texts_by_level();
    let (mut laid_out, level) = match choose(outline, wanted) {
        Choice::Items(plan) => (items::mark_out(&plan), plan.level.of_headings()),
        Choice::Page(reason) => (page::lay_out(blocks, reason), 0),
    };
    laid_out.traits = Traits { level, headings, ..Traits::default() };
    laid_out
}
