//! The HTTP API over a snapshot.

mod api;
mod error;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::search::Searcher;
use error::ApiError;

/// Hits an answer may have.
pub const MAX_LIMIT: usize = 100;
/// Hits of an answer that does not ask for a number.
pub const DEFAULT_LIMIT: usize = 20;
/// Hits that may be left out before the first; deeper pages are nobody's reading.
pub const MAX_OFFSET: usize = 10_000;
/// Bytes of a request's target; longer ones are answered with 414.
pub const MAX_TARGET_BYTES: usize = 16 * 1024;
/// Searches that run at once; more are answered with 503. Twice the cores of a small machine keeps it busy.
pub const MAX_SEARCHES: usize = 64;
/// Connections that are still answering when the server is told to stop get this long.
const DRAIN: Duration = Duration::from_secs(10);

/// What every request works with.
#[derive(Clone, Debug)]
pub struct State {
    searcher: Arc<Searcher>,
    searches: Arc<Semaphore>,
    today: fn() -> Date,
}

impl State {
    /// Makes the state over one snapshot; `today` is the clock that relative dates count from.
    #[must_use]
    pub fn new(searcher: Searcher, today: fn() -> Date) -> Self {
        Self {
            searcher: Arc::new(searcher),
            searches: Arc::new(Semaphore::new(MAX_SEARCHES)),
            today,
        }
    }
}

/// Makes the router with every route.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/suggest", get(api::suggest))
        .route("/api/v1/items/{*id}", get(api::item))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
        .fallback(|| async {
            ApiError::not_found("no such page", "the API begins at /api/v1/search?q=")
        })
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(axum::middleware::from_fn(error::limit_target))
        .with_state(state)
}

/// Serves on `listener` until `shutdown` is done; requests under way are finished.
///
/// # Errors
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, router(state)).with_graceful_shutdown(async move {
        shutdown.await;
        let _ = stopping.send(());
    });
    let server = server.into_future();
    tokio::pin!(server);
    tokio::select! {
        done = &mut server => done,
        _ = stopped => tokio::time::timeout(DRAIN, server).await.unwrap_or(Ok(())),
    }
}
