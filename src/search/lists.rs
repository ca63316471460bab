//! The lists of items behind one way to have a word in one zone: found in the dictionaries once, read in whole or only for
//! some items, and what costs much to read is read once for each item.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fixedbitset::FixedBitSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader};

use super::adjacent::{SlotPostings, adjacent, adjacent_in};
use super::docs::{Among, Cursor, Docs, difference, union_of_all};
use super::known::{Known, Occurrence};
use super::postings::{BLOCK, each, each_of};
use crate::index::existing;

/// Items a list has on average up to which several are read whole. A list costs as much to open as about as many items to
/// read.
const SHORT: usize = 32;

/// Terms of which the lists are read again each time, as that of one is; of more, what was read is kept.
const FEW_TERMS: usize = 4;

/// Of how many items that may have something at least one is asked for if all are looked at: then only what was found has to be
/// remembered, for every other question too. With more, few items would cost as much as all.
const MOST: usize = 4;

/// Bits that an item in a list takes: where lists are longer than this part of the items of a segment, a bit for each of these
/// takes less.
const DENSE: usize = 32;

/// Lists of postings of one field, and how they are read together.
pub(super) struct Lists {
    index: Arc<InvertedIndexReader>,
    kind: Kind,
    /// What was read of it, unless it is cheap.
    known: Mutex<Known>,
    bytes: Option<Bytes>,
}

/// What lists take in memory, as a part of what many take.
struct Bytes {
    own: AtomicUsize,
    all: Arc<AtomicUsize>,
}

