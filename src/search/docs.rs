//! Sets of items as sorted lists: as long as what matches, whatever the archive holds.

use tantivy::DocId;

/// Items in ascending order, each once.
pub(super) type Docs = Vec<DocId>;

/// Which items are looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Among<'a> {
    /// Only these, if any are named.
    pub(super) only: Option<&'a [DocId]>,
    /// Not these.
    pub(super) but: &'a [DocId],
}

/// Returns the first place of an ordered list whose item is not before `doc`. Near ones are found soonest.
pub(super) fn seek_by<T>(list: &[T], doc: DocId, of: impl Fn(&T) -> DocId) -> usize {
    let (mut from, mut step) = (0, 1);
    while let Some(there) = list.get(from + step - 1)
        && of(there) < doc
    {
        from += step;
        step *= 2;
    }
    let to = list.len().min(from + step);
    from + list[from..to].partition_point(|there| of(there) < doc)
}

/// Items that are passed one by one before the steps become longer: lists that are combined are often about as long.
const NEAR: usize = 4;

/// The same from `at` on.
#[inline]
pub(super) fn seek(docs: &[DocId], at: usize, doc: DocId) -> usize {
    for near in at..at + NEAR {
        if docs.get(near).is_none_or(|there| *there >= doc) {
            return near;
        }
    }
    at + NEAR + seek_by(&docs[at + NEAR..], doc, |there| *there)
}

/// Goes through a list once, for items that are asked for in order.
pub(super) struct Cursor<'a> {
    docs: &'a [DocId],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(docs: &'a [DocId]) -> Self {
        Self { docs, at: 0 }
    }

    /// Begins again.
    pub(super) fn rewind(&mut self) {
        self.at = 0;
    }

    /// Returns whether an item is in the list.
    #[inline]
    pub(super) fn has(&mut self, doc: DocId) -> bool {
        self.at = seek(self.docs, self.at, doc);
        self.docs.get(self.at) == Some(&doc)
    }
}

/// How many times longer one list must be than another for its items to be sought one by one; below, both are gone through
/// side by side, which costs the same whatever they hold.
const LONGER: usize = 16;

/// Goes through two lists side by side, without a branch that depends on their items: what cannot be foreseen costs most.
/// `keep` says of an item whether it is taken that stands in the first only, in both, or in the second only.
#[inline]
fn side_by_side(a: &[DocId], b: &[DocId], keep: [bool; 3]) -> Docs {
    let mut out = vec![0; a.len() + if keep[2] { b.len() } else { 0 }];
    let [first, both, second] = keep.map(usize::from);
    let (mut of_a, mut of_b, mut taken) = (0, 0, 0);
    while let (Some(&here), Some(&there)) = (a.get(of_a), b.get(of_b)) {
        let (less, more) = (usize::from(here < there), usize::from(here > there));
        let equal = 1 - less - more;
        if let Some(place) = out.get_mut(taken) {
            *place = here.min(there);
        }
        taken += first * less + both * equal + second * more;
        of_a += less + equal;
        of_b += more + equal;
    }
    out.truncate(taken);
    if keep[0] {
        out.extend_from_slice(&a[of_a..]);
    }
    if keep[2] {
        out.extend_from_slice(&b[of_b..]);
    }
    out
}

/// Returns many items, with or without a few, in stretches from one of these to the next.
fn with_or_without(many: &[DocId], few: &[DocId], with: bool) -> Docs {
    let mut all = Docs::with_capacity(many.len() + if with { few.len() } else { 0 });
    let mut at = 0;
    for doc in few {
        let next = seek(many, at, *doc);
        all.extend_from_slice(&many[at..next]);
        at = next + usize::from(many.get(next) == Some(doc));
        if with {
            all.push(*doc);
        }
    }
    all.extend_from_slice(&many[at..]);
    all
}

/// Returns the items of both.
pub(super) fn intersection(a: &[DocId], b: &[DocId]) -> Docs {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if many.len() < few.len().saturating_mul(LONGER) {
        return side_by_side(few, many, [false, true, false]);
    }
    let mut many = Cursor::new(many);
    few.iter().copied().filter(|doc| many.has(*doc)).collect()
}

/// Returns the items of the first that are not of the second.
pub(super) fn difference(a: &[DocId], b: &[DocId]) -> Docs {
    if b.is_empty() {
        return a.to_vec();
    }
    if a.len() >= b.len().saturating_mul(LONGER) {
        return with_or_without(a, b, false);
    }
    if b.len() < a.len().saturating_mul(LONGER) {
        return side_by_side(a, b, [true, false, false]);
    }
    let mut b = Cursor::new(b);
    a.iter().copied().filter(|doc| !b.has(*doc)).collect()
}

/// Returns the items of any of some lists.
pub(super) fn union_of_all(mut lists: Vec<Docs>) -> Docs {
    // The short ones first: every item is passed as often as there are lists behind it.
    lists.sort_by_key(Vec::len);
    lists.into_iter().reduce(|all, more| union(&all, &more)).unwrap_or_default()
}

/// Returns the items of either.
pub(super) fn union(a: &[DocId], b: &[DocId]) -> Docs {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if many.len() < few.len().saturating_mul(LONGER) {
        return side_by_side(few, many, [true, true, true]);
    }
    with_or_without(many, few, true)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lists_are_combined_as_sets() {
        for (a, b) in [
            (&[][..], &[][..]),
            (&[1, 2, 9], &[]),
            (&[0, 2, 4, 6, 8], &[1, 2, 3, 8, 20]),
            (&[7], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ] {
            let sets = [a, b].map(|docs| docs.iter().copied().collect::<BTreeSet<DocId>>());
            let [first, second] = &sets;
            let list = |set: BTreeSet<DocId>| set.into_iter().collect::<Docs>();
            assert_eq!(intersection(a, b), list(first & second), "{a:?} {b:?}");
            assert_eq!(intersection(b, a), list(first & second), "{a:?} {b:?}");
            assert_eq!(union(a, b), list(first | second), "{a:?} {b:?}");
            let lists = vec![b.to_vec(), a.to_vec(), b.to_vec()];
            assert_eq!(union_of_all(lists), list(first | second), "{a:?} {b:?}");
            assert_eq!(difference(a, b), list(first - second), "{a:?} {b:?}");
            assert_eq!(difference(b, a), list(second - first), "{a:?} {b:?}");
        }
    }

    #[test]
    fn lists_of_any_lengths_are_combined_as_sets() {
        let every = |step: usize, from: u32| (from..2_000).step_by(step).collect::<Docs>();
        let lists = [every(1, 0), every(2, 1), every(3, 7), every(50, 3), every(900, 20), vec![]];
        for (a, b) in lists.iter().flat_map(|a| lists.iter().map(move |b| (a, b))) {
            let [first, second] = [a, b].map(|docs| docs.iter().copied().collect::<BTreeSet<_>>());
            let list = |set: BTreeSet<DocId>| set.into_iter().collect::<Docs>();
            assert_eq!(intersection(a, b), list(&first & &second));
            assert_eq!(union(a, b), list(&first | &second));
            assert_eq!(difference(a, b), list(&first - &second));
        }
    }

    #[test]
    fn a_place_is_found_from_any_other() {
        let docs: Docs = (0..100).map(|number| number * 3).collect();
        for at in 0..100 {
            for doc in 0..310 {
                let expected = docs.partition_point(|there| *there < doc).max(at);
                assert_eq!(seek(&docs, at, doc), expected, "{at} {doc}");
            }
        }
        assert_eq!(seek(&docs, 100, 5), 100);
    }
}
