//! The handlers of the API: parameters to a request, results to JSON.

use std::collections::BTreeSet;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State as AxumState};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::ToSchema;

use super::error::{ApiError, Envelope};
use super::openapi::{PageParams, SearchParams};
use super::params::{number, search_params};
use super::respond::{self, Freshness};
use super::state::State;
use super::{MAX_FACET_VALUES, MAX_LINKS};
use crate::address::{canonical_filter, find_urls};
use crate::error::Error;
use crate::render::address::MAX_FILTERS;
use crate::render::json::{self, JsonCovered, JsonFacets, JsonItem, JsonResults, JsonTrend};
use crate::render::stats::Stats;
use crate::report::ItemId;
use crate::search::{
    self, FacetKind, Interval, MAX_SUGGESTIONS, Reader, Request, Suggestion, answer,
    answer_with_choices, overview,
};

/// Completions of an answer that does not ask for a number.
const DEFAULT_SUGGESTIONS: usize = 8;
/// Values of one facet in an answer that does not ask for a number.
const DEFAULT_FACET_VALUES: usize = 100;
/// Characters that are completed; more are cut off.
const MAX_SUGGESTED_CHARS: usize = 200;

const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json; charset=utf-8");

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(AxumState(state): AxumState<State>) -> Result<String, ApiError> {
    // Whoever balances loads should send nothing more.
    if state.is_stopping() {
        return Err(ApiError::stopping());
    }
    let serving = state.serving()?;
    Ok(format!("ready, {} items\n", serving.reader.snapshot().head.items))
}

/// Answers with the JSON that `work` makes of a snapshot, or with 304 if the client has that snapshot's answer.
async fn cached(
    state: &State,
    headers: &HeaderMap,
    work: impl FnOnce(&Reader) -> Result<String, Error> + Send + 'static,
) -> Result<Response, ApiError> {
    let serving = state.serving()?;
    let etag = state.tag(&serving, &[]);
    if let Some(response) = respond::not_modified(headers, &etag, Freshness::Asked) {
        return Ok(response);
    }
    let body = state.ask(serving, work).await?;
    Ok(respond::fresh(etag, Freshness::Asked, ([JSON], body)))
}

fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Search the archive
///
/// All words must match, in any order. Where nothing matches, spelling is mended, then letters are read as pinyin, then
/// fewer words are enough; `matched` tells which step answered. Where fewer than ten items match, related ones follow,
/// marked as such and not counted.
///
/// A filter value that no item has gives an empty answer and a note with the nearest values.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    params(SearchParams, PageParams),
    responses(
        (status = 200, description = "Hits, best first", body = JsonResults),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/search?q=LongRoPE&limit=2&facets=section,month")))
)]
pub(super) async fn search(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let request = search_params(raw.as_deref().unwrap_or_default())?.request(&state)?;
    cached(&state, &headers, move |reader| {
        let start = Instant::now();
        let results = answer(reader, &request)?;
        Ok(json::line(&JsonResults::new(&results, Some(micros(start)))))
    })
    .await
}

/// An answer with completions.
#[derive(Serialize, ToSchema)]
pub(super) struct Completed {
    /// What was typed.
    query: String,
    /// Time of the search in microseconds.
    took_us: u64,
    /// Completions, best first.
    suggestions: Vec<Suggestion>,
}

/// Complete what is being typed
///
/// Words, titles, sections, contributors and sources of the archive, by their beginning, by pinyin and by initials of
/// pinyin. Completes the last word, or all of the text where that begins something.
#[utoipa::path(
    get,
    path = "/api/v1/suggest",
    params(
        ("q" = Option<String>, Query, description = "What was typed so far; 200 characters are looked at"),
        ("limit" = Option<u32>, Query, minimum = 0, maximum = 20, description = "At most this many; 8 without it"),
    ),
    responses(
        (status = 200, description = "Completions", body = Completed),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/suggest?q=shangx")))
)]
pub(super) async fn suggest(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (mut query, mut limit) = (String::new(), DEFAULT_SUGGESTIONS);
    for (name, value) in form_urlencoded::parse(raw.as_deref().unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "q" => query = value.chars().take(MAX_SUGGESTED_CHARS).collect(),
            "limit" if !value.is_empty() => limit = number("limit", &value, MAX_SUGGESTIONS)?,
            _ => {}
        }
    }
    cached(&state, &headers, move |reader| {
        let start = Instant::now();
        let suggestions = search::suggest(reader, &query, limit)?;
        Ok(json::line(&Completed { query, took_us: micros(start), suggestions }))
    })
    .await
}

