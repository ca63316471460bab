//! What a sync is asked for, whom it keeps informed, and what it reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::meaning::Encoder;

/// How far the index in place is trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Its files have the lengths they were written with. Costs nothing; an update checks as with [`Trust::Times`] all the
    /// same, and whatever it merges as with [`Trust::Checksums`].
    #[default]
    Lengths,
    /// Its files have the checksums they were written with, or show no change since they had them.
    Times,
    /// Its files have the checksums they were written with. Reads all of the index.
    Checksums,
}

/// By what a file counts as unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// Its size and its times; it is looked into where these say too little.
    #[default]
    SizesAndTimes,
    /// What it holds. Reads every file.
    Contents,
}

/// How to bring an index in step.
#[derive(Clone, Debug)]
pub struct SyncOptions {
    /// Build everything again even if nothing changed.
    pub rebuild: bool,
    /// How far the index in place is trusted.
    pub trust: Trust,
    /// By what a file counts as unchanged.
    pub comparison: Comparison,
    /// Take the place of an index that belongs to another archive.
    pub replace: bool,
    /// Threads that read and analyse; 0 for one per core.
    pub threads: usize,
    /// How long to wait for another writer.
    pub patience: Duration,
    /// What makes the vectors of items, if that is wanted.
    pub encoder: Option<Arc<dyn Encoder>>,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            rebuild: false,
            trust: Trust::Lengths,
            comparison: Comparison::SizesAndTimes,
            replace: false,
            threads: 0,
            patience: Duration::from_secs(30),
            encoder: None,
        }
    }
}

/// Follows a sync.
pub trait Progress: Sync {
    /// Called once, when the number of files to read is known.
    fn begin(&self, _files: usize) {}
    /// Called after every file of the first build that was read, twice for each, before any is done.
    fn file_read(&self) {}
    /// Called after every file, with the number of its items.
    fn file_done(&self, _items: usize) {}
    /// Called when all files are read and the index is being written.
    fn writing(&self) {}
    /// Called when vectors are made, with the number of items that may need some; the words of these answer already. Asked to
    /// publish again afterwards.
    fn begin_vectors(&self, _items: usize) {}
    /// Called after some items, with the number of all that are done.
    fn vectors_made(&self, _items: usize) {}
    /// Called with something that is worth a line.
    fn note(&self, _line: &str) {}
    /// Called often; `true` stops the sync and leaves everything as it was.
    fn interrupted(&self) -> bool {
        false
    }
    /// Called once all is written, before it takes the place of what was there; `false` stops the sync and leaves
    /// everything as it was.
    fn may_publish(&self) -> bool {
        !self.interrupted()
    }
}

/// How far a sync is, for those who show it: of a first build every file is read twice before it is cut and written.
#[derive(Debug, Default)]
pub struct Steps {
    files: AtomicUsize,
    read: AtomicUsize,
    done: AtomicUsize,
}

impl Steps {
    /// Steps a file takes: two readings, and the rest.
    const OF_FILE: usize = 3;

    /// Begins anew with so many files.
    pub fn begin(&self, files: usize) {
        self.files.store(files, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    /// Counts a reading.
    pub fn file_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a file that is done.
    pub fn file_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many steps are taken, of how many.
    #[must_use]
    pub fn taken(&self) -> (usize, usize) {
        let [files, read, done] =
            [&self.files, &self.read, &self.done].map(|count| count.load(Ordering::Relaxed));
        // Where only a few files are read again, nobody counts it.
        let read = read.max(done * (Self::OF_FILE - 1));
        (read + done, files * Self::OF_FILE)
    }

    /// Returns how many files that is as good as, of how many.
    #[must_use]
    pub fn files(&self) -> (usize, usize) {
        let (taken, all) = self.taken();
        (taken / Self::OF_FILE, all / Self::OF_FILE)
    }
}

/// What a sync did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// Items in the index now.
    pub items: usize,
    /// Reports in the index now.
    pub reports: usize,
    /// Files read because they were new or different.
    pub changed: usize,
    /// How many of those had kept their size and time.
    pub unnoticed: usize,
    /// Files that were in the index and are gone.
    pub removed: usize,
    /// Everything noticed in the archive as it is now, each with the name of its source: none where it is of the archive.
    pub diagnostics: Vec<(String, Diagnostic)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_read_twice_and_written_is_done() {
        let steps = Steps::default();
        assert_eq!((steps.taken(), steps.files()), ((0, 0), (0, 0)));
        steps.begin(2);
        steps.file_read();
        steps.file_read();
        steps.file_read();
        assert_eq!((steps.taken(), steps.files()), ((3, 6), (1, 2)));
        steps.file_read();
        steps.file_done();
        assert_eq!(steps.taken(), (5, 6));
        steps.file_done();
        assert_eq!((steps.taken(), steps.files()), ((6, 6), (2, 2)));
        // An update reads before it says how much.
        steps.begin(2);
        steps.file_done();
        assert_eq!((steps.taken(), steps.files()), ((3, 6), (1, 2)));
    }
}
