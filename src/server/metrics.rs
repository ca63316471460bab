//! What is counted, in the text format of Prometheus.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the classes of latencies, in seconds: from a warm answer to the limit of a request.
const LATENCIES: [f64; 14] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Figures of the index that answers.
pub(super) struct IndexFigures {
    pub(super) items: usize,
    pub(super) reports: usize,
    /// Time since it was written.
    pub(super) age: Duration,
}

/// Counters of one server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    latencies: Family<Route, Histogram>,
    connections: Gauge,
    published: Counter,
    items: Gauge,
    reports: Gauge,
    age: Gauge<f64, AtomicU64>,
    ready: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("baoku");
        let requests = Family::default();
        let latencies =
            Family::new_with_constructor((|| Histogram::new(LATENCIES)) as fn() -> Histogram);
        let (connections, published) = (Gauge::default(), Counter::default());
        let (items, reports, ready) = (Gauge::default(), Gauge::default(), Gauge::default());
        let age: Gauge<f64, AtomicU64> = Gauge::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's headers to its answer",
            Unit::Seconds,
            latencies.clone(),
        );
        registry.register("http_connections", "Open connections", connections.clone());
        registry.register("index_published", "Snapshots that were put in place", published.clone());
        registry.register("items", "Items in the index", items.clone());
        registry.register("reports", "Reports in the index", reports.clone());
        registry.register_with_unit(
            "index_age",
            "Time since the index was written",
            Unit::Seconds,
            age.clone(),
        );
        registry.register("ready", "Whether searches are answered", ready.clone());
        Self { registry, requests, latencies, connections, published, items, reports, age, ready }
    }

    pub(super) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = || route.to_owned();
        self.requests.get_or_create(&Answered { method, route: route(), status }).inc();
        self.latencies.get_or_create(&Route { route: route() }).observe(took.as_secs_f64());
    }

    /// Writes everything that is counted; `index` is the one that answers.
    pub(super) fn text(&self, index: Option<IndexFigures>) -> String {
        self.ready.set(i64::from(index.is_some()));
        if let Some(index) = index {
            self.items.set(i64::try_from(index.items).unwrap_or(i64::MAX));
            self.reports.set(i64::try_from(index.reports).unwrap_or(i64::MAX));
            self.age.set(index.age.as_secs_f64());
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    pub(super) fn published(&self) {
        self.published.inc();
    }

    /// Counts a connection until what is returned is dropped.
    pub(super) fn connection(&self) -> Connection {
        self.connections.inc();
        Connection(self.connections.clone())
    }
}

/// One open connection.
pub(super) struct Connection(Gauge);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
