//! The index a server answers from: followed, looked after, kept new.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::args;
use super::config::Config;
use super::last_words::LastWords;
use super::log::Log;
use super::open::{Distance, behind, reader};
use super::panics::attempt;
use super::sync::summary;
use super::trouble::{Trouble, WELL_AGAIN};
use super::watch::{Means, Seen, Watcher};
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::{
    MANIFEST, Progress, Snapshot, Steps, SyncOptions, Trust, merge, published, sync,
};
use crate::search::{Reader, prepare};
use crate::server::State;

/// How often the index is looked at for what another process has written.
const POLL: Duration = Duration::from_millis(500);
/// How often all of an index is read again, at most. Of 64 MB, the most that is read without a reason, it takes some
/// hundredths of a second.
const LOOK_PAUSE: Duration = Duration::from_secs(10);

/// Puts snapshots into the server and keeps them new.
pub(super) struct Keeper<'a> {
    args: &'a args::Serve,
    config: &'a Config,
    archive: Archive,
    state: &'a State,
    log: &'a Log<'a>,
    stop: &'a AtomicBool,
    /// What became of the tries to bring the index in step.
    syncs: Trouble,
    /// What became of the looks at the index.
    looks: Trouble,
    /// What became of the tries to merge its segments.
    merges: Trouble,
    answers: Answers,
    /// Until something sound is published, lengths are not enough.
    trust: Trust,
    /// When all files of what answers were last read.
    verified: Option<Instant>,
    /// Of a server whose files are mapped.
    last_words: Option<LastWords>,
    /// The state that could not be opened, and when.
    refused: Option<(String, Instant)>,
}

