//! What a manifest says of files and folders, kept in parts: a sync that changes little writes little.
//!
//! A part is a file of JSON lines, written once. Later parts replace what earlier ones say. A new part takes in those
//! before it that are at most twice as long, so that there are few, and each record is written again only when as many
//! others have changed.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::Directory;
use tantivy::directory::TerminatingWrite as _;
use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentId;

use super::directory::IndexDirectory;
use super::manifest::{FileRecord, FolderRecord};
use super::sum::{Flaw, Sums};

/// Extension of a part.
const EXTENSION: &str = "records";
/// Extension of the file beside a part with the hashes of what its reports say: most of what is recorded, and no reader
/// needs it.
const SAID: &str = "said";
/// A part takes in the one before it if that is at most this many times as long.
const GROWTH: usize = 2;

/// One part, named beside its length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    name: String,
    /// The file with what its reports say.
    said: String,
    /// Lines.
    entries: usize,
}

/// A line of a part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    #[serde(with = "shared")]
    File(Arc<FileRecord>),
    /// Source and path of a file that is no longer there.
    FileGone(String, String),
    Folder(FolderRecord),
    FolderGone(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    File(&'a str, &'a str),
    Folder(&'a Path),
}

/// The last line of each file and folder, sorted.
#[derive(Debug, Default)]
pub(super) struct Entries(Vec<Entry>);

impl Entry {
    fn key(&self) -> Key<'_> {
        match self {
            Self::File(record) => Key::File(&record.source, &record.path),
            Self::FileGone(source, path) => Key::File(source, path),
            Self::Folder(record) => Key::Folder(&record.path),
            Self::FolderGone(path) => Key::Folder(path),
        }
    }

    fn is_gone(&self) -> bool {
        matches!(self, Self::FileGone(..) | Self::FolderGone(_))
    }
}

/// Files and folders, each sorted.
pub(super) type Records = (Vec<FolderRecord>, Vec<Arc<FileRecord>>);

/// What is wanted of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// What a reader needs.
    Lines,
    /// Also the hashes of what reports say.
    Said,
}

impl Entries {
    /// Returns what has changed from one list to another, both sorted, and by how much that moves the sum of the
    /// fingerprints of all files.
    pub(super) fn between(
        (old_folders, old_files): (&[FolderRecord], &[Arc<FileRecord>]),
        (folders, files): (&[FolderRecord], &[Arc<FileRecord>]),
    ) -> (Self, u128) {
        let mut entries = Vec::new();
        let mut moved = 0_u128;
        compare(old_files, files, (|old| old.key(), |new| new.key()), |old, new| {
            if let (Some(old), Some(new)) = (old, new)
                && (Arc::ptr_eq(old, new) || old == new)
            {
                return;
            }
            moved = moved.wrapping_sub(old.map_or(0, |old| fingerprint(old)));
            moved = moved.wrapping_add(new.map_or(0, |new| fingerprint(new)));
            entries.extend(match (old, new) {
                (_, Some(new)) => Some(Entry::File(Arc::clone(new))),
                (Some(old), None) => Some(Entry::FileGone(old.source.clone(), old.path.clone())),
                (None, None) => None,
            });
        });
        compare(old_folders, folders, (|old| &old.path, |new| &new.path), |old, new| {
            if old != new {
                entries.extend(match (old, new) {
                    (_, Some(new)) => Some(Entry::Folder(new.clone())),
                    (Some(old), None) => Some(Entry::FolderGone(old.path.clone())),
                    (None, None) => None,
                });
            }
        });
        (Self(entries), moved)
    }

    /// Puts older entries below these.
    fn take_in(&mut self, older: Self) {
        let newer = std::mem::take(&mut self.0);
        self.0.reserve(newer.len().max(older.0.len()));
        let mut older = older.0.into_iter().peekable();
        for entry in newer {
            while let Some(before) = older.next_if(|old| old.key() < entry.key()) {
                self.0.push(before);
            }
            older.next_if(|old| old.key() == entry.key());
            self.0.push(entry);
        }
        self.0.extend(older);
    }

