//! Postings of several atoms to the items where they stand side by side.

use std::ops::ControlFlow;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

use super::docs::{Among, Cursor, seek};
use crate::query::Slot;

/// Where one slot of a literal stands.
pub(super) enum SlotPostings {
    List(Box<SegmentPostings>),
    Pairs { pairs: Vec<(DocId, u32)>, at: usize },
}

impl SlotPostings {
    fn doc(&self) -> DocId {
        match self {
            Self::List(list) => list.doc(),
            Self::Pairs { pairs, at } => pairs.get(*at).map_or(TERMINATED, |pair| pair.0),
        }
    }

    fn cost(&self) -> usize {
        match self {
            Self::List(list) => list.doc_freq() as usize,
            Self::Pairs { pairs, .. } => pairs.len(),
        }
    }

    /// Goes to the first item not before `doc`.
    pub(super) fn seek(&mut self, doc: DocId) -> DocId {
        match self {
            Self::List(list) => {
                if list.doc() < doc {
                    list.seek(doc);
                }
            }
            Self::Pairs { pairs, at } => {
                *at += pairs[*at..].partition_point(|pair| pair.0 < doc);
            }
        }
        self.doc()
    }

    fn advance(&mut self) -> DocId {
        match self {
            Self::List(list) => list.advance(),
            Self::Pairs { .. } => self.seek(self.doc().saturating_add(1)),
        }
    }

    fn positions(&mut self, out: &mut Vec<u32>) {
        match self {
            Self::List(list) => list.positions(out),
            Self::Pairs { pairs, at } => {
                out.clear();
                let doc = pairs.get(*at).map_or(TERMINATED, |pair| pair.0);
                out.extend(pairs[*at..].iter().take_while(|p| p.0 == doc).map(|p| p.1));
            }
        }
    }
}

/// Returns where every slot stands, counted from the first.
pub(super) fn offsets(slots: &[Slot]) -> Vec<i64> {
    let mut at = 0;
    let mut offsets = Vec::with_capacity(slots.len());
    for (index, slot) in slots.iter().enumerate() {
        at += if index == 0 { 0 } else { i64::from(slot.step) };
        offsets.push(at);
    }
    offsets
}

/// Reports those of some items in which all slots stand side by side in their order, and how often, until the answer is
/// `Break`.
pub(super) fn adjacent(
    slots: &mut [SlotPostings],
    offsets: &[i64],
    among: Among<'_>,
    mut report: impl FnMut(DocId, u32) -> ControlFlow<()>,
) {
    let order = rarest_first(slots);
    let Some((&lead, others)) = order.split_first() else { return };
    let mut together = Together::default();
    let (mut at, mut but) = (0, Cursor::new(among.but));
    let mut doc = slots[lead].doc();
    'docs: while doc != TERMINATED {
        if let Some(only) = among.only {
            at = seek(only, at, doc);
            let Some(&there) = only.get(at) else { return };
            if there != doc {
                doc = slots[lead].seek(there);
                continue;
            }
        }
        for &at in others {
            let other = slots[at].seek(doc);
            if other != doc {
                doc = if other == TERMINATED { TERMINATED } else { slots[lead].seek(other) };
                continue 'docs;
            }
        }
        // Where they stand costs most.
        if but.has(doc) {
            doc = slots[lead].advance();
            continue;
        }
        let times = together.find(slots, &order, offsets, doc).len();
        let times = u32::try_from(times).unwrap_or(u32::MAX);
        if times > 0 && report(doc, times).is_break() {
            return;
        }
        doc = slots[lead].advance();
    }
}

/// Reports those of some items in which all slots stand side by side in their order, and how often. Most of the items have every
/// slot: no more is looked at than rules one out.
pub(super) fn adjacent_in(
    slots: &mut [SlotPostings],
    offsets: &[i64],
    docs: &[DocId],
    mut report: impl FnMut(DocId, u32),
) {
    let order = rarest_first(slots);
    let mut together = Together::default();
    for doc in docs {
        let times = together.find(slots, &order, offsets, *doc).len();
        if times > 0 {
            report(*doc, u32::try_from(times).unwrap_or(u32::MAX));
        }
    }
}

