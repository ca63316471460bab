//! The files of the page and of the embeddable box, in the binary.

use std::sync::LazyLock;

use axum::extract::State as AxumState;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};

use super::respond::{self, Freshness};
use super::site::site;
use super::state::State;

const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/combobox.js"),
    include_str!("assets/page.js"),
    "})();\n"
);
const EMBED: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/combobox.js"),
    include_str!("assets/embed.js"),
    "})();\n"
);
const ICON: &str = include_str!("assets/icon.svg");

/// Names this version of the files.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for file in [STYLE, SCRIPT, EMBED, ICON] {
            hasher.update(file.as_bytes());
        }
        hasher.finalize().to_hex()[..12].to_owned()
    });
    &VERSION
}

/// Answers with a file, which may be kept where the address names its version.
fn file(uri: &Uri, headers: &HeaderMap, media: &'static str, text: &'static str) -> Response {
    let named = uri.query().and_then(|query| query.strip_prefix("v="));
    let is_this = named == Some(version());
    let freshness = if is_this { Freshness::Versioned } else { Freshness::Asked };
    let etag = respond::etag(&[version()]);
    respond::not_modified(headers, &etag, freshness)
        .unwrap_or_else(|| respond::fresh(etag, freshness, ([(header::CONTENT_TYPE, media)], text)))
}

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

pub(super) async fn style(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, CSS, STYLE)
}

pub(super) async fn script(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, JAVASCRIPT, SCRIPT)
}

pub(super) async fn embed(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, JAVASCRIPT, EMBED)
}

pub(super) async fn icon(uri: Uri, headers: HeaderMap) -> Response {
    file(&uri, &headers, "image/svg+xml", ICON)
}

/// Search engines may read items and the home page; answers to queries are theirs to compute themselves.
pub(super) async fn robots(AxumState(state): AxumState<State>, headers: HeaderMap) -> Response {
    let site = site(state.base(), &headers);
    let prefix = &site.prefix;
    format!("User-agent: *\nDisallow: {prefix}/?\nDisallow: {prefix}/answer\nDisallow: {prefix}/api/v1/\n")
        .into_response()
}
