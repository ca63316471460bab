//! What the items of a segment have of a query: which words, in which way, where and how well.

use fixedbitset::FixedBitSet;
use tantivy::DocId;

use crate::query::{Alternative, Plan};
use crate::search::per_zone::ZoneSet;

/// What one item has of one word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hold {
    pub(crate) doc: DocId,
    /// How surely the item is about the word, 0 to 1: the worth of the best way it has it.
    pub(crate) strength: f32,
    /// The same for its title alone.
    pub(crate) in_title: f32,
    /// The same, weighed by where and how often, 0 to 1.
    pub(crate) value: f32,
    /// The best way, a place in [`ways_of`].
    pub(crate) way: u16,
    /// Zones it stands in.
    pub(crate) zones: ZoneSet,
}

/// What a segment has of one word.
#[derive(Debug, Default)]
pub(crate) struct WordFindings {
    /// In order of item.
    pub(crate) holds: Vec<Hold>,
    /// Items that have the word itself, and not only something near it.
    pub(crate) plain: usize,
    /// Every item of `holds`.
    pub(crate) bits: FixedBitSet,
}

impl WordFindings {
    /// Returns whether an item has the word itself.
    pub(crate) fn has_whole(&self, doc: DocId) -> bool {
        let at = self.holds.binary_search_by_key(&doc, |hold| hold.doc);
        at.is_ok_and(|at| self.holds[at].strength >= 1.0)
    }
}

/// What a segment has of the literal of one group.
#[derive(Debug, Default)]
pub(crate) struct LiteralFindings {
    /// Items with how often and where, 0 to 1.
    pub(crate) holds: Vec<(DocId, f32)>,
    pub(crate) bits: FixedBitSet,
    /// Items whose title begins with it.
    pub(crate) begins: Vec<DocId>,
}

impl LiteralFindings {
    /// Returns whether an item has it.
    pub(super) fn has(&self, doc: DocId) -> bool {
        self.bits.contains(doc as usize)
    }
}

/// Everything a segment has of a query.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) words: Vec<WordFindings>,
    pub(crate) groups: Vec<LiteralFindings>,
}

/// Returns every way an item may have a word: its own, then those of the spans it stands in.
pub(super) fn ways_of(plan: &Plan, word: usize) -> impl Iterator<Item = &Alternative> {
    let spans = plan.spans.iter().filter(move |span| span.words.contains(&word));
    plan.words[word].alternatives.iter().chain(spans.flat_map(|span| &span.alternatives))
}

/// Returns the items of a set, in order.
pub(super) fn docs_of(set: &FixedBitSet) -> impl Iterator<Item = DocId> {
    // A segment numbers its items by `DocId`, and sets are as long as it has items: nothing is left out.
    set.ones().filter_map(|doc| DocId::try_from(doc).ok())
}
