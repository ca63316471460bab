//! Reports to an index on disk, and an index on disk to a snapshot that can be asked.
//!
//! An index folder holds segments of tantivy, a file of Latin atoms beside each, records of the files of the archive, and
//! `manifest.json`, which names them all with their checksums. Every file but the manifest is written once, under a new
//! name; replacing the manifest is the one moment of change.

mod belonging;
mod directory;
mod document;
mod encoded;
mod files;
mod latin;
mod lock;
mod manifest;
mod packed;
mod place;
mod publication;
mod records;
pub mod schema;
mod snapshot;
mod stale;
mod sum;
mod sync;
mod terms;
mod times;
mod titles;
mod vectors;
mod vocabulary;

pub use belonging::Belonging;
pub use document::{
    StoredItem, TITLE_START, TokenCounts, alias_parts, alias_prefix, day_number, section_parts,
};
pub use latin::{End, LatinTerms};
pub use manifest::{FileRecord, Head, Manifest, Versions};
pub use publication::MANIFEST;
#[cfg(test)]
pub(crate) use publication::divide;
pub use schema::{FORMAT_VERSION, Fields, ZoneFields};
pub use snapshot::{Snapshot, published};
pub use stale::Behind;
pub use sync::{Comparison, Progress, Steps, SyncOptions, SyncOutcome, Trust, merge, sync};
pub use terms::Terms;
pub(crate) use terms::existing;
pub use titles::{Spellings, Titles};
pub use vectors::{SIMILARITY_STEPS, Vectors};
pub use vocabulary::Vocabulary;
