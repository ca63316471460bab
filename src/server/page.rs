//! The handlers of the pages: what was asked to HTML.

use std::time::Instant;

use axum::extract::{Path, State as AxumState};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;

use super::error::ApiError;
use super::respond::{self, Freshness};
use super::site::site;
use super::state::{Serving, State};
use super::{DEFAULT_LIMIT, MAX_OFFSET, assets, openapi, params};
use crate::error::Error;
use crate::query::{Filters, Node, Query, without_quotes};
use crate::render::address::Address;
use crate::render::html::{self, Context, Language, Site, Way, WayName};
use crate::report::ItemId;
use crate::search::{
    self, FacetKind, Reader, Request, Results, Step, answer_with_choices, item_context, overview,
};

/// Name of the parameter that chooses the language, and of the cookie that remembers it; other programs of the same
/// host have cookies, too.
const LANGUAGE: &str = "lang";
const LANGUAGE_COOKIE: &str = "baoku_lang";
/// Seconds the choice of a language is remembered: a year.
const LANGUAGE_AGE: u32 = 365 * 24 * 60 * 60;
/// Bytes of an address whose page has counts to choose by; a longer one is a pasted text.
const MAX_FACETED_BYTES: usize = 4 * 1024;
/// Items of its report that are listed around an item, on either side.
const REACH: usize = 40;
/// Words that are offered by themselves where nothing was found.
const MAX_WAYS: usize = 6;

/// What a request for a page asks for.
#[derive(Debug)]
pub(super) struct PageRequest {
    site: Site,
    language: Language,
    /// Whether the address names the language, so that it has to be remembered.
    is_chosen: bool,
    address: Address,
    here: String,
}

impl PageRequest {
    pub(super) fn new(state: &State, uri: &Uri, headers: &HeaderMap) -> Self {
        let raw = uri.query().unwrap_or_default();
        let chosen = form_urlencoded::parse(raw.as_bytes())
            .filter(|(name, _)| name == LANGUAGE)
            .find_map(|(_, value)| Language::from_code(&value));
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let remembered = || {
            let cookies = text(header::COOKIE)?.split(';');
            cookies.filter_map(|cookie| cookie.trim().split_once('=')).find_map(|(name, value)| {
                if name == LANGUAGE_COOKIE { Language::from_code(value) } else { None }
            })
        };
        let language = chosen.or_else(remembered).unwrap_or_else(|| {
            Language::accepted(text(header::ACCEPT_LANGUAGE).unwrap_or_default())
        });
        let address = Address::parse(raw);
        // A fragment belongs to the page it is put into.
        let path = if uri.path() == "/answer" { "/" } else { uri.path() };
        // Two slashes would name another site.
        let path = if path.starts_with("//") { "/" } else { path };
        let here = format!("{path}{}", address.to_query());
        Self {
            site: site(state.base(), headers),
            language,
            is_chosen: chosen.is_some(),
            address,
            here,
        }
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context {
            site: &self.site,
            language: self.language,
            address: &self.address,
            here: &self.here,
        }
    }

    /// Answers with a page that `etag` names, or with 304.
    pub(super) fn respond(&self, etag: &headers::ETag, page: impl IntoResponse) -> Response {
        let mut response = respond::fresh(etag.clone(), Freshness::Asked, page);
        self.add_headers(&mut response);
        response
    }

    pub(super) fn not_modified(
        &self,
        headers: &HeaderMap,
        etag: &headers::ETag,
    ) -> Option<Response> {
        let mut response = respond::not_modified(headers, etag, Freshness::Asked)?;
        self.add_headers(&mut response);
        Some(response)
    }

    pub(super) fn add_headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        if self.is_chosen {
            let path = if self.site.prefix.is_empty() { "/" } else { &self.site.prefix };
            let cookie = format!(
                "{LANGUAGE_COOKIE}={}; Path={path}; Max-Age={LANGUAGE_AGE}; SameSite=Lax; HttpOnly",
                self.language.code()
            );
            if let Ok(cookie) = cookie.parse() {
                headers.insert(header::SET_COOKIE, cookie);
            }
        }
    }

    /// Names what a page depends on beside its address.
    pub(super) fn tag(&self, state: &State, serving: &Serving) -> headers::ETag {
        state.tag(serving, &[self.language.code(), assets::version(), &self.site.origin])
    }
}

/// Everything an answer was made of.
struct Found {
    results: Results,
    request: Request,
    took_us: u64,
    ways: Vec<Way>,
    items: usize,
    sources: usize,
}

pub(super) async fn search(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answered(&state, &uri, &headers, html::search_page).await
}

/// The part of the search page that changes with what is typed.
pub(super) async fn answer(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answered(&state, &uri, &headers, |_, answer| answer.0.clone()).await
}

