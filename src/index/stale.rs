//! How far an index is behind its files, without walking them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::Directory as _;

use super::directory::IndexDirectory;
use super::manifest::Manifest;
use super::place::absolute;
use super::snapshot::Snapshot;
use super::sync::looks_unchanged;
use crate::archive::NamedFile;
use crate::corpus::{self, FileEntry, changed_nanos, modified_nanos};

/// Files and folders that are compared however little time there is, so that a small archive is always compared whole.
const ALWAYS: usize = 64;

/// How far an index is behind its files, as far as they were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// Files and folders that are not as they were read.
    pub changed: usize,
    /// How many files and folders there was no time to compare; at least that many.
    pub left: usize,
}

impl Manifest {
    /// Counts the files that may hold something else though they have the size and time they had: their status has changed
    /// since, as it does whenever somebody writes to a file.
    #[must_use]
    pub fn suspects(&self, files: &[NamedFile]) -> usize {
        let records: BTreeMap<_, _> =
            self.files.iter().map(|file| ((&file.source, &file.path), file)).collect();
        let is_suspect = |entry: &FileEntry| {
            records.get(&(&entry.source, &entry.path)).is_some_and(|record| {
                looks_unchanged(entry, record)
                    && record.changed != 0
                    && record.changed != entry.changed
            })
        };
        files.iter().filter(|file| is_suspect(&file.entry)).count()
    }
}

impl Snapshot {
    /// Compares the files and folders of the archive with what they were when they were read, while `may_go_on` says so:
    /// folders first, and files from the last to the first, which are the latest where names are dates. A folder's time
    /// changes when a file in it comes or goes, so nothing has to be walked. `None` if nobody knows what was read.
    #[must_use]
    pub fn behind(&self, may_go_on: &dyn Fn() -> bool) -> Option<Behind> {
        let directory = IndexDirectory::new(&self.path).ok()?;
        let mut comparison = Comparison::new(self, may_go_on);
        let parts: Vec<&str> = self.part_names().collect();
        let mut seen = BTreeSet::new();
        for part in parts.iter().rev() {
            let text = directory.open_read(Path::new(part)).ok()?.read_bytes().ok()?;
            for line in
                text.as_slice().rsplit(|byte| *byte == b'\n').filter(|line| !line.is_empty())
            {
                if !comparison.goes_on() {
                    comparison.found.left += 1;
                    return Some(comparison.behind());
                }
                let line: Line<'_> = serde_json::from_slice(line).ok()?;
                // Later parts replace what earlier ones say.
                if parts.len() == 1 || seen.insert(line.key()) {
                    comparison.compare(&line);
                }
            }
        }
        Some(comparison.behind())
    }
}

/// What a comparison needs of a line of the records.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    #[serde(borrow)]
    File(FileLine<'a>),
    FileGone(String, String),
    #[serde(borrow)]
    Folder(FolderLine<'a>),
    FolderGone(String),
}

#[derive(Deserialize)]
struct FileLine<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    size: u64,
    modified: u128,
    #[serde(default)]
    changed: u128,
    #[serde(borrow)]
    hash: Cow<'a, str>,
}

#[derive(Deserialize)]
struct FolderLine<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    modified: u128,
}

impl Line<'_> {
    /// Names what it is about: source and path of a file, the path of a folder.
    fn key(&self) -> (Option<String>, String) {
        match self {
            Self::File(file) => (Some(file.source.to_string()), file.path.to_string()),
            Self::FileGone(source, path) => (Some(source.clone()), path.clone()),
            Self::Folder(folder) => (None, folder.path.to_string()),
            Self::FolderGone(path) => (None, path.clone()),
        }
    }
}

/// A comparison under way.
struct Comparison<'a> {
    dir: &'a Path,
    /// Name and place of every source, and whether it is a single file.
    sources: Vec<(String, PathBuf, bool)>,
    may_go_on: &'a dyn Fn() -> bool,
    compared: usize,
    folders: usize,
    /// The files, until the end.
    found: Behind,
}

impl<'a> Comparison<'a> {
    fn new(snapshot: &'a Snapshot, may_go_on: &'a dyn Fn() -> bool) -> Self {
        let sources = snapshot.head().sources_at(&snapshot.path).into_iter().map(|source| {
            let is_file = source.root.path.is_file();
            (source.root.name, source.root.path, is_file)
        });
        Self {
            dir: &snapshot.path,
            sources: sources.collect(),
            may_go_on,
            compared: 0,
            folders: 0,
            found: Behind::default(),
        }
    }

    fn goes_on(&self) -> bool {
        self.compared < ALWAYS || (self.may_go_on)()
    }

    fn compare(&mut self, line: &Line<'_>) {
        self.compared += 1;
        match line {
            Line::File(file) => self.file(file),
            Line::Folder(folder) => {
                let now = fs::metadata(absolute(self.dir, Path::new(&*folder.path)));
                let same = now.is_ok_and(|now| modified_nanos(&now) == folder.modified);
                self.folders += usize::from(!same);
            }
            Line::FileGone(..) | Line::FolderGone(_) => {}
        }
    }

