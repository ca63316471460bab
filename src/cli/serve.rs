//! `baoku serve`: the server, the index it answers from, and what keeps both in step.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use jiff::ZonedDateTime;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};

use super::args::{self, LogFormat};
use super::config::Config;
use super::open::{Existing, behind, existing, reader};
use super::output::Output;
use super::signals::Signals;
use super::status::Status;
use super::sync::summary;
use super::trouble::{Trouble, WELL_AGAIN};
use super::watch::{Means, Seen, Watcher};
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::{COMMIT_FILE, Progress, Snapshot, SyncOptions, sync};
use crate::search::{Reader, prepare};
use crate::server::{BaseUrl, QueryLog, Settings, State, serve};

/// How often the index is looked at for what another process has written.
const POLL: Duration = Duration::from_millis(500);

pub(super) fn run(args: &args::Serve, config: &Config, output: &Output) -> Result<Status> {
    let settings = settings(args, config)?;
    let found = found(args, config)?;
    let state = State::new(|| ZonedDateTime::now().date(), settings);
    let stop = AtomicBool::new(false);
    let log = Log::start(args.log_format, output);
    let archive = config.archive_of(&[]);
    let (syncs, openings) = Default::default();
    let (state, log, stop) = (&state, &log, &stop);
    let keeper = Keeper { args, config, archive, state, log, stop, syncs, openings };
    let to_prepare = match &found {
        Existing::Usable(snapshot) => Some(keeper.publish(snapshot.as_ref().clone())?),
        Existing::ToBuild(_) => None,
    };
    let started = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = started.map_err(Error::io("cannot start the server"))?;
    thread::scope(|scope| {
        let served = runtime.block_on(async {
            let listen = |source| Error::Listen { addr: args.addr.clone(), source };
            let listener = TcpListener::bind(&args.addr).await.map_err(listen)?;
            let addr = listener.local_addr().map_err(listen)?;
            // Before the address is shown: whoever reads it may already want the server to stop.
            let signals = Signals::listen().map_err(listen)?;
            log.say(&greeting(&found, addr, config));
            let (give_up, given_up) = oneshot::channel();
            let why = found.why_to_build();
            scope.spawn(move || {
                if let Err(error) = keeper.keep(to_prepare, why) {
                    let _ = give_up.send(error);
                }
            });
            answer(listener, state.clone(), signals, given_up).await
        });
        stop.store(true, Ordering::Relaxed);
        served
    })?;
    log.say("stopped");
    Ok(Status::Found)
}

/// Looks at what there is to answer from.
fn found(args: &args::Serve, config: &Config) -> Result<Existing> {
    if args.read_only {
        return Ok(Existing::Usable(Box::new(Snapshot::open(&config.index)?)));
    }
    existing(config)
}

/// Checks the options that say how the server presents itself.
fn settings(args: &args::Serve, config: &Config) -> Result<Settings> {
    let base = args
        .base_url
        .as_ref()
        .map(|url| BaseUrl::parse(url).ok_or_else(|| Error::BaseUrl { value: url.clone() }));
    let origins = args.allow_origin.iter().map(|origin| {
        BaseUrl::origin(origin).ok_or_else(|| Error::Origin { value: origin.clone() })
    });
    Ok(Settings {
        base: base.transpose()?,
        query_log: if args.log_queries { QueryLog::Always } else { QueryLog::Never },
        origins: origins.collect::<Result<_>>()?,
        fingerprint: fingerprint(config),
    })
}

/// Says where the server is and what it does first.
fn greeting(found: &Existing, addr: SocketAddr, config: &Config) -> String {
    match found {
        Existing::Usable(snapshot) => {
            format!("{} items at http://{addr}/ — Ctrl-C stops", snapshot.head.items)
        }
        Existing::ToBuild(_) => format!(
            "building an index of {} first; http://{addr}/ shows how far it is — Ctrl-C stops",
            config.archive.display()
        ),
    }
}

/// Answers until a signal comes, or until there will never be an index and `given_up` says why.
async fn answer(
    listener: TcpListener,
    state: State,
    signals: Signals,
    given_up: oneshot::Receiver<Error>,
) -> Result<()> {
    let (pass_on, reason) = oneshot::channel();
    serve(listener, state, async move {
        tokio::select! {
            () = signals.stop() => {}
            Ok(error) = given_up => {
                let _ = pass_on.send(error);
            }
        }
    })
    .await
    .map_err(Error::io("the server failed"))?;
    reason.await.map_or(Ok(()), Err)
}

/// Messages of the server: notes for people, or lines of the structured log. Nobody reading them keeps nothing waiting.
struct Log<'o> {
    format: LogFormat,
    output: &'o Output,
    writer: NonBlocking,
    /// Writes what is left when it is dropped.
    _rest: WorkerGuard,
}

impl<'o> Log<'o> {
    fn start(format: LogFormat, output: &'o Output) -> Self {
        let (writer, rest) = tracing_appender::non_blocking(std::io::stderr());
        let builder = tracing_subscriber::fmt().with_writer(writer.clone()).with_target(false);
        match format {
            LogFormat::Text => builder.with_ansi(output.stderr_has_color()).init(),
            LogFormat::Json => builder.json().flatten_event(true).init(),
            LogFormat::None => {}
        }
        Self { format, output, writer, _rest: rest }
    }