/// Read one item whole
#[utoipa::path(
    get,
    path = "/api/v1/items/{id}",
    params(("id" = String, Path, description = "Id of the item, such as `2024-02-22/5`; its slash may stand as it is")),
    responses(
        (status = 200, description = "The item", body = JsonItem),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "The id is no UTF-8", body = Envelope),
        (status = 404, description = "There is no such item; the hint names the nearest", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/items/2024-02-22/5")))
)]
pub(super) async fn item(
    AxumState(state): AxumState<State>,
    id: Option<Path<String>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.ok_or_else(ApiError::no_utf8)?;
    cached(&state, &headers, move |reader| {
        let item = search::item(reader, &ItemId::from_typed(&id))?;
        Ok(json::line(&JsonItem::from(&item)))
    })
    .await
}

/// Count matches by value
///
/// Counts of a kind leave out the filters that choose by it, so that they tell what choosing another value would give.
#[utoipa::path(
    get,
    path = "/api/v1/facets",
    params(
        SearchParams,
        ("facets" = Option<String>, Query, description = "Kinds, any of `section,source,contributor,host,month`; all without it"),
        ("contains" = Option<String>, Query, description = "Only values that contain this text, in any case and width"),
        ("limit" = Option<u32>, Query, minimum = 0, maximum = 1000, description = "At most this many values of a kind; 100 without it"),
    ),
    responses(
        (status = 200, description = "Counts", body = JsonFacets),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/facets?q=LongRoPE&facets=section,contributor")))
)]
pub(super) async fn facets(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params =
        super::params::Params::parse(raw.as_deref().unwrap_or_default(), MAX_FACET_VALUES)?;
    let most = params.limit.unwrap_or(DEFAULT_FACET_VALUES);
    let facets = params.facets.clone().unwrap_or_else(|| FacetKind::ALL.to_vec());
    let request = Request { limit: 0, offset: 0, facets, ..params.request(&state)? };
    let contains = params.contains.clone();
    cached(&state, &headers, move |reader| {
        let mut results = answer_with_choices(reader, &request)?;
        results.keep_values(&contains, most);
        Ok(json::line(&JsonFacets::from(&results)))
    })
    .await
}

/// Count matches over time
#[utoipa::path(
    get,
    path = "/api/v1/trend",
    params(
        SearchParams,
        ("interval" = inline(Option<Interval>), Query, description = "What counts are summed over; months without it"),
    ),
    responses(
        (status = 200, description = "Counts in order of time, without gaps", body = JsonTrend),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/trend?q=LongRoPE&interval=quarter")))
)]
pub(super) async fn trend(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = search_params(raw.as_deref().unwrap_or_default())?;
    let (request, interval) = (params.request(&state)?, params.interval);
    cached(&state, &headers, move |reader| {
        let trend = search::trend(reader, &request, interval)?;
        Ok(json::line(&JsonTrend {
            query: &request.query.text,
            matched: trend.matched,
            total: trend.total,
            undated: trend.undated,
            interval,
            points: &trend.points,
        }))
    })
    .await
}

/// What is known of every link that was asked about, in that order.
#[derive(Serialize, ToSchema)]
pub(super) struct CoveredLinks<'a> {
    /// Links that have been in a report, how many.
    covered: usize,
    /// Every link.
    links: Vec<JsonCovered<'a>>,
}

/// Links to ask about.
#[derive(Deserialize, ToSchema)]
pub(super) struct LinksAsked {
    /// URLs in any form, or hosts.
    #[schema(max_items = 500)]
    links: Vec<String>,
}

fn covered_links(reader: &Reader, links: &[String]) -> Result<String, Error> {
    let known =
        links.iter().map(|link| search::covered(reader, link)).collect::<Result<Vec<_>, _>>()?;
    Ok(json::line(&CoveredLinks {
        covered: known.iter().filter(|link| link.total > 0).count(),
        links: known.iter().map(JsonCovered::from).collect(),
    }))
}

