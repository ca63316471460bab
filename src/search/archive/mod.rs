//! What an archive holds: its items and reports, counted, listed and followed over time.

pub(super) mod covered;
pub(super) mod find;
pub(super) mod item;
pub(super) mod overview;
pub(super) mod stories;
pub(super) mod trend;