    fn say(&self, line: &str) {
        match self.format {
            LogFormat::Json => tracing::info!("{line}"),
            LogFormat::Text | LogFormat::None => self.write(&self.output.note_line(line)),
        }
    }

    fn error(&self, error: &Error) {
        match self.format {
            LogFormat::Json => tracing::error!("{}", error.one_line()),
            LogFormat::Text | LogFormat::None => self.write(&self.output.error_line(error)),
        }
    }

    fn write(&self, line: &str) {
        // As with other notes, it does not matter if nobody reads it.
        let _ = self.writer.clone().write_all(format!("{line}\n").as_bytes());
    }
}

/// Puts snapshots into the server and keeps them new.
struct Keeper<'a> {
    args: &'a args::Serve,
    config: &'a Config,
    archive: Archive,
    state: &'a State,
    log: &'a Log<'a>,
    stop: &'a AtomicBool,
    /// What became of the tries to bring the index in step.
    syncs: Mutex<Trouble>,
    /// What became of the tries to open what was written.
    openings: Mutex<Trouble>,
}

impl Keeper<'_> {
    /// Answers with a snapshot from now on.
    fn publish(&self, snapshot: Snapshot) -> Result<Reader> {
        let reader = reader(snapshot, self.config)?;
        self.state.publish(reader.clone(), age(self.committed()));
        Ok(reader)
    }

    /// Prepares what answers already, or builds it, then follows files and index until the server stops. `why` says
    /// why there is something to build.
    fn keep(&self, to_prepare: Option<Reader>, why: Option<String>) -> Result<()> {
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
        // Nothing yet: what was written while the snapshot was opened is looked at, too.
        let mut committed = None;
        while !self.stop.load(Ordering::Relaxed) {
            if std::mem::take(&mut pending) {
                self.sync_or_report()?;
            }
            let now = self.committed();
            if now != committed && self.reopen(now) {
                committed = now;
            }
            match &mut watcher {
                Some(watcher) => pending = watcher.look(&say) == Seen::Change,
                None => self.wait(),
            }
            pending |= lock(&self.syncs).is_due(Instant::now());
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

    /// Returns when the index was written last.
    fn committed(&self) -> Option<SystemTime> {
        fs::metadata(self.config.index.join(COMMIT_FILE)).and_then(|file| file.modified()).ok()
    }

    /// Brings the index in step. An error is only reported if a later try may have more luck: the folder may come back,
    /// the disk may be emptied.
    fn sync_or_report(&self) -> Result<()> {
        match self.sync() {
            Ok(()) => {
                if lock(&self.syncs).succeeded() {
                    self.log.say(WELL_AGAIN);
                }
                Ok(())
            }
            Err(Error::Interrupted) => Ok(()),
            Err(error) if self.follows_files() || self.state.is_ready() => {
                self.state.failed(&error.one_line());
                if lock(&self.syncs).failed(&error.one_line(), Instant::now()) {
                    self.log.error(&error);
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn sync(&self) -> Result<()> {
        let start = Instant::now();
        let progress =
            Building { keeper: self, files: AtomicUsize::new(0), done: AtomicUsize::new(0) };
        let outcome = sync(&self.config.index, &self.archive, &SyncOptions::default(), &progress)?;
        if outcome.changed > 0 || outcome.removed > 0 {
            self.log.say(&summary(&outcome, start.elapsed()));
        }
        Ok(())
    }

    /// Opens the index and publishes it if it is another than the one that answers. Returns whether that was
    /// possible.
    fn reopen(&self, committed: Option<SystemTime>) -> bool {
        let opened = Snapshot::open(&self.config.index);
        let published = opened.and_then(|snapshot| {
            if self.state.generation().as_ref() == Some(&snapshot.head.generation) {
                return Ok(());
            }
            let reader = reader(snapshot, self.config)?;
            // Whoever asks next does not wait for what this reads.
            prepare(&reader)?;
            self.state.publish(reader, age(committed));
            Ok(())
        });
        match published {
            Ok(()) => {
                lock(&self.openings).succeeded();
                true
            }
            // A writer is at work; its commit is seen when it is there.
            Err(Error::NoIndex { .. }) => false,
            // Said once: the next look tries again, and says nothing until something else is wrong.
            Err(error) => {
                if lock(&self.openings).failed(&error.one_line(), Instant::now()) {
                    self.log.error(&error);
                }
                false
            }
        }
    }

    /// Says what a server that follows nothing does not show.
    fn note_changes(&self, reader: &Reader) {
        if let Some(behind) = behind(reader.snapshot()).filter(|_| !self.args.read_only) {
            self.log
                .say(&format!("{behind}; `baoku index` brings it in step, --watch keeps it so"));
        }
    }
}

fn lock(trouble: &Mutex<Trouble>) -> MutexGuard<'_, Trouble> {
    trouble.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names what answers depend on beside the index: this program, and its lists of words.
fn fingerprint(config: &Config) -> String {
    let program = std::env::current_exe().and_then(fs::metadata);
    let built = program.and_then(|file| file.modified()).ok();
    let parts = (
        env!("CARGO_PKG_VERSION"),
        built.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()),
        &config.synonyms.text,
        config.shipped_synonyms,
        config.aliases,
    );
    blake3::hash(format!("{parts:?}").as_bytes()).to_hex()[..12].to_owned()
}

fn age(committed: Option<SystemTime>) -> Duration {
    committed.and_then(|time| time.elapsed().ok()).unwrap_or_default()
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
