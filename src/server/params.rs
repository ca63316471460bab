//! Parameters of a request to what they ask for.

use url::form_urlencoded;

use super::error::ApiError;
use super::state::State;
use super::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET};
use crate::address::canonical_filter;
use crate::error::Error;
use crate::query::{DayRange, Filters, IssueRange, Query, parse_days};
use crate::render::address::{Address, MAX_FILTERS};
use crate::search::{FacetKind, Interval, Request, Sort};

/// What may be asked for beside an [`Address`].
#[derive(Debug)]
pub(super) struct Params {
    pub(super) address: Address,
    pub(super) limit: Option<usize>,
    pub(super) offset: usize,
    pub(super) facets: Option<Vec<FacetKind>>,
    pub(super) strict: bool,
    pub(super) explain: bool,
    pub(super) interval: Interval,
    pub(super) contains: String,
}

impl Params {
    /// Reads the query part of a URL; names not known are ignored, so that tracking parameters do no harm.
    pub(super) fn parse(raw: &str, max_limit: usize) -> Result<Self, ApiError> {
        let mut params = Self {
            address: Address::default(),
            limit: None,
            offset: 0,
            facets: None,
            strict: false,
            explain: false,
            interval: Interval::Month,
            contains: String::new(),
        };
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "limit" => params.limit = Some(number("limit", value, max_limit)?),
                "offset" => params.offset = number("offset", value, MAX_OFFSET)?,
                "facets" => params.facets = Some(facets(value)?),
                "strict" => params.strict = flag("strict", value)?,
                "explain" => params.explain = flag("explain", value)?,
                "contains" => value.clone_into(&mut params.contains),
                "interval" => {
                    params.interval = Interval::from_name(value).ok_or_else(|| {
                        ApiError::bad_parameter(
                            format!("interval: `{value}` is no interval"),
                            "write month, quarter or year",
                        )
                    })?;
                }
                name => {
                    params.address.set(name, value);
                }
            }
        }
        params.address.page = 0;
        params.address.strict = params.strict;
        Ok(params)
    }

    /// Makes the request of an answer of the API.
    pub(super) fn request(&self, state: &State) -> Result<Request, ApiError> {
        let request = request(&self.address, state)?;
        Ok(Request {
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            offset: self.offset,
            facets: self.facets.clone().unwrap_or_default(),
            explain: self.explain,
            ..request
        })
    }
}

/// Reads the parameters of `/api/v1/search` and of others that search.
pub(super) fn search_params(raw: &str) -> Result<Params, ApiError> {
    Params::parse(raw, MAX_LIMIT)
}

/// Makes the request of an address: everything but where in the answer to begin.
pub(super) fn request(address: &Address, state: &State) -> Result<Request, ApiError> {
    let filters = address.filter_count();
    if filters > MAX_FILTERS {
        return Err(ApiError::bad_parameter(
            format!("{filters} values of filters were given"),
            format!("choose at most {MAX_FILTERS}"),
        ));
    }
    let no_link = |link: &&String| canonical_filter(link).is_none();
    if let Some(link) = address.links.iter().find(no_link) {
        return Err(Error::Link { value: link.clone() }.into());
    }
    let today = state.today();
    let days = |field: &'static str, value: &str| {
        if value.is_empty() {
            return Ok(DayRange::default());
        }
        parse_days(value, today).ok_or_else(|| Error::Date { field, value: value.to_owned() })
    };
    let issue = |value: &String| {
        IssueRange::parse(value).ok_or_else(|| Error::Issue { value: value.clone() })
    };
    let filters = Filters {
        sections: address.sections.clone(),
        sources: address.sources.clone(),
        contributors: address.contributors.clone(),
        links: address.links.clone(),
        issues: address.issues.iter().map(issue).collect::<Result<_, _>>()?,
        days: DayRange {
            since: days("since", &address.since)?.since,
            until: days("until", &address.until)?.until,
        },
    };
    Ok(Request {
        filters,
        sort: sort(&address.sort)?,
        strict: address.strict,
        limit: DEFAULT_LIMIT,
        ..Request::new(Query::parse(&address.query, today))
    })
}

fn sort(value: &str) -> Result<Sort, ApiError> {
    match value {
        "" | "relevance" => Ok(Sort::Relevance),
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

pub(super) fn number(field: &'static str, value: &str, most: usize) -> Result<usize, ApiError> {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if let Some(number) = value.parse().ok().filter(|number| is_number && *number <= most) {
        return Ok(number);
    }
    let (value, expected) = (value.to_owned(), format!("write a number from 0 to {most}"));
    Err(if is_number {
        Error::OutOfRange { field, value, expected }.into()
    } else {
        Error::NotANumber { field, value, expected }.into()
    })
}

fn facets(value: &str) -> Result<Vec<FacetKind>, ApiError> {
    let mut kinds = Vec::new();
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let kind = FacetKind::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = FacetKind::ALL.iter().map(|kind| kind.name()).collect();
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
