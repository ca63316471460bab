//! Completions: `/api/v1/suggest`, and those of address bars.

use std::time::Instant;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::query::written::{as_typed, last, number};
use crate::render::json;
use crate::search::{self, MAX_SUGGESTIONS, Suggestion};
use crate::server::answer::{json as answered, micros};
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::params::Params;

/// Completions of an answer that does not ask for a number.
const DEFAULT_SUGGESTIONS: usize = 8;
/// Characters that are completed; more are cut off.
const MAX_SUGGESTED_CHARS: usize = 200;

/// What is being typed.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct SuggestParams {
    /// What was typed so far; 200 characters are looked at
    #[serde(deserialize_with = "as_typed")]
    #[param(value_type = Option<String>)]
    q: String,
    /// At most this many; 8 without it
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<u32>, minimum = 0, maximum = 20)]
    limit: String,
}

/// An answer with completions.
#[derive(Serialize, ToSchema)]
pub(in crate::server) struct Completed {
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
    params(SuggestParams),
    responses(
        (status = 200, description = "Completions", body = Completed),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/suggest?q=shangx")))
)]
pub(in crate::server) async fn suggest(
    caller: Caller,
    Params(typed): Params<SuggestParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let query: String = typed.q.chars().take(MAX_SUGGESTED_CHARS).collect();
    let limit = number("limit", &typed.limit, MAX_SUGGESTIONS)?.unwrap_or(DEFAULT_SUGGESTIONS);
    answered(&caller, &headers, move |reader| {
        let start = Instant::now();
        let suggestions = search::suggest(reader, &query, limit)?;
        Ok(json::line(&Completed { query, took_us: micros(start), suggestions }))
    })
    .await
}

/// Completions as address bars read them: the text, then whole queries.
pub(in crate::server) async fn address_bar(
    caller: Caller,
    Params(typed): Params<SuggestParams>,
) -> Result<Response, ApiError> {
    let serving = caller.serving()?;
    let text = caller.ask(serving, move |reader| {
        let suggestions = search::suggest(reader, &typed.q, MAX_SUGGESTIONS / 2)?;
        let queries: Vec<String> =
            suggestions.into_iter().map(|suggestion| suggestion.query).collect();
        Ok(json::line(&(typed.q, queries)))
    });
    let media = "application/x-suggestions+json; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media)], text.await?).into_response())
}