/// Whether there was ever an index to answer from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    NotYet,
    Began,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(
        args: &'a args::Serve,
        config: &'a Config,
        state: &'a State,
        log: &'a Log<'a>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            args,
            config,
            archive: config.archive_of(&[]),
            state,
            log,
            stop,
            syncs: Trouble::default(),
            looks: Trouble::default(),
            merges: Trouble::default(),
            answers: Answers::NotYet,
            trust: Trust::Lengths,
            verified: None,
            last_words: None,
            refused: None,
        }
    }

    /// Answers with a snapshot from now on.
    pub(super) fn publish(&mut self, snapshot: Snapshot) -> Result<Reader> {
        let reader = reader(snapshot, self.config)?;
        self.answer_with(reader.clone());
        Ok(reader)
    }

    fn answer_with(&mut self, reader: Reader) {
        if !reader.snapshot().is_held() && self.last_words.is_none() {
            self.last_words = LastWords::prepare();
        }
        self.state.publish(reader, self.age());
        self.answers = Answers::Began;
        self.trust = Trust::Lengths;
    }

    /// Prepares what answers already, or builds it, then follows files and index until the server stops. `why` says
    /// why there is something to build.
    pub(super) fn keep(mut self, to_prepare: Option<Reader>, why: Option<String>) -> Result<()> {
        let log = self.log;
        let say = |line: &str| log.say(line);
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
            let round = attempt(|| {
                if std::mem::take(&mut pending) {
                    self.sync_or_report()?;
                    // What is new answers before it is merged.
                    self.look_after()?;
                    self.merge();
                }
                self.look_after()
            });
            match round {
                // One round has failed; the next may not.
                Err(error @ Error::Internal { .. }) => self.report(&error),
                outcome => outcome?,
            }
            match &mut watcher {
                Some(watcher) => pending = watcher.look(&say) == Seen::Change,
                None => self.wait(),
            }
            pending |= self.syncs.is_due(Instant::now());
        }
        Ok(())
    }

    fn follows_files(&self) -> bool {
        self.args.watch || self.args.poll.is_some()
    }

    fn may_write(&self) -> bool {
        !self.args.read_only && self.config.may_rebuild()
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

    /// Brings the index in step. An error is only reported if a later try may have more luck: the folder may come back,
    /// the disk may be emptied.
    fn sync_or_report(&mut self) -> Result<()> {
        match self.sync() {
            Ok(()) => {
                if self.syncs.succeeded() {
                    self.log.say(WELL_AGAIN);
                }
                Ok(())
            }
            Err(Error::Interrupted) => Ok(()),
            Err(error) if self.follows_files() || self.answers == Answers::Began => {
                self.report(&error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn report(&mut self, error: &Error) {
        let line = error.one_line();
        self.state.failed();
        if self.syncs.failed(&line, Instant::now()) {
            self.log.error(error);
        }
    }

    fn progress(&self) -> Building<'_> {
        let Self { state, log, stop, .. } = self;
        Building { state, log, stop, steps: Steps::default() }
    }

    fn sync(&self) -> Result<()> {
        let start = Instant::now();
        let progress = self.progress();
        let options = SyncOptions { trust: self.trust, ..SyncOptions::default() };
        let outcome = sync(&self.config.index, &self.archive, &options, &progress)?;
        if outcome.changed > 0 || outcome.removed > 0 {
            self.log.say(&summary(&outcome, start.elapsed()));
        }
        Ok(())
    }

    /// Merges what syncs have left. What is damaged is built again by the next sync.
    fn merge(&mut self) {
        if self.merges.is_waiting(Instant::now()) {
            return;
        }
        let progress = self.progress();
        let merged = merge(&self.config.index, &self.archive, &SyncOptions::default(), &progress);
        match merged {
            Ok(_) => drop(self.merges.succeeded()),
            Err(Error::Interrupted) => {}
            Err(error) => {
                if matches!(error, Error::IndexDamaged { .. }) {
                    self.trust = Trust::Checksums;
                }
                if self.merges.failed(&error.one_line(), Instant::now()) {
                    self.log.error(&error);
                }
            }
        }
    }

    /// Answers with what is published, and looks whether it is sound. What is damaged is built again where that is
    /// possible.
    fn look_after(&mut self) -> Result<()> {
        let looked = self.reopen().and_then(|()| self.check());
        let Err(error) = looked else {
            if self.trust == Trust::Lengths {
                self.looks.succeeded();
            }
            return Ok(());
        };
        if matches!(error, Error::IndexDamaged { .. }) {
            self.trust = Trust::Checksums;
            self.state.doubt();
        }
        // Said once: the next look tries again, and says nothing until something else is wrong.
        if self.looks.failed(&error.one_line(), Instant::now()) {
            self.log.error(&error);
        }
        if matches!(error, Error::IndexDamaged { .. }) && self.may_write() {
            self.sync_or_report()?;
            let _ = self.reopen();
        }
        Ok(())
    }

    /// Looks whether what answers is still what was written: at the lengths of its files always, at all of them when a
    /// search has failed and, where they are few, now and then. Nothing is answered from what is damaged.
    fn check(&mut self) -> Result<()> {
        let Some(reader) = self.state.reader() else { return Ok(()) };
        let snapshot = reader.snapshot();
        let may_read = self.verified.is_none_or(|last| last.elapsed() >= LOOK_PAUSE);
        let found = if may_read && (snapshot.is_held() || self.state.take_suspicion()) {
            self.verified = Some(Instant::now());
            snapshot.verify(None)
        } else {
            snapshot.check_lengths()
        };
        // Another writer takes away what is no longer needed; what it has published is opened next.
        let Err(error) = found.or_else(|error| match published(&self.config.index) {
            Some(now) if now != snapshot.seal() && !self.is_refused(&now) => Ok(()),
            _ => Err(error),
        }) else {
            return Ok(());
        };
        if matches!(error, Error::IndexDamaged { .. }) && !snapshot.is_held() {
            self.state.unsound();
        }
        Err(error)
    }

    /// Answers with the published state from now on if it is another than the one that answers.
    fn reopen(&mut self) -> Result<()> {
        let Some(now) = published(&self.config.index) else { return Ok(()) };
        let answers = self.state.reader();
        let answers = answers.as_ref().map(Reader::snapshot);
        if answers.is_some_and(|snapshot| snapshot.seal() == now) {
            if self.refused.take().is_some() {
                // What was damaged is mended in place.
                self.state.trust();
                self.trust = Trust::Lengths;
            }
            return Ok(());
        }
        let is_recent = self.refused.as_ref().is_some_and(|(_, when)| when.elapsed() < LOOK_PAUSE);
        if self.is_refused(&now) && is_recent {
            return Ok(());
        }
        match self.open(answers) {
            Ok(reader) => {
                self.answer_with(reader);
                self.refused = None;
                Ok(())
            }
            // A writer is at work: what it has published is opened next.
            Err(_) if published(&self.config.index).as_ref() != Some(&now) => Ok(()),
            Err(error) => {
                self.refused = Some((now, Instant::now()));
                Err(error)
            }
        }
    }

    fn is_refused(&self, seal: &str) -> bool {
        self.refused.as_ref().is_some_and(|(refused, _)| refused == seal)
    }

    /// Opens what is published, all of it checked but what is part of `sound`, and reads what answers need.
    fn open(&self, sound: Option<&Snapshot>) -> Result<Reader> {
        let snapshot = Snapshot::open(&self.config.index)?;
        snapshot.verify(sound)?;
        let snapshot = snapshot.held(self.args.bytes_in_memory())?;
        let reader = reader(snapshot, self.config)?;
        // Whoever asks next does not wait for what this reads.
        prepare(&reader)?;
        Ok(reader)
    }

    /// Says what a server that follows nothing does not show.
    fn note_changes(&self, reader: &Reader) {
        if self.args.read_only {
            return;
        }
        if let Some(Distance::Known(behind)) = behind(reader.snapshot(), &|| true) {
            self.log
                .say(&format!("{behind}; `baoku index` brings it in step, --watch keeps it so"));
        }
    }
}

/// Shows the server how far the first index is.
struct Building<'k> {
    state: &'k State,
    log: &'k Log<'k>,
    stop: &'k AtomicBool,
    steps: Steps,
}

impl Building<'_> {
    fn show(&self) {
        let (done, files) = self.steps.files();
        self.state.building(done, files);
    }
}

impl Progress for Building<'_> {
    fn begin(&self, files: usize) {
        self.steps.begin(files);
        self.show();
    }

    fn file_read(&self) {
        self.steps.file_read();
        self.show();
    }

    fn file_done(&self, _items: usize) {
        self.steps.file_done();
        self.show();
    }

    fn note(&self, line: &str) {
        self.log.say(line);
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
