//! The index a server answers from: followed, looked after, kept new.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::args;
use super::config::Config;
use super::log::Log;
use super::open::{behind, reader};
use super::panics::attempt;
use super::sync::summary;
use super::trouble::{Trouble, WELL_AGAIN};
use super::watch::{Means, Seen, Watcher};
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::{MANIFEST, Progress, Snapshot, SyncOptions, Trust, published, sync};
use crate::search::{Reader, prepare};
use crate::server::State;

/// How often the index is looked at for what another process has written.
const POLL: Duration = Duration::from_millis(500);
/// How often all of an index is read again, at most, because searches fail or it was damaged.
const LOOK_PAUSE: Duration = Duration::from_secs(10);

/// Puts snapshots into the server and keeps them new.
pub(super) struct Keeper<'a> {
    pub(super) args: &'a args::Serve,
    pub(super) config: &'a Config,
    pub(super) archive: Archive,
    pub(super) state: &'a State,
    pub(super) log: &'a Log<'a>,
    pub(super) stop: &'a AtomicBool,
    pub(super) noticed: Mutex<Noticed>,
}

/// What a keeper remembers from one look to the next.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    /// What became of the tries to bring the index in step.
    syncs: Trouble,
    /// What became of the tries to open what was written.
    openings: Trouble,
    /// When all of the index was last read.
    looked: Option<Instant>,
    /// The state that could not be opened then.
    refused: Option<String>,
}

impl Noticed {
    fn may_look(&self) -> bool {
        self.looked.is_none_or(|last| last.elapsed() >= LOOK_PAUSE)
    }
}

