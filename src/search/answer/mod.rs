//! A request to its answer: filters, the steps of the ladder, and hits with what to mark.

mod bounds;
mod closeness;
pub(super) mod collect;
mod evaluate;
mod explain;
pub(super) mod facets;
pub(super) mod filter;
pub(super) mod findings;
pub(super) mod gather;
pub(super) mod ladder;
mod matching;
mod nearness;
#[cfg(test)]
mod oracle;
pub(super) mod order;
mod part;
mod rank;
mod reading;
mod reason;
mod work;

use collect::{Match, facet_values};
use evaluate::Choice;
use explain::Grounds;
use filter::Filter;
use ladder::{Answer, Narrowing};
use reading::Standing;

use super::reader::Reader;
use super::request::Request;
use super::results::{Hit, Results, Step};
use super::snippet;
use crate::address::canonical_filter;
use crate::error::Result;
use crate::query::{DayRange, FacetKind, Filters, Node, Note, Query, Sort, WhyNothing};
use crate::report::ItemId;

/// Answers a request.
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read, [`crate::error::Error::Link`] for a link filter beside
/// the query that is neither a URL nor a host.
pub fn answer(reader: &Reader, request: &Request) -> Result<Results> {
    answer_counting(reader, request, &[])
}

/// Answers a request, and counts what choosing another value of some facets would give.
fn answer_counting(reader: &Reader, request: &Request, choosing: &[FacetKind]) -> Result<Results> {
    let Answer {
        step,
        collected,
        related,
        related_total,
        grounds,
        mended,
        missing,
        notes,
        choices,
        without_filters,
        ..
    } = go_down(reader, request, choosing)?;
    let listed = collected.best.iter().map(|found| (found, false));
    let mut listed: Vec<(&Match, bool)> =
        listed.chain(related.iter().map(|found| (found, true))).collect();
    // Where no item has all words, what means the same stands among those that have some.
    if step == Step::Fewer && !related.is_empty() {
        listed.sort_by(|(a, _), (b, _)| collect::by_relevance(a, b));
    }
    let hits =
        listed.into_iter().skip(request.offset).take(request.limit).map(|(found, related)| {
            let explanation = request.explain.then(|| grounds.explain(found.address));
            Ok(Hit { related, explanation, ..hit(reader, found, &grounds)? })
        });
    Ok(Results {
        query: request.query.text.clone(),
        searched: mended,
        missing,
        matched: step,
        total: collected.total,
        related: related_total,
        offset: request.offset,
        limit: request.limit,
        hits: hits.collect::<Result<_>>()?,
        facets: facet_values(
            &[&request.facets, choosing].concat(),
            [collected.facets, choices].concat(),
        ),
        notes,
        without_filters,
    })
}

/// Answers a request with counts that show what choosing another value would give: the counts of a facet leave out
/// the filters given beside the query that choose by it.
///
/// # Errors
/// As [`answer`].
pub fn answer_with_choices(reader: &Reader, request: &Request) -> Result<Results> {
    let (chosen, free): (Vec<FacetKind>, Vec<FacetKind>) = request
        .facets
        .iter()
        .partition(|kind| without(&request.filters, **kind) != request.filters);
    let free = Request { facets: free, ..request.clone() };
    let mut results = answer_counting(reader, &free, &chosen)?;
    results.facets.sort_by_key(|(kind, _)| request.facets.iter().position(|k| k == kind));
    Ok(results)
}

/// Returns the ids of the items that match, in their order, without reading the items; loosely related ones are left
/// out.
///
/// # Errors
/// As [`answer`].
pub fn matching_ids(reader: &Reader, request: &Request) -> Result<Vec<ItemId>> {
    let best = go_down(reader, request, &[])?.collected.best;
    let ids = best.iter().skip(request.offset);
    Ok(ids.map(|found| ItemId::new(&found.report, found.key)).collect())
}

/// Goes down the ladder, and forgets what was read as far as it is too much to be kept.
fn go_down(reader: &Reader, request: &Request, choosing: &[FacetKind]) -> Result<Answer> {
    let answer = go_down_read(reader, request, choosing);
    reader.trim();
    answer
}

/// Goes down the ladder with a query as it is best read: what asks for the newest is an order, if that finds anything and the
/// words are no title.
fn go_down_read(reader: &Reader, request: &Request, choosing: &[FacetKind]) -> Result<Answer> {
    let Some(recent) = request.query.recent.as_ref().filter(|_| !request.strict) else {
        return go_down_dated(reader, request, choosing);
    };
    let query =
        |root: &Node| Query { root: Some(root.clone()), recent: None, ..request.query.clone() };
    let root = request.query.root.as_ref().unwrap_or(&recent.rest);
    let plain = Request { query: query(root), ..request.clone() };
    let find = |request: &Request| go_down_as(reader, request, &[]);
    if !reading::is_titled(reader, root, &find)? {
        let sort = match request.sort {
            Sort::Relevance => Sort::Newest,
            sort => sort,
        };
        let newest = Request { query: query(&recent.rest), sort, ..request.clone() };
        let answer = go_down_as(reader, &newest, choosing)?;
        if reading::is_answered(answer.step) {
            let note = std::iter::once(Note::Newest(recent.typed.clone()));
            return Ok(Answer { notes: note.chain(answer.notes).collect(), ..answer });
        }
    }
    go_down_as(reader, &plain, choosing)
}

