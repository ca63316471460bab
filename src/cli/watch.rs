//! Follows the files of an archive: for `baoku index --watch` and `baoku serve --watch`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::archive::Archive;
use crate::error::{Error, Result};

/// Changes that follow each other faster than this are one: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(200);
/// Changes that never end are looked at after this long.
const LONGEST: Duration = Duration::from_millis(500);
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
    _notify: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    roots: Vec<PathBuf>,
    index: PathBuf,
}

impl Watcher {
    /// Begins to watch an archive whose index is in `index`.
    pub(super) fn new(archive: &Archive, index: &Path) -> Result<Self> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(sender)
            .map_err(io::Error::other)
            .map_err(Error::io("cannot follow files"))?;
        let roots: Vec<PathBuf> =
            archive.sources.iter().map(|source| source.root.path.clone()).collect();
        for path in &roots {
            watcher
                .watch(path, RecursiveMode::Recursive)
                .map_err(io::Error::other)
                .map_err(Error::io(format!("cannot follow {}", path.display())))?;
        }
        Ok(Self { _notify: watcher, events, roots, index: index.to_path_buf() })
    }

    /// Waits a moment for a change, and for those that follow it at once.
    pub(super) fn look(&self) -> Seen {
        let mut seen = Seen::Nothing;
        let begun = Instant::now();
        let mut patience = POLL;
        loop {
            match self.events.recv_timeout(patience) {
                Ok(event) => match self.judge(event) {
                    Seen::Nothing => {}
                    Seen::Change if seen != Seen::Nothing => {}
                    now => seen = now,
                },
                // The sender lives as long as the watcher.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return seen,
            }
            let (longest, quiet) = match seen {
                Seen::Nothing => (POLL, POLL),
                Seen::Change | Seen::Missed(_) => (LONGEST, QUIET),
            };
            patience = quiet.min(longest.saturating_sub(begun.elapsed()));
            if patience.is_zero() {
                return seen;
            }
        }
    }

    fn judge(&self, event: notify::Result<Event>) -> Seen {
        match event {
            Err(error) => Seen::Missed(error.to_string()),
            Ok(event) if event.need_rescan() => Seen::Missed("too many at once".to_owned()),
            // Reading changes nothing; our own sync reads every folder.
            Ok(event) if event.kind.is_access() => Seen::Nothing,
            Ok(event) if event.paths.iter().any(|path| self.concerns(path)) => Seen::Change,
            Ok(_) => Seen::Nothing,
        }
    }

    /// Returns whether a change may concern a report: not one of the index, which may lie inside the archive.
    fn concerns(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root == path) || !path.starts_with(&self.index)
    }
}

/// Says that changes may have been missed.
pub(super) fn missed(why: &str) -> String {
    format!("some changes may have been missed ({why}); looking at all files")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::corpus::SourceRoot;

    #[test]
    fn reading_is_no_change_and_writing_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let archive = fs::canonicalize(folder.path()).unwrap().join("archive");
        fs::create_dir_all(archive.join("below")).unwrap();
        fs::write(archive.join("below/a.md"), "a").unwrap();
        let index = archive.join("index");
        fs::create_dir(&index).unwrap();
        let sources = vec![SourceRoot::new("archive".to_owned(), archive.clone()).into()];
        let watcher = Watcher::new(&Archive { sources, ..Archive::default() }, &index).unwrap();
        for _ in 0..3 {
            assert_eq!(fs::read_dir(archive.join("below")).unwrap().count(), 1);
            assert_eq!(fs::read_to_string(archive.join("below/a.md")).unwrap(), "a");
            fs::write(index.join("of our own"), "x").unwrap();
            assert_eq!(watcher.look(), Seen::Nothing);
        }
        fs::write(archive.join("below/b.md"), "b").unwrap();
        assert_eq!(watcher.look(), Seen::Change);
    }
}