impl Bytes {
    fn set(&self, now: usize) {
        let before = self.own.swap(now, Ordering::Relaxed);
        self.all.fetch_add(now, Ordering::Relaxed);
        self.all.fetch_sub(before, Ordering::Relaxed);
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.set(0);
    }
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
        Self { index: Arc::clone(index), kind, known: Mutex::default(), bytes: None }
    }

    /// Adds the bytes that it takes, now and when more is known of it, to those of others, as long as it exists.
    pub(super) fn counted_in(mut self, all: &Arc<AtomicUsize>) -> Self {
        let bytes = Bytes { own: AtomicUsize::new(0), all: Arc::clone(all) };
        bytes.set(self.size());
        self.bytes = Some(bytes);
        self
    }

    /// Returns how many bytes it takes, if that is counted.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.as_ref().map_or(0, |bytes| bytes.own.load(Ordering::Relaxed))
    }

    /// Returns how many bytes it takes, without what is known of it.
    fn size(&self) -> usize {
        let of_all = |terms: usize, of_one: usize| size_of::<Self>() + terms * of_one;
        match &self.kind {
            Kind::Any(terms, _) => of_all(terms.len(), size_of::<(TermInfo, f32)>()),
            Kind::All(terms) => of_all(terms.len(), size_of::<TermInfo>()),
            Kind::Adjacent { slots, .. } => {
                of_all(slots.iter().map(Vec::len).sum(), size_of::<TermInfo>())
            }
        }
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

    /// Adds what the items have; in their order, unless it is of several terms.
    pub(super) fn read(
        &self,
        among: Among<'_>,
        found: &mut Vec<Occurrence>,
    ) -> tantivy::Result<()> {
        if self.is_cheap() {
            return self.read_now(among, found);
        }
        self.know(among)?;
        self.known().among(among, |occurrence| found.push(*occurrence));
        Ok(())
    }

    /// Adds the items, in order; how often something stands there is not looked at.
    pub(super) fn docs(&self, among: Among<'_>, found: &mut Docs) -> tantivy::Result<()> {
        if let Some((terms, _)) = self.cheap() {
            if let [(term, _)] = terms {
                return self.docs_of(term, among, found);
            }
            let of_terms = terms.iter().map(|(term, _)| {
                let mut docs = Docs::new();
                self.docs_of(term, among, &mut docs)?;
                Ok(docs)
            });
            found.extend(union_of_all(of_terms.collect::<tantivy::Result<_>>()?));
            return Ok(());
        }
        self.know(among)?;
        self.known().among(among, |occurrence| found.push(occurrence.doc));
        found.dedup();
        Ok(())
    }

    /// Adds the items of one term.
    fn docs_of(&self, term: &TermInfo, among: Among<'_>, found: &mut Docs) -> tantivy::Result<()> {
        let option = IndexRecordOption::Basic;
        let mut list = self.index.read_block_postings_from_terminfo(term, option)?;
        if let Some(only) = among.only {
            let mut but = Cursor::new(among.but);
            each_of(&mut list, only, |_, doc, _| {
                if !but.has(doc) {
                    found.push(doc);
                }
            });
            return Ok(());
        }
        let before = found.len();
        found.reserve(term.doc_freq as usize);
        while !list.docs().is_empty() {
            found.extend_from_slice(list.docs());
            list.advance();
        }
        if !among.but.is_empty() {
            let left = difference(&found[before..], among.but);
            found.truncate(before);
            found.extend(left);
        }
        Ok(())
    }

    /// Returns the items of all lists, in order, each once, if they are cheap and so many that a bit for every item of the
    /// segment takes less than the lists; deleted ones are still among them.
    pub(super) fn many_of(lists: &[&Self], items: u32) -> tantivy::Result<Option<Docs>> {
        let most: usize = lists.iter().map(|lists| lists.most()).sum();
        if lists.len() < 2 || most.saturating_mul(DENSE) < items as usize {
            return Ok(None);
        }
        let mut all = FixedBitSet::with_capacity(items as usize);
        for lists in lists {
            let Kind::Any(terms, _) = &lists.kind else { return Ok(None) };
            for (term, _) in terms {
                let option = IndexRecordOption::Basic;
                let mut list = lists.index.read_block_postings_from_terminfo(term, option)?;
                while !list.docs().is_empty() {
                    list.docs().iter().for_each(|doc| all.insert(*doc as usize));
                    list.advance();
                }
            }
        }
        let mut docs = Docs::with_capacity(all.count_ones(..));
        docs.extend(all.ones().filter_map(|doc| DocId::try_from(doc).ok()));
        Ok(Some(docs))
    }

    /// Visits those of some items that have something, each with its place among them, for every term of it in order; they must
    /// be known if it is not cheap.
    pub(super) fn places(
        &self,
        docs: &[DocId],
        mut visit: impl FnMut(usize, &Occurrence),
    ) -> tantivy::Result<()> {
        if let Some((terms, option)) = self.cheap() {
            for (term, worth) in terms {
                let mut list = self.index.read_block_postings_from_terminfo(term, option)?;
                each_of(&mut list, docs, |at, doc, times| {
                    visit(at, &Occurrence { doc, times: times.max(1), worth: *worth });
                });
            }
            return Ok(());
        }
        self.known().places(docs, visit);
        Ok(())
    }

    /// Returns the places of those of some items of which it takes looking at where something stands, or at many terms, to
    /// know what they have; `None` if these are most.
    pub(super) fn unknown(&self, docs: &[DocId]) -> Option<Vec<usize>> {
        if self.is_cheap() { Some(Vec::new()) } else { self.known().unknown(docs) }
    }

    /// Looks at some items, if it is not cheap.
    pub(super) fn prepare(&self, docs: &[DocId]) -> tantivy::Result<()> {
        if self.is_cheap() {
            return Ok(());
        }
        self.know(Among { only: Some(docs), but: &[] })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what is not known yet.
    fn know(&self, among: Among<'_>) -> tantivy::Result<()> {
        // Short lists are read whole: opening them costs most. So are those of which more is asked than once.
        let mut known = self.known();
        let is_again = matches!(self.kind, Kind::Any(..)) && known.is_begun();
        let is_most = among.only.is_some_and(|only| only.len() * MOST >= self.most());
        let whole = is_again || is_most || self.is_of_short_lists();
        let among = if whole { Among::default() } else { among };
        let Some(missing) = known.missing(among) else { return Ok(()) };
        let mut found = Vec::new();
        self.read_now(missing.among(), &mut found)?;
        if matches!(self.kind, Kind::Any(..)) {
            // Each list is in order.
            found.sort_by_key(|occurrence| occurrence.doc);
        }
        known.add(missing, found);
        if let Some(bytes) = &self.bytes {
            bytes.set(self.size() + known.size());
        }
        Ok(())
    }

    fn is_of_short_lists(&self) -> bool {
        matches!(&self.kind, Kind::Any(terms, _) if self.most() <= SHORT * terms.len())
    }

    /// Adds what the items have; in their order, unless it is of several terms.
    fn read_now(&self, among: Among<'_>, found: &mut Vec<Occurrence>) -> tantivy::Result<()> {
        match &self.kind {
            Kind::Any(terms, option) => {
                let mut but = Cursor::new(among.but);
                for (term, worth) in terms {
                    but.rewind();
                    let mut list = self.index.read_block_postings_from_terminfo(term, *option)?;
                    let mut visit = |doc: DocId, times: u32| {
                        if !but.has(doc) {
                            found.push(Occurrence { doc, times: times.max(1), worth: *worth });
                        }
                    };
                    if let Some(only) = among.only {
                        each_of(&mut list, only, |_, doc, times| visit(doc, times));
                        continue;
                    }
                    while !list.docs().is_empty() {
                        let times = list.freqs().iter().copied().chain(std::iter::repeat(1));
                        list.docs().iter().zip(times).for_each(|(doc, times)| visit(*doc, times));
                        list.advance();
                    }
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
        self.cheap().is_some()
    }

    /// Returns its terms, if it is.
    fn cheap(&self) -> Option<(&[(TermInfo, f32)], IndexRecordOption)> {
        match &self.kind {
            Kind::Any(terms, option) if terms.len() <= FEW_TERMS => Some((terms, *option)),
            _ => None,
        }
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
        let with_all = self.items_of_single_terms(slots, among)?;
        let only = with_all.as_deref().or(among.only);
        if only.is_some_and(<[DocId]>::is_empty) {
            return Ok(());
        }
        let mut postings = Vec::with_capacity(slots.len());
        for terms in slots {
            match self.slot_postings(terms, only)? {
                Some(slot) => postings.push(slot),
                None => return Ok(()),
            }
        }
        if let Some(docs) = with_all {
            adjacent_in(&mut postings, offsets, &docs, |doc, times| report(doc, times, *worth));
        } else {
            adjacent(&mut postings, offsets, among, |doc, times| {
                report(doc, times, *worth);
                ControlFlow::Continue(())
            });
        }
        Ok(())
    }

    /// Returns the items that have all slots of a single term, wherever it stands there: other slots are looked up only in them.
    /// `None` if there is no such slot, or if reading where they stand costs no more.
    fn items_of_single_terms(
        &self,
        slots: &[Vec<TermInfo>],
        among: Among<'_>,
    ) -> tantivy::Result<Option<Docs>> {
        let single = slots.iter().filter_map(|terms| match terms.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let mut single: Vec<&TermInfo> = single.collect();
        single.sort_by_key(|term| term.doc_freq);
        let Some((rarest, others)) = single.split_first() else { return Ok(None) };
        if single.len() == slots.len() && rarest.doc_freq as usize <= BLOCK {
            return Ok(None);
        }
        let mut items = Docs::new();
        self.docs_of(rarest, Among { but: &[], ..among }, &mut items)?;
        for term in others {
            let mut left = Docs::new();
            self.docs_of(term, Among { only: Some(&items), but: &[] }, &mut left)?;
            items = left;
        }
        // Of the fewest: what is not looked at may be long.
        Ok(Some(difference(&items, among.but)))
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
