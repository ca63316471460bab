//! `/api/v1/search`.

use std::time::Instant;

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::query::written::{flag, last, number};
use crate::query::{FacetKind, Question, Sort};
use crate::render::json::{self, JsonResults};
use crate::search::{Request, answer};
use crate::server::answer::{json as answered, micros};
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::limits::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET};
use crate::server::params::{Params, request};

/// Part of an answer, and what it says beside the hits.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct AnswerParams {
    /// At most this many hits.
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<u32>, minimum = 0, maximum = 100, default = 20)]
    limit: String,
    /// Hits left out before the first.
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<u32>, minimum = 0, maximum = 10_000, default = 0)]
    offset: String,
    /// What to count over all matches, any of `section,source,contributor,host,month`.
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<String>, example = "section,month")]
    facets: String,
    /// Whether to explain why every hit stands where it does.
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<bool>)]
    explain: String,
}

/// Search the archive
///
/// All words must match, in any order. Where nothing matches, spelling is mended, then letters are read as pinyin, then
/// fewer words are enough; `matched` says which step answered. Behind the matches, where the page reaches their end, stand
/// related items, marked as such and not counted in `total`: those that have a word only inside another one and, where
/// fewer than ten match, those that have some of the words.
///
/// A filter value that no item has gives an empty answer and a note with the nearest values.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    params(
        Question,
        ("sort" = inline(Option<Sort>), Query, description = "Order of hits."),
        AnswerParams,
    ),
    responses(
        (status = 200, description = "Hits, best first", body = JsonResults),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/search?q=LongRoPE&limit=2&facets=section,month")))
)]
pub(in crate::server) async fn search(
    caller: Caller,
    Params(question): Params<Question>,
    Params(part): Params<AnswerParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let request = Request {
        limit: number("limit", &part.limit, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT),
        offset: number("offset", &part.offset, MAX_OFFSET)?.unwrap_or(0),
        facets: FacetKind::list(&part.facets)?,
        explain: flag("explain", &part.explain)?,
        ..request(&question, caller.today())?
    };
    answered(&caller, &headers, move |reader| {
        let start = Instant::now();
        let results = answer(reader, &request)?;
        Ok(json::line(&JsonResults::new(&results, Some(micros(start)))))
    })
    .await
}
