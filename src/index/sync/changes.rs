//! What an index recorded and what the files are now, to what has to be done.

use std::sync::Arc;

use rayon::prelude::*;

use super::options::Comparison;
use crate::archive::NamedFile;
use crate::corpus::{self, FileEntry};
use crate::index::manifest::FileRecord;
use crate::index::records::compare;

/// What became of the files of an archive since they were read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Records of files that are as they were read, with the times they have now.
    pub(super) kept: Vec<Arc<FileRecord>>,
    /// Files that are new or different.
    pub(super) to_read: Vec<NamedFile>,
    /// Records of files that are different or gone, whose items leave the index.
    pub(super) stale: Vec<Arc<FileRecord>>,
    /// Number of files that are gone.
    pub(super) gone: usize,
    /// How many of those to read are different though they kept their size and time.
    pub(super) unnoticed: usize,
}

impl Changes {
    /// Compares files with their records, both sorted by source and path. A file whose times alone have changed is looked
    /// into, as all are if only contents count: `has_content` returns whether it still has what was read.
    pub(super) fn between(
        records: &[Arc<FileRecord>],
        files: &[NamedFile],
        comparison: Comparison,
        has_content: &(dyn Fn(&FileEntry, &FileRecord) -> bool + Sync),
    ) -> Self {
        let mut changes = Self::default();
        let mut both = Vec::with_capacity(files.len());
        compare(records, files, (|record| record.key(), key), |record, file| {
            both.extend(file.map(|file| (file, record)));
            if let (Some(record), None) = (record, file) {
                changes.stale.push(Arc::clone(record));
            }
        });
        changes.gone = changes.stale.len();
        let kept =
            |(NamedFile { entry, name }, record): &(&NamedFile, Option<&Arc<FileRecord>>)| {
                let record = (*record)?;
                // A name changes when another file of the same stem comes or goes.
                let is_kept = record.report == *name
                    && record.size == entry.size
                    && (comparison.trusts(entry, record) || has_content(entry, record));
                let mut kept = is_kept.then(|| Arc::clone(record))?;
                if (kept.modified, kept.changed) != (entry.modified, entry.changed) {
                    let kept = Arc::make_mut(&mut kept);
                    (kept.modified, kept.changed) = (entry.modified, entry.changed);
                }
                Some(kept)
            };
        let kept: Vec<Option<Arc<FileRecord>>> = both.par_iter().map(kept).collect();
        for ((file, record), kept) in both.into_iter().zip(kept) {
            if let Some(kept) = kept {
                changes.kept.push(kept);
                continue;
            }
            changes.to_read.push(file.clone());
            changes.stale.extend(record.map(Arc::clone));
            let unnoticed = record.filter(|record| {
                looks_unchanged(&file.entry, record)
                    && record.report == file.name
                    && was_read(record)
            });
            changes.unnoticed += usize::from(unnoticed.is_some());
        }
        changes
    }

    /// Returns whether nothing has to be read and nothing leaves the index.
    pub(super) fn is_empty(&self) -> bool {
        self.to_read.is_empty() && self.stale.is_empty()
    }
}

fn key(file: &NamedFile) -> (&str, &str) {
    (&file.entry.source, &file.entry.path)
}

impl Comparison {
    /// Returns whether a file is taken to be as it was read, without a look into it.
    fn trusts(self, entry: &FileEntry, record: &FileRecord) -> bool {
        self == Self::SizesAndTimes
            && looks_unchanged(entry, record)
            && (record.changed, was_read(record)) == (entry.changed, true)
            && record.changed != 0
    }
}

fn was_read(record: &FileRecord) -> bool {
    !record.hash.is_empty()
}

/// Returns whether a file shows no change to those who look at size and time; both can be kept on purpose.
pub(crate) fn looks_unchanged(entry: &FileEntry, record: &FileRecord) -> bool {
    record.size == entry.size && record.modified == entry.modified
}

