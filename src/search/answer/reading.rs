//! A query that may be read in several ways to the way that is answered: a date among its words narrows it, unless that leaves
//! nothing or the words are a title.

use super::collect::Match;
use crate::analysis::{analyze, fold};
use crate::error::Result;
use crate::query::{Dated, Filters, Note, Query};
use crate::search::reader::Reader;
use crate::search::request::Request;
use crate::search::results::Step;
use crate::search::words::cutter::QueryCutter;

/// Returns the query narrowed by the date in it, if no word lies across an end of the date.
pub(super) fn narrowed<'q>(
    reader: &Reader,
    query: &'q Query,
) -> Result<Option<(&'q Dated, Query)>> {
    let Some(dated) = &query.dated else { return Ok(None) };
    let cutter = QueryCutter { vocabulary: reader.vocabulary()?, names: reader.synonyms() };
    let units = analyze(&dated.text, &cutter).units;
    let lies_across =
        |end: usize| units.iter().any(|unit| (unit.span.start + 1..unit.span.end).contains(&end));
    if lies_across(dated.span.start) || lies_across(dated.span.end) {
        return Ok(None);
    }
    let mut narrowed = Query { root: dated.rest.clone(), dated: None, ..query.clone() };
    narrowed.filters.add(&Filters { days: dated.days, ..Filters::default() });
    Ok(Some((dated, narrowed)))
}

/// Returns whether a step found what was asked for.
pub(super) fn is_answered(step: Step) -> bool {
    !matches!(step, Step::None | Step::Fewer)
}

/// Returns the request for the item that is named by the whole query as typed.
pub(super) fn of_title(request: &Request) -> Request {
    Request { limit: 1, offset: 0, facets: Vec::new(), only_matching: true, ..plainly(request) }
}

/// Returns the request with a date in its query as words.
pub(super) fn plainly(request: &Request) -> Request {
    Request { query: Query { dated: None, ..request.query.clone() }, ..request.clone() }
}

/// Returns whether a query is rather the title of an item, or with a day that does not move a part of one.
pub(super) fn is_title(reader: &Reader, found: &Match, query: &Query) -> Result<bool> {
    let bare = |text: &str| fold(text).split_whitespace().collect::<String>();
    let (title, typed) = (bare(&reader.stored(found.address)?.item.title), bare(&query.text));
    let date = query.dated.as_ref().map_or("", Dated::typed);
    let is_fixed = date.contains(|c: char| c.is_ascii_digit()) && date.contains(['年', '-']);
    Ok(title == typed || is_fixed && title.contains(&typed))
}

/// Says how the date was read.
pub(super) fn said(dated: &Dated) -> Note {
    Note::Dated { typed: dated.typed().to_owned(), days: dated.days }
}

/// Says that the date gave nothing.
pub(super) fn said_of_nothing(dated: &Dated) -> Note {
    Note::NothingDated { typed: dated.typed().to_owned(), days: dated.days }
}
