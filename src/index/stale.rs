//! How far an index is behind its files, without walking them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::manifest::Manifest;
use super::place::absolute;
use super::sync::looks_unchanged;
use crate::archive::NamedFile;
use crate::corpus::{FileEntry, SourceRoot, modified_nanos};

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

    /// Counts the files and folders of the archive that are not as they were read. A folder's time changes when a
    /// file in it comes or goes, so nothing has to be walked.
    #[must_use]
    pub fn changes_since(&self, dir: &Path) -> usize {
        let mut files = 0;
        for SourceRoot { name, path, .. } in self.head.sources_at(dir).into_iter().map(|s| s.root) {
            let is_file = path.is_file();
            for file in self.files.iter().filter(|file| file.source == name) {
                let location = if is_file { path.clone() } else { path.join(&file.path) };
                // A name that is not text cannot be looked up; its folder shows when it comes or goes.
                if file.path.contains("\\x") && !location.exists() {
                    continue;
                }
                files += usize::from(is_changed(&location, Some(file.size), file.modified));
            }
        }
        let folders = self.folders.iter();
        let folders = folders
            .filter(|folder| is_changed(&absolute(dir, &folder.path), None, folder.modified));
        // A file that came is one change and not two, though its folder has changed as well.
        files.max(folders.count())
    }
}

fn is_changed(path: &Path, size: Option<u64>, modified: u128) -> bool {
    fs::metadata(path).map_or(true, |metadata| {
        modified_nanos(&metadata) != modified || size.is_some_and(|size| metadata.len() != size)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::index::manifest::FileRecord;

    #[test]
    fn files_that_change_come_and_go_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(folder.path()).unwrap();
        let (dir, reports) = (home.join("index"), home.join("reports"));
        fs::create_dir(&reports).unwrap();
        for name in ["1.md", "2.md", "3.md"] {
            fs::write(reports.join(name), "1、一\n").unwrap();
        }
        let sources = vec![SourceRoot::new("reports", &reports).into()];
        let archive = Archive { sources, ..Archive::default() };
        let walked = archive.walk(None).unwrap();
        let read = archive.read_all(&walked.files, &|| false).unwrap();
        let records = read.into_iter().map(FileRecord::of).collect();
        let manifest = Manifest::new(&dir, &archive, &walked.folders, records, Vec::new());
        assert_eq!(manifest.changes_since(&dir), 0);
        fs::write(reports.join("1.md"), "1、一二\n").unwrap();
        assert_eq!(manifest.changes_since(&dir), 1);
        fs::remove_file(reports.join("2.md")).unwrap();
        assert_eq!(manifest.changes_since(&dir), 2);
        fs::remove_file(reports.join("3.md")).unwrap();
        assert_eq!(manifest.changes_since(&dir), 3);
    }
}
