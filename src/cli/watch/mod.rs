//! Follows the files of an archive: for `baoku index --watch` and `baoku serve --watch`.

mod events;
mod look;
mod mounts;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use events::{Events, Heard};
use look::{Glance, Look, glance};
use mounts::Mounts;

use crate::archive::Archive;

/// How often Ctrl-C is looked for.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often folders are looked at for others that took their place. A look at one costs a microsecond or two.
const GLANCE: Duration = Duration::from_secs(2);
/// How often all files are looked at although the system reports changes, in case that it does not.
const SELDOM: Duration = Duration::from_secs(60);
/// How often all files are looked at where the system does not report changes in some folders.
const OFTEN: Duration = Duration::from_secs(5);
/// Looks that nobody asked for may cost one part of so many of the time.
const SHARE: u32 = 50;

/// How changes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// The system reports them.
    Events,
    /// All files are looked at, again and again after so long.
    Looks(Duration),
}

impl Means {
    /// Chooses the means by the option `--poll`.
    pub(super) fn of(poll: Option<u64>) -> Self {
        poll.map_or(Self::Events, |seconds| Self::Looks(Duration::from_secs(seconds)))
    }
}

/// What became of the files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    Nothing,
    /// Something that may concern a report.
    Change,
}

/// Follows the files of an archive, whatever becomes of its folders. What is not followed is looked at.
///
/// Once it returned [`Seen::Change`], every folder it saw was followed before it looked into that for the last time: whoever
/// reads the files then misses nothing that is not seen later.
pub(super) struct Watcher {
    archive: Archive,
    index: PathBuf,
    means: Means,
    /// `None` if the system offers none.
    events: Option<Events>,
    look: Look,
    glance: Glance,
    mounts: Mounts,
    next_look: Instant,
    next_glance: Instant,
    /// Why not all folders are followed.
    limit: Option<String>,
}

impl Watcher {
    /// Begins to follow an archive whose index is in `index`. What people should know is said.
    pub(super) fn new(archive: Archive, index: &Path, means: Means, say: &dyn Fn(&str)) -> Self {
        let look = Look::at(&archive, index);
        let mut watcher = Self {
            archive,
            index: index.to_path_buf(),
            means,
            events: None,
            look,
            glance: Glance::new(),
            mounts: Mounts::new(),
            next_look: Instant::now(),
            next_glance: Instant::now(),
            limit: None,
        };
        watcher.refresh(say);
        watcher
    }

    /// Waits a moment for a change, and for those that follow it at once.
    pub(super) fn look(&mut self, say: &dyn Fn(&str)) -> Seen {
        let heard = if let Some(events) = &mut self.events {
            events.hear(PATIENCE, &self.look.roots, &self.index)
        } else {
            thread::sleep(PATIENCE);
            Heard::Nothing
        };
        match heard {
            Heard::Change => {}
            Heard::Missed(why) => {
                say(&format!("some changes may have been missed ({why}); looking at all files"));
                self.events = None;
            }
            Heard::Nothing if Instant::now() >= self.next_look => return self.look_at_all(say),
            Heard::Nothing if Instant::now() >= self.next_glance => {
                self.next_glance = Instant::now() + GLANCE;
                if self.mounts.have_changed() {
                    self.events = None;
                    return self.look_at_all(say);
                }
                if glance(self.glance.keys().map(PathBuf::as_path)) == self.glance {
                    return Seen::Nothing;
                }
            }
            Heard::Nothing => return Seen::Nothing,
        }
        self.refresh(say);
        Seen::Change
    }

    /// Looks for what was not reported.
    fn look_at_all(&mut self, say: &dyn Fn(&str)) -> Seen {
        let before = self.look.fingerprint;
        self.refresh(say);
        if self.look.fingerprint == before {
            return Seen::Nothing;
        }
        if self.limit.is_none() && self.events.take().is_some() {
            // It should have been: the folders that are followed are not those that are there.
            self.refresh(say);
        }
        Seen::Change
    }

    /// Looks at all files and follows all folders. A folder that is new is followed, and looked into once more: what
    /// came into it before is not reported.
    fn refresh(&mut self, say: &dyn Fn(&str)) {
        let begun = Instant::now();
        self.look = Look::at(&self.archive, &self.index);
        let cost = begun.elapsed();
        let mut every = SELDOM;
        if let Means::Looks(pause) = self.means {
            self.next_look = Instant::now() + pause;
            self.next_glance = self.next_look;
            return;
        }
        if self.follow(say) {
            self.look = Look::at(&self.archive, &self.index);
            if self.follow(say) {
                // Folders come faster than they are looked at: whoever waits reads what is there meanwhile.
                every = Duration::ZERO;
            }
        }
        if self.limit.is_some() {
            every = every.min(OFTEN);
        }
        let now = Instant::now();
        self.next_look = now + every.max(cost * SHARE);
        self.next_glance = now + GLANCE;
    }

    /// Follows what there is to follow, and returns whether any of it is new.
    fn follow(&mut self, say: &dyn Fn(&str)) -> bool {
        let given = self.archive.sources.iter().map(|source| source.root.path.as_path());
        let seen = glance(self.look.folders.iter().map(PathBuf::as_path).chain(given));
        if self.events.as_ref().is_some_and(Events::moved) || self.is_another(&seen) {
            self.events = None;
        }
        self.glance = seen;
        let (limit, is_new) = match self.follow_all() {
            Ok(is_new) => (None, is_new),
            Err((why, is_new)) => (Some(why), is_new),
        };
        match (&self.limit, &limit) {
            (None, Some(why)) => say(&format!(
                "{why}; until then, what is not followed is looked at every {} seconds",
                OFTEN.as_secs()
            )),
            (Some(_), None) => say("all folders are followed again"),
            _ => {}
        }
        self.limit = limit;
        is_new
    }

    /// Returns whether a folder is not the one that was at its place.
    fn is_another(&self, seen: &Glance) -> bool {
        seen.iter().any(|(path, now)| match (self.glance.get(path), now) {
            (Some(Some(before)), Some(now)) => !before.is_same(now),
            (Some(before), now) => before.is_some() != now.is_some(),
            (None, _) => false,
        })
    }

    /// Follows what is not yet followed. Returns whether there was anything; the error says beside why not all is.
    fn follow_all(&mut self) -> Result<bool, (String, bool)> {
        let mut events = match self.events.take() {
            Some(events) => events,
            None => Events::new()
                .map_err(|why| (format!("the system reports no changes ({why})"), false))?,
        };
        let mut is_new = false;
        let mut refused = None;
        for folder in &self.look.folders {
            if events.follows(folder) {
                continue;
            }
            match events.follow(folder) {
                Ok(()) => is_new = true,
                Err(why) => {
                    refused = Some(why);
                    break;
                }
            }
        }
        self.events = Some(events);
        refused.map_or(Ok(is_new), |why| Err((why, is_new)))
    }
}
