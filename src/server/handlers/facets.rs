//! `/api/v1/facets`.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::query::written::{last, number};
use crate::query::{FacetKind, Question};
use crate::render::json::{self, JsonFacets};
use crate::search::{Request, answer_with_choices};
use crate::server::answer::json as answered;
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::limits::MAX_FACET_VALUES;
use crate::server::params::{Params, request};

/// Values of one facet in an answer that does not ask for a number.
const DEFAULT_FACET_VALUES: usize = 100;

/// What to count.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct FacetParams {
    /// Kinds, any of `section,source,contributor,host,month`; all without it
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<String>)]
    facets: String,
    /// Only values that contain this text, in any case and width
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<String>)]
    contains: String,
    /// At most this many values of a kind; 100 without it
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<u32>, minimum = 0, maximum = 1000)]
    limit: String,
}

/// Count matches by value
///
/// Counts of a kind leave out the filters that choose by it, so that they say what choosing another value would give.
#[utoipa::path(
    get,
    path = "/api/v1/facets",
    params(Question, FacetParams),
    responses(
        (status = 200, description = "Counts", body = JsonFacets),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/facets?q=LongRoPE&facets=section,contributor")))
)]
pub(in crate::server) async fn facets(
    caller: Caller,
    Params(question): Params<Question>,
    Params(wanted): Params<FacetParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let most = number("limit", &wanted.limit, MAX_FACET_VALUES)?.unwrap_or(DEFAULT_FACET_VALUES);
    let facets = match FacetKind::list(&wanted.facets)? {
        none if none.is_empty() => FacetKind::ALL.to_vec(),
        some => some,
    };
    let request = Request { limit: 0, facets, ..request(&question, caller.today())? };
    answered(&caller, &headers, move |reader| {
        let mut results = answer_with_choices(reader, &request)?;
        results.keep_values(&wanted.contains, most);
        Ok(json::line(&JsonFacets::from(&results)))
    })
    .await
}