/// Returns whether a file has the content that was recorded. What could not be read then and cannot be read now has not
/// changed.
pub(super) fn has_content(entry: &FileEntry, record: &FileRecord) -> bool {
    corpus::read(entry).map_or(record.hash.is_empty(), |file| file.hash == record.hash)
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::archive::ReadReport;
    use crate::report::Lesson;

    /// A file of 10 bytes that was changed at a time.
    fn file(path: &str, modified: u128) -> NamedFile {
        let entry = FileEntry {
            path: path.to_owned(),
            location: path.into(),
            within: None,
            source: "a".to_owned(),
            size: 10,
            modified,
            changed: modified,
        };
        NamedFile { entry, name: path.trim_end_matches(".md").to_owned() }
    }

    fn record(file: &NamedFile) -> Arc<FileRecord> {
        Arc::new(FileRecord::of(ReadReport {
            entry: file.entry.clone(),
            name: file.name.clone(),
            hash: "hash".to_owned(),
            report: None,
            lesson: Lesson::default(),
            date: None,
            diagnostics: Vec::new(),
            dating: Vec::new(),
        }))
    }

    /// A record with something changed.
    fn but(record: &FileRecord, change: impl FnOnce(&mut FileRecord)) -> Arc<FileRecord> {
        let mut record = record.clone();
        change(&mut record);
        Arc::new(record)
    }

    /// Checks kept, read, stale and gone. Content is the same where its record says so.
    #[track_caller]
    fn check(
        records: &[Arc<FileRecord>],
        files: &[NamedFile],
        (kept, to_read, stale, gone): (&[&str], &[&str], &[&str], usize),
    ) -> Changes {
        let by = Comparison::SizesAndTimes;
        let changes = Changes::between(records, files, by, &|_, record| record.hash == "hash");
        let paths: Vec<&str> = changes.kept.iter().map(|record| record.path.as_str()).collect();
        assert_eq!(paths, kept);
        let paths: Vec<&str> =
            changes.to_read.iter().map(|file| file.entry.path.as_str()).collect();
        assert_eq!(paths, to_read);
        let names: Vec<&str> = changes.stale.iter().map(|record| record.report.as_str()).collect();
        assert_eq!((&names[..], changes.gone), (stale, gone));
        changes
    }

    #[test]
    fn a_file_of_the_same_size_and_time_is_kept_without_a_look() {
        let file = file("1.md", 1);
        let by = Comparison::SizesAndTimes;
        let changes = Changes::between(&[record(&file)], &[file], by, &|_, _| false);
        assert!(changes.is_empty());
        assert_eq!(changes.kept.len(), 1);
    }

    #[test]
    fn a_file_of_the_same_size_and_time_is_looked_into_if_its_status_changed_or_was_not_settled() {
        let file = file("1.md", 1);
        let other = but(&record(&file), |record| "other".clone_into(&mut record.hash));
        for changed in [2, 0] {
            let mut now = file.clone();
            now.entry.changed = changed;
            let kept = check(&[record(&file)], from_ref(&now), (&["1.md"], &[], &[], 0));
            assert_eq!((kept.kept[0].changed, kept.unnoticed), (changed, 0));
            let read = check(from_ref(&other), from_ref(&now), (&[], &["1.md"], &["1"], 0));
            assert_eq!(read.unnoticed, 1);
            // A second look at what was not settled looks into it again.
            let unsettled = but(&other, |record| record.changed = 0);
            assert_eq!(check(&[unsettled], &[now], (&[], &["1.md"], &["1"], 0)).unnoticed, 1);
        }
    }

    #[test]
    fn every_file_is_looked_into_where_contents_count() {
        let file = file("1.md", 1);
        let by = Comparison::Contents;
        let changes = Changes::between(&[record(&file)], from_ref(&file), by, &|_, _| false);
        assert_eq!((changes.to_read.len(), changes.unnoticed), (1, 1));
        let changes = Changes::between(&[record(&file)], &[file], by, &|_, _| true);
        assert!(changes.is_empty());
    }

    #[test]
    fn a_file_that_was_touched_is_kept_with_its_new_time() {
        let changes =
            check(&[record(&file("1.md", 1))], &[file("1.md", 2)], (&["1.md"], &[], &[], 0));
        assert_eq!(changes.kept[0].modified, 2);
    }

    #[test]
    fn a_file_of_another_size_or_content_is_read_again() {
        let mut larger = file("1.md", 1);
        larger.entry.size = 11;
        check(&[record(&file("1.md", 1))], &[larger], (&[], &["1.md"], &["1"], 0));
        let other = but(&record(&file("1.md", 1)), |record| "other".clone_into(&mut record.hash));
        check(&[other], &[file("1.md", 2)], (&[], &["1.md"], &["1"], 0));
    }

    #[test]
    fn a_file_that_could_not_be_read_is_looked_at_every_time() {
        let unread = but(&record(&file("1.md", 1)), |record| record.hash.clear());
        check(&[unread], &[file("1.md", 1)], (&[], &["1.md"], &["1"], 0));
    }

    #[test]
    fn files_come_and_go() {
        let (old, new) = (file("1.md", 1), file("2.md", 1));
        check(&[record(&old)], &[new], (&[], &["2.md"], &["1"], 1));
    }

    #[test]
    fn a_report_of_another_name_is_read_again() {
        let old = file("1.md", 1);
        let renamed = NamedFile { name: "x/1".to_owned(), ..old.clone() };
        check(&[record(&old)], &[renamed], (&[], &["1.md"], &["1"], 0));
    }
}
