//! Folders to what the system reports of changes in them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Changes that follow each other faster than this are one: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(200);
/// Changes that never end are looked at after this long.
const LONGEST: Duration = Duration::from_millis(500);
/// The longest wait for a system that does not take its watches back.
const GOODBYE: Duration = Duration::from_secs(2);
/// inotify watches folders one by one. Its help with those below is not used: it loses folders that are made while it
/// looks for them, and keeps to a folder that another one has replaced. Other systems watch all that is below at once.
const MODE: RecursiveMode = if cfg!(any(target_os = "linux", target_os = "android")) {
    RecursiveMode::NonRecursive
} else {
    RecursiveMode::Recursive
};

/// What was heard of the files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// Something that may concern a report.
    Change,
    /// Perhaps something; why that is not known.
    Missed(String),
}

/// What the system reports of some folders.
pub(super) struct Events {
    /// `None` once it is known that there is none.
    system: Option<RecommendedWatcher>,
    received: Receiver<notify::Result<Event>>,
    followed: BTreeSet<PathBuf>,
    /// Whether a followed folder went away or came, so that it is perhaps not followed any more.
    moved: bool,
}

impl Events {
    /// Follows nothing yet. The error says why the system offers no events.
    pub(super) fn new() -> Result<Self, String> {
        let (sender, received) = channel();
        let system = notify::recommended_watcher(sender).map_err(|error| error.to_string())?;
        Ok(Self { system: Some(system), received, followed: BTreeSet::new(), moved: false })
    }

    /// Returns whether a followed folder may not be followed any more.
    pub(super) fn moved(&self) -> bool {
        self.moved
    }

    /// Returns whether a folder is followed.
    pub(super) fn follows(&self, folder: &Path) -> bool {
        match MODE {
            RecursiveMode::NonRecursive => self.followed.contains(folder),
            RecursiveMode::Recursive => folder.ancestors().any(|at| self.followed.contains(at)),
        }
    }

    /// Follows one more folder. One that is gone is not an error: whoever saw it knows by the folder it was in. The
    /// error says why it cannot be followed and what to do.
    pub(super) fn follow(&mut self, folder: &Path) -> Result<(), String> {
        let Some(system) = self.system.as_mut() else { return Ok(()) };
        let why = match system.watch(folder, MODE) {
            Ok(()) => {
                self.followed.insert(folder.to_path_buf());
                return Ok(());
            }
            Err(error) => match error.kind {
                ErrorKind::PathNotFound => return Ok(()),
                ErrorKind::MaxFilesWatch => {
                    "the system watches no more folders for this user; raise \
                     fs.inotify.max_user_watches or use --poll SECONDS"
                        .to_owned()
                }
                ErrorKind::Io(error) => error.to_string(),
                _ => error.to_string(),
            },
        };
        Err(format!("cannot follow {} ({why})", folder.display()))
    }

    /// Waits for something that concerns a report, `patience` long, and for what follows it at once.
    pub(super) fn hear(&mut self, patience: Duration, roots: &[PathBuf], index: &Path) -> Heard {
        let mut heard = Heard::Nothing;
        let begun = Instant::now();
        let mut left = patience;
        loop {
            let judged = match self.received.recv_timeout(left) {
                Ok(event) => self.judge(event, roots, index),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    // It would be so at once the next time, too.
                    thread::sleep(left);
                    return Heard::Missed("the system ended its reports".to_owned());
                }
            };
            match judged {
                Heard::Nothing => {}
                Heard::Change if heard != Heard::Nothing => {}
                now => heard = now,
            }
            let (longest, quiet) = match heard {
                Heard::Nothing => (patience, patience),
                Heard::Change | Heard::Missed(_) => (LONGEST, QUIET),
            };
            left = quiet.min(longest.saturating_sub(begun.elapsed()));
            if left.is_zero() {
                break;
            }
        }
        heard
    }

    fn judge(&mut self, event: notify::Result<Event>, roots: &[PathBuf], index: &Path) -> Heard {
        let event = match event {
            Ok(event) if event.need_rescan() => {
                return Heard::Missed("too many at once".to_owned());
            }
            Ok(event) => event,
            Err(error) => return Heard::Missed(error.to_string()),
        };
        // Reading changes nothing; our own sync reads every folder.
        if event.kind.is_access() {
            return Heard::Nothing;
        }
        let is_name = event.kind.is_create() || event.kind.is_remove() || is_rename(&event);
        self.moved |= is_name && event.paths.iter().any(|path| self.followed.contains(path));
        // The index may lie inside the archive, and a root that is a file among others.
        let concerns = |path: &PathBuf| {
            !path.starts_with(index) && roots.iter().any(|root| path.starts_with(root))
        };
        if event.paths.iter().any(concerns) { Heard::Change } else { Heard::Nothing }
    }
}

fn is_rename(event: &Event) -> bool {
    matches!(event.kind, notify::EventKind::Modify(notify::event::ModifyKind::Name(_)))
}

impl Drop for Events {
    /// Waits until the system has taken its watches back: they count against its limit of them.
    fn drop(&mut self) {
        drop(self.system.take());
        let until = Instant::now() + GOODBYE;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            // The sender goes when the watches are gone.
            if let Err(RecvTimeoutError::Disconnected) = self.received.recv_timeout(left) {
                break;
            }
        }
    }
}
