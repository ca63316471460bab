//! What a sync is asked for, whom it keeps informed, and what it reports.

use std::time::Duration;

use crate::diagnostic::Diagnostic;

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
        }
    }
}

/// Follows a sync.
pub trait Progress: Sync {
    /// Called once, when the number of files to read is known.
    fn begin(&self, _files: usize) {}
    /// Called after every file, with the number of its items.
    fn file_done(&self, _items: usize) {}
    /// Called when all files are read and the index is being written.
    fn writing(&self) {}
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
    /// Everything noticed in the archive as it is now.
    pub diagnostics: Vec<Diagnostic>,
}
