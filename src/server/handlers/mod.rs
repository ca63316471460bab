//! One file for everything that is asked about one thing.

pub(super) mod assets;
pub(super) mod covered;
pub(super) mod document;
pub(super) mod facets;
pub(super) mod feeds;
pub(super) mod health;
pub(super) mod item;
pub(super) mod page;
pub(super) mod search;
pub(super) mod stats;
pub(super) mod suggest;
pub(super) mod trend;
