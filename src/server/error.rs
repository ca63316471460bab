//! One envelope for every error: `{"error":{"code","message","hint"}}`.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::MAX_TARGET_BYTES;
use crate::error::Error;

/// Seconds a client should wait when too many searches run.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error as a client sees it.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: String,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    hint: &'a str,
}

impl ApiError {
    fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), hint: hint.into() }
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
            "this address only answers GET",
            "use GET",
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
        // Messages say "message; hint".
        let text = error.to_string();
        let (message, hint) = text.split_once("; ").unwrap_or((&text, ""));
        match error {
            Error::Date { .. }
            | Error::Issue { .. }
            | Error::Link { .. }
            | Error::Limit { .. }
            | Error::UnknownValue { .. } => Self::bad_parameter(message, hint),
            Error::NoItem { .. } => Self::not_found(message, hint),
            // What went wrong inside is for the one who runs the server.
            _ => Self::internal(),
        }
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
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

/// Refuses targets longer than [`MAX_TARGET_BYTES`].
pub(super) async fn limit_target(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if length > MAX_TARGET_BYTES {
        let message = format!("the address has {length} bytes, {MAX_TARGET_BYTES} are allowed");
        return ApiError::new(
            StatusCode::URI_TOO_LONG,
            "target_too_long",
            message,
            "search for fewer words",
        )
        .into_response();
    }
    next.run(request).await
}
