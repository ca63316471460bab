//! Every route in one place, and what all of them share.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admission::BOX;
use super::error::ApiError;
use super::handlers::{
    assets, covered, document, facets, feeds, health, item, page, search, stats, suggest, trend,
};
use super::limits::MAX_BODY_BYTES;
use super::openapi::Document;
use super::site::Origins;
use super::state::State;
use super::{admission, layers, observe, receive, respond};

/// How long a browser may remember that another site may ask.
const ASKED_BEFORE: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes the router with every route.
pub fn router(state: State) -> Router {
    let (api, document) = api().split_for_parts();
    let open = api
        .route("/api/v1/{*rest}", any(not_found))
        .route("/openapi.json", get(document::json))
        .route("/feed.xml", get(feeds::atom))
        .route("/feed.json", get(feeds::json))
        .route(BOX, get(assets::embed))
        .method_not_allowed_fallback(method_not_allowed);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
    // What is open to other sites lets them read its errors, too.
    let open = match cors(&state) {
        Some(cors) => limited(open, &state).layer(cors),
        None => limited(open, &state),
    };
    open.merge(limited(pages().fallback(not_found), &state))
        .layer(Extension(Arc::new(Document::new(document))))
        .layer(from_fn_with_state(state.clone(), admission::check_origin))
        .layer(from_fn_with_state(state.clone(), admission::check_host))
        .layer(from_fn_with_state(state.clone(), layers::for_browsers))
        .layer(compression)
        .layer(from_fn(respond::guard))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// The routes that the OpenAPI document describes.
fn api() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(Document::empty())
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(item::item))
        .routes(routes!(facets::facets))
        .routes(routes!(trend::trend))
        .routes(routes!(covered::covered, covered::covered_post))
        .routes(routes!(stats::stats))
}

fn pages() -> Router<State> {
    Router::new()
        .route("/", get(page::search))
        .route("/answer", get(page::answer))
        .route("/items/{*id}", get(item::page))
        .route("/api", get(document::page))
        .route("/opensearch.xml", get(feeds::opensearch))
        .route("/suggestions.json", get(suggest::address_bar))
        .route("/favicon.svg", get(assets::icon))
        .route("/assets/page.css", get(assets::style))
        .route("/assets/page.js", get(assets::script))
        .route("/robots.txt", get(assets::robots))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .method_not_allowed_fallback(method_not_allowed)
}

fn cors(state: &State) -> Option<CorsLayer> {
    let origins = match state.origins() {
        Origins::Any => AllowOrigin::any(),
        Origins::Only(origins) => AllowOrigin::list(origins.iter().cloned()),
        Origins::None => return None,
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::RETRY_AFTER])
        .max_age(ASKED_BEFORE);
    Some(layer)
}

fn limited(router: Router<State>, state: &State) -> Router<State> {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn_with_state(state.clone(), receive::limit_body))
        .layer(from_fn(layers::limit_time))
        .layer(from_fn(layers::limit_target))
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
