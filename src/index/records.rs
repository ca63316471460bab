//! What a manifest says of files and folders, kept in parts: a sync that changes little writes little.
//!
//! A part is a file of JSON lines, written once. Later parts replace what earlier ones say. A new part takes in those
//! before it that are at most twice as long, so that there are few, and each record is written again only when as many
//! others have changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::Directory as _;
use tantivy::directory::TerminatingWrite as _;
use tantivy::index::SegmentId;

use super::directory::IndexDirectory;
use super::manifest::{FileRecord, FolderRecord};
use super::sum::{Flaw, Sums};

/// Extension of a part.
const EXTENSION: &str = "records";
/// A part takes in the one before it if that is at most this many times as long.
const GROWTH: usize = 2;

/// One part, named beside its length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    name: String,
    /// Lines.
    entries: usize,
}

/// A line of a part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    File(Box<FileRecord>),
    /// Source and path of a file that is no longer there.
    FileGone(String, String),
    Folder(FolderRecord),
    FolderGone(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    File(String, String),
    Folder(PathBuf),
}

/// The last line of each file and folder.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<Key, Entry>);

impl Entry {
    fn key(&self) -> Key {
        match self {
            Self::File(record) => Key::File(record.source.clone(), record.path.clone()),
            Self::FileGone(source, path) => Key::File(source.clone(), path.clone()),
            Self::Folder(record) => Key::Folder(record.path.clone()),
            Self::FolderGone(path) => Key::Folder(path.clone()),
        }
    }

    fn is_gone(&self) -> bool {
        matches!(self, Self::FileGone(..) | Self::FolderGone(_))
    }
}

/// Files and folders, each sorted.
pub(super) type Records = (Vec<FolderRecord>, Vec<FileRecord>);

impl Entries {
    /// Returns what has changed from one list to another, both sorted, and by how much that moves the sum of the
    /// fingerprints of all files.
    pub(super) fn between(
        (old_folders, old_files): (&[FolderRecord], &[FileRecord]),
        (folders, files): (&[FolderRecord], &[FileRecord]),
    ) -> (Self, u128) {
        let mut entries = Self::default();
        let mut moved = 0_u128;
        let mut known: BTreeMap<_, _> =
            old_files.iter().map(|file| ((&file.source, &file.path), file)).collect();
        for file in files {
            let old = known.remove(&(&file.source, &file.path));
            if old != Some(file) {
                moved = moved.wrapping_sub(old.map_or(0, fingerprint));
                moved = moved.wrapping_add(fingerprint(file));
                entries.insert(Entry::File(Box::new(file.clone())));
            }
        }
        for ((source, path), old) in known {
            moved = moved.wrapping_sub(fingerprint(old));
            entries.insert(Entry::FileGone(source.clone(), path.clone()));
        }
        let mut known: BTreeMap<_, _> =
            old_folders.iter().map(|folder| (&folder.path, folder)).collect();
        for folder in folders {
            if known.remove(&folder.path) != Some(folder) {
                entries.insert(Entry::Folder(folder.clone()));
            }
        }
        for path in known.into_keys() {
            entries.insert(Entry::FolderGone(path.clone()));
        }
        (entries, moved)
    }

    fn insert(&mut self, entry: Entry) {
        self.0.insert(entry.key(), entry);
    }

    /// Puts older entries below these.
    fn take_in(&mut self, older: Self) {
        for (key, entry) in older.0 {
            self.0.entry(key).or_insert(entry);
        }
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
            self.take_in(read_part(directory.path(), &last, sums)?);
        }
        if parts.is_empty() {
            // Nothing below needs to be taken back.
            self.0.retain(|_, entry| !entry.is_gone());
        }
        let name = format!("{}.{EXTENSION}", SegmentId::generate_random().uuid_string());
        let mut file = directory.open_write(Path::new(&name)).map_err(io::Error::other)?;
        for entry in self.0.values() {
            serde_json::to_writer(&mut file, entry)?;
            file.write_all(b"\n")?;
        }
        file.terminate()?;
        parts.push(Part { name, entries: self.0.len() });
        Ok(())
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
pub(super) fn read(dir: &Path, parts: &[Part], sums: &Sums) -> Result<Records, Flaw> {
    let mut all = Entries::default();
    for part in parts.iter().rev() {
        all.take_in(read_part(dir, part, sums)?);
    }
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in all.0.into_values() {
        match entry {
            Entry::File(file) => files.push(*file),
            Entry::Folder(folder) => folders.push(folder),
            Entry::FileGone(..) | Entry::FolderGone(_) => {}
        }
    }
    Ok((folders, files))
}

/// Returns the names of the files that hold parts.
pub(super) fn names(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().map(|part| part.name.as_str())
}

fn read_part(dir: &Path, part: &Part, sums: &Sums) -> Result<Entries, Flaw> {
    let read = || -> Result<Entries, Flaw> {
        let text = fs::read(dir.join(&part.name))?;
        let sum = sums.get(&part.name);
        sum.ok_or_else(|| Flaw::Damaged("it is not listed".to_owned()))?.check_bytes(&text)?;
        let mut entries = Entries::default();
        for entry in serde_json::Deserializer::from_slice(&text).into_iter() {
            entries.insert(entry.map_err(|error| Flaw::Damaged(error.to_string()))?);
        }
        Ok(entries)
    };
    read().map_err(|flaw| flaw.of(&part.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, size: u64) -> FileRecord {
        FileRecord { path: path.to_owned(), size, ..FileRecord::default() }
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
            assert_eq!(read(self.dir.path(), &self.parts, &self.sums).unwrap(), now);
            self.last = now;
        }
    }

    #[test]
    fn a_change_is_written_without_what_has_not_changed() {
        let mut followed = Followed::new();
        let mut files: Vec<FileRecord> = (0..10).map(|n| file(&format!("{n}.md"), 1)).collect();
        followed.check((vec![folder("a", 1)], files.clone()), &[11]);
        files[3].size = 2;
        followed.check((vec![folder("a", 1)], files.clone()), &[11, 1]);
        files.remove(4);
        followed.check((vec![folder("a", 2)], files.clone()), &[11, 3]);
        followed.check((vec![folder("a", 2)], files), &[11, 3]);
    }

    #[test]
    fn parts_that_are_not_much_longer_are_taken_in() {
        let mut followed = Followed::new();
        let mut files: Vec<FileRecord> = (0..10).map(|n| file(&format!("{n}.md"), 1)).collect();
        followed.check((Vec::new(), files.clone()), &[10]);
        files.truncate(5);
        followed.check((Vec::new(), files), &[5]);
        followed.check((Vec::new(), Vec::new()), &[0]);
    }

    #[test]
    fn a_part_that_was_changed_is_not_read() {
        let mut followed = Followed::new();
        followed.check((Vec::new(), vec![file("1.md", 1)]), &[1]);
        let path = followed.dir.path().join(names(&followed.parts).next().unwrap());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("1.md", "2.md")).unwrap();
        let read = read(followed.dir.path(), &followed.parts, &followed.sums);
        assert!(
            matches!(read, Err(Flaw::Damaged(said)) if said.ends_with(": its content has changed"))
        );
    }
}
