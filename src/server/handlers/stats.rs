//! `/api/v1/stats`.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::render::json;
use crate::render::stats::Stats;
use crate::search::overview;
use crate::server::answer::json as answered;
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::limits::MAX_FACET_VALUES;

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
pub(in crate::server) async fn stats(
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answered(&caller, &headers, |reader| {
        let stats = Stats::new(overview(reader)?, reader.snapshot().head());
        Ok(json::line(&stats.with_at_most(MAX_FACET_VALUES)))
    })
    .await
}
