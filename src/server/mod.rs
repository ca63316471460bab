//! The HTTP server over a snapshot that is swapped whole: the search page, the API, feeds, the embeddable box.

mod api;
mod assets;
mod error;
mod feeds;
mod listen;
mod metrics;
mod observe;
mod openapi;
mod page;
mod params;
mod respond;
mod site;
mod state;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use error::ApiError;
pub use listen::serve;
pub use site::BaseUrl;
pub use state::{QueryLog, Settings, State};

/// Hits an answer may have.
pub const MAX_LIMIT: usize = 100;
/// Hits of an answer that does not ask for a number, and of a page.
pub const DEFAULT_LIMIT: usize = 20;
/// Hits that may be left out before the first; deeper pages are nobody's reading.
pub const MAX_OFFSET: usize = 10_000;
/// Values of one facet in an answer of `/api/v1/facets`.
pub const MAX_FACET_VALUES: usize = 1_000;
/// Bytes of a request's target; longer ones are answered with 414.
pub const MAX_TARGET_BYTES: usize = 16 * 1024;
/// Bytes of a request's line and headers; more are refused by the connection with 431, before there is a request. Large
/// enough that an address that is too long is told so.
pub const MAX_HEADER_BYTES: usize = 128 * 1024;
/// Bytes of a request's body; a draft of a report fits many times.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Links one request may ask about.
pub const MAX_LINKS: usize = 500;
/// Searches that run at once for every core; more wait, since they would only take turns.
pub const SEARCHES_PER_CORE: usize = 2;
/// Searches that may wait; more are answered with 503.
pub const MAX_WAITING: usize = 256;
/// Connections at once; for one more, the one that has done nothing for the longest time is ended. Below the 1,024 open
/// files that a process may often have.
pub const MAX_CONNECTIONS: usize = 512;
/// Time a client has to send a request's headers, and an idle connection is kept.
pub const HEADER_TIME: Duration = Duration::from_secs(10);
/// Time a request has until it is answered, its body included; then it is answered with 503.
pub const REQUEST_TIME: Duration = Duration::from_secs(10);
/// Time a client may take no byte of an answer.
pub const WRITE_TIME: Duration = Duration::from_secs(20);
/// How long a stopping server goes on taking connections and, as long again, answering new requests on those it has,
/// asking for each to be closed, so that no request that is on its way is lost.
pub const LINGER: Duration = Duration::from_millis(500);
/// How long requests under way have when the server stops. With three times [`LINGER`] less than the ten seconds after
/// which containers are killed.
pub const DRAIN: Duration = Duration::from_secs(8);
/// How long a client has, when the server stops, to take the rest of an answer.
pub const FLUSH: Duration = Duration::from_secs(2);

/// Makes the router with every route.
pub fn router(state: State) -> Router {
    let origins = match state.origins() {
        [] => AllowOrigin::any(),
        origins => AllowOrigin::list(origins.iter().cloned()),
    };
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::RETRY_AFTER])
        .max_age(Duration::from_secs(24 * 60 * 60));
    let open = Router::new()
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/suggest", get(api::suggest))
        .route("/api/v1/items/{*id}", get(api::item))
        .route("/api/v1/facets", get(api::facets))
        .route("/api/v1/trend", get(api::trend))
        .route("/api/v1/covered", get(api::covered).post(api::covered_post))
        .route("/api/v1/stats", get(api::stats))
        .route("/api/v1/{*rest}", any(not_found))
        .route("/openapi.json", get(openapi::document))
        .route("/feed.xml", get(feeds::atom))
        .route("/feed.json", get(feeds::json))
        .route("/embed.js", get(assets::embed))
        .method_not_allowed_fallback(method_not_allowed);
    let pages = Router::new()
        .route("/", get(page::search))
        .route("/answer", get(page::answer))
        .route("/items/{*id}", get(page::item))
        .route("/api", get(page::api))
        .route("/opensearch.xml", get(feeds::opensearch))
        .route("/suggestions.json", get(feeds::suggestions))
        .route("/favicon.svg", get(assets::icon))
        .route("/assets/page.css", get(assets::style))
        .route("/assets/page.js", get(assets::script))
        .route("/robots.txt", get(assets::robots))
        .route("/healthz", get(api::healthz))
        .route("/readyz", get(api::readyz))
        .route("/metrics", get(metrics::show))
        .method_not_allowed_fallback(method_not_allowed);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
    // What is open to other sites tells them its errors, too.
    limited(open)
        .layer(cors)
        .merge(limited(pages.fallback(not_found)))
        .layer(from_fn_with_state(state.clone(), error::for_browsers))
        .layer(compression)
        .layer(from_fn(respond::guard))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

fn limited(router: Router<State>) -> Router<State> {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(from_fn(error::limit_time))
        .layer(from_fn(error::limit_target))
}

async fn not_found() -> ApiError {
    ApiError::not_found(
        "no such page",
        "the search is at /, the API at /api/v1/search?q= and described at /api",
    )
}

async fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}