/// Goes down the ladder with a query that may have a date.
fn go_down_dated(reader: &Reader, request: &Request, choosing: &[FacetKind]) -> Result<Answer> {
    let narrowed = if request.strict { None } else { reading::narrowed(reader, &request.query)? };
    let Some((dated, query)) = narrowed else { return go_down_as(reader, request, choosing) };
    let find = |request: &Request| go_down_as(reader, request, &[]);
    let plainly = reading::plainly(request);
    if dated.is_number {
        let plain = go_down_as(reader, &plainly, choosing)?;
        if reading::is_answered(plain.step) {
            return Ok(plain);
        }
        let narrowed = go_down_as(reader, &Request { query, ..request.clone() }, choosing)?;
        if !reading::is_answered(narrowed.step) {
            return Ok(plain);
        }
        let note = std::iter::once(reading::said(dated));
        return Ok(Answer { notes: note.chain(narrowed.notes).collect(), ..narrowed });
    }
    let standing = reading::standing(reader, &request.query, dated, &find)?;
    if standing == Standing::Name {
        return go_down_as(reader, &plainly, choosing);
    }
    let has_words = query.root.is_some();
    // Filters narrow what is found; how the words are read does not depend on them.
    let without_filters = reading::without_filters(&query, dated);
    let is_narrower = request.filters != Filters::default() || !request.query.filters.is_empty();
    let narrowed = go_down_as(reader, &Request { query, ..request.clone() }, choosing)?;
    let is_date = reading::is_answered(narrowed.step)
        || is_narrower && reading::is_answered(find(&without_filters)?.step);
    let (note, answer) = if is_date {
        (Some(reading::said(dated)), narrowed)
    } else {
        let plain = go_down_as(reader, &plainly, choosing)?;
        match (narrowed.step, plain.step) {
            (Step::Fewer, Step::Fewer | Step::None) => (Some(reading::said(dated)), narrowed),
            // Nothing was typed but a date, and it is no word either.
            (_, Step::Fewer | Step::None) if !has_words => (Some(reading::said(dated)), narrowed),
            // Words that stand as typed are what was meant, and where nothing is found, nothing was read.
            (_, Step::None) => (None, plain),
            _ if standing == Standing::Literal => (None, plain),
            _ => (Some(reading::said_of_nothing(dated)), plain),
        }
    };
    let notes = note.into_iter().chain(answer.notes).collect();
    Ok(Answer { notes, ..answer })
}

/// Goes down the ladder, with the filters of the query and those beside it.
fn go_down_as(reader: &Reader, request: &Request, choosing: &[FacetKind]) -> Result<Answer> {
    let mut notes = request.query.notes.clone();
    let mut typed = request.query.filters.clone();
    // What is typed is never an error.
    let excluded = typed.excluded.as_deref_mut().map(|excluded| &mut excluded.links);
    for links in [Some(&mut typed.links), excluded].into_iter().flatten() {
        links.retain(|link| {
            let is_link = canonical_filter(link).is_some();
            if !is_link {
                notes.push(Note::NotALink(link.clone()));
            }
            is_link
        });
    }
    let with = |beside: &Filters| {
        let mut filters = typed.clone();
        filters.add(beside);
        filters
    };
    let filters = with(&request.filters);
    notes.extend(filter::unknown_values(reader, &filters)?);
    let filter = Filter::new(reader, &filters)?;
    let choices = choosing.iter().map(|kind| {
        let filters = with(&without(&request.filters, *kind));
        Ok(Choice { kind: *kind, filter: Filter::new(reader, &filters)? })
    });
    let choices: Vec<Choice> = choices.collect::<Result<_>>()?;
    let is_narrowed = request.filters != Filters::default();
    let typed = is_narrowed.then(|| Filter::new(reader, &typed)).transpose()?;
    let mut answer = ladder::climb(reader, &Narrowing { filter, typed, choices }, request)?;
    if answer.step == Step::None {
        notes.extend(filter::out_of_range(reader, &filters)?);
        if answer.notes.is_empty() {
            let items = reader.snapshot().head().items;
            notes.push(Note::Nothing { items, why: WhyNothing::Filters });
        }
    }
    notes.append(&mut answer.notes);
    Ok(Answer { notes, ..answer })
}

/// Reads a hit that matches, without an explanation.
fn hit(reader: &Reader, found: &Match, grounds: &Grounds) -> Result<Hit> {
    reader.check()?;
    let item = reader.stored(found.address)?;
    let needles = grounds.needles(found.address);
    let title_marks =
        if needles.is_empty() { Vec::new() } else { snippet::marks(&item.item.title, &needles) };
    let snippet = snippet::snippet(&item.item.body, &needles);
    Ok(Hit {
        item,
        title_marks,
        snippet,
        score: found.score(),
        related: false,
        matched_in: grounds.zones(found.address),
        explanation: None,
    })
}

/// Returns the filters without those that a facet chooses by.
fn without(filters: &Filters, kind: FacetKind) -> Filters {
    let mut filters = filters.clone();
    match kind {
        FacetKind::Section => filters.sections.clear(),
        FacetKind::Source => filters.sources.clear(),
        FacetKind::Contributor => filters.contributors.clear(),
        FacetKind::Host => filters.links.clear(),
        FacetKind::Month => filters.days = DayRange::default(),
    }
    filters
}
