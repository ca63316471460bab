//! `baoku serve`: the server, the index it answers from, and what keeps both in step.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use jiff::ZonedDateTime;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};

use super::args::{self, LogFormat};
use super::config::Config;
use super::index::summary;
use super::output::Output;
use super::search::{Existing, existing, searcher};
use super::watch::{Seen, Watcher, missed};
use super::{FOUND, INTERRUPTED};
use crate::error::{Error, Result};
use crate::index::{Archive, COMMIT_FILE, Progress, Snapshot, SyncOptions, sync};
use crate::search::Searcher;
use crate::server::{BaseUrl, QueryLog, Settings, State, serve};

/// How often the index is looked at for what another process has written.
const POLL: Duration = Duration::from_millis(500);

pub(super) fn run(args: &args::Serve, config: &Config, output: &Output) -> Result<u8> {
    let base = match &args.base_url {
        Some(url) => {
            Some(BaseUrl::parse(url).ok_or_else(|| Error::BaseUrl { value: url.clone() })?)
        }
        None => None,
    };
    let found = if args.read_only {
        Existing::Usable(Box::new(Snapshot::open(&config.index)?))
    } else {
        existing(config)?
    };
    let origins = args.allow_origin.iter().map(|origin| {
        BaseUrl::origin(origin).ok_or_else(|| Error::Origin { value: origin.clone() })
    });
    let settings = Settings {
        base,
        query_log: if args.log_queries { QueryLog::Always } else { QueryLog::Never },
        origins: origins.collect::<Result<_>>()?,
        fingerprint: fingerprint(config),
    };
    let state = State::new(|| ZonedDateTime::now().date(), settings);
    let stop = AtomicBool::new(false);
    let log = Log::start(args.log_format, output);
    let archive = config.archive_of(&[]);
    let told = Mutex::default();
    let keeper = Keeper { args, config, archive, state: &state, log: &log, stop: &stop, told };
    let to_prepare = match &found {
        Existing::Usable(snapshot) => Some(keeper.publish(snapshot.as_ref().clone())?),
        Existing::ToBuild(_) => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Io { what: "cannot start the server".to_owned(), source })?;
    thread::scope(|scope| {
        let served = runtime.block_on(async {
            let listen = |source| Error::Listen { addr: args.addr.clone(), source };
            let listener = TcpListener::bind(&args.addr).await.map_err(listen)?;
            let addr: SocketAddr = listener.local_addr().map_err(listen)?;
            // Taken before the address is told: whoever reads it may already want the server to stop.
            let mut terminate = signal(SignalKind::terminate()).map_err(listen)?;
            let mut interrupt = signal(SignalKind::interrupt()).map_err(listen)?;
            log.say(&match &found {
                Existing::Usable(snapshot) => {
                    format!("{} items at http://{addr}/ — Ctrl-C stops", snapshot.head.items)
                }
                Existing::ToBuild(_) => format!(
                    "building an index of {} first; http://{addr}/ tells how far it is — Ctrl-C stops",
                    config.archive.display()
                ),
            });
            let why = match found {
                Existing::ToBuild(why) => why,
                Existing::Usable(_) => None,
            };
            let (give_up, given_up) = oneshot::channel::<Error>();
            scope.spawn(move || {
                if let Err(error) = keeper.keep(to_prepare, why) {
                    let _ = give_up.send(error);
                }
            });
            let (told, reason) = oneshot::channel::<Error>();
            serve(listener, state.clone(), async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {
                        // Who presses it again does not want to wait.
                        tokio::spawn(async move {
                            interrupt.recv().await;
                            std::process::exit(i32::from(INTERRUPTED));
                        });
                    }
                    Ok(error) = given_up => {
                        let _ = told.send(error);
                    }
                }
            })
            .await
            .map_err(|source| Error::Io { what: "the server failed".to_owned(), source })?;
            reason.await.map_or(Ok(()), Err)
        });
        stop.store(true, Ordering::Relaxed);
        served
    })?;
    log.say("stopped");
    Ok(FOUND)
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
        // As with other notes, nobody reading it is no error.
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
    /// The last thing that was wrong with the index.
    told: Mutex<String>,
}

