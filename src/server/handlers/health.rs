//! Whether the server lives, whether it answers, and what it counted.

use axum::extract::State as AxumState;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::server::error::ApiError;
use crate::server::metrics::IndexFigures;
use crate::server::state::State;

pub(in crate::server) async fn healthz() -> &'static str {
    "ok\n"
}

pub(in crate::server) async fn readyz(
    AxumState(state): AxumState<State>,
) -> Result<String, ApiError> {
    // A load balancer should send nothing more.
    if state.is_stopping() {
        return Err(ApiError::stopping());
    }
    let serving = state.sound()?;
    Ok(format!("ready, {} items\n", serving.reader.snapshot().head().items))
}

pub(in crate::server) async fn metrics(AxumState(state): AxumState<State>) -> Response {
    let index = state.serving().ok().map(|serving| {
        let head = serving.reader.snapshot().head();
        IndexFigures { items: head.items, reports: head.reports, age: serving.age() }
    });
    let text = state.metrics().text(index);
    let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