impl Keeper<'_> {
    /// Answers with a snapshot from now on.
    pub(super) fn publish(&self, snapshot: Snapshot) -> Result<Reader> {
        let reader = reader(snapshot, self.config)?;
        self.state.publish(reader.clone(), self.age());
        Ok(reader)
    }

    /// Prepares what answers already, or builds it, then follows files and index until the server stops. `why` says
    /// why there is something to build.
    pub(super) fn keep(&self, to_prepare: Option<Reader>, why: Option<String>) -> Result<()> {
        let say = |line: &str| self.log.say(line);
        let mut watcher = self.follows_files().then(|| {
            let means = Means::of(self.args.poll);
            Watcher::new(self.archive.clone(), &self.config.index, means, &say)
        });
        let follows = watcher.is_some() || self.config.sync && !self.args.read_only;
        if let Some(why) = why {
            self.log.say(&why);
        }
        let mut pending = follows || to_prepare.is_none();
        if let Some(reader) = to_prepare {
            // Answers began at once; what suggestions and pinyin need is read meanwhile.
            prepare(&reader)?;
            if !follows {
                self.note_changes(&reader);
            }
        }
        while !self.stop.load(Ordering::Relaxed) {
            if std::mem::take(&mut pending) {
                self.sync_or_report(Trust::Lengths)?;
            }
            self.reopen();
            if let Some(error) = self.damage() {
                self.state.unsound(&error.one_line());
                self.log.error(&error);
                if !self.args.read_only && self.config.archive.exists() {
                    self.sync_or_report(Trust::Checksums)?;
                    self.reopen();
                }
            }
            match &mut watcher {
                Some(watcher) => pending = watcher.look(&say) == Seen::Change,
                None => self.wait(),
            }
            pending |= self.noticed().syncs.is_due(Instant::now());
        }
        Ok(())
    }

    fn follows_files(&self) -> bool {
        self.args.watch || self.args.poll.is_some()
    }

    fn wait(&self) {
        let until = Instant::now() + POLL;
        while Instant::now() < until && !self.stop.load(Ordering::Relaxed) {
            thread::sleep(POLL / 10);
        }
    }

    /// Returns how long ago the index was written.
    fn age(&self) -> Duration {
        let written =
            fs::metadata(self.config.index.join(MANIFEST)).and_then(|file| file.modified());
        written.ok().and_then(|time| time.elapsed().ok()).unwrap_or_default()
    }

    /// Looks whether what answers is still what was written: at the lengths of its files always, at all of it when a
    /// search has failed.
    fn damage(&self) -> Option<Error> {
        let reader = self.state.reader()?;
        let snapshot = reader.snapshot();
        // Another writer has taken away what is no longer needed; what is there now is opened next.
        let is_current = || published(&self.config.index).as_deref() == Some(snapshot.seal());
        let mut noticed = self.noticed();
        let found = if noticed.may_look() && self.state.take_suspicion() {
            noticed.looked = Some(Instant::now());
            snapshot.verify(None)
        } else {
            snapshot.check_lengths()
        };
        found.err().filter(|_| is_current())
    }

    /// Brings the index in step. An error is only reported if a later try may have more luck: the folder may come back,
    /// the disk may be emptied.
    fn sync_or_report(&self, trust: Trust) -> Result<()> {
        match self.sync(trust) {
            Ok(()) => {
                if self.noticed().syncs.succeeded() {
                    self.log.say(WELL_AGAIN);
                }
                Ok(())
            }
            Err(Error::Interrupted) => Ok(()),
            Err(error) if self.follows_files() || self.state.is_ready() => {
                self.state.failed(&error.one_line());
                if self.noticed().syncs.failed(&error.one_line(), Instant::now()) {
                    self.log.error(&error);
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn sync(&self, trust: Trust) -> Result<()> {
        let start = Instant::now();
        let progress =
            Building { keeper: self, files: AtomicUsize::new(0), done: AtomicUsize::new(0) };
        let options = SyncOptions { trust, ..SyncOptions::default() };
        let outcome = attempt(|| sync(&self.config.index, &self.archive, &options, &progress))?;
        if outcome.changed > 0 || outcome.removed > 0 {
            self.log.say(&summary(&outcome, start.elapsed()));
        }
        Ok(())
    }

    /// Answers with the published state from now on if it is another than the one that answers.
    fn reopen(&self) {
        let Some(now) = published(&self.config.index) else { return };
        let answers = self.state.reader();
        let answers = answers.as_ref().map(Reader::snapshot);
        let mut noticed = self.noticed();
        // It may have been mended in place.
        let is_refused = noticed.refused.as_ref() == Some(&now) && !noticed.may_look();
        if is_refused || answers.is_some_and(|snapshot| snapshot.seal() == now) {
            return;
        }
        let opened = Snapshot::open(&self.config.index);
        let answered = opened.and_then(|snapshot| {
            snapshot.verify(answers)?;
            let reader = reader(snapshot, self.config)?;
            // Whoever asks next does not wait for what this reads.
            prepare(&reader)?;
            self.state.publish(reader, self.age());
            Ok(())
        });
        match answered {
            Ok(()) => {
                noticed.openings.succeeded();
                noticed.refused = None;
            }
            // A writer is at work: what it has published is opened next.
            Err(_) if published(&self.config.index).as_ref() != Some(&now) => {}
            Err(error) => {
                noticed.refused = Some(now);
                noticed.looked = Some(Instant::now());
                // Said once: the next look tries again, and says nothing until something else is wrong.
                if noticed.openings.failed(&error.one_line(), Instant::now()) {
                    self.log.error(&error);
                }
            }
        }
    }

    fn noticed(&self) -> MutexGuard<'_, Noticed> {
        self.noticed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what a server that follows nothing does not show.
    fn note_changes(&self, reader: &Reader) {
        if let Some(behind) = behind(reader.snapshot()).filter(|_| !self.args.read_only) {
            self.log
                .say(&format!("{behind}; `baoku index` brings it in step, --watch keeps it so"));
        }
    }
}

/// Shows the server how far the first index is.
struct Building<'k> {
    keeper: &'k Keeper<'k>,
    files: AtomicUsize,
    done: AtomicUsize,
}

impl Progress for Building<'_> {
    fn begin(&self, files: usize) {
        self.files.store(files, Ordering::Relaxed);
        self.keeper.state.building(0, files);
    }

    fn file_done(&self, _items: usize) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.keeper.state.building(done, self.files.load(Ordering::Relaxed));
    }

    fn note(&self, line: &str) {
        self.keeper.log.say(line);
    }

    fn interrupted(&self) -> bool {
        self.keeper.stop.load(Ordering::Relaxed)
    }
}
