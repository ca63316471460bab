//! An index on disk, opened: one published state.

use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tantivy::directory::MmapDirectory;
use tantivy::{Directory, DocAddress, DocId, ReloadPolicy, Searcher};

use super::directory::{IndexDirectory, Storage};
use super::files::{Kind, kind};
use super::manifest::{Head, Manifest, Versions};
use super::publication::{MANIFEST, Publication, Unusable};
use super::records::Wanted;
use super::schema::Fields;
use super::sum::Flaw;
use super::titles::{self, Spellings, Titles};
use super::vectors::Vectors;
use crate::error::{Error, Result};

/// A writer may swap files while a reader opens them; the next try sees the new ones.
const OPEN_TRIES: usize = 3;
/// Between two tries.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// Blocks of stored items that are kept uncompressed once they were read, of 40 KB each: items of a report lie side by side
/// and are often shown together. What was shown lately is kept item by item.
const CACHED_BLOCKS: usize = 100;

/// One published state of an index; immutable.
#[derive(Clone)]
pub struct Snapshot {
    /// The index folder.
    pub path: PathBuf,
    /// Handles of the fields.
    pub fields: Fields,
    /// Tantivy's view of the commit.
    pub searcher: Searcher,
    publication: Arc<Publication>,
    storage: Storage,
    files: Box<dyn Directory>,
    /// The whole manifest, once it was read.
    manifest: Arc<OnceLock<Manifest>>,
    /// The deleted items of every segment, once they were asked for.
    deleted: Arc<[OnceLock<Arc<[DocId]>>]>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What an index folder holds, seen without opening its data.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Nothing, or only what a version-control system keeps and what a first build that was stopped has left.
    Empty,
    /// Files that are not an index.
    Foreign,
    /// An index this program can use.
    Usable(Box<Publication>),
    /// An index of another version.
    OtherVersion(Box<Head>),
    /// Something that was an index; what it was made of may be known all the same.
    Damaged { reason: String, head: Option<Box<Head>> },
    /// Nobody knows: it cannot be read.
    Unreadable(io::Error),
}