    /// Writes these as a new part behind `parts`, some of which it takes in; `sums` are those of `parts`.
    pub(super) fn write(
        mut self,
        directory: &IndexDirectory,
        parts: &mut Vec<Part>,
        sums: &Sums,
    ) -> io::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        while let Some(last) = parts.pop_if(|last| last.entries <= GROWTH * self.0.len()) {
            self.take_in(read_part(directory.files(), &last, sums, Wanted::Said)?);
        }
        if parts.is_empty() {
            // Nothing below needs to be taken back.
            self.0.retain(|entry| !entry.is_gone());
        }
        let id = SegmentId::generate_random().uuid_string();
        let (name, said) = (format!("{id}.{EXTENSION}"), format!("{id}.{SAID}"));
        let create = |name: &str| directory.open_write(Path::new(name)).map_err(io::Error::other);
        let (mut lines, mut hashes) = (create(&name)?, create(&said)?);
        for entry in &self.0 {
            serde_json::to_writer(&mut lines, entry)?;
            lines.write_all(b"\n")?;
            if let Entry::File(record) = entry {
                hashes.write_all(record.traits.said.bytes())?;
            }
        }
        lines.terminate()?;
        hashes.terminate()?;
        parts.push(Part { name, said, entries: self.0.len() });
        Ok(())
    }
}

/// Calls `visit` with what has the same key in two lists sorted by it, and with what has none in the other.
pub(super) fn compare<'a, A, B, K: Ord>(
    old: &'a [A],
    new: &'a [B],
    keys: (impl Fn(&'a A) -> K, impl Fn(&'a B) -> K),
    mut visit: impl FnMut(Option<&'a A>, Option<&'a B>),
) {
    let (key_of_old, key_of_new) = keys;
    let mut old = old.iter().peekable();
    for new in new {
        let key = key_of_new(new);
        while let Some(before) = old.next_if(|old| key_of_old(old) < key) {
            visit(Some(before), None);
        }
        visit(old.next_if(|old| key_of_old(old) == key), Some(new));
    }
    for old in old {
        visit(Some(old), None);
    }
}