    fn file(&mut self, file: &FileLine<'_>) {
        let source = self.sources.iter().find(|(name, ..)| *name == file.source);
        let Some((_, root, is_file)) = source else { return };
        let location = if *is_file { root.clone() } else { root.join(&*file.path) };
        let Ok(now) = fs::metadata(&location) else {
            // A name that is not text cannot be looked up; its folder shows when it comes or goes.
            self.found.changed += usize::from(!file.path.contains("\\x"));
            return;
        };
        let (size, modified) = (now.len(), modified_nanos(&now));
        if (size, modified) != (file.size, file.modified) {
            self.found.changed += 1;
            return;
        }
        let changed = changed_nanos(&now).unwrap_or(modified);
        if file.changed == 0 || file.changed == changed {
            return;
        }
        // Somebody may have written to it and put its time back, or only copied it, or changed who may read it.
        if !(self.may_go_on)() {
            self.found.left += 1;
            return;
        }
        let entry = FileEntry {
            path: file.path.to_string(),
            location,
            within: None,
            source: file.source.to_string(),
            size,
            modified,
            changed,
        };
        let same = corpus::read(&entry).map_or(file.hash.is_empty(), |read| read.hash == file.hash);
        self.found.changed += usize::from(!same);
    }

    fn behind(self) -> Behind {
        // A file that came is one change and not two, though its folder has changed as well.
        Behind { changed: self.found.changed.max(self.folders), ..self.found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::corpus::SourceRoot;
    use crate::index::{Progress, SyncOptions, sync};

    struct Quiet;
    impl Progress for Quiet {}

    /// An archive of some files with an index beside it.
    struct Indexed {
        folder: tempfile::TempDir,
        archive: Archive,
    }

    impl Indexed {
        fn new(files: usize) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let reports = fs::canonicalize(folder.path()).unwrap().join("reports");
            fs::create_dir(&reports).unwrap();
            for number in 1..=files {
                fs::write(reports.join(format!("{number}.md")), "1、一\n").unwrap();
            }
            let sources = vec![SourceRoot::new("reports", &reports).into()];
            let indexed = Self { folder, archive: Archive { sources, ..Archive::default() } };
            indexed.sync();
            indexed
        }

        fn index(&self) -> PathBuf {
            fs::canonicalize(self.folder.path()).unwrap().join("index")
        }

        fn sync(&self) {
            sync(&self.index(), &self.archive, &SyncOptions::default(), &Quiet).unwrap();
        }

        fn report(&self, name: &str) -> PathBuf {
            self.folder.path().join("reports").join(name)
        }

        fn behind(&self, may_go_on: bool) -> (usize, bool) {
            let snapshot = Snapshot::open(&self.index()).unwrap();
            let behind = snapshot.behind(&|| may_go_on).unwrap();
            (behind.changed, behind.left == 0)
        }
    }

    #[test]
    fn files_that_change_come_and_go_are_counted() {
        let indexed = Indexed::new(3);
        assert_eq!(indexed.behind(true), (0, true));
        fs::write(indexed.report("1.md"), "1、一二\n").unwrap();
        assert_eq!(indexed.behind(true), (1, true));
        fs::remove_file(indexed.report("2.md")).unwrap();
        assert_eq!(indexed.behind(true), (2, true));
        fs::remove_file(indexed.report("3.md")).unwrap();
        assert_eq!(indexed.behind(true), (3, true));
        fs::write(indexed.report("4.md"), "1、一\n").unwrap();
        assert_eq!(indexed.behind(true), (3, true), "its folder had changed before");
    }

    #[test]
    fn what_a_later_sync_recorded_is_what_counts() {
        let indexed = Indexed::new(9);
        fs::write(indexed.report("1.md"), "1、一二\n").unwrap();
        fs::remove_file(indexed.report("2.md")).unwrap();
        indexed.sync();
        assert!(Snapshot::open(&indexed.index()).unwrap().part_names().count() > 1);
        assert_eq!(indexed.behind(true), (0, true));
    }

    #[test]
    fn without_time_the_last_files_are_compared_and_the_rest_is_said_to_be_left() {
        let indexed = Indexed::new(ALWAYS + 9);
        assert_eq!(indexed.behind(true), (0, true));
        assert_eq!(indexed.behind(false), (0, false));
        for name in ["1.md", "9.md"] {
            fs::write(indexed.report(name), "1、一二\n").unwrap();
        }
        assert_eq!((indexed.behind(true), indexed.behind(false)), ((2, true), (1, false)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_whose_status_has_changed_is_looked_into() {
        let indexed = Indexed::new(1);
        let path = indexed.report("1.md");
        let now = fs::metadata(&path).unwrap();
        let read = corpus::read(&indexed.archive.walk(None).unwrap().files[0].entry).unwrap();
        let snapshot = Snapshot::open(&indexed.index()).unwrap();
        let found = |hash: &str, changed: u128, may_go_on: bool| {
            let may_go_on = || may_go_on;
            let mut comparison = Comparison::new(&snapshot, &may_go_on);
            comparison.file(&FileLine {
                source: "reports".into(),
                path: "1.md".into(),
                size: now.len(),
                modified: modified_nanos(&now),
                changed,
                hash: hash.into(),
            });
            (comparison.found.changed, comparison.found.left)
        };
        let changed = changed_nanos(&now).unwrap();
        assert_eq!(found(&read.hash, changed - 1, true), (0, 0));
        assert_eq!(found("other", changed - 1, true), (1, 0));
        assert_eq!(found("other", changed - 1, false), (0, 1));
        for trusted in [changed, 0] {
            assert_eq!(found("other", trusted, true), (0, 0), "as a sync would find");
        }
    }
}
