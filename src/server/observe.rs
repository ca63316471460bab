//! Counts and logs every request, and asks for connections to be closed when the server stops.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State as AxumState};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::state::State;

pub(super) async fn observe(
    AxumState(state): AxumState<State>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let took = start.elapsed();
    let status = response.status().as_u16();
    // Scanners ask for any number of paths that are not served; they share one name.
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    state.metrics().answered(method, route, status, took);
    let latency_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    // A query shows what somebody looks for; it is logged only where that was asked for.
    let query = uri.query().filter(|_| state.logs_queries());
    tracing::info!(target: "baoku::http", method, path = uri.path(), query, status, latency_us, "request");
    if state.is_stopping() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