/// Looks at an index folder and reads its manifest, without the records.
pub(crate) fn inspect(dir: &Path) -> Condition {
    let text = match fs::read(dir.join(MANIFEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return without_manifest(dir),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Condition::Foreign,
        Err(error) => return Condition::Unreadable(error),
    };
    match Publication::parse(&text) {
        Ok(publication) => Condition::Usable(Box::new(publication)),
        Err(Unusable::OtherVersion(head)) => Condition::OtherVersion(head),
        Err(Unusable::Damaged { reason, head }) => Condition::Damaged { reason, head },
        Err(Unusable::Foreign) => match kind(dir) {
            Ok(Kind::Ours) => {
                Condition::Damaged { reason: format!("{MANIFEST} was changed"), head: None }
            }
            Ok(_) => Condition::Foreign,
            Err(error) => Condition::Unreadable(error),
        },
    }
}

fn without_manifest(dir: &Path) -> Condition {
    match kind(dir) {
        Ok(Kind::Empty | Kind::Ours) => Condition::Empty,
        Ok(Kind::Foreign) => Condition::Foreign,
        Err(error) => Condition::Unreadable(error),
    }
}

/// Reads the seal of the state that is published in `dir`, which names it among all that the index ever had; `None` if
/// there is none. Of a manifest that is damaged it is empty.
#[must_use]
pub fn published(dir: &Path) -> Option<String> {
    let text = fs::read(dir.join(MANIFEST)).ok()?;
    Some(Publication::seal_of(&text).unwrap_or_default().to_owned())
}

/// Returns the error of an index that another version has made.
fn other_version(dir: &Path, head: &Head) -> Error {
    Error::IndexVersion {
        path: dir.to_path_buf(),
        found: head.made_by(),
        expected: Versions::current().to_string(),
    }
}

/// Opens a commit with tantivy, which may panic on data that is damaged.
fn searcher(
    dir: &Path,
    files: &dyn Directory,
    publication: &Publication,
    storage: Storage,
) -> std::result::Result<Searcher, String> {
    let open = || -> tantivy::Result<Searcher> {
        let over = IndexDirectory::over(dir, files.box_clone(), storage);
        let (_, index) = over.with_commit(publication.commit())?;
        let segments = index.searchable_segment_ids()?.len();
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(CACHED_BLOCKS / segments.max(1))
            .try_into()?;
        Ok(reader.searcher())
    };
    match panic::catch_unwind(AssertUnwindSafe(open)) {
        Ok(opened) => opened.map_err(|error| error.to_string()),
        Err(_) => Err("its data cannot be read".to_owned()),
    }
}

impl Snapshot {
    /// Opens the last published state of the index in `dir`. Nothing is written.
    ///
    /// # Errors
    /// [`Error::NoIndex`], [`Error::IndexVersion`], [`Error::IndexDamaged`] or [`Error::IndexUnreadable`].
    pub fn open(dir: &Path) -> Result<Self> {
        let mut failed = None;
        let mut tries = 0;
        loop {
            let outcome = Self::try_open(dir);
            if !matches!(outcome, Err(Error::IndexDamaged { .. })) {
                return outcome;
            }
            // Of a state that was replaced meanwhile, the files are gone: that says nothing of the new one.
            let now = published(dir);
            tries = if failed.as_ref() == Some(&now) { tries + 1 } else { 1 };
            if tries == OPEN_TRIES {
                return outcome;
            }
            failed = Some(now);
            thread::sleep(OPEN_PAUSE);
        }
    }

    fn try_open(dir: &Path) -> Result<Self> {
        match inspect(dir) {
            Condition::Usable(publication) => Self::of(dir, *publication, Storage::Mapped),
            Condition::Empty | Condition::Foreign => {
                Err(Error::NoIndex { path: dir.to_path_buf() })
            }
            Condition::OtherVersion(head) => Err(other_version(dir, &head)),
            Condition::Damaged { reason, .. } => {
                Err(Error::IndexDamaged { path: dir.to_path_buf(), reason })
            }
            Condition::Unreadable(source) => {
                Err(Error::IndexUnreadable { path: dir.to_path_buf(), source })
            }
        }
    }

    /// Opens one published state.
    pub(super) fn of(dir: &Path, publication: Publication, storage: Storage) -> Result<Self> {
        let damaged = |reason: String| Error::IndexDamaged { path: dir.to_path_buf(), reason };
        publication.check_lengths(dir).map_err(|flaw| flaw.error(dir))?;
        let files = MmapDirectory::open(dir).map_err(|error| damaged(error.to_string()))?;
        let checked = publication.clone();
        Self::of_files(dir, Box::new(files), publication, storage).map_err(|error| {
            // What is damaged is better known by the file.
            let flaw =
                matches!(error, Error::IndexDamaged { .. }).then(|| checked.verify(dir).err());
            flaw.flatten().map_or(error, |flaw| flaw.error(dir))
        })
    }

    /// Opens the published state of an index whose files lie anywhere: in memory, in a browser, behind a network. Of a
    /// directory, `get_file_handle` and `atomic_read` are asked for, by the names of files; nothing is written, and no
    /// thread, clock or other file is used by it or by a search over it. What looks after a folder needs one:
    /// [`Snapshot::held`], [`Snapshot::verify`], [`Snapshot::check_lengths`], [`Snapshot::is_current`].
    ///
    /// # Errors
    /// [`Error::NoIndex`] without a manifest, [`Error::IndexVersion`], [`Error::IndexDamaged`].
    pub fn from_directory(files: Box<dyn Directory>) -> Result<Self> {
        let dir = Path::new("");
        let text = files.atomic_read(Path::new(MANIFEST));
        let text = text.map_err(|_| Error::NoIndex { path: dir.to_path_buf() })?;
        let damaged = |reason| Error::IndexDamaged { path: dir.to_path_buf(), reason };
        let publication = Publication::parse(&text).map_err(|unusable| match unusable {
            Unusable::OtherVersion(head) => other_version(dir, &head),
            Unusable::Damaged { reason, .. } => damaged(reason),
            Unusable::Foreign => damaged(format!("{MANIFEST} was changed")),
        })?;
        Self::of_files(dir, files, publication, Storage::Mapped)
    }

    fn of_files(
        dir: &Path,
        files: Box<dyn Directory>,
        publication: Publication,
        storage: Storage,
    ) -> Result<Self> {
        let damaged = |reason: String| Error::IndexDamaged { path: dir.to_path_buf(), reason };
        let searcher = searcher(dir, &*files, &publication, storage).map_err(damaged)?;
        let (schema, fields) = Fields::schema();
        if *searcher.schema() != schema {
            return Err(damaged("its fields are not those of its format".to_owned()));
        }
        let (found, items) = (searcher.num_docs(), publication.head.items);
        if found != items as u64 {
            return Err(damaged(format!("it holds {found} items, not {items}")));
        }
        let (path, publication) = (dir.to_path_buf(), Arc::new(publication));
        let deleted = searcher.segment_readers().iter().map(|_| OnceLock::new()).collect();
        let manifest = Arc::default();
        Ok(Self { path, fields, searcher, publication, storage, files, manifest, deleted })
    }

    /// Reads the index into memory if it has at most `bytes` bytes, so that nothing that becomes of its files matters; the
    /// manifest of a larger one, too, since a writer takes it away with the next state.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn held(self, bytes: u64) -> Result<Self> {
        let held = if self.size().1 > bytes {
            self
        } else {
            Self::of(&self.path, (*self.publication).clone(), Storage::Memory)?
        };
        let manifest = held.manifest()?;
        // Nobody else has it yet.
        let _ = held.manifest.set(manifest);
        Ok(held)
    }

    /// Returns whether it is in memory, so that it is what it was whatever becomes of its files.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.storage == Storage::Memory
    }

    /// Returns the deleted items of a segment, in order; they are few.
    #[must_use]
    pub fn deleted(&self, segment: usize) -> Arc<[DocId]> {
        let readers = self.searcher.segment_readers();
        let (Some(slot), Some(reader)) = (self.deleted.get(segment), readers.get(segment)) else {
            return Arc::default();
        };
        let list = || {
            let has_any = reader.has_deletes();
            let items = if has_any { 0..reader.max_doc() } else { 0..0 };
            items.filter(|doc| reader.is_deleted(*doc)).collect()
        };
        Arc::clone(slot.get_or_init(list))
    }

    /// Reads the titles of a segment, and how it writes names, deleted items among them.
    ///
    /// # Errors
    /// If they have to be gathered from the items, and those cannot be read.
    pub fn titles(&self, segment: usize) -> tantivy::Result<(Titles, Spellings)> {
        let readers = self.searcher.segment_readers();
        let Some(reader) = readers.get(segment) else { return Ok(Default::default()) };
        titles::open(&*self.files, reader, self.fields.doc)
    }

    /// Opens the vectors of a segment, if all segments have those of a model.
    #[must_use]
    pub fn vectors(&self, segment: usize) -> Option<Vectors> {
        let model = self.head().meaning.as_ref()?;
        let reader = self.searcher.segment_readers().get(segment)?;
        Vectors::open(&*self.files, reader.segment_id(), model)
    }

    /// Returns how the deleted items of a segment write names.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn spellings_of_deleted(&self, segment: usize) -> tantivy::Result<Spellings> {
        let readers = self.searcher.segment_readers();
        let Some(reader) = readers.get(segment) else { return Ok(Spellings::default()) };
        titles::spellings_of(reader, &self.deleted(segment), self.fields.doc)
    }

    /// Returns the title of one item.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn title(&self, item: DocAddress) -> tantivy::Result<String> {
        titles::title_of(&self.searcher, item, self.fields.doc)
    }

    /// Returns where its files are read.
    #[must_use]
    pub fn files(&self) -> &dyn Directory {
        &*self.files
    }

    /// Returns what it was made of.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.publication.head
    }

    /// Names this state among all that the index ever had: 32 hexadecimal digits.
    #[must_use]
    pub fn seal(&self) -> &str {
        self.publication.seal()
    }

    /// Returns whether this is what is published. Of an older state, a writer takes away what it no longer needs.
    #[must_use]
    pub fn is_current(&self) -> bool {
        published(&self.path).as_deref() == Some(self.seal())
    }

    /// Reads the whole manifest.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`] if it cannot be read or the index has changed since it was opened.
    pub fn manifest(&self) -> Result<Manifest> {
        if let Some(read) = self.manifest.get() {
            return Ok(read.clone());
        }
        let read = self.publication.manifest(&*self.files, Wanted::Lines);
        read.map_err(|flaw| flaw.error(&self.path))
    }

    /// Returns the names of the files that hold what was read, oldest first.
    pub(super) fn part_names(&self) -> impl Iterator<Item = &str> {
        self.publication.part_names()
    }

    /// Checks that every file of the index is there and as long as it was written; reads nothing.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`], or [`Error::IndexUnreadable`], with the first file that is not.
    pub fn check_lengths(&self) -> Result<()> {
        self.checked(self.publication.check_lengths(&self.path))
    }

    /// Checks every file of the index against the checksum it was written with, reading all of it but what is part of
    /// `sound`, a state that was checked before.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`], or [`Error::IndexUnreadable`], with the first file that is not as it was written.
    pub fn verify(&self, sound: Option<&Self>) -> Result<()> {
        let known = sound.map(|sound| &sound.publication.files);
        let is_new = |name: &str, sum| known.and_then(|known| known.get(name)) != Some(&sum);
        self.checked(self.publication.verify_some(&self.path, is_new))
    }

    /// Checks the files of at most `bytes` bytes against the checksums they were written with.
    ///
    /// # Errors
    /// As [`Snapshot::verify`].
    pub fn verify_small(&self, bytes: u64) -> Result<()> {
        self.checked(self.publication.verify_some(&self.path, |_, sum| sum.bytes() <= bytes))
    }

    fn checked(&self, checked: std::result::Result<(), Flaw>) -> Result<()> {
        checked.map_err(|flaw| flaw.error(&self.path))
    }

    /// Returns how many files the index has beside its manifest, and how many bytes.
    #[must_use]
    pub fn size(&self) -> (usize, u64) {
        let files = &self.publication.files;
        (files.len(), files.values().map(|sum| sum.bytes()).sum())
    }
}
