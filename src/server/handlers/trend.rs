//! `/api/v1/trend`.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::error::Error;
use crate::query::Question;
use crate::query::written::last;
use crate::render::json::{self, JsonTrend};
use crate::search::{self, Interval};
use crate::server::answer::json as answered;
use crate::server::caller::Caller;
use crate::server::error::{ApiError, Envelope};
use crate::server::params::{Params, request};

/// What counts are summed over.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct TrendParams {
    /// What counts are summed over; months without it
    #[serde(deserialize_with = "last")]
    #[param(value_type = Option<Interval>, inline)]
    interval: String,
}

impl TrendParams {
    fn interval(&self) -> Result<Interval, Error> {
        if self.interval.is_empty() {
            return Ok(Interval::Month);
        }
        Interval::from_name(&self.interval).ok_or_else(|| Error::Choice {
            field: "interval",
            value: self.interval.clone(),
            choices: "month, quarter or year".to_owned(),
        })
    }
}

/// Count matches over time
#[utoipa::path(
    get,
    path = "/api/v1/trend",
    params(Question, TrendParams),
    responses(
        (status = 200, description = "Counts in order of time, without gaps", body = JsonTrend),
        (status = 304, description = "Nothing has changed since the answer of this ETag"),
        (status = 400, description = "A parameter cannot be understood", body = Envelope),
        (status = 414, description = "The address is too long", body = Envelope),
        (status = 503, description = "Busy, or the index is being built; see Retry-After", body = Envelope),
    ),
    extensions(("x-example" = json!("/api/v1/trend?q=LongRoPE&interval=quarter")))
)]
pub(in crate::server) async fn trend(
    caller: Caller,
    Params(question): Params<Question>,
    Params(wanted): Params<TrendParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (request, interval) = (request(&question, caller.today())?, wanted.interval()?);
    answered(&caller, &headers, move |reader| {
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
