//! What every request works with: the snapshot that answers, or how far the first index is, and what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use headers::ETag;
use jiff::civil::Date;

use super::error::ApiError;
use super::limits::{MAX_WAITING, SEARCHES_PER_CORE};
use super::metrics::Metrics;
use super::respond;
use super::site::{BaseUrl, Origins};
use super::turns::Turns;
use crate::search::Reader;

/// Whether queries are written to the log. They show what people look for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryLog {
    /// Never.
    #[default]
    Never,
    /// Every request's query part.
    Always,
}

/// Whether the address that a proxy names is believed, when searches of several clients take turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// It is not: without a proxy, clients would write there what they like and be many.
    #[default]
    Ignored,
    /// The last one of `X-Forwarded-For`, which the nearest proxy wrote.
    Believed,
}

/// How a server is set up.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The address that visitors see, if it is known.
    pub base: Option<BaseUrl>,
    /// Whether queries are written to the log.
    pub query_log: QueryLog,
    /// Names by which visitors reach the server, beside that of its base URL.
    pub hosts: Vec<String>,
    /// How clients behind a proxy are told apart.
    pub forwarded: Forwarded,
    /// Sites whose pages may call the API.
    pub origins: Origins,
    /// Names everything that answers depend on beside the index and the request: the program, its lists of words. What
    /// was kept by clients and caches is asked for again when it changes.
    pub fingerprint: String,
}

/// A snapshot that answers.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) reader: Reader,
    since: Instant,
    age: Duration,
}

impl Serving {
    /// Returns how long ago the index was written.
    pub(super) fn age(&self) -> Duration {
        self.age + self.since.elapsed()
    }

    pub(super) fn generation(&self) -> &str {
        &self.reader.snapshot().head().generation
    }
}

/// What the server has to answer with.
#[derive(Clone, Debug)]
pub(super) enum Readiness {
    /// The first index is being built.
    Building { done: usize, files: usize },
    /// There is no index, or none that is sound.
    Failed,
    /// There is an index.
    Ready(Arc<Serving>),
}

/// What every request works with; cheap to clone.
#[derive(Clone, Debug)]
pub struct State(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    index: ArcSwap<Readiness>,
    turns: Arc<Turns>,
    kept: Arc<AtomicUsize>,
    today: fn() -> Date,
    settings: Settings,
    stopping: AtomicBool,
    /// A search has failed.
    suspicion: AtomicBool,
    /// The index on disk is damaged, though what was read of it answers.
    doubt: AtomicBool,
    metrics: Metrics,
}

impl State {
    /// Makes a state without an index; `today` is the clock that relative dates count from.
    #[must_use]
    pub fn new(today: fn() -> Date, settings: Settings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Shared {
            index: ArcSwap::from_pointee(Readiness::Building { done: 0, files: 0 }),
            turns: Turns::new(cores * SEARCHES_PER_CORE, MAX_WAITING),
            kept: Arc::default(),
            today,
            settings,
            stopping: AtomicBool::new(false),
            suspicion: AtomicBool::new(false),
            doubt: AtomicBool::new(false),
            metrics: Metrics::new(),
        }))
    }

    /// Answers with another snapshot from now on; `age` is how long ago its index was written. Requests under way end
    /// with the one they began with.
    pub fn publish(&self, reader: Reader, age: Duration) {
        let serving = Serving { reader, since: Instant::now(), age };
        self.0.index.store(Arc::new(Readiness::Ready(Arc::new(serving))));
        self.trust();
        self.0.metrics.published();
    }

    /// Says how far the first index is: `done` of `files` are read. A server that has one goes on answering with it.
    pub fn building(&self, done: usize, files: usize) {
        if !self.is_ready() {
            self.0.index.store(Arc::new(Readiness::Building { done, files }));
        }
    }

    /// Notes that there is no index. A server that has one goes on answering with it.
    pub fn failed(&self) {
        if !self.is_ready() {
            self.0.index.store(Arc::new(Readiness::Failed));
        }
    }

    /// Stops answering: the index is not sound. What is published next answers again.
    pub fn unsound(&self) {
        self.0.index.store(Arc::new(Readiness::Failed));
    }

    /// Notes that the index on disk is damaged, though what was read of it answers: the server is not ready until
    /// something is published or it is trusted again.
    pub fn doubt(&self) {
        self.0.doubt.store(true, Ordering::Relaxed);
    }

    /// Notes that the index on disk is sound again.
    pub fn trust(&self) {
        self.0.doubt.store(false, Ordering::Relaxed);
    }

    /// Returns what answers, if nothing is wrong with it.
    pub(super) fn sound(&self) -> Result<Arc<Serving>, ApiError> {
        let serving = self.serving()?;
        if self.0.doubt.load(Ordering::Relaxed) { Err(ApiError::doubted()) } else { Ok(serving) }
    }

    /// Notes that a search has failed.
    pub(super) fn suspect(&self) {
        self.0.suspicion.store(true, Ordering::Relaxed);
    }

    /// Returns whether a search has failed since this was last asked, so that the index may not be sound.
    #[must_use]
    pub fn take_suspicion(&self) -> bool {
        self.0.suspicion.swap(false, Ordering::Relaxed)
    }

    /// Returns whether searches are answered.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.readiness(), Readiness::Ready(_))
    }

    /// Returns what answers.
    #[must_use]
    pub fn reader(&self) -> Option<Reader> {
        self.serving().ok().map(|serving| serving.reader.clone())
    }

    pub(super) fn readiness(&self) -> Readiness {
        (*self.0.index.load_full()).clone()
    }

    pub(super) fn serving(&self) -> Result<Arc<Serving>, ApiError> {
        match self.readiness() {
            Readiness::Ready(serving) => Ok(serving),
            Readiness::Building { done, files } => Err(ApiError::indexing(done, files)),
            Readiness::Failed => Err(ApiError::no_index()),
        }
    }

    pub(super) fn today(&self) -> Date {
        (self.0.today)()
    }

    pub(super) fn base(&self) -> Option<&BaseUrl> {
        self.0.settings.base.as_ref()
    }

    /// Returns the names of this server, beside its addresses and those of loopback.
    pub(super) fn hosts(&self) -> impl Iterator<Item = &str> {
        let settings = &self.0.settings;
        settings.base.iter().map(BaseUrl::host).chain(settings.hosts.iter().map(String::as_str))
    }

    pub(super) fn origins(&self) -> &Origins {
        &self.0.settings.origins
    }

    /// Names an answer by what it depends on beside its address: the snapshot, the day that relative dates count from,
    /// the server, and what is given.
    pub(super) fn tag(&self, serving: &Serving, beside: &[&str]) -> ETag {
        let today = self.today().to_string();
        let of_all = [serving.generation(), &today, &self.0.settings.fingerprint];
        respond::etag(&[&of_all, beside].concat())
    }

    /// Returns how many bytes of bodies are kept now, of all requests.
    pub(super) fn kept(&self) -> &Arc<AtomicUsize> {
        &self.0.kept
    }

    pub(super) fn forwarded(&self) -> Forwarded {
        self.0.settings.forwarded
    }

    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.0.turns
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn logs_queries(&self) -> bool {
        self.0.settings.query_log == QueryLog::Always
    }

    pub(super) fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }
}
