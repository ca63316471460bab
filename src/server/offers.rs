//! Where nothing was found: other questions, each with what it would give.

use jiff::civil::Date;

use crate::error::Error;
use crate::query::{Filters, Node, Query, Question, without_quotes};
use crate::render::html::{Offer, OfferKind};
use crate::search::{Reader, Request, Results, answer};

/// Words that are offered by themselves; each is one more search.
const MAX_WORDS_OFFERED: usize = 6;

/// Returns the questions that find something.
pub(super) fn offers(
    reader: &Reader,
    question: &Question,
    request: &Request,
    results: &Results,
) -> Result<Vec<Offer>, Error> {
    let mut asked = Vec::new();
    let mut offers = Vec::new();
    if results.without_filters > 0 {
        let (question, count) = (question.unfiltered(), results.without_filters);
        offers.push(Offer { kind: OfferKind::WithoutFilters, question, count });
    }
    let root = request.query.root.as_ref();
    let is_phrase = root.is_some_and(|root| root.has_phrase() && !root.excludes());
    if is_phrase && request.query.filters == Filters::default() {
        let question = question.with_query(&without_quotes(&question.query));
        let request = Request { strict: false, ..with_query(request, &question.query) };
        asked.push((OfferKind::WithoutQuotes, question, request));
    }
    let words = root.map(Node::words).unwrap_or_default();
    if words.len() > 1 {
        let known = words.into_iter().filter(|word| !results.missing.contains(word));
        for word in known.take(MAX_WORDS_OFFERED) {
            let request = Request { only_matching: true, ..with_query(request, &word) };
            asked.push((OfferKind::Word(word.clone()), question.with_query(&word), request));
        }
    }
    for (kind, question, request) in asked {
        let request = Request { limit: 0, offset: 0, facets: Vec::new(), ..request };
        let count = answer(reader, &request)?.total;
        if count > 0 {
            offers.push(Offer { kind, question, count });
        }
    }
    Ok(offers)
}

/// Asks for other words. They have no dates, so that the day they would count from does not matter.
fn with_query(request: &Request, query: &str) -> Request {
    Request { query: Query::parse(query, Date::ZERO), ..request.clone() }
}
