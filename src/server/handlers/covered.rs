//! `/api/v1/covered`.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::address::{canonical_filter, find_urls};
use crate::error::Error;
use crate::render::json::{self, JsonCovered};
use crate::search::{self, Reader};
use crate::server::answer::{JSON, json as answered};
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::limits::{MAX_LINKS, MAX_LINKS_OF_ADDRESS};
use crate::server::params::Params;

/// Links to ask about in an address.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct CoveredParams {
    /// A URL in any form, or a host; may be repeated
    #[param(required = true, max_items = 20)]
    link: Vec<String>,
}

/// What is known of every link that was asked about, in that order.
#[derive(Serialize, ToSchema)]
pub(in crate::server) struct CoveredLinks<'a> {
    /// Links that have been in a report, how many.
    covered: usize,
    /// Every link.
    links: Vec<JsonCovered<'a>>,
}

/// Links to ask about.
#[derive(Deserialize, ToSchema)]
pub(in crate::server) struct LinksAsked {
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

/// Refuses links that cannot be understood, and too many of them.
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

/// Check whether links have been in a report
///
/// Links are compared in their canonical form: `http` or `https`, `www.`, versions of a paper and parameters that say
/// where a reader came from make no difference.
#[utoipa::path(
    get,
    path = "/api/v1/covered",
    params(CoveredParams),
    responses(
        (status = 200, description = "What is known of every link", body = CoveredLinks),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A link cannot be understood, or there is none", body = Envelope),
        (status = 414, description = "The address is too long; use POST", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/covered?link=https://arxiv.org/pdf/2402.13753v2")))
)]
pub(in crate::server) async fn covered(
    caller: Caller,
    Params(asked): Params<CoveredParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let links = asked.link.iter().map(|link| link.trim());
    let links: Vec<String> = links.filter(|link| !link.is_empty()).map(str::to_owned).collect();
    if links.is_empty() {
        return Err(ApiError::bad_parameter("link: no link was given", "write ?link=URL"));
    }
    check_asked(&links, MAX_LINKS_OF_ADDRESS)?;
    answered(&caller, &headers, move |reader| covered_links(reader, &links)).await
}

/// Check whether the links of a list or of a draft have been in a report
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
        (status = 400, description = "The body cannot be understood, or a link cannot be understood", body = Envelope),
        (status = 413, description = "The body is too large", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 415, description = "The body is neither JSON nor text", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("curl -H 'content-type: text/markdown' --data-binary @draft.md SERVER/api/v1/covered")))
)]
pub(in crate::server) async fn covered_post(
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let form = Form::of(&headers).ok_or_else(ApiError::unsupported_media_type)?;
    let body = body.map_err(|rejected| match rejected.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::body_too_large(),
        _ => ApiError::bad_body("the body ended early"),
    })?;
    let serving = caller.serving()?;
    let answer = caller.ask(serving, move |reader| {
        let links = match form {
            Form::List => listed(&body),
            Form::Draft => linked(&body),
        };
        Ok(links.and_then(|links| {
            check_asked(&links, MAX_LINKS)?;
            Ok(covered_links(reader, &links)?)
        }))
    });
    Ok(([JSON, (header::CACHE_CONTROL, "no-store")], answer.await??).into_response())
}

/// How links are given in a body.
#[derive(Clone, Copy)]
enum Form {
    /// As a list in JSON.
    List,
    /// Somewhere in a text.
    Draft,
}

impl Form {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media = media.split(';').next()?.trim().to_ascii_lowercase();
        match media.as_str() {
            "application/json" => Some(Self::List),
            "text/markdown" | "text/plain" => Some(Self::Draft),
            _ => None,
        }
    }
}

/// Reads a list of links.
fn listed(body: &[u8]) -> Result<Vec<String>, ApiError> {
    let asked: LinksAsked = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_body(format!("the body is not a list of links: {error}")))?;
    Ok(asked.links)
}

/// Finds the links of a draft, each once; no more than are needed to know that there are too many.
fn linked(body: &[u8]) -> Result<Vec<String>, ApiError> {
    let text =
        std::str::from_utf8(body).map_err(|_| ApiError::bad_body("the body is not UTF-8"))?;
    let mut seen = BTreeSet::new();
    let urls = find_urls(text).into_iter().map(|span| span.of(text));
    let links = urls.filter(|url| seen.insert(*url) && canonical_filter(url).is_some());
    Ok(links.take(MAX_LINKS + 1).map(str::to_owned).collect())
}
