//! What the blocks right below one heading may be: each layout proposes the items it would make of them.
//!
//! A new layout of sections is a new file here with a function `propose`, a line in [`divisions`] and a golden case.

mod asked;
mod bold;
mod divisions;
pub(super) mod headings;
mod lists;
pub(super) mod makers;
mod numbered;
pub(super) mod page;
pub(super) mod plain;
mod references;
mod rules;
mod section;
mod sheets;
mod tables;
mod titled;

pub(super) use divisions::Divisions;
pub(super) use section::{Entry, Lists, Names, Proposal, Sign};
