//! Answers of the API: JSON that is made of a snapshot and named by it.

use std::time::Instant;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::error::ApiError;
use super::respond::{self, Freshness};
use crate::error::Error;
use crate::search::Reader;

/// The header of JSON.
pub(super) const JSON: (header::HeaderName, &str) =
    (header::CONTENT_TYPE, "application/json; charset=utf-8");

/// Answers with the JSON that `work` makes of a snapshot, or with 304 if the client has that snapshot's answer.
pub(super) async fn json(
    caller: &Caller,
    headers: &HeaderMap,
    work: impl FnOnce(&Reader) -> Result<String, Error> + Send + 'static,
) -> Result<Response, ApiError> {
    with(caller, headers, move |reader| Ok(([JSON], work(reader)?))).await
}

/// Answers with what `work` makes of a snapshot, or with 304 if the client has that snapshot's answer.
pub(super) async fn with<R: IntoResponse + Send + 'static>(
    caller: &Caller,
    headers: &HeaderMap,
    work: impl FnOnce(&Reader) -> Result<R, Error> + Send + 'static,
) -> Result<Response, ApiError> {
    let serving = caller.serving()?;
    let etag = caller.tag(&serving, &[]);
    if let Some(response) = respond::not_modified(headers, &etag, Freshness::Asked) {
        return Ok(response);
    }
    let body = caller.ask(serving, work).await?;
    Ok(respond::fresh(etag, Freshness::Asked, body))
}

/// Returns the microseconds since `start`.
pub(super) fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}
