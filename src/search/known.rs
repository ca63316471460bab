//! What was read of lists that cost much to read, so that no item is read twice: once for whether it matches, once for what
//! it is worth.

use tantivy::DocId;

use super::docs::{Among, Cursor, Docs, difference, intersection, seek, seek_by, union};

/// What one item has of something that was looked for in one zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Occurrence {
    pub(super) doc: DocId,
    pub(super) times: u32,
    /// What it is worth among its kind; below 1 for a piece of a word.
    pub(super) worth: f32,
}

/// Which items were looked at.
#[derive(Clone, Debug)]
enum LookedAt {
    Only(Docs),
    AllBut(Docs),
}

/// What is known of lists.
#[derive(Debug)]
pub(super) struct Known {
    looked_at: LookedAt,
    /// What the items that were looked at have, in their order.
    found: Vec<Occurrence>,
}

impl Default for Known {
    fn default() -> Self {
        Self { looked_at: LookedAt::Only(Docs::new()), found: Vec::new() }
    }
}

/// Items that have to be looked at.
#[derive(Debug, PartialEq)]
pub(super) struct Missing {
    only: Option<Docs>,
    but: Docs,
}

impl Missing {
    pub(super) fn among(&self) -> Among<'_> {
        Among { only: self.only.as_deref(), but: &self.but }
    }
}

/// Returns those of a long list that are not before the first or behind the last of some items.
fn around<'a>(list: &'a [DocId], docs: &[DocId]) -> &'a [DocId] {
    let (Some(first), Some(last)) = (docs.first(), docs.last()) else { return &[] };
    let from = list.partition_point(|doc| doc < first);
    let to = from + list[from..].partition_point(|doc| doc <= last);
    &list[from..to]
}

impl Known {
    /// Returns which of some items were not looked at yet; `None` if all were.
    pub(super) fn missing(&self, among: Among<'_>) -> Option<Missing> {
        let only = match (among.only, &self.looked_at) {
            (None, LookedAt::Only(looked_at)) => {
                return Some(Missing { only: None, but: union(among.but, looked_at) });
            }
            (Some(only), LookedAt::Only(looked_at)) => difference(only, around(looked_at, only)),
            (None, LookedAt::AllBut(left)) => left.clone(),
            (Some(only), LookedAt::AllBut(left)) => intersection(only, around(left, only)),
        };
        let only = difference(&only, around(among.but, &only));
        (!only.is_empty()).then_some(Missing { only: Some(only), but: Docs::new() })
    }

    /// Adds what was missing.
    pub(super) fn add(&mut self, missing: Missing, found: Vec<Occurrence>) {
        match (&mut self.looked_at, missing.only) {
            (LookedAt::Only(looked_at), Some(only)) => *looked_at = union(looked_at, &only),
            (LookedAt::Only(looked_at), None) => {
                let left = difference(&missing.but, looked_at);
                self.looked_at = LookedAt::AllBut(left);
            }
            (LookedAt::AllBut(left), Some(only)) => *left = difference(left, &only),
            (LookedAt::AllBut(left), None) => *left = intersection(left, &missing.but),
        }
        if self.found.is_empty() {
            self.found = found;
        } else if !found.is_empty() {
            self.found.extend(found);
            // Two lists in order, which it only merges.
            self.found.sort_by_key(|occurrence| occurrence.doc);
        }
    }

