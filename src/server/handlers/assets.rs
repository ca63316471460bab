//! The files of the page and of the embeddable box.

use axum::extract::State as AxumState;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::server::files::{EMBED, ICON, SCRIPT, STYLE, version};
use crate::server::respond::{self, CROSS_ORIGIN_RESOURCE_POLICY, Freshness};
use crate::server::site::site;
use crate::server::state::State;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Answers with a file, which may be kept where the address names its version.
fn file(uri: &Uri, headers: &HeaderMap, media: &'static str, text: &'static str) -> Response {
    let named = uri.query().and_then(|query| query.strip_prefix("v="));
    let is_this = named == Some(version());
    let freshness = if is_this { Freshness::Versioned } else { Freshness::Asked };
    let etag = respond::etag(&[version()]);
    respond::not_modified(headers, &etag, freshness)
        .unwrap_or_else(|| respond::fresh(etag, freshness, ([(header::CONTENT_TYPE, media)], text)))
}

pub(in crate::server) async fn style(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, CSS, STYLE)
}

pub(in crate::server) async fn script(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, JAVASCRIPT, SCRIPT)
}

pub(in crate::server) async fn embed(uri: Uri, headers: HeaderMap) -> Response {
    let response = file(&uri, &headers, JAVASCRIPT, EMBED);
    // A script is asked for without an origin, which the answer could name.
    ([(CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin")], response).into_response()
}

pub(in crate::server) async fn icon(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, "image/svg+xml", ICON)
}

/// Search engines may read items and the home page, but not answers to queries, of which there is no end.
pub(in crate::server) async fn robots(
    AxumState(state): AxumState<State>,
    headers: HeaderMap,
) -> Response {
    let site = site(state.base(), &headers);
    let prefix = &site.prefix;
    format!("User-agent: *\nDisallow: {prefix}/?\nDisallow: {prefix}/answer\nDisallow: {prefix}/api/v1/\n")
        .into_response()
}
