//! `baoku index --watch`: follows the files of an archive until Ctrl-C.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use notify_debouncer_mini::notify::RecursiveMode;
use notify_debouncer_mini::{DebounceEventResult, new_debouncer};

use super::config::Config;
use super::index::{bring_in_step, interrupted, summary};
use super::output::Output;
use crate::error::{Error, Result};
use crate::index::{Archive, SyncOptions};

/// Changes that follow each other faster than this are one: editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// How often Ctrl-C is looked for.
const POLL: Duration = Duration::from_millis(100);

/// Brings the index in step whenever a file changes.
pub(super) fn run(
    config: &Config,
    archive: &Archive,
    options: &SyncOptions,
    output: &Output,
) -> Result<()> {
    let failed = |what: String, error: &notify_debouncer_mini::notify::Error| Error::Io {
        what,
        source: std::io::Error::other(error.to_string()),
    };
    let (sender, receiver) = channel::<DebounceEventResult>();
    let mut debouncer = new_debouncer(DEBOUNCE, sender)
        .map_err(|error| failed("cannot follow files".to_owned(), &error))?;
    for source in &archive.sources {
        let path = &source.root.path;
        debouncer
            .watcher()
            .watch(path, RecursiveMode::Recursive)
            .map_err(|error| failed(format!("cannot follow {}", path.display()), &error))?;
    }
    output.note("following the files; Ctrl-C stops");
    // What changed between the first sync and the first event.
    let mut pending = true;
    let again = SyncOptions { rebuild: false, ..options.clone() };
    loop {
        if interrupted() {
            return Ok(());
        }
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
        match receiver.recv_timeout(POLL) {
            Ok(Ok(events)) => {
                pending = events.iter().any(|event| concerns(&event.path, &config.index, archive));
            }
            Ok(Err(error)) => {
                output.note(&format!(
                    "some changes may have been missed ({error}); looking at all files"
                ));
                pending = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// Tells whether a change may concern a report: not one of the index, which may lie inside the archive.
fn concerns(path: &Path, index: &PathBuf, archive: &Archive) -> bool {
    let is_archive = archive.sources.iter().any(|source| source.root.path == path);
    is_archive || !path.starts_with(index)
}
