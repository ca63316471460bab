//! Follows the files of an archive: for `baoku index --watch` and `baoku serve --watch`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify_debouncer_mini::notify::{Error as NotifyError, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};

use super::config::Config;
use super::index::{bring_in_step, interrupted, summary};
use super::output::Output;
use crate::error::{Error, Result};
use crate::index::{Archive, SyncOptions};

/// Changes that follow each other faster than this are one: editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// How often Ctrl-C is looked for.
const POLL: Duration = Duration::from_millis(100);

/// What became of the files while they were watched.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Nothing,
    /// Something that may concern a report.
    Change,
    /// Perhaps something; why that is not known.
    Missed(String),
}

/// Watches the folders of an archive.
pub(super) struct Watcher {
    _debouncer: Debouncer<RecommendedWatcher>,
    events: Receiver<DebounceEventResult>,
    roots: Vec<PathBuf>,
    index: PathBuf,
}

impl Watcher {
    /// Begins to watch an archive whose index is in `index`.
    pub(super) fn new(archive: &Archive, index: &Path) -> Result<Self> {
        let failed = |what: String, error: &NotifyError| Error::Io {
            what,
            source: std::io::Error::other(error.to_string()),
        };
        let (sender, events) = channel::<DebounceEventResult>();
        let mut debouncer = new_debouncer(DEBOUNCE, sender)
            .map_err(|error| failed("cannot follow files".to_owned(), &error))?;
        let roots: Vec<PathBuf> =
            archive.sources.iter().map(|source| source.root.path.clone()).collect();
        for path in &roots {
            debouncer
                .watcher()
                .watch(path, RecursiveMode::Recursive)
                .map_err(|error| failed(format!("cannot follow {}", path.display()), &error))?;
        }
        Ok(Self { _debouncer: debouncer, events, roots, index: index.to_path_buf() })
    }

    /// Waits a moment for a change.
    pub(super) fn look(&self) -> Seen {
        match self.events.recv_timeout(POLL) {
            Ok(Ok(events)) if events.iter().any(|event| self.concerns(&event.path)) => Seen::Change,
            Ok(Err(error)) => Seen::Missed(error.to_string()),
            // The sender lives as long as the debouncer.
            Ok(Ok(_)) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                Seen::Nothing
            }
        }
    }

    /// Tells whether a change may concern a report: not one of the index, which may lie inside the archive.
    fn concerns(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root == path) || !path.starts_with(&self.index)
    }
}

/// Brings the index in step whenever a file changes, until Ctrl-C.
pub(super) fn run(
    config: &Config,
    archive: &Archive,
    options: &SyncOptions,
    output: &Output,
) -> Result<()> {
    let watcher = Watcher::new(archive, &config.index)?;
    output.note("following the files; Ctrl-C stops");
    // What changed between the first sync and the first event.
    let mut pending = true;
    let again = SyncOptions { rebuild: false, ..options.clone() };
    while !interrupted() {
        if std::mem::take(&mut pending) {
            match bring_in_step(config, archive, &again, output) {
                Ok((outcome, elapsed)) if outcome.changed > 0 || outcome.removed > 0 => {
                    output.print(&(summary(&outcome, elapsed) + "\n"))?;
                }
                Ok(_) => {}
                Err(Error::Interrupted) => return Ok(()),
                // The folder may come back, the disk may be emptied: the next change tries again.
                Err(error) => output.error(&error),
            }
        }
        match watcher.look() {
            Seen::Nothing => {}
            Seen::Change => pending = true,
            Seen::Missed(why) => {
                output.note(&missed(&why));
                pending = true;
            }
        }
    }
    Ok(())
}

/// Says that changes may have been missed.
pub(super) fn missed(why: &str) -> String {
    format!("some changes may have been missed ({why}); looking at all files")
}
