//! The lists of items behind one way to have a word in one zone: found in the dictionaries once, read in whole or only for
//! some items, and what costs much to read is read once for each item.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, TERMINATED};

use super::adjacent::{SlotPostings, adjacent};
use super::docs::{Among, Cursor, Docs, seek};
use super::known::{Known, Occurrence};
use crate::index::existing;

/// Items a list has on average up to which several are read whole. A list costs as much to open as about as many items to
/// read.
const SHORT: usize = 32;

/// Lists of postings of one field, and how they are read together.
pub(super) struct Lists {
    index: Arc<InvertedIndexReader>,
    kind: Kind,
    /// What was read of it, unless it is cheap.
    known: RefCell<Known>,
}

enum Kind {
    /// Items of any of the terms, each with what it is worth.
    Any(Vec<(TermInfo, f32)>, IndexRecordOption),
    /// Items of all of the terms.
    All(Vec<TermInfo>),
    /// Items in which one of the terms of every slot stand side by side, and what that is worth.
    Adjacent { slots: Vec<Vec<TermInfo>>, offsets: Vec<i64>, worth: f32 },
}

impl Lists {
    /// Makes the list of one term; `option` says whether it was written with how often.
    pub(super) fn of_term(
        index: &Arc<InvertedIndexReader>,
        term: TermInfo,
        option: IndexRecordOption,
    ) -> Self {
        Self::new(index, Kind::Any(vec![(term, 1.0)], option))
    }

    pub(super) fn any(index: &Arc<InvertedIndexReader>, terms: Vec<(TermInfo, f32)>) -> Self {
        Self::new(index, Kind::Any(terms, IndexRecordOption::WithFreqs))
    }

    pub(super) fn all(index: &Arc<InvertedIndexReader>, terms: Vec<TermInfo>) -> Self {
        Self::new(index, Kind::All(terms))
    }

    pub(super) fn adjacent(
        index: &Arc<InvertedIndexReader>,
        slots: Vec<Vec<TermInfo>>,
        offsets: Vec<i64>,
        worth: f32,
    ) -> Self {
        Self::new(index, Kind::Adjacent { slots, offsets, worth })
    }

    fn new(index: &Arc<InvertedIndexReader>, kind: Kind) -> Self {
        Self { index: Arc::clone(index), kind, known: RefCell::default() }
    }

    /// Returns a number of items that are not fewer than it finds.
    pub(super) fn most(&self) -> usize {
        let sum = |terms: &mut dyn Iterator<Item = &TermInfo>| {
            terms.map(|term| term.doc_freq as usize).sum::<usize>()
        };
        match &self.kind {
            Kind::Any(terms, _) => sum(&mut terms.iter().map(|(term, _)| term)),
            Kind::All(terms) => terms.iter().map(|term| term.doc_freq as usize).min().unwrap_or(0),
            Kind::Adjacent { slots, .. } => {
                slots.iter().map(|slot| sum(&mut slot.iter())).min().unwrap_or(0)
            }
        }
    }

    /// Sums the items of each term that are not `deleted`; `None` unless those of any term are looked for.
    pub(super) fn frequency(&self, deleted: &[DocId]) -> tantivy::Result<Option<u64>> {
        let Kind::Any(terms, _) = &self.kind else { return Ok(None) };
        let mut sum = 0;
        for (term, _) in terms {
            sum += existing(&self.index, term, deleted)?;
        }
        Ok(Some(sum))
    }

