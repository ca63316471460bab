//! Headers of answers: what may be kept and for how long, and what a browser may do with a page.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};

/// Who may load an answer without being able to read it.
pub(super) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// How long an answer may be kept without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It may be kept, but has to be asked for again: a new report shows at once, and asking is cheap.
    Asked,
    /// Its address names its version.
    Versioned,
}

impl Freshness {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Asked => "public, no-cache",
            Self::Versioned => "public, max-age=31536000, immutable",
        })
    }
}

/// Makes a weak tag of what an answer depends on beside its address: answers to the same question differ in the time
/// they took.
pub(super) fn etag(parts: &[&str]) -> ETag {
    let safe = |part: &&str| -> String {
        part.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
    };
    let parts: Vec<String> = parts.iter().map(safe).collect();
    #[expect(clippy::expect_used, reason = "every character left is one of a tag")]
    format!("W/\"{}\"", parts.join(".")).parse().expect("a tag")
}

/// Answers 304 to whoever has the answer of this tag already.
pub(super) fn not_modified(
    headers: &HeaderMap,
    etag: &ETag,
    freshness: Freshness,
) -> Option<Response> {
    let known = headers.typed_get::<IfNoneMatch>()?;
    (!known.precondition_passes(etag))
        .then(|| fresh(etag.clone(), freshness, StatusCode::NOT_MODIFIED))
}

/// Adds tag and time to keep.
pub(super) fn fresh(etag: ETag, freshness: Freshness, response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.typed_insert(etag);
    headers.insert(header::CACHE_CONTROL, freshness.header());
    response
}

/// Pages run their own script and style and nothing else, load nothing from elsewhere, and may not be framed.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Anything else is not a page.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Adds what every answer says to browsers.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    let is_page = media.is_some_and(|media| media.starts_with("text/html"));
    let is_open = headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        || headers.contains_key(CROSS_ORIGIN_RESOURCE_POLICY);
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    // The headers of a 304 take the place of those that were kept, and it does not say what it is of.
    if !is_unchanged {
        set(header::CONTENT_SECURITY_POLICY, if is_page { PAGE_POLICY } else { DATA_POLICY });
    }
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    let resource = if is_open { "cross-origin" } else { "same-origin" };
    set(CROSS_ORIGIN_RESOURCE_POLICY, resource);
    response
}