async fn answered(
    state: &State,
    uri: &Uri,
    headers: &HeaderMap,
    write: fn(&Context<'_>, &maud::Markup) -> String,
) -> Result<Response, ApiError> {
    let page = PageRequest::new(state, uri, headers);
    let number = page.address.page.max(1);
    let offset = (number - 1).saturating_mul(DEFAULT_LIMIT);
    if offset > MAX_OFFSET {
        return Err(ApiError::bad_parameter(
            format!("page: {number} is behind the last page"),
            format!("pages go up to {}; narrow the search with filters", last_page()),
        ));
    }
    let request = params::request(&page.address, state)?;
    // Every value of a facet is a link that repeats the address.
    let is_short = page.address.to_query().len() <= MAX_FACETED_BYTES;
    let facets = if is_short { html::FACETS.to_vec() } else { Vec::new() };
    let request = Request { limit: DEFAULT_LIMIT, offset, facets, ..request };
    let serving = state.serving()?;
    let etag = page.tag(state, &serving);
    if let Some(response) = page.not_modified(headers, &etag) {
        return Ok(response);
    }
    let written = state.ask(serving, move |reader| {
        let context = page.context();
        let markup = if page.address.is_home() {
            let head = &reader.snapshot().head;
            html::overview(&context, overview(reader)?, head.items, head.reports)
        } else {
            let found = find(reader, &page.address, request)?;
            html::answer(
                &context,
                &html::Answer {
                    results: &found.results,
                    sort: found.request.sort,
                    days: found.request.filters.days,
                    took_us: found.took_us,
                    items: found.items,
                    sources: found.sources,
                    last_page: last_page(),
                    ways: &found.ways,
                },
            )
        };
        let text = write(&context, &markup);
        Ok((page, text))
    });
    let (page, text) = written.await?;
    Ok(page.respond(&etag, Html(text)))
}

fn last_page() -> usize {
    MAX_OFFSET / DEFAULT_LIMIT + 1
}

fn find(reader: &Reader, address: &Address, request: Request) -> Result<Found, Error> {
    let start = Instant::now();
    let results = answer_with_choices(reader, &request)?;
    let took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let ways = if results.matched == Step::None {
        ways(reader, address, &request, &results)?
    } else {
        Vec::new()
    };
    let overview = overview(reader)?;
    let sources = overview.facets.iter().find(|(kind, _)| *kind == FacetKind::Source);
    Ok(Found {
        took_us,
        ways,
        items: reader.snapshot().head.items,
        sources: sources.map_or(0, |(_, values)| values.len()),
        results,
        request,
    })
}

/// Looks for ways on where nothing was found, each with what it would give.
fn ways(
    reader: &Reader,
    address: &Address,
    request: &Request,
    results: &Results,
) -> Result<Vec<Way>, Error> {
    let count = |request: Request| -> Result<usize, Error> {
        let request = Request { limit: 0, offset: 0, facets: Vec::new(), ..request };
        Ok(search::answer(reader, &request)?.total)
    };
    let mut ways = Vec::new();
    let unfiltered = || Request { filters: Filters::default(), ..request.clone() };
    if address.is_filtered() {
        let count = count(unfiltered())?;
        ways.push(Way { name: WayName::WithoutFilters, address: address.unfiltered(), count });
    }
    let root = request.query.root.as_ref();
    if root.is_some_and(|root| root.has_phrase() && !root.excludes())
        && request.query.filters == Filters::default()
    {
        let address = address.with_query(&without_quotes(&address.query));
        let query = Query::parse(&address.query, jiff::civil::Date::ZERO);
        let count = count(Request { query, strict: false, ..request.clone() })?;
        ways.push(Way { address, name: WayName::WithoutQuotes, count });
    }
    let words = root.map(words).unwrap_or_default();
    if words.len() > 1 {
        for word in words.into_iter().filter(|word| !results.missing.contains(word)).take(MAX_WAYS)
        {
            let query = Query::parse(&word, jiff::civil::Date::ZERO);
            let count = count(Request { query, strict: true, ..request.clone() })?;
            ways.push(Way { address: address.with_query(&word), name: WayName::Word(word), count });
        }
    }
    ways.retain(|way| way.count > 0);
    Ok(ways)
}

/// Returns the words of a query as typed, without what it excludes.
fn words(node: &Node) -> Vec<String> {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().flat_map(words).collect(),
        Node::Text(text) | Node::Title(text) => {
            text.split_whitespace().map(str::to_owned).collect()
        }
        Node::Phrase(text) => vec![format!("\"{text}\"")],
        Node::Not(_) | Node::Issue(_) => Vec::new(),
    }
}

pub(super) async fn item(
    AxumState(state): AxumState<State>,
    id: Option<Path<String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(id) = id.ok_or_else(ApiError::no_utf8)?;
    let mut page = PageRequest::new(&state, &uri, &headers);
    // The page of an item is no answer: its box is empty and its address has no parameters.
    page.address = Address::default();
    uri.path().clone_into(&mut page.here);
    let serving = state.serving()?;
    let etag = page.tag(&state, &serving);
    if let Some(response) = page.not_modified(&headers, &etag) {
        return Ok(response);
    }
    let written = state.ask(serving, move |reader| {
        let placed = item_context(reader, &ItemId::from_typed(&id), REACH)?;
        let overview = overview(reader)?;
        let sources = overview.facets.iter().find(|(kind, _)| *kind == FacetKind::Source);
        let sources = sources.map_or(0, |(_, values)| values.len());
        let text = html::item_page(&page.context(), &placed, sources);
        Ok((page, text))
    });
    let (page, text) = written.await?;
    Ok(page.respond(&etag, Html(text)))
}

pub(super) async fn api(
    AxumState(state): AxumState<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = PageRequest::new(&state, &uri, &headers);
    let text = html::api_page(&page.context(), openapi::value());
    let mut response = (StatusCode::OK, Html(text)).into_response();
    page.add_headers(&mut response);
    response
}
