//! The OpenAPI document, generated from the handlers and the objects they answer with.

use std::sync::LazyLock;

use axum::extract::State as AxumState;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::Value;
use utoipa::{IntoParams, OpenApi};

use super::api;
use super::assets;
use super::respond::{self, Freshness};
use super::state::State;

/// The filters that every search takes.
#[expect(dead_code, reason = "describes parameters that are read one by one")]
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// Words, `"phrases"`, `-exclusions`, `OR`, brackets and `field:value`; any text is a query. Without one the
    /// filters list items, newest first.
    #[param(max_length = 2000, example = "LongRoPE")]
    q: Option<String>,
    /// Only items of this section: a heading, or a path such as `资讯/研究`. May be repeated; any may match.
    section: Option<Vec<String>>,
    /// Only items of this source. May be repeated.
    source: Option<Vec<String>>,
    /// Only items brought by this contributor. May be repeated.
    contributor: Option<Vec<String>>,
    /// Only items that link there: a URL in any form, or a host such as `arxiv.org`. May be repeated.
    link: Option<Vec<String>>,
    /// Only items of this issue, or of a range such as `290..300`. May be repeated.
    issue: Option<Vec<String>>,
    /// Only items of this date or later: `2024`, `2024-02`, `2024-02-22`, `2024Q1`, `7d`, `今天`, `上周`.
    since: Option<String>,
    /// Only items of this date or earlier.
    until: Option<String>,
    /// Only items that have every word as typed: no mended spelling, no fewer words, nothing related.
    strict: Option<bool>,
}

/// Order and part of an answer.
#[expect(dead_code, reason = "describes parameters that are read one by one")]
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// Order of hits.
    #[param(inline)]
    sort: Option<crate::search::Sort>,
    /// At most this many hits.
    #[param(minimum = 0, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Hits left out before the first.
    #[param(minimum = 0, maximum = 10_000, default = 0)]
    offset: Option<u32>,
    /// What to count over all matches, any of `section,source,contributor,host,month`.
    #[param(example = "section,month")]
    facets: Option<String>,
    /// Whether to tell why every hit stands where it does.
    explain: Option<bool>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "baoku",
        description = "Searches an archive of past reports. Every answer is of one snapshot of the index, which its \
            ETag names; answers that search can be asked for again with If-None-Match. Pages of any site may call \
            this API unless the server was told which. Positions of marks are Unicode code points.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "this server")),
    paths(
        api::search,
        api::suggest,
        api::item,
        api::facets,
        api::trend,
        api::covered,
        api::covered_post,
        api::stats
    )
)]
struct Document;

/// Returns the document.
pub(super) fn value() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        // The document is plain data.
        serde_json::to_value(Document::openapi()).unwrap_or_default()
    });
    &DOCUMENT
}

pub(super) async fn document(AxumState(state): AxumState<State>, headers: HeaderMap) -> Response {
    let prefix = state.base().map_or("", |base| base.prefix());
    let etag = respond::etag(&[env!("CARGO_PKG_VERSION"), assets::version(), prefix]);
    if let Some(response) = respond::not_modified(&headers, &etag, Freshness::Asked) {
        return response;
    }
    let mut document = value().clone();
    if !prefix.is_empty() {
        document["servers"][0]["url"] = prefix.into();
    }
    let json = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    respond::fresh(etag, Freshness::Asked, (json, crate::render::json::pretty(&document)))
}
