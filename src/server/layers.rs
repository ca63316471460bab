//! What stands around every handler: limits, and errors as pages for browsers.

use std::any::Any;

use axum::extract::{Request, State as AxumState};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::error::ApiError;
use super::limits::{MAX_TARGET_BYTES, REQUEST_TIME};
use super::request::PageRequest;
use super::state::{Readiness, State};
use crate::render::failure::Code;
use crate::render::html;

/// Writes errors as pages where a browser asks for a page.
pub(super) async fn for_browsers(
    AxumState(state): AxumState<State>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page =
        accept.is_some_and(|accept| accept.contains("text/html")) && !path.starts_with("/api/v1/");
    let page = wants_page.then(|| PageRequest::new(&state, request.uri(), request.headers()));
    let response = next.run(request).await;
    let (Some(page), Some(error)) = (page, response.extensions().get::<ApiError>().cloned()) else {
        return response;
    };
    let (context, failure) = (page.context(), error.failure());
    let text = match (failure.code, state.readiness()) {
        (Code::Indexing, Readiness::Building { done, files }) => {
            html::building_page(&context, done, files)
        }
        (Code::Indexing, _) => html::building_page(&context, 0, 0),
        _ => html::error_page(&context, &failure),
    };
    let (mut parts, _) = response.into_parts();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    let mut response = (parts.status, Html(text)).into_response();
    for (name, value) in &parts.headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

/// Refuses targets longer than [`MAX_TARGET_BYTES`].
pub(super) async fn limit_target(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if length > MAX_TARGET_BYTES {
        return ApiError::target_too_long(length).into_response();
    }
    next.run(request).await
}

/// Gives up requests that take longer than [`REQUEST_TIME`].
pub(super) async fn limit_time(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(REQUEST_TIME, next.run(request)).await;
    answered.unwrap_or_else(|_| ApiError::timeout().into_response())
}

/// Answers for a handler that panicked.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::internal().into_response()
}