    /// Returns how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let (LookedAt::Only(docs) | LookedAt::AllBut(docs)) = &self.looked_at;
        docs.capacity() * size_of::<DocId>() + self.found.capacity() * size_of::<Occurrence>()
    }

    /// Returns whether some items were looked at.
    pub(super) fn is_begun(&self) -> bool {
        !matches!(&self.looked_at, LookedAt::Only(looked_at) if looked_at.is_empty())
    }

    /// Returns the places of those of some items that were not looked at; `None` if these are most.
    pub(super) fn unknown(&self, docs: &[DocId]) -> Option<Vec<usize>> {
        let mut unknown = match &self.looked_at {
            LookedAt::AllBut(left) => intersection(docs, around(left, docs)),
            LookedAt::Only(looked_at) => {
                let looked_at = around(looked_at, docs);
                if looked_at.len() * 2 < docs.len() {
                    return None;
                }
                difference(docs, looked_at)
            }
        };
        let mut at = 0;
        let places = unknown.drain(..).map(|doc| {
            at = seek(docs, at, doc);
            at
        });
        Some(places.collect())
    }

    /// Visits what some items have that were looked at, each with its place among them.
    pub(super) fn places(&self, docs: &[DocId], mut visit: impl FnMut(usize, &Occurrence)) {
        let Some(first) = docs.first() else { return };
        let from = self.found.partition_point(|found| found.doc < *first);
        let mut at = 0;
        for found in &self.found[from..] {
            at = seek(docs, at, found.doc);
            match docs.get(at) {
                Some(doc) if *doc == found.doc => visit(at, found),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Visits what some items have that were looked at.
    pub(super) fn among<'a>(&'a self, among: Among<'_>, mut visit: impl FnMut(&'a Occurrence)) {
        let mut but = Cursor::new(among.but);
        let Some(only) = among.only else {
            self.found.iter().filter(|found| !but.has(found.doc)).for_each(visit);
            return;
        };
        if only.len() < self.found.len() {
            let mut at = 0;
            for doc in only {
                at += seek_by(&self.found[at..], *doc, |found| found.doc);
                if self.found.get(at).is_some_and(|found| found.doc == *doc) && !but.has(*doc) {
                    let here = self.found[at..].iter().take_while(|found| found.doc == *doc);
                    here.for_each(&mut visit);
                }
            }
        } else {
            let mut only = Cursor::new(only);
            let has = |found: &&Occurrence| only.has(found.doc) && !but.has(found.doc);
            self.found.iter().filter(has).for_each(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEMS: u32 = 4;

    /// Returns the items of a set of bits.
    fn set(bits: u32) -> Docs {
        (0..ITEMS).filter(|doc| bits & (1 << doc) != 0).collect()
    }

    fn occurrence(doc: u32, times: u32) -> Occurrence {
        Occurrence { doc, times, worth: 1.0 }
    }

    /// What the items have: the last nothing, the first twice.
    fn held() -> Vec<Occurrence> {
        vec![occurrence(0, 1), occurrence(0, 2), occurrence(1, 1), occurrence(2, 1)]
    }

    fn is_among(among: Among<'_>, doc: u32) -> bool {
        among.only.is_none_or(|only| only.contains(&doc)) && !among.but.contains(&doc)
    }

    #[test]
    fn every_item_is_read_at_most_once_and_never_forgotten() {
        let everything = 1 << ITEMS;
        // The set of all bits and one more stands for no restriction.
        let asked =
            || (0..=everything).flat_map(|only| (0..everything).map(move |but| (only, but)));
        for first in asked().step_by(3) {
            for second in asked() {
                let (mut known, mut read) = (Known::default(), vec![0; ITEMS as usize]);
                for (only, but) in [first, second, (everything, 0)] {
                    let (only, but) = ((only < everything).then(|| set(only)), set(but));
                    let among = Among { only: only.as_deref(), but: &but };
                    if let Some(missing) = known.missing(among) {
                        let looked_at = |doc: &u32| is_among(missing.among(), *doc);
                        (0..ITEMS).filter(looked_at).for_each(|doc| read[doc as usize] += 1);
                        let found = held().into_iter().filter(|found| looked_at(&found.doc));
                        let found = found.collect();
                        known.add(missing, found);
                    }
                    let mut found = Vec::new();
                    known.among(among, |occurrence| found.push(*occurrence));
                    let mut expected = held();
                    expected.retain(|found| is_among(among, found.doc));
                    assert_eq!(found, expected, "{first:?} {second:?}");
                    if let Some(only) = among.only.filter(|_| among.but.is_empty()) {
                        assert!(known.unknown(only).unwrap().is_empty());
                        found.clear();
                        known.places(only, |at, occurrence| {
                            assert_eq!(only[at], occurrence.doc);
                            found.push(*occurrence);
                        });
                        assert_eq!(found, expected, "{first:?} {second:?}");
                    }
                }
                assert_eq!(read, [1; ITEMS as usize], "{first:?} {second:?}");
            }
        }
    }
}