/// Names what answers depend on in a file: not when it was written.
fn fingerprint(file: &FileRecord) -> u128 {
    // Serialising plain data to memory cannot fail.
    let content = serde_json::to_vec(&FileRecord { modified: 0, changed: 0, ..file.clone() });
    let hash = blake3::hash(&content.unwrap_or_default());
    hash.as_bytes().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// Reads all parts.
pub(super) fn read(
    files: &dyn Directory,
    parts: &[Part],
    sums: &Sums,
    wanted: Wanted,
) -> Result<Records, Flaw> {
    let mut all = Entries::default();
    for part in parts.iter().rev() {
        all.take_in(read_part(files, part, sums, wanted)?);
    }
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in all.0 {
        match entry {
            Entry::File(file) => files.push(file),
            Entry::Folder(folder) => folders.push(folder),
            Entry::FileGone(..) | Entry::FolderGone(_) => {}
        }
    }
    Ok((folders, files))
}

/// Returns the names of the files that hold the lines of parts.
pub(super) fn names(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().map(|part| part.name.as_str())
}

/// Returns the names of all files of parts.
pub(super) fn files(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().flat_map(|part| [part.name.as_str(), part.said.as_str()])
}

fn read_part(
    files: &dyn Directory,
    part: &Part,
    sums: &Sums,
    wanted: Wanted,
) -> Result<Entries, Flaw> {
    let read = || -> Result<Entries, Flaw> {
        let text = read_file(files, &part.name, sums)?;
        let lines = serde_json::Deserializer::from_slice(&text).into_iter();
        let entries = lines.collect::<Result<Vec<Entry>, _>>();
        Ok(Entries(entries.map_err(|error| Flaw::Damaged(error.to_string()))?))
    };
    let mut entries = read().map_err(|flaw| flaw.of(&part.name))?;
    if wanted == Wanted::Said {
        let said = read_file(files, &part.said, sums);
        let placed = said.and_then(|said| place_said(&mut entries, said));
        placed.map_err(|flaw| flaw.of(&part.said))?;
    }
    Ok(entries)
}

fn read_file(files: &dyn Directory, name: &str, sums: &Sums) -> Result<Vec<u8>, Flaw> {
    let bytes = files.atomic_read(Path::new(name)).map_err(into_io)?;
    let sum = sums.get(name).ok_or_else(|| Flaw::Damaged("it is not listed".to_owned()))?;
    sum.check_bytes(&bytes)?;
    Ok(bytes)
}

fn into_io(error: OpenReadError) -> io::Error {
    match error {
        OpenReadError::IoError { io_error, .. } => io::Error::new(io_error.kind(), io_error),
        error => io::Error::new(io::ErrorKind::NotFound, error),
    }
}

/// Gives the files of a part what they say, which lies in their order.
fn place_said(entries: &mut Entries, said: Vec<u8>) -> Result<(), Flaw> {
    let (said, mut from) = (Arc::new(said), 0);
    for entry in &mut entries.0 {
        if let Entry::File(record) = entry {
            let own = &mut Arc::make_mut(record).traits.said;
            let placed = own.placed(&said, &mut from);
            *own = placed.ok_or_else(|| Flaw::Damaged("it is too short".to_owned()))?;
        }
    }
    Ok(())
}

/// A record that is shared in memory.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::index::manifest::FileRecord;

    pub(super) fn serialize<S: Serializer>(
        record: &Arc<FileRecord>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        record.as_ref().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<FileRecord>, D::Error> {
        FileRecord::deserialize(from).map(Arc::new)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tantivy::directory::MmapDirectory;

    use super::*;
    use crate::report::{Said, Traits};

    fn files(dir: &Path) -> MmapDirectory {
        MmapDirectory::open(dir).unwrap()
    }

    fn file(path: &str, size: u64) -> Arc<FileRecord> {
        let hashes: Vec<u32> = path.bytes().map(u32::from).collect();
        let traits = Traits::of_items(true, Said::of(&hashes));
        Arc::new(FileRecord { path: path.to_owned(), size, traits, ..FileRecord::default() })
    }

    fn folder(path: &str, modified: u128) -> FolderRecord {
        FolderRecord { path: path.into(), modified }
    }

    /// Parts that follow an archive.
    struct Followed {
        dir: tempfile::TempDir,
        parts: Vec<Part>,
        sums: Sums,
        last: Records,
    }

    impl Followed {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            Self { dir, parts: Vec::new(), sums: Sums::new(), last: Records::default() }
        }

        /// Checks the lengths of the parts, and that they say what is there.
        #[track_caller]
        fn check(&mut self, now: Records, lengths: &[usize]) {
            let (entries, _) = Entries::between((&self.last.0, &self.last.1), (&now.0, &now.1));
            let directory = IndexDirectory::new(self.dir.path()).unwrap();
            entries.write(&directory, &mut self.parts, &self.sums).unwrap();
            self.sums.extend(directory.written());
            let found: Vec<usize> = self.parts.iter().map(|part| part.entries).collect();
            assert_eq!(found, lengths);
            assert_eq!(
                read(&files(self.dir.path()), &self.parts, &self.sums, Wanted::Said).unwrap(),
                now
            );
            self.last = now;
        }
    }

    #[test]
    fn a_change_is_written_without_what_has_not_changed() {
        let mut followed = Followed::new();
        let mut files: Vec<Arc<FileRecord>> =
            (0..10).map(|n| file(&format!("{n}.md"), 1)).collect();
        followed.check((vec![folder("a", 1)], files.clone()), &[11]);
        files[3] = file("3.md", 2);
        followed.check((vec![folder("a", 1)], files.clone()), &[11, 1]);
        files.remove(4);
        followed.check((vec![folder("a", 2)], files.clone()), &[11, 3]);
        followed.check((vec![folder("a", 2)], files), &[11, 3]);
    }

    #[test]
    fn parts_that_are_not_much_longer_are_taken_in() {
        let mut followed = Followed::new();
        let mut files: Vec<Arc<FileRecord>> =
            (0..10).map(|n| file(&format!("{n}.md"), 1)).collect();
        followed.check((Vec::new(), files.clone()), &[10]);
        files.truncate(5);
        followed.check((Vec::new(), files), &[5]);
        followed.check((Vec::new(), Vec::new()), &[0]);
    }

    #[test]
    fn a_reader_reads_nothing_of_what_reports_say() {
        let mut followed = Followed::new();
        followed.check((Vec::new(), vec![file("1.md", 1), file("2.md", 1)]), &[2]);
        fs::remove_file(followed.dir.path().join(&followed.parts[0].said)).unwrap();
        let read =
            |wanted| read(&files(followed.dir.path()), &followed.parts, &followed.sums, wanted);
        let (_, files) = read(Wanted::Lines).unwrap();
        assert_eq!((files[0].traits.said.len(), files[0].traits.said.bytes()), (4, &[][..]));
        assert!(read(Wanted::Said).is_err());
    }

    #[test]
    fn a_part_that_was_changed_is_not_read() {
        let mut followed = Followed::new();
        followed.check((Vec::new(), vec![file("1.md", 1)]), &[1]);
        let path = followed.dir.path().join(names(&followed.parts).next().unwrap());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("1.md", "2.md")).unwrap();
        let read =
            read(&files(followed.dir.path()), &followed.parts, &followed.sums, Wanted::Lines);
        assert!(
            matches!(read, Err(Flaw::Damaged(said)) if said.ends_with(": its content has changed"))
        );
    }
}
