//! An index on disk, opened: one commit with the manifest that describes it.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tantivy::directory::MmapDirectory;
use tantivy::{Index, ReloadPolicy, Searcher};

use super::manifest::{Head, MANIFEST, Manifest, Versions};
use super::schema::Fields;
use super::{BUILDING, COMMIT_FILE};
use crate::error::{Error, Result};

/// A writer may swap files while a reader opens them; the next try sees the new ones.
const OPEN_TRIES: usize = 3;
/// Between two tries.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// Blocks of stored items that are kept uncompressed once they were read, of 40 KB each. A server reads twenty items an
/// answer, each in another block; taking them apart again and again was a seventh of the time.
const CACHED_BLOCKS: usize = 1_000;

/// One commit of an index; immutable.
#[derive(Clone)]
pub struct Snapshot {
    /// The index folder.
    pub path: PathBuf,
    /// What it was made of.
    pub head: Head,
    /// Handles of the fields.
    pub fields: Fields,
    /// Tantivy's view of the commit.
    pub searcher: Searcher,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What an index folder holds, seen without opening its data.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Nothing, or only what a version-control system keeps.
    Empty,
    /// Files that are not an index.
    Foreign,
    /// An index this program can use.
    Usable(Box<Head>),
    /// An index of another version.
    OtherVersion(Box<Head>),
    /// Something that was an index.
    Damaged(String),
}

/// Looks at an index folder and reads the head of its manifest.
pub(crate) fn inspect(dir: &Path) -> Condition {
    let Ok(entries) = std::fs::read_dir(dir) else { return Condition::Empty };
    let names: Vec<String> = entries
        .filter_map(std::result::Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    if !names.iter().any(|name| name == COMMIT_FILE) {
        let manifest = names.iter().any(|name| name == MANIFEST);
        // Only hidden files and our own beginnings: nothing of anybody else is in the way.
        let ours = names.iter().all(|name| name.starts_with('.') || name == BUILDING);
        return match (manifest, ours) {
            (true, _) => Condition::Damaged("meta.json is missing".to_owned()),
            (false, true) => Condition::Empty,
            (false, false) => Condition::Foreign,
        };
    }
    let meta = match std::fs::read(dir.join(COMMIT_FILE)) {
        Ok(meta) => meta,
        Err(error) => return Condition::Damaged(format!("meta.json: {error}")),
    };
    let payload = serde_json::from_slice::<serde_json::Value>(&meta)
        .map_err(|error| format!("meta.json: {error}"))
        .and_then(|meta| {
            let payload = meta.get("payload").and_then(serde_json::Value::as_str);
            payload.map(str::to_owned).ok_or_else(|| "meta.json names no manifest".to_owned())
        });
    match payload.and_then(|generation| Head::load(dir, &generation)) {
        Ok(head) if head.versions == Versions::current() => Condition::Usable(Box::new(head)),
        Ok(head) => Condition::OtherVersion(Box::new(head)),
        Err(reason) => Condition::Damaged(reason),
    }
}

impl Snapshot {
    /// Opens the last commit of the index in `dir`.
    ///
    /// # Errors
    /// [`Error::NoIndex`], [`Error::IndexVersion`] or [`Error::IndexDamaged`].
    pub fn open(dir: &Path) -> Result<Self> {
        let mut outcome = Self::try_open(dir);
        for _ in 1..OPEN_TRIES {
            match outcome {
                Err(Error::IndexDamaged { .. }) => {
                    thread::sleep(OPEN_PAUSE);
                    outcome = Self::try_open(dir);
                }
                _ => break,
            }
        }
        outcome
    }

    fn try_open(dir: &Path) -> Result<Self> {
        let damaged = |reason: String| Error::IndexDamaged { path: dir.to_path_buf(), reason };
        let head = match inspect(dir) {
            Condition::Empty | Condition::Foreign => {
                return Err(Error::NoIndex { path: dir.to_path_buf() });
            }
            Condition::Usable(head) => *head,
            Condition::OtherVersion(head) => {
                return Err(Error::IndexVersion {
                    path: dir.to_path_buf(),
                    found: head.made_by(),
                    expected: Versions::current().to_string(),
                });
            }
            Condition::Damaged(reason) => return Err(damaged(reason)),
        };
        let open = || -> tantivy::Result<Searcher> {
            let index = Index::open(MmapDirectory::open(dir)?)?;
            let segments = index.searchable_segment_ids()?.len();
            let reader = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .doc_store_cache_num_blocks(CACHED_BLOCKS / segments.max(1))
                .try_into()?;
            Ok(reader.searcher())
        };
        let searcher = open().map_err(|error| damaged(error.to_string()))?;
        let (schema, fields) = Fields::schema();
        if *searcher.schema() != schema {
            return Err(damaged("its fields are not those of its format".to_owned()));
        }
        if searcher.num_docs() != head.items as u64 {
            return Err(damaged(format!(
                "it holds {} items, not {}",
                searcher.num_docs(),
                head.items
            )));
        }
        Ok(Self { path: dir.to_path_buf(), head, fields, searcher })
    }

    /// Reads the whole manifest.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`] if it cannot be read or the index has changed since it was opened.
    pub fn manifest(&self) -> Result<Manifest> {
        Manifest::load(&self.path, &self.head.generation)
            .map_err(|reason| Error::IndexDamaged { path: self.path.clone(), reason })
    }
}
