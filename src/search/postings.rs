//! One list of postings, gone through for all items or for some.

use tantivy::postings::{BlockSegmentPostings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

use super::docs::{Among, Cursor, seek};

/// Items of a block of postings.
pub(super) const BLOCK: usize = 128;

/// How many times fewer items than a block holds are sought one by one in it.
const FEWER: usize = 8;

/// Visits those of some items that a list has, in order, each with its place among them and how often something stands there.
pub(super) fn each_of(
    list: &mut BlockSegmentPostings,
    only: &[DocId],
    mut visit: impl FnMut(usize, DocId, u32),
) {
    let mut at = 0;
    let (mut places, mut within) = ([0_usize; BLOCK], [0_usize; BLOCK]);
    while let Some(first) = only.get(at) {
        let mut from = list.seek(*first);
        let (docs, freqs) = (list.docs(), list.freqs());
        let Some(last) = docs.last().filter(|_| from < docs.len()) else { return };
        let times = |there: usize| freqs.get(there).copied().unwrap_or(1);
        let end = seek(only, at, last.saturating_add(1)).min(only.len());
        if (end - at) * FEWER < docs.len() - from {
            for (place, doc) in (at..end).zip(&only[at..end]) {
                from += docs[from..].partition_point(|there| there < doc);
                if docs.get(from) == Some(doc) {
                    visit(place, *doc, times(from));
                }
            }
        } else {
            // Without a branch that depends on the items.
            let (mut here, mut there, mut both) = (at, from, 0);
            while here < end && there < docs.len() {
                let (x, y) = (only[here], docs[there]);
                (places[both % BLOCK], within[both % BLOCK]) = (here, there);
                both += usize::from(x == y);
                here += usize::from(x <= y);
                there += usize::from(x >= y);
            }
            for (place, there) in places.iter().zip(&within).take(both) {
                visit(*place, docs[*there], times(*there));
            }
        }
        at = end;
    }
}

/// Visits the items of a list that are looked at, in order.
pub(super) fn each(
    list: &mut SegmentPostings,
    among: Among<'_>,
    mut visit: impl FnMut(&mut SegmentPostings),
) {
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
