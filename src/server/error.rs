//! One envelope for every error: `{"error":{"code","message","hint"}}`; a page for whoever asks for pages.

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State as AxumState};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::page::PageRequest;
use super::state::State;
use super::{MAX_BODY_BYTES, MAX_TARGET_BYTES, REQUEST_TIME};
use crate::error::Error;
use crate::render::html::{self, Failure};

/// Seconds a client should wait before it asks again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error as a client sees it.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: String,
    cause: Option<Arc<Error>>,
}

/// What every error looks like.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(super) struct Envelope<'a> {
    error: Body<'a>,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = ErrorBody)]
struct Body<'a> {
    /// For programs: `bad_parameter`, `bad_body`, `not_found`, `method_not_allowed`, `body_too_large`, `target_too_long`,
    /// `unsupported_media_type`, `overloaded`, `stopping`, `timeout`, `indexing`, `no_index`, `internal`.
    code: &'a str,
    /// What is wrong, an English sentence.
    message: &'a str,
    /// What to do, an English sentence; may be empty.
    hint: &'a str,
}

impl ApiError {
    fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), hint: hint.into(), cause: None }
    }

    pub(super) fn bad_parameter(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_parameter", message, hint)
    }

    pub(super) fn not_found(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message, hint)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this address does not answer this method",
            "use GET; only /api/v1/covered answers POST",
        )
    }

    pub(super) fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "too many searches at once",
            "try again in a second",
        )
    }

    pub(super) fn indexing(done: usize, files: usize) -> Self {
        let message = if files == 0 {
            "the index is being built".to_owned()
        } else {
            format!("the index is being built, {done} of {files} files are read")
        };
        let hint = "try again in a second; /readyz tells when it is done";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "indexing", message, hint)
    }

    pub(super) fn no_index(why: &str) -> Self {
        let message = format!("there is no index: {why}");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "no_index", message, "see the server's messages")
    }

    pub(super) fn body_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body has more than {MAX_BODY_BYTES} bytes"),
            "ask about fewer links at once",
        )
    }

    pub(super) fn stopping() -> Self {
        let hint = "ask another server, or wait until this one is started again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the server is stopping", hint)
    }

    pub(super) fn bad_body(message: &str) -> Self {
        let hint = "send {\"links\": [\"https://…\"]} as application/json, or a draft as text/markdown in UTF-8";
        Self::new(StatusCode::BAD_REQUEST, "bad_body", message, hint)
    }

    pub(super) fn no_utf8() -> Self {
        Self::bad_parameter(
            "the id is no UTF-8",
            "write it as `baoku search --format ids` prints it",
        )
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "the body is neither JSON nor text",
            "send application/json with {\"links\": [...]}, or a draft as text/markdown or text/plain",
        )
    }

    fn timeout() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            format!("the request took longer than {} seconds", REQUEST_TIME.as_secs()),
            "try again, with fewer words if it happens again",
        )
    }

    fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the search failed",
            "see the server's messages",
        )
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let (message, hint) = (error.to_string(), error.hint().unwrap_or_default());
        let answer = match error {
            Error::Date { .. }
            | Error::Issue { .. }
            | Error::Link { .. }
            | Error::NotANumber { .. }
            | Error::OutOfRange { .. }
            | Error::Choice { .. }
            | Error::UnknownValue { .. } => Self::bad_parameter(message, hint),
            Error::NoItem { .. } => Self::not_found(message, hint),
            // What went wrong inside is for the one who runs the server.
            ref error => {
                tracing::error!("{}", error.one_line());
                Self::internal()
            }
        };
        Self { cause: Some(Arc::new(error)), ..answer }
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::internal()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body =
            Envelope { error: Body { code: self.code, message: &self.message, hint: &self.hint } };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response.extensions_mut().insert(self);
        response
    }
}

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
    let text = match error.code {
        "indexing" => match state.index() {
            super::state::Index::Building { done, files } => {
                html::building_page(&page.context(), done, files)
            }
            _ => html::building_page(&page.context(), 0, 0),
        },
        _ => html::error_page(
            &page.context(),
            &Failure {
                status: error.status.as_u16(),
                code: error.code,
                message: &error.message,
                hint: &error.hint,
                cause: error.cause.as_deref(),
            },
        ),
    };
    let (mut parts, _) = response.into_parts();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    let mut response = (error.status, Html(text)).into_response();
    for (name, value) in &parts.headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

/// Refuses targets longer than [`MAX_TARGET_BYTES`].
pub(super) async fn limit_target(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if length > MAX_TARGET_BYTES {
        let message = format!("the address has {length} bytes, {MAX_TARGET_BYTES} are allowed");
        let hint = "search for fewer words";
        return ApiError::new(StatusCode::URI_TOO_LONG, "target_too_long", message, hint)
            .into_response();
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
