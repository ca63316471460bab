//! The search page, and the part of it that changes with what is typed.

use std::time::Instant;

use axum::http::{HeaderMap, Uri};
use axum::response::{Html, Response};
use maud::Markup;

use crate::error::Error;
use crate::query::{FacetKind, Question};
use crate::render::html::{self, Context};
use crate::search::{Reader, Request, Step, answer_with_choices, overview};
use crate::server::answer::micros;
use crate::server::caller::Caller;
use crate::server::error::ApiError;
use crate::server::limits::{DEFAULT_LIMIT, MAX_OFFSET};
use crate::server::offers::offers;
use crate::server::params;
use crate::server::request::PageRequest;

/// Bytes of an address whose page has counts to choose by; a longer one is a pasted text.
const MAX_FACETED_BYTES: usize = 4 * 1024;
/// The deepest page there is.
const LAST_PAGE: usize = MAX_OFFSET / DEFAULT_LIMIT + 1;

pub(in crate::server) async fn search(
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answered(&caller, &uri, &headers, html::search_page).await
}

/// The part of the search page that changes with what is typed.
pub(in crate::server) async fn answer(
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answered(&caller, &uri, &headers, |_, answer| answer.0.clone()).await
}

async fn answered(
    caller: &Caller,
    uri: &Uri,
    headers: &HeaderMap,
    write: fn(&Context<'_>, &Markup) -> String,
) -> Result<Response, ApiError> {
    let page = PageRequest::new(caller, uri, headers);
    let request = request(page.question(), caller)?;
    let written = page.answer(caller, headers, move |context, reader| {
        let markup = if context.question.is_home() {
            let head = reader.snapshot().head();
            html::overview(context, overview(reader)?, head.items, head.reports)
        } else {
            results(context, reader, &request)?
        };
        Ok(Html(write(context, &markup)))
    });
    written.await
}

/// Understands the question of a page.
fn request(question: &Question, caller: &Caller) -> Result<Request, ApiError> {
    let number = question.page.max(1);
    let offset = (number - 1).saturating_mul(DEFAULT_LIMIT);
    if offset > MAX_OFFSET {
        return Err(ApiError::bad_parameter(
            format!("page: {number} is beyond the last page"),
            format!("pages go up to {LAST_PAGE}; narrow the search with filters"),
        ));
    }
    // Every value of a facet is a link that repeats the address.
    let is_short = question.to_query().len() <= MAX_FACETED_BYTES;
    let facets = if is_short { FacetKind::ALL.to_vec() } else { Vec::new() };
    let request = params::request(question, caller.today())?;
    Ok(Request { limit: DEFAULT_LIMIT, offset, facets, ..request })
}

fn results(context: &Context<'_>, reader: &Reader, request: &Request) -> Result<Markup, Error> {
    let start = Instant::now();
    let results = answer_with_choices(reader, request)?;
    let took_us = micros(start);
    let offers = if results.matched == Step::None {
        offers(reader, context.question, request, &results)?
    } else {
        Vec::new()
    };
    Ok(html::answer(
        context,
        &html::ResultsPage {
            results: &results,
            sort: request.sort,
            days: request.filters.days,
            took_us,
            sources: overview(reader)?.different(FacetKind::Source),
            last_page: LAST_PAGE,
            offers: &offers,
        },
    ))
}
