//! One envelope for every error: `{"error":{"code","message","hint"}}`.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::limits::{MAX_BODY_BYTES, MAX_TARGET_BYTES, REQUEST_TIME};
use crate::error::Error;
use crate::render::failure::{Code, Failure};

/// Seconds a client should wait before it asks again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error as a client sees it.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    code: Code,
    message: String,
    hint: String,
    cause: Option<Arc<Error>>,
}

/// What every error looks like.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(super) struct Envelope<'a> {
    error: ErrorBody<'a>,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
struct ErrorBody<'a> {
    /// For programs: `bad_parameter`, `bad_body`, `bad_host`, `misdirected`, `foreign_origin`, `not_found`, `gone`, `method_not_allowed`, `body_too_large`, `slow_body`, `target_too_long`,
    /// `unsupported_media_type`, `overloaded`, `stopping`, `timeout`, `indexing`, `no_index`, `internal`.
    code: &'a str,
    /// What is wrong, an English sentence.
    message: &'a str,
    /// What to do, an English sentence; may be empty.
    hint: &'a str,
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::BadParameter | Code::BadBody | Code::BadHost => StatusCode::BAD_REQUEST,
        Code::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        Code::ForeignOrigin => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Gone => StatusCode::GONE,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::SlowBody => StatusCode::REQUEST_TIMEOUT,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TargetTooLong => StatusCode::URI_TOO_LONG,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Overloaded | Code::Stopping | Code::Timeout | Code::Indexing | Code::NoIndex => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ApiError {
    fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into(), cause: None }
    }

    /// Returns it as a page shows it.
    pub(super) fn failure(&self) -> Failure<'_> {
        Failure {
            code: self.code,
            message: &self.message,
            hint: &self.hint,
            cause: self.cause.as_deref(),
        }
    }

    pub(super) fn bad_parameter(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Code::BadParameter, message, hint)
    }

    pub(super) fn not_found(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message, hint)
    }

    pub(super) fn bad_host(message: &str) -> Self {
        Self::new(Code::BadHost, message, "name the server once: `Host: NAME` or `Host: NAME:PORT`")
    }

    /// Refuses a request for `name`, which is checked to be one.
    pub(super) fn misdirected(name: &str) -> Self {
        let hint = "ask for it by its address or as localhost; for another name, start it with --base-url or --allow-host";
        Self::new(Code::Misdirected, format!("this server is not known to be {name}"), hint)
    }

    pub(super) fn foreign_origin() -> Self {
        let hint = "whoever runs the server allows a site with --allow-origin";
        Self::new(Code::ForeignOrigin, "pages of this site may not ask this server", hint)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            Code::MethodNotAllowed,
            "this address does not answer this method",
            "use GET; only /api/v1/covered answers POST",
        )
    }

    pub(super) fn overloaded() -> Self {
        Self::new(Code::Overloaded, "too many searches at once", "try again in a second")
    }

    pub(super) fn indexing(done: usize, files: usize) -> Self {
        let message = if files == 0 {
            "the index is being built".to_owned()
        } else {
            format!("the index is being built, {done} of {files} files are read")
        };
        Self::new(Code::Indexing, message, "try again in a second; /readyz says when it is done")
    }

    /// What is wrong with it, and where it is on this machine, is for the one who runs the server.
    pub(super) fn no_index() -> Self {
        let message = "there is no index that could be searched";
        Self::new(Code::NoIndex, message, "see the server's messages")
    }

    pub(super) fn doubted() -> Self {
        let message =
            "the index on disk is damaged; searches are answered from what was read before";
        Self::new(Code::NoIndex, message, "see the server's messages")
    }

    pub(super) fn body_too_large() -> Self {
        let message = format!("the body has more than {MAX_BODY_BYTES} bytes");
        Self::new(Code::BodyTooLarge, message, "ask about fewer links at once")
    }

    pub(super) fn slow_body() -> Self {
        Self::new(Code::SlowBody, "the body comes too slowly", "send it faster, or less of it")
    }

    pub(super) fn target_too_long(length: usize) -> Self {
        let message = format!("the address has {length} bytes, {MAX_TARGET_BYTES} are allowed");
        Self::new(Code::TargetTooLong, message, "search for fewer words")
    }

    pub(super) fn stopping() -> Self {
        let hint = "ask another server, or wait until this one is started again";
        Self::new(Code::Stopping, "the server is stopping", hint)
    }

    pub(super) fn bad_body(message: impl Into<String>) -> Self {
        let hint = "send {\"links\": [\"https://…\"]} as application/json, or a draft as text/markdown in UTF-8";
        Self::new(Code::BadBody, message, hint)
    }

    pub(super) fn not_utf8() -> Self {
        let hint = "write it as `baoku search --format ids` prints it";
        Self::bad_parameter("the id is not UTF-8", hint)
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self::new(
            Code::UnsupportedMediaType,
            "the body is neither JSON nor text",
            "send application/json with {\"links\": [...]}, or a draft as text/markdown or text/plain",
        )
    }

    pub(super) fn timeout() -> Self {
        let message = format!("the request took longer than {} seconds", REQUEST_TIME.as_secs());
        Self::new(Code::Timeout, message, "try again, with fewer words if it happens again")
    }

    pub(super) fn internal() -> Self {
        Self::new(Code::Internal, "the search failed", "see the server's messages")
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
            | Error::UnknownValue(_) => Self::bad_parameter(message, hint),
            Error::NoItem { is_gone: true, .. } => Self::new(Code::Gone, message, hint),
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
        let code = self.code.as_str();
        let body = Envelope { error: ErrorBody { code, message: &self.message, hint: &self.hint } };
        let status = status(self.code);
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response.extensions_mut().insert(self);
        response
    }
}
