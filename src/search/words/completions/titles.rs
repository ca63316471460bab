//! The titles of an archive as completions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::{DocAddress, Result};

use super::CompletedBy;
use super::spelled::{Beginnings, Spelled, is_spoken_so, spoken, written};
use crate::analysis::fold;
use crate::index::{Snapshot, Spellings, Titles};

/// Titles of a segment that are read to see whether they go on as was typed. Few are: the rest differs before.
const MAX_READ: usize = 256;
/// Characters by which titles are ordered that are equal otherwise: so many are known of each in every segment.
const ORDERED_BY: usize = 4;

/// The titles of all segments.
#[derive(Debug, Default)]
pub(crate) struct TitleLists(Vec<Listed>);

/// The titles of one segment.
#[derive(Debug)]
struct Listed {
    titles: Titles,
    beginnings: Beginnings,
    /// How many items of the archive have each; none for those that a segment before has, too, and those that only
    /// deleted items have.
    items: Vec<u32>,
}

/// A title that goes on from what was typed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<'a> {
    rank: (bool, Reverse<u32>, usize, &'a str, u32),
    segment: usize,
    place: usize,
    by: CompletedBy,
}

impl TitleLists {
    /// Reads the titles of all segments, and shows how each writes names.
    pub(crate) fn open(
        snapshot: &Snapshot,
        show: &mut dyn FnMut(usize, &Spellings) -> Result<()>,
    ) -> Result<Self> {
        let mut all = Vec::new();
        for (segment, reader) in snapshot.searcher.segment_readers().iter().enumerate() {
            let (titles, spellings) = snapshot.titles(segment)?;
            show(segment, &spellings)?;
            let alive = |place: usize| {
                let docs = titles.docs(place).iter();
                u32::try_from(docs.filter(|doc| !reader.is_deleted(**doc)).count())
            };
            let items = (0..titles.count()).map(|place| alive(place).unwrap_or(u32::MAX)).collect();
            all.push(Listed { beginnings: Beginnings::of(&titles), titles, items });
        }
        let mut lists = Self(all);
        lists.count_once();
        Ok(lists)
    }

    /// Counts what stands in several segments in the first of them.
    fn count_once(&mut self) {
        if self.0.len() < 2 {
            return;
        }
        let mut all: Vec<(u32, usize, usize, usize)> = Vec::new();
        for (segment, listed) in self.0.iter().enumerate() {
            let places = (0..listed.items.len()).filter(|place| listed.items[*place] > 0);
            let titles = &listed.titles;
            all.extend(places.map(|at| (titles.hash(at), titles.length(at), segment, at)));
        }
        all.sort_unstable();
        for alike in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|alike| alike.len() > 1) {
            for (at, (.., segment, place)) in alike.iter().enumerate() {
                for (.., other, other_place) in &alike[at + 1..] {
                    let [a, b] = [(segment, place), (other, other_place)]
                        .map(|(segment, place)| (&self.0[*segment], *place));
                    let [counted, more] = [a, b].map(|(listed, place)| listed.items[place]);
                    let [a, b] = [a, b].map(|(listed, place)| listed.titles.key(place));
                    let is_same = a.starts_with(b) || b.starts_with(a);
                    if segment != other && is_same && counted > 0 {
                        self.0[*segment].items[*place] = counted + more;
                        self.0[*other].items[*other_place] = 0;
                    }
                }
            }
        }
    }

    /// Shows the best of at most `most` titles that go on from a folded text, the frequent ones first, then the short,
    /// with how many items have each, until `show` wants no more.
    pub(crate) fn complete(
        &self,
        snapshot: &Snapshot,
        typed: &str,
        most: usize,
        show: &mut dyn FnMut(&str, CompletedBy, u64) -> bool,
    ) -> Result<()> {
        let mut best: BinaryHeap<Candidate<'_>> = BinaryHeap::new();
        for (segment, listed) in self.0.iter().enumerate() {
            listed.collect(snapshot, segment, typed, most, &mut best)?;
        }
        for Candidate { rank, segment, place, by } in best.into_sorted_vec() {
            let address = self.0.get(segment).and_then(|of| of.address(snapshot, segment, place));
            let Some(address) = address else { continue };
            if !show(&snapshot.title(address)?, by, u64::from(rank.1.0)) {
                break;
            }
        }
        Ok(())
    }
}

