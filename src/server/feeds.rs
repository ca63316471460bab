//! The handlers of feeds and of the address bar's search.

use axum::extract::{RawQuery, State as AxumState};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::error::ApiError;
use super::page::PageRequest;
use super::params;
use super::state::State;
use crate::render::feed::{self, FEED_ITEMS, Feed};
use crate::render::opensearch::description;
use crate::search::{self, MAX_SUGGESTIONS, Request, Sort, suggest};

pub(super) async fn atom(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&state, &uri, &headers, "application/atom+xml; charset=utf-8", feed::atom).await
}

pub(super) async fn json(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&state, &uri, &headers, "application/feed+json; charset=utf-8", feed::json_feed).await
}

async fn answer(
    state: &State,
    uri: &Uri,
    headers: &HeaderMap,
    media: &'static str,
    write: fn(&Feed<'_>) -> String,
) -> Result<Response, ApiError> {
    let page = PageRequest::new(state, uri, headers);
    // A feed of a query is of what matches it: nothing loosened that tomorrow matches something else.
    let request = Request {
        sort: Sort::Newest,
        limit: FEED_ITEMS,
        strict: true,
        ..params::request(page.context().address, state)?
    };
    let serving = state.serving()?;
    let etag = page.tag(state, &serving);
    if let Some(response) = page.not_modified(headers, &etag) {
        return Ok(response);
    }
    let written = state.ask(serving, move |reader| {
        let results = search::answer(reader, &request)?;
        let context = page.context();
        let text = write(&Feed {
            site: context.site,
            language: context.language,
            address: context.address,
            results: &results,
        });
        Ok((page, text))
    });
    let (page, text) = written.await?;
    Ok(page.respond(&etag, ([(header::CONTENT_TYPE, media)], text)))
}

pub(super) async fn opensearch(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = PageRequest::new(&state, &uri, &headers);
    let context = page.context();
    let media = "application/opensearchdescription+xml; charset=utf-8";
    ([(header::CONTENT_TYPE, media)], description(context.site, context.language)).into_response()
}

/// Completions as address bars read them: the text, then whole queries.
pub(super) async fn suggestions(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let raw = raw.unwrap_or_default();
    let query = form_urlencoded::parse(raw.as_bytes()).find(|(name, _)| name == "q");
    let query = query.map(|(_, value)| value.into_owned()).unwrap_or_default();
    let serving = state.serving()?;
    let text = state.ask(serving, move |reader| {
        let queries: Vec<String> = suggest(reader, &query, MAX_SUGGESTIONS / 2)?
            .into_iter()
            .map(|suggestion| suggestion.query)
            .collect();
        Ok(crate::render::json::line(&(query, queries)))
    });
    let media = "application/x-suggestions+json; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media)], text.await?).into_response())
}
