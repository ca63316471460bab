//! A query that may be read in several ways to the way that is answered: a date among its words narrows it, unless that leaves
//! nothing or the words are a title.

use super::ladder::Answer;
use crate::analysis::{analyze, fold};
use crate::error::{Error, Result};
use crate::query::{Dated, Filters, Node, Note, Query};
use crate::search::reader::Reader;
use crate::search::request::Request;
use crate::search::results::Step;
use crate::search::words::names::query_cutter;

/// Returns the query narrowed by the date in it, if no word lies across an end of the date.
pub(super) fn narrowed<'q>(
    reader: &Reader,
    query: &'q Query,
) -> Result<Option<(&'q Dated, Query)>> {
    let Some(dated) = &query.dated else { return Ok(None) };
    let cutter = query_cutter(reader)?;
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

/// Returns the request with a date in its query as words.
pub(super) fn plainly(request: &Request) -> Request {
    Request { query: Query { dated: None, ..request.query.clone() }, ..request.clone() }
}

/// Returns the request for all that a query narrowed by a date is read from, whatever else it is narrowed by.
pub(super) fn without_filters(narrowed: &Query, dated: &Dated) -> Request {
    let filters = Filters { days: dated.days, ..Filters::default() };
    let query = Query { filters, notes: Vec::new(), ..narrowed.clone() };
    Request { limit: 1, only_matching: true, ..Request::new(query) }
}

/// How the words that may be a date stand in the archive, whatever is filtered and however it is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// They belong to a name: they are words.
    Name,
    /// They stand as typed somewhere.
    Literal,
    /// They do not stand as typed.
    Apart,
}

/// Items among which one is looked for that has the whole query as its title.
const TITLES: usize = 10;

/// Asks the archive whether the words of a date are rather a name with those beside them.
///
/// They are where the whole query is a title, where a title has them with a word that nothing divides them from (今日头条), and
/// where items that have what is beside them mostly have them, too (三月的狮子).
pub(super) fn standing(
    reader: &Reader,
    query: &Query,
    dated: &Dated,
    find: &dyn Fn(&Request) -> Result<Answer>,
) -> Result<Standing> {
    let typed = query.root.as_ref().map(Node::words).unwrap_or_default().join(" ");
    let ask = |root: Option<Node>, limit: usize| {
        let query = Query { text: typed.clone(), root, ..Query::empty() };
        find(&Request { limit, only_matching: true, ..Request::new(query) })
    };
    if let Some(root) = &query.root
        && has_title(reader, root, find, &|title| is_title(title, &bare(&typed), dated))?
    {
        return Ok(Standing::Name);
    }
    let count = |node: Node| {
        let answer = ask(Some(node), 1)?;
        Ok::<_, Error>(if answer.step == Step::Words { answer.collected.total } else { 0 })
    };
    let mut standing = Standing::Apart;
    for beside in dated.besides() {
        let both = count(Node::Phrase(beside.whole.to_owned()))?;
        if both == 0 {
            continue;
        }
        let alone = count(Node::Phrase(beside.rest))?;
        if both > alone.saturating_sub(both)
            || beside.is_joined && count(Node::Title(beside.whole.to_owned()))? > 0
        {
            return Ok(Standing::Name);
        }
        standing = Standing::Literal;
    }
    Ok(standing)
}

/// Returns whether some item has a whole query as its title; signs do not matter.
pub(super) fn is_titled(
    reader: &Reader,
    root: &Node,
    find: &dyn Fn(&Request) -> Result<Answer>,
) -> Result<bool> {
    let typed = bare(&root.words().join(" "));
    has_title(reader, root, find, &|title| title == typed)
}

/// Returns whether one of the best items of a query has a title, without its signs, as it must be.
fn has_title(
    reader: &Reader,
    root: &Node,
    find: &dyn Fn(&Request) -> Result<Answer>,
    is_title: &dyn Fn(&str) -> bool,
) -> Result<bool> {
    let text = root.words().join(" ");
    let query = Query { text, root: Some(root.clone()), ..Query::empty() };
    let request = Request { limit: TITLES, only_matching: true, ..Request::new(query) };
    for found in find(&request)?.collected.best.iter().take(TITLES) {
        if is_title(&bare(&reader.stored(found.address)?.item.title)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the letters and digits of a text.
fn bare(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns whether a query is the title of an item, or with a day that does not move a part of it; both without signs.
fn is_title(title: &str, typed: &str, dated: &Dated) -> bool {
    let date = dated.typed();
    let is_fixed = date.contains(char::is_numeric) && date.contains(['年', '-']);
    title == typed || is_fixed && dated.rest.is_some() && title.contains(typed)
}

/// Says how the date was read.
pub(super) fn said(dated: &Dated) -> Note {
    Note::Dated { typed: dated.typed().to_owned(), days: dated.days }
}

/// Says that the date gave nothing.
pub(super) fn said_of_nothing(dated: &Dated) -> Note {
    Note::NothingDated { typed: dated.typed().to_owned(), days: dated.days }
}