impl Keeper<'_> {
    /// Answers with a snapshot from now on.
    fn publish(&self, snapshot: Snapshot) -> Result<Searcher> {
        let searcher = searcher(snapshot, self.config)?;
        self.state.publish(searcher.clone(), age(self.committed()));
        Ok(searcher)
    }

    /// Prepares what answers already, or builds it, then follows files and index until the server stops. `why` says
    /// why there is something to build.
    fn keep(&self, to_prepare: Option<Searcher>, why: Option<String>) -> Result<()> {
        let watcher = if self.args.watch {
            Some(Watcher::new(&self.archive, &self.config.index)?)
        } else {
            None
        };
        // Nothing yet: what was written while the snapshot was opened is looked at, too.
        let mut committed = None;
        let follows = watcher.is_some() || self.config.sync && !self.args.read_only;
        let mut pending = follows || to_prepare.is_none();
        if let Some(why) = why {
            self.log.say(&why);
        }
        if let Some(searcher) = to_prepare {
            // Answers began at once; what suggestions and pinyin need is read meanwhile.
            searcher.prepare()?;
            if !follows {
                self.tell_changes(&searcher);
            }
        }
        while !self.stop.load(Ordering::Relaxed) {
            if std::mem::take(&mut pending) {
                match self.sync() {
                    Ok(()) | Err(Error::Interrupted) => {}
                    // The folder may come back, the disk may be emptied: the next change tries again.
                    Err(error) if watcher.is_some() || self.state.is_ready() => {
                        self.state.failed(&error.one_line());
                        self.log.error(&error);
                    }
                    Err(error) => return Err(error),
                }
            }
            let now = self.committed();
            if now != committed && self.reopen(now) {
                committed = now;
            }
            match &watcher {
                Some(watcher) => match watcher.look() {
                    Seen::Nothing => {}
                    Seen::Change => pending = true,
                    Seen::Missed(why) => {
                        self.log.say(&missed(&why));
                        pending = true;
                    }
                },
                None => self.wait(),
            }
        }
        Ok(())
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

    fn sync(&self) -> Result<()> {
        let start = Instant::now();
        let progress = Told { keeper: self, files: AtomicUsize::new(0), done: AtomicUsize::new(0) };
        let outcome = sync(&self.config.index, &self.archive, &SyncOptions::default(), &progress)?;
        if outcome.changed > 0 || outcome.removed > 0 {
            self.log.say(&summary(&outcome, start.elapsed()));
        }
        Ok(())
    }

    /// Opens the index and publishes it if it is another than the one that answers; tells whether that was possible.
    fn reopen(&self, committed: Option<SystemTime>) -> bool {
        let opened = Snapshot::open(&self.config.index);
        let published = opened.and_then(|snapshot| {
            if self.state.generation().as_ref() == Some(&snapshot.head.generation) {
                return Ok(());
            }
            let searcher = searcher(snapshot, self.config)?;
            // Whoever asks next does not wait for what this reads.
            searcher.prepare()?;
            self.state.publish(searcher, age(committed));
            Ok(())
        });
        match published {
            Ok(()) => true,
            // A writer is at work; its commit is seen when it is there.
            Err(Error::NoIndex { .. }) => false,
            // Said once: the next look tries again, and says nothing until something else is wrong.
            Err(error) => {
                let line = error.one_line();
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                if *told != line {
                    self.log.error(&error);
                    *told = line;
                }
                false
            }
        }
    }

    /// Says what a server that follows nothing does not show.
    fn tell_changes(&self, searcher: &Searcher) {
        if self.args.read_only {
            return;
        }
        let manifest = searcher.snapshot().manifest();
        let changes = manifest.map_or(0, |manifest| manifest.changes_since(&self.config.index));
        if changes > 0 {
            self.log.say(&format!(
                "{changes} {} changed since the index was built; `baoku index` brings it in step, --watch keeps it so",
                if changes == 1 { "file or folder has" } else { "files or folders have" }
            ));
        }
    }
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

/// Tells the server how far the first index is.
struct Told<'k> {
    keeper: &'k Keeper<'k>,
    files: AtomicUsize,
    done: AtomicUsize,
}

impl Progress for Told<'_> {
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
