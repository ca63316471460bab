//! Feeds of a question, and the description by which browsers search the site.

use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::query::Sort;
use crate::render::feed::{self, FEED_ITEMS, Feed};
use crate::render::opensearch::description;
use crate::search::{self, Request};
use crate::server::caller::Caller;
use crate::server::error::ApiError;
use crate::server::params;
use crate::server::request::PageRequest;

pub(in crate::server) async fn atom(
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&caller, &uri, &headers, "application/atom+xml; charset=utf-8", feed::atom).await
}

pub(in crate::server) async fn json(
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&caller, &uri, &headers, "application/feed+json; charset=utf-8", feed::json_feed).await
}

async fn answer(
    caller: &Caller,
    uri: &Uri,
    headers: &HeaderMap,
    media: &'static str,
    write: fn(&Feed<'_>) -> String,
) -> Result<Response, ApiError> {
    let page = PageRequest::new(caller, uri, headers);
    // Nothing is loosened: what nearly matches today would leave the feed when something matches tomorrow.
    let request = Request {
        sort: Sort::Newest,
        limit: FEED_ITEMS,
        only_matching: true,
        ..params::request(page.question(), caller.today())?
    };
    let written = page.answer(caller, headers, move |context, reader| {
        let results = search::answer(reader, &request)?;
        let text = write(&Feed {
            site: context.site,
            language: context.language,
            question: context.question,
            results: &results,
        });
        Ok(([(header::CONTENT_TYPE, media)], text))
    });
    written.await
}

pub(in crate::server) async fn opensearch(
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = PageRequest::new(&caller, &uri, &headers);
    let context = page.context();
    let media = "application/opensearchdescription+xml; charset=utf-8";
    ([(header::CONTENT_TYPE, media)], description(context.site, context.language)).into_response()
}
