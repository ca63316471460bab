//! The OpenAPI document, for programs and as a page.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State as AxumState;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Response};

use crate::render::html;
use crate::render::json::pretty;
use crate::server::answer::JSON;
use crate::server::files;
use crate::server::openapi::Document;
use crate::server::request::PageRequest;
use crate::server::respond::{self, Freshness};
use crate::server::state::State;

pub(in crate::server) async fn json(
    AxumState(state): AxumState<State>,
    Extension(document): Extension<Arc<Document>>,
    headers: HeaderMap,
) -> Response {
    let prefix = state.base().map_or("", |base| base.prefix());
    let etag = respond::etag(&[env!("CARGO_PKG_VERSION"), files::version(), prefix]);
    if let Some(response) = respond::not_modified(&headers, &etag, Freshness::Asked) {
        return response;
    }
    respond::fresh(etag, Freshness::Asked, ([JSON], pretty(&document.below(prefix))))
}

pub(in crate::server) async fn page(
    AxumState(state): AxumState<State>,
    Extension(document): Extension<Arc<Document>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = PageRequest::new(&state, &uri, &headers);
    let mut response = Html(html::api_page(&page.context(), document.value())).into_response();
    page.add_headers(&mut response);
    response
}
