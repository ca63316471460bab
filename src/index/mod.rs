//! Reports to an index on disk, and an index on disk to a snapshot that can be asked.
//!
//! An index folder holds a tantivy index, a file of Latin atoms beside each segment, `manifest.json` and lock files. The
//! commit names, as its payload, the generation of the manifest that describes it, so that both change at one moment:
//! when `meta.json` is replaced.

mod belonging;
mod document;
mod encoded;
mod latin;
mod lock;
mod manifest;
mod place;
pub mod schema;
mod snapshot;
mod stale;
mod sync;
mod vocabulary;

/// Folder inside an index where a new one is built before it takes the place of the old.
pub(crate) const BUILDING: &str = "building";

/// File of an index whose replacement is a commit.
pub const COMMIT_FILE: &str = "meta.json";

pub use belonging::Belonging;
pub use document::{StoredItem, TITLE_START, TokenCounts, alias_parts, alias_prefix, day_number};
pub use latin::{End, LatinTerms};
pub use manifest::{FileRecord, Head, Manifest, Versions};
pub use schema::{FORMAT_VERSION, Fields, ZoneFields};
pub use snapshot::Snapshot;
pub use sync::{Progress, SyncOptions, SyncOutcome, sync};
pub use vocabulary::Vocabulary;
