//! The vectors of the items of a segment, beside it: what [`crate::meaning`] makes of their passages, in one byte a number.
//!
//! A vector is known by a hash of its text and by its model, so that it goes with the text wherever that goes: into another
//! segment, an index that is built again, a report that was renamed.

mod keys;
mod known;
mod made;
mod table;
mod written;

#[cfg(test)]
pub(super) use keys::key_of;
pub(super) use keys::{Keys, Passage, keys_of};
pub(super) use known::Known;
#[cfg(test)]
pub(super) use made::path as path_of_made;
pub(super) use made::{EXTENSION as MADE, Making};
pub(super) use table::{DIGITS as MODEL_DIGITS, EXTENSION as VECTORS, is_wanted, name};
pub use table::{SIMILARITY_STEPS, Vectors};
pub(super) use written::write;