/// The rarer a slot, the sooner an item is ruled out.
fn rarest_first(slots: &[SlotPostings]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..slots.len()).collect();
    order.sort_by_key(|at| slots[*at].cost());
    order
}

/// Finds where slots stand side by side in one item, with memory for the next one.
#[derive(Default)]
pub(super) struct Together {
    here: Vec<u32>,
    there: Vec<u32>,
}

impl Together {
    /// Compares slots in an item that is not before the one they are at, in the order given; returns the positions of the first
    /// of that order beside which all others stand.
    pub(super) fn find(
        &mut self,
        slots: &mut [SlotPostings],
        order: &[usize],
        offsets: &[i64],
        doc: DocId,
    ) -> &[u32] {
        self.here.clear();
        let Some((&lead, others)) = order.split_first() else { return &[] };
        if slots[lead].seek(doc) != doc {
            return &[];
        }
        slots[lead].positions(&mut self.here);
        // An atom that is a piece of its own name stands at one place twice: it must not matter which slot leads.
        self.here.dedup();
        for &at in others {
            if self.here.is_empty() {
                break;
            }
            if slots[at].seek(doc) != doc {
                return &[];
            }
            slots[at].positions(&mut self.there);
            let (shift, there) = (offsets[at] - offsets[lead], &self.there);
            self.here.retain(|position| {
                u32::try_from(i64::from(*position) + shift)
                    .is_ok_and(|wanted| there.binary_search(&wanted).is_ok())
            });
        }
        &self.here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slots that stand at positions of items, with the items where they are adjacent and how often.
    #[track_caller]
    fn check(slots: &[&[(DocId, u32)]], offsets: &[i64], expected: &[(DocId, u32)]) {
        let pairs = |pairs: &&[(DocId, u32)]| SlotPostings::Pairs { pairs: pairs.to_vec(), at: 0 };
        let again: Vec<SlotPostings> = slots.iter().map(pairs).collect();
        let mut slots: Vec<SlotPostings> = slots.iter().map(pairs).collect();
        let mut found = Vec::new();
        adjacent(&mut slots, offsets, Among::default(), |doc, times| {
            found.push((doc, times));
            ControlFlow::Continue(())
        });
        assert_eq!(found, expected);
        // Of items that may lack a slot.
        let (mut slots, mut some) = (again, Vec::new());
        adjacent_in(&mut slots, offsets, &[1, 3, 4, 5, 6], |doc, times| some.push((doc, times)));
        let of_some = |(doc, _): &&(DocId, u32)| *doc != 2;
        assert_eq!(some, expected.iter().filter(of_some).copied().collect::<Vec<_>>());
    }

    #[test]
    fn slots_are_adjacent_at_their_offsets_only() {
        check(&[&[(1, 4), (2, 0)], &[(1, 5), (2, 2)]], &[0, 1], &[(1, 1)]);
        check(&[&[(1, 4), (2, 0)], &[(1, 5), (2, 2)]], &[0, 2], &[(2, 1)]);
        check(&[&[(1, 5)], &[(1, 4)]], &[0, 1], &[]);
        check(&[&[(1, 1), (1, 7), (1, 9)], &[(1, 2), (1, 8)]], &[0, 1], &[(1, 2)]);
    }

    #[test]
    fn an_item_without_one_of_the_slots_is_passed_over() {
        check(&[&[(1, 0), (3, 0), (5, 0)], &[(2, 1), (5, 1)]], &[0, 1], &[(5, 1)]);
        check(&[&[(1, 0)], &[(2, 1)]], &[0, 1], &[]);
        check(&[], &[], &[]);
    }

    #[test]
    fn break_ends_the_search() {
        let slot = || SlotPostings::Pairs { pairs: vec![(1, 0), (2, 0)], at: 0 };
        let mut seen = 0;
        adjacent(&mut [slot()], &[0], Among::default(), |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert_eq!(seen, 1);
    }

    #[test]
    fn a_step_of_two_leaves_room_for_punctuation() {
        let slot = |step| Slot { step, ..Slot::whole("a") };
        assert_eq!(offsets(&[slot(1), slot(1), slot(2)]), [0, 1, 3]);
    }
}