impl Listed {
    /// Returns an item that has a title.
    fn address(&self, snapshot: &Snapshot, segment: usize, place: usize) -> Option<DocAddress> {
        let of_segment = snapshot.searcher.segment_readers().get(segment)?;
        let docs = self.titles.docs(place).iter();
        let doc = docs.copied().find(|doc| !of_segment.is_deleted(*doc))?;
        Some(DocAddress::new(u32::try_from(segment).ok()?, doc))
    }

    /// Adds what goes on from a folded text to the best candidates.
    fn collect<'a>(
        &'a self,
        snapshot: &Snapshot,
        segment: usize,
        typed: &str,
        most: usize,
        best: &mut BinaryHeap<Candidate<'a>>,
    ) -> Result<()> {
        let by_pinyin = |by| (by, spoken(&self.titles, &self.beginnings, typed, by));
        let is_latin = typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let ways = [CompletedBy::Pinyin, CompletedBy::Initials].into_iter();
        let ways = ways.filter(|_| is_latin).map(by_pinyin);
        let prefix = (CompletedBy::Prefix, written(&self.titles, typed));
        let mut known: Vec<Spelled> = Vec::new();
        for (by, mut found) in std::iter::once(prefix).chain(ways) {
            // What was read is sure.
            found.open = self.read(snapshot, segment, typed, by, &found.open)?;
            for place in found.sure.iter().cloned().flatten().chain(found.open.iter().copied()) {
                let is_so = by == CompletedBy::Prefix || self.titles.is_spoken(place);
                if is_so && !known.iter().any(|known| known.has(place)) {
                    self.add(segment, place, by, most, best);
                }
            }
            known.push(found);
        }
        Ok(())
    }

    /// Returns those of some titles that go on as was typed, as their items say.
    fn read(
        &self,
        snapshot: &Snapshot,
        segment: usize,
        typed: &str,
        by: CompletedBy,
        open: &[usize],
    ) -> Result<Vec<usize>> {
        let mut found = Vec::new();
        let existing =
            open.iter().filter(|place| self.items.get(**place).is_some_and(|of| *of > 0));
        for place in existing.take(MAX_READ) {
            let Some(address) = self.address(snapshot, segment, *place) else { continue };
            let title = fold(&snapshot.title(address)?);
            let is_so = match by {
                CompletedBy::Prefix => title.starts_with(typed),
                _ => is_spoken_so(&title, typed, by),
            };
            if is_so {
                found.push(*place);
            }
        }
        Ok(found)
    }

    fn add<'a>(
        &'a self,
        segment: usize,
        place: usize,
        by: CompletedBy,
        most: usize,
        best: &mut BinaryHeap<Candidate<'a>>,
    ) {
        let items = self.items.get(place).copied().unwrap_or(0);
        let only_initials = by == CompletedBy::Initials;
        let length = self.titles.length(place);
        let first = (only_initials, Reverse(items), length);
        let is_full = best.len() >= most;
        let is_worse = |worst: &Candidate<'_>| (worst.rank.0, worst.rank.1, worst.rank.2) < first;
        if items == 0 || is_full && best.peek().is_none_or(is_worse) {
            return;
        }
        let key = self.titles.key(place);
        let end = key.char_indices().nth(ORDERED_BY).map_or(key.len(), |(at, _)| at);
        let rank = (first.0, first.1, first.2, &key[..end], self.titles.hash(place));
        best.push(Candidate { rank, segment, place, by });
        if is_full {
            best.pop();
        }
    }
}
