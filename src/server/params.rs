//! Parameters of a request to what they ask for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::error::ApiError;
use crate::query::{MAX_FILTERS, Question};
use crate::search::Request;

/// The parameters of an address, as they are written. Those that the type does not name are ignored, so that those of
/// trackers do no harm.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let raw = parts.uri.query().unwrap_or_default();
        // Every value is taken as text, so that there is nothing that could be wrong.
        let read = serde_html_form::from_str(raw);
        read.map(Self).map_err(|error| ApiError::bad_parameter(error.to_string(), ""))
    }
}

/// Understands a question; `today` is the day relative dates count from.
pub(super) fn request(question: &Question, today: Date) -> Result<Request, ApiError> {
    let filters = question.filter_count();
    if filters > MAX_FILTERS {
        return Err(ApiError::bad_parameter(
            format!("{filters} values of filters were given"),
            format!("choose at most {MAX_FILTERS}"),
        ));
    }
    Ok(Request::of(question, today)?)
}
