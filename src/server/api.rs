//! The handlers: parameters to a request, results to JSON.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, RawQuery, State as AxumState};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, State};
use crate::error::Error;
use crate::query::{DayRange, Filters, IssueRange, Query, parse_days};
use crate::render::json::{self, JsonItem, JsonResults};
use crate::report::ItemId;
use crate::search::{FacetKind, MAX_SUGGESTIONS, Request, Searcher, Sort, Suggestion};

/// Completions of an answer that does not ask for a number.
const DEFAULT_SUGGESTIONS: usize = 8;
/// Characters that are completed; more are cut off.
const MAX_SUGGESTED_CHARS: usize = 200;

const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json; charset=utf-8");

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(AxumState(state): AxumState<State>) -> String {
    format!("ready, {} items\n", state.searcher.snapshot().head.items)
}

/// Runs work on the snapshot off the async threads; refuses it when too much runs already.
async fn on_searcher<T: Send + 'static>(
    state: &State,
    work: impl FnOnce(&Searcher) -> Result<T, Error> + Send + 'static,
) -> Result<T, ApiError> {
    let permit =
        Arc::clone(&state.searches).try_acquire_owned().map_err(|_| ApiError::overloaded())?;
    let searcher = Arc::clone(&state.searcher);
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work(&searcher)
    });
    Ok(done.await??)
}

pub(super) async fn search(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let request = request(raw.as_deref().unwrap_or_default(), &state)?;
    let body = on_searcher(&state, move |searcher| {
        let start = Instant::now();
        let results = searcher.search(&request)?;
        let took = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(json::line(&JsonResults::new(&results, Some(took))))
    });
    Ok(([JSON], body.await?).into_response())
}

/// An answer with completions.
#[derive(serde::Serialize)]
struct Completed {
    query: String,
    took_us: u64,
    suggestions: Vec<Suggestion>,
}

pub(super) async fn suggest(
    AxumState(state): AxumState<State>,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let (mut query, mut limit) = (String::new(), DEFAULT_SUGGESTIONS);
    for (name, value) in url::form_urlencoded::parse(raw.as_deref().unwrap_or_default().as_bytes())
    {
        match name.as_ref() {
            "q" => query = value.chars().take(MAX_SUGGESTED_CHARS).collect(),
            "limit" if !value.is_empty() => limit = number("limit", &value, MAX_SUGGESTIONS)?,
            _ => {}
        }
    }
    let body = on_searcher(&state, move |searcher| {
        let start = Instant::now();
        let suggestions = searcher.suggest(&query, limit)?;
        let took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(json::line(&Completed { query, took_us, suggestions }))
    });
    Ok(([JSON], body.await?).into_response())
}

pub(super) async fn item(
    AxumState(state): AxumState<State>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let body = on_searcher(&state, move |searcher| {
        let item = searcher.item(&ItemId::from_typed(&id))?;
        Ok(json::line(&JsonItem::from(&item)))
    });
    Ok(([JSON], body.await?).into_response())
}

/// Reads the parameters of a search; names not known are ignored, so that tracking parameters do no harm.
fn request(raw: &str, state: &State) -> Result<Request, ApiError> {
    let today = (state.today)();
    let mut typed = String::new();
    let mut filters = Filters::default();
    let mut request = Request { limit: DEFAULT_LIMIT, ..Request::new(Query::empty()) };
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let days = |field: &'static str| {
            parse_days(value, today).ok_or_else(|| Error::Date { field, value: value.to_owned() })
        };
        match name.as_ref() {
            "q" => value.clone_into(&mut typed),
            "section" => filters.sections.push(value.to_owned()),
            "source" => filters.sources.push(value.to_owned()),
            "contributor" => filters.contributors.push(value.to_owned()),
            "link" => filters.links.push(value.to_owned()),
            "issue" => filters.issues.push(
                IssueRange::parse(value).ok_or_else(|| Error::Issue { value: value.to_owned() })?,
            ),
            "since" => filters.days = DayRange { since: days("since")?.since, ..filters.days },
            "until" => filters.days = DayRange { until: days("until")?.until, ..filters.days },
            "sort" => request.sort = sort(value)?,
            "limit" => request.limit = number("limit", value, MAX_LIMIT)?,
            "offset" => request.offset = number("offset", value, MAX_OFFSET)?,
            "facets" => request.facets = facets(value)?,
            "strict" => request.strict = flag("strict", value)?,
            "explain" => request.explain = flag("explain", value)?,
            _ => {}
        }
    }
    request.query = Query::parse(&typed, today);
    request.filters = filters;
    Ok(request)
}

fn sort(value: &str) -> Result<Sort, ApiError> {
    match value {
        "relevance" => Ok(Sort::Relevance),
        "newest" => Ok(Sort::Newest),
        "oldest" => Ok(Sort::Oldest),
        _ => Err(ApiError::bad_parameter(
            format!("sort: `{value}` is no order"),
            "write relevance, newest or oldest",
        )),
    }
}

fn flag(field: &'static str, value: &str) -> Result<bool, ApiError> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(ApiError::bad_parameter(
            format!("{field}: `{value}` is neither true nor false"),
            "write true or false",
        )),
    }
}

fn number(field: &'static str, value: &str, most: usize) -> Result<usize, ApiError> {
    let number = value.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| {
        Error::Limit {
            field,
            value: format!("`{value}`"),
            expected: format!("write a number from 0 to {most}"),
        }
        .into()
    })
}

fn facets(value: &str) -> Result<Vec<FacetKind>, ApiError> {
    let mut kinds = Vec::new();
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let kind = FacetKind::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = FacetKind::ALL.into_iter().map(FacetKind::name).collect();
            ApiError::bad_parameter(
                format!("facets: `{name}` is no facet"),
                format!("write any of {}", names.join(",")),
            )
        })?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}