    /// Adds what the items have, in their order.
    pub(super) fn read(
        &self,
        among: Among<'_>,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        if self.is_cheap() {
            return self.read_now(among, found);
        }
        self.know(among)?;
        self.known.borrow().among(among, |occurrence| found.push(*occurrence));
        Ok(())
    }

    /// Adds the items, in order; how often something stands there is not looked at.
    pub(super) fn docs(&self, among: Among<'_>, found: &mut Docs) -> tantivy::Result<()> {
        if let Kind::Any(terms, _) = &self.kind
            && let [(term, _)] = terms.as_slice()
        {
            let option = IndexRecordOption::Basic;
            let mut list = self.index.read_postings_from_terminfo(term, option)?;
            each(&mut list, among, |list| found.push(list.doc()));
            return Ok(());
        }
        self.know(among)?;
        self.known.borrow().among(among, |occurrence| found.push(occurrence.doc));
        found.dedup();
        Ok(())
    }

    /// Reads what is not known yet.
    fn know(&self, among: Among<'_>) -> tantivy::Result<()> {
        // Short lists are read whole: opening them costs most.
        let among = if self.is_of_short_lists() { Among::default() } else { among };
        let mut known = self.known.borrow_mut();
        let Some(missing) = known.missing(among) else { return Ok(()) };
        let mut found = Vec::new();
        self.read_now(missing.among(), &mut found)?;
        if matches!(self.kind, Kind::Any(..)) {
            // Each list is in order.
            found.sort_by_key(|occurrence| occurrence.doc);
        }
        known.add(missing, found);
        Ok(())
    }

    fn is_of_short_lists(&self) -> bool {
        matches!(&self.kind, Kind::Any(terms, _) if self.most() <= SHORT * terms.len())
    }

    /// Adds what the items have; in their order, unless it is of several terms.
    fn read_now(&self, among: Among<'_>, found: &mut Vec<Occurrence>) -> tantivy::Result<()> {
        match &self.kind {
            Kind::Any(terms, option) => {
                for (term, worth) in terms {
                    let mut list = self.index.read_postings_from_terminfo(term, *option)?;
                    each(&mut list, among, |list| {
                        let (doc, times) = (list.doc(), list.term_freq().max(1));
                        found.push(Occurrence { doc, times, worth: *worth });
                    });
                }
                Ok(())
            }
            Kind::All(terms) => self.read_all(terms, among, found),
            Kind::Adjacent { .. } => self.read_adjacent(among, |doc, times, worth| {
                found.push(Occurrence { doc, times, worth });
            }),
        }
    }

    /// Returns whether it is read without looking at where something stands, or at many terms.
    pub(super) fn is_cheap(&self) -> bool {
        matches!(&self.kind, Kind::Any(terms, _) if terms.len() == 1)
    }

    fn read_all(
        &self,
        terms: &[TermInfo],
        among: Among<'_>,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        let open =
            |term| self.index.read_postings_from_terminfo(term, IndexRecordOption::WithFreqs);
        let mut lists: Vec<SegmentPostings> =
            terms.iter().map(open).collect::<std::io::Result<_>>()?;
        lists.sort_by_key(SegmentPostings::doc_freq);
        let Some((lead, others)) = lists.split_first_mut() else { return Ok(()) };
        each(lead, among, |lead| {
            let (doc, mut times) = (lead.doc(), lead.term_freq());
            for other in &mut *others {
                if other.doc() < doc {
                    other.seek(doc);
                }
                if other.doc() != doc {
                    return;
                }
                times = times.min(other.term_freq());
            }
            found.push(Occurrence { doc, times, worth: 1.0 });
        });
        Ok(())
    }

    /// Reports items in which the slots stand side by side, how often and what that is worth.
    fn read_adjacent(
        &self,
        among: Among<'_>,
        mut report: impl FnMut(DocId, u32, f32),
    ) -> tantivy::Result<()> {
        let Kind::Adjacent { slots, offsets, worth } = &self.kind else { return Ok(()) };
        let rarest = self.items_of_rarest(slots, among)?;
        let few = rarest.as_deref().or(among.only);
        let mut postings = Vec::with_capacity(slots.len());
        for terms in slots {
            match self.slot_postings(terms, few)? {
                Some(slot) => postings.push(slot),
                None => return Ok(()),
            }
        }
        adjacent(&mut postings, offsets, among, |doc, times| {
            report(doc, times, *worth);
            ControlFlow::Continue(())
        });
        Ok(())
    }

    /// Returns the items that the rarest slot of a single term leaves, where other slots have many terms: these are
    /// looked up only there.
    fn items_of_rarest(
        &self,
        slots: &[Vec<TermInfo>],
        among: Among<'_>,
    ) -> tantivy::Result<Option<Docs>> {
        if slots.iter().all(|terms| terms.len() == 1) {
            return Ok(None);
        }
        let single = slots.iter().filter_map(|terms| match terms.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let Some(rarest) = single.min_by_key(|term| term.doc_freq) else { return Ok(None) };
        let mut items = Docs::new();
        let mut list = self.index.read_postings_from_terminfo(rarest, IndexRecordOption::Basic)?;
        each(&mut list, among, |list| items.push(list.doc()));
        Ok(Some(items))
    }

    /// Finds where one of some terms stands; several only in some items.
    fn slot_postings(
        &self,
        terms: &[TermInfo],
        only: Option<&[DocId]>,
    ) -> tantivy::Result<Option<SlotPostings>> {
        let read = |term: &TermInfo| {
            let option = IndexRecordOption::WithFreqsAndPositions;
            self.index.read_postings_from_terminfo(term, option)
        };
        if let [only] = terms {
            return Ok(Some(SlotPostings::List(Box::new(read(only)?))));
        }
        let mut pairs: Vec<(DocId, u32)> = Vec::new();
        let mut positions = Vec::new();
        for term in terms {
            each(&mut read(term)?, Among { only, but: &[] }, |list| {
                list.positions(&mut positions);
                pairs.extend(positions.iter().map(|position| (list.doc(), *position)));
            });
        }
        #[expect(clippy::stable_sort_primitive, reason = "lists in order, which it only merges")]
        pairs.sort();
        pairs.dedup();
        Ok((!pairs.is_empty()).then_some(SlotPostings::Pairs { pairs, at: 0 }))
    }
}

/// Visits the items of a list that are looked at, in order.
fn each(list: &mut SegmentPostings, among: Among<'_>, mut visit: impl FnMut(&mut SegmentPostings)) {
    let mut but = Cursor::new(among.but);
    let mut doc = list.doc();
    let Some(only) = among.only else {
        while doc != TERMINATED {
            if !but.has(doc) {
                visit(list);
            }
            doc = list.advance();
        }
        return;
    };
    let mut at = 0;
    while doc != TERMINATED {
        at = seek(only, at, doc);
        let Some(&there) = only.get(at) else { return };
        if there != doc {
            doc = list.seek(there);
            continue;
        }
        if !but.has(doc) {
            visit(list);
        }
        doc = list.advance();
    }
}
