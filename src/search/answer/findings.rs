//! What the items of a segment have of a query: which words, in which way, where and how well.

use tantivy::DocId;

use crate::query::{Alternative, Plan};
use crate::search::docs::{Cursor, Docs, seek_by, union};
use crate::search::per_zone::ZoneSet;

/// What one item has of one word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hold {
    pub(crate) doc: DocId,
    /// How surely the item is about the word, 0 to 1: the worth of the best way it has it.
    pub(crate) strength: f32,
    /// The same for its title alone.
    pub(crate) in_title: f32,
    /// The title has the word as such, or written differently.
    pub(crate) is_in_title: bool,
    /// The same, weighed by where and how often, 0 to 1.
    pub(crate) value: f32,
    /// The best way, a place in [`ways_of`].
    pub(crate) way: u16,
    /// Zones it stands in.
    pub(crate) zones: ZoneSet,
}

/// Returns what some items have.
pub(crate) fn only(holds: &[Hold], docs: &[DocId]) -> Vec<Hold> {
    if docs.len() < holds.len() {
        let (mut found, mut at) = (Vec::new(), 0);
        for doc in docs {
            at += seek_by(&holds[at..], *doc, |hold| hold.doc);
            found.extend(holds.get(at).filter(|hold| hold.doc == *doc));
        }
        return found;
    }
    let mut docs = Cursor::new(docs);
    holds.iter().filter(|hold| docs.has(hold.doc)).copied().collect()
}

/// Joins what different items have.
pub(crate) fn join(holds: &mut Vec<Hold>, more: Vec<Hold>) {
    if !more.is_empty() {
        holds.extend(more);
        holds.sort_by_key(|hold| hold.doc);
    }
}

/// What a segment has of the literal of one group.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiteralFindings {
    /// Items in order, with how often and where, 0 to 1.
    pub(crate) holds: Vec<Hold>,
    /// Items whose title begins with it, in order.
    pub(crate) begins: Docs,
}

impl LiteralFindings {
    /// Returns whether an item has it.
    pub(super) fn has(&self, doc: DocId) -> bool {
        self.holds.binary_search_by_key(&doc, |hold| hold.doc).is_ok()
    }
}

/// What some items of a segment have of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    /// For every word, in the order of items.
    pub(crate) words: Vec<Vec<Hold>>,
    pub(crate) groups: Vec<LiteralFindings>,
}

impl Findings {
    /// Adds what other items have of the same plan.
    pub(super) fn add(&mut self, others: Self) {
        self.words.resize_with(others.words.len(), Vec::new);
        self.groups.resize_with(others.groups.len(), LiteralFindings::default);
        for (own, theirs) in self.words.iter_mut().zip(others.words) {
            join(own, theirs);
        }
        for (own, theirs) in self.groups.iter_mut().zip(others.groups) {
            join(&mut own.holds, theirs.holds);
            own.begins = union(&own.begins, &theirs.begins);
        }
    }
}

/// Returns every way an item may have a word: its own, then those of the spans it stands in.
pub(super) fn ways_of(plan: &Plan, word: usize) -> impl Iterator<Item = &Alternative> {
    let spans = plan.spans.iter().filter(move |span| span.words.contains(&word));
    plan.words[word].alternatives.iter().chain(spans.flat_map(|span| &span.alternatives))
}