/// Refuses links that are none, and too many of them.
fn check_asked(links: &[String], most: usize) -> Result<(), ApiError> {
    if links.len() > most {
        return Err(ApiError::bad_parameter(
            format!("link: more than {most} links were given"),
            "ask about fewer at once; POST takes more than GET",
        ));
    }
    match links.iter().find(|link| canonical_filter(link).is_none()) {
        Some(link) => Err(Error::Link { value: link.clone() }.into()),
        None => Ok(()),
    }
}

/// Tell whether links have been in a report
///
/// Links are compared in their canonical form: `http` or `https`, `www.`, versions of a paper and parameters that say
/// where a reader came from make no difference.
#[utoipa::path(
    get,
    path = "/api/v1/covered",
    params(("link" = Vec<String>, Query, max_items = 20, description = "A URL in any form, or a host; may be repeated")),
    responses(
        (status = 200, description = "What is known of every link", body = CoveredLinks),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A link is none, or there is none", body = Envelope),
        (status = 414, description = "The address is too long; use POST", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/covered?link=https://arxiv.org/pdf/2402.13753v2")))
)]
pub(super) async fn covered(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let raw = raw.unwrap_or_default();
    let links: Vec<String> = form_urlencoded::parse(raw.as_bytes())
        .filter(|(name, value)| name == "link" && !value.trim().is_empty())
        .map(|(_, value)| value.trim().to_owned())
        .collect();
    if links.is_empty() {
        return Err(ApiError::bad_parameter("link: no link was given", "write ?link=URL"));
    }
    check_asked(&links, MAX_FILTERS)?;
    cached(&state, &headers, move |reader| covered_links(reader, &links)).await
}

/// Tell whether the links of a list or of a draft have been in a report
///
/// Takes a list of links as JSON, or a draft as Markdown or plain text, whose links are found.
#[utoipa::path(
    post,
    path = "/api/v1/covered",
    request_body(content(
        (LinksAsked = "application/json"),
        (String = "text/markdown"),
        (String = "text/plain"),
    )),
    responses(
        (status = 200, description = "What is known of every link", body = CoveredLinks),
        (status = 400, description = "The body cannot be understood, or a link is none", body = Envelope),
        (status = 413, description = "The body is too large", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 415, description = "The body is neither JSON nor text", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("curl -H 'content-type: text/markdown' --data-binary @draft.md SERVER/api/v1/covered")))
)]
pub(super) async fn covered_post(
    AxumState(state): AxumState<State>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    let media = media.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_json = media.eq_ignore_ascii_case("application/json");
    let is_text =
        ["text/markdown", "text/plain"].iter().any(|known| media.eq_ignore_ascii_case(known));
    if !is_json && !is_text {
        return Err(ApiError::unsupported_media_type());
    }
    let body = body.map_err(|rejected| match rejected.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::body_too_large(),
        _ => ApiError::bad_body("the body ended early"),
    })?;
    let serving = state.serving()?;
    let answer = state.ask(serving, move |reader| {
        let links = match if is_json { listed(&body) } else { linked(&body) } {
            Ok(links) => links,
            Err(refused) => return Ok(Err(refused)),
        };
        Ok(check_asked(&links, MAX_LINKS).and_then(|()| Ok(covered_links(reader, &links)?)))
    });
    Ok(([JSON, (header::CACHE_CONTROL, "no-store")], answer.await??).into_response())
}

/// Reads a list of links.
fn listed(body: &[u8]) -> Result<Vec<String>, ApiError> {
    let asked: LinksAsked = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_body(&format!("the body is no list of links: {error}")))?;
    Ok(asked.links)
}

/// Finds the links of a draft, each once; no more than are needed to know that there are too many.
fn linked(body: &[u8]) -> Result<Vec<String>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| ApiError::bad_body("the body is no UTF-8"))?;
    let mut seen = BTreeSet::new();
    let urls = find_urls(text).into_iter().map(|span| span.of(text));
    let links = urls.filter(|url| seen.insert(*url) && canonical_filter(url).is_some());
    Ok(links.take(MAX_LINKS + 1).map(str::to_owned).collect())
}

/// Count what the archive holds
#[utoipa::path(
    get,
    path = "/api/v1/stats",
    responses(
        (status = 200, description = "Counts", body = Stats),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/stats")))
)]
pub(super) async fn stats(
    AxumState(state): AxumState<State>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    cached(&state, &headers, |reader| {
        Ok(json::line(&Stats::new(overview(reader)?, &reader.snapshot().head)))
    })
    .await
}
