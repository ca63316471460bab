//! Titles in order, each by as much of it as tells it from the others.

use tantivy::DocId;

use crate::analysis::{fold, is_spoken};
use crate::index::packed::{Packed, Stream, TextsReader, TextsWriter, push_number, shared};

/// Characters that are kept of every title: initials of pinyin leave several titles until so many are known, and of what
/// is not kept an item must be read. More make the index larger.
const KEPT: usize = 4;
/// Characters of the shortest title that is completed.
const SHORTEST: usize = 2;
/// Bytes of the hash of a title.
const HASH: usize = 3;
/// Bit of a mark that is set for a title that can be typed by its pinyin.
const SPOKEN: u32 = 1 << 31;

/// Streams that they are written as.
pub(super) const STREAMS: usize = 7;
/// Bit of a hash that is set for a title that is written as it is when folded: of two that are equal otherwise, `OneDev`
/// comes before `onedev`.
const FOLDED: u8 = 0x80;

/// Titles while items are read: folded, the hash of what is written, and the item.
#[derive(Default)]
pub(super) struct Unsorted(Vec<(Box<str>, [u8; HASH], DocId)>);

impl Unsorted {
    /// Adds the title of an item, unless it is too short to be completed.
    pub(super) fn add(&mut self, title: &str, doc: DocId) {
        let folded = fold(title);
        if folded.chars().nth(SHORTEST - 1).is_some() {
            let mut hash = [0; HASH];
            hash.copy_from_slice(&blake3::hash(title.as_bytes()).as_bytes()[..HASH]);
            let [.., highest] = &mut hash;
            *highest = *highest & !FOLDED | if folded == title { FOLDED } else { 0 };
            self.0.push((folded.into_boxed_str(), hash, doc));
        }
    }

    /// Writes them: keys, lengths, how many items have each, hashes and items.
    pub(super) fn packed(mut self, docs_of_segment: u32) -> [Stream; STREAMS] {
        self.0.sort_unstable();
        let width = doc_width(docs_of_segment);
        let mut keys = TextsWriter::default();
        let [mut lengths, mut counts, mut hashes, mut docs] = [const { Stream::new() }; 4];
        let of_text: Vec<_> = self.0.chunk_by(|a, b| a.0 == b.0).collect();
        let text = |place: Option<usize>| {
            let title = of_text.get(place?)?.first()?;
            Some(title.0.as_ref())
        };
        for (place, titles) in of_text.iter().enumerate() {
            let own = text(Some(place)).unwrap_or_default();
            let others = [text(place.checked_sub(1)), text(Some(place + 1))];
            let key = key(own, others.map(Option::unwrap_or_default));
            for title in titles.chunk_by(|a, b| a.1 == b.1) {
                keys.push(key);
                push_number(&mut lengths, (own.len() as u64) << 1 | u64::from(is_spoken(own)));
                push_number(&mut counts, title.len() as u64);
                hashes.extend_from_slice(&title[0].1);
                for (.., doc) in title {
                    docs.extend_from_slice(&doc.to_le_bytes()[..width]);
                }
            }
        }
        let [shared, rest, letters] = keys.streams();
        [shared, rest, letters, lengths, counts, hashes, docs]
    }
}

/// Returns how many bytes the number of an item takes.
fn doc_width(docs_of_segment: u32) -> usize {
    (4 - docs_of_segment.leading_zeros() as usize / 8).max(1)
}

/// Returns as much of a text as neither of its neighbours has, and [`KEPT`] characters of it at least.
fn key<'t>(text: &'t str, neighbours: [&str; 2]) -> &'t str {
    let same = neighbours.map(|other| shared(text, other)).into_iter().max().unwrap_or(0);
    let next = text[same..].chars().next().map_or(0, char::len_utf8);
    let least = text.char_indices().nth(KEPT).map_or(text.len(), |(at, _)| at);
    &text[..(same + next).max(least)]
}

/// The titles of a segment, in the order of their folded text. What is written in two ways stands twice.
#[derive(Debug, Default)]
pub struct Titles {
    keys: String,
    /// Where each key ends.
    ends: Vec<u32>,
    /// Bytes of the folded titles; a longer one counts as so long.
    lengths: Vec<u16>,
    /// The hash of the title as written, and [`SPOKEN`].
    marks: Vec<u32>,
    docs: Vec<DocId>,
    /// Where the items of each end.
    doc_ends: Vec<u32>,
}

impl Titles {
    /// Reads what was written; `None` if it is damaged.
    pub(super) fn unpack(packed: &[Stream; STREAMS], docs_of_segment: u32) -> Option<Self> {
        let [shared, rest, letters, ..] = packed;
        let mut keys = TextsReader::new([shared, rest, letters]);
        let [.., lengths, counts, hashes, docs] = packed;
        let mut streams = [lengths, counts, hashes, docs].map(|stream| Packed(stream));
        let [lengths, counts, hashes, docs] = &mut streams;
        let width = doc_width(docs_of_segment);
        let mut titles = Self::default();
        while !keys.is_empty() {
            titles.keys.push_str(keys.next()?);
            titles.ends.push(u32::try_from(titles.keys.len()).ok()?);
            let length = lengths.number()?;
            titles.lengths.push(u16::try_from(length >> 1).unwrap_or(u16::MAX));
            let spoken = if length & 1 == 1 { SPOKEN } else { 0 };
            titles.marks.push(number(hashes.bytes(HASH)?) | spoken);
            for _ in 0..counts.count()? {
                let doc = number(docs.bytes(width)?);
                titles.docs.push(Some(doc).filter(|doc| *doc < docs_of_segment)?);
            }
            titles.doc_ends.push(u32::try_from(titles.docs.len()).ok()?);
        }
        titles.shrink();
        streams.iter().all(Packed::is_empty).then_some(titles)
    }

    fn shrink(&mut self) {
        self.keys.shrink_to_fit();
        [&mut self.ends, &mut self.marks, &mut self.docs, &mut self.doc_ends]
            .into_iter()
            .for_each(Vec::shrink_to_fit);
        self.lengths.shrink_to_fit();
    }

    /// Returns how many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Returns the beginning of a folded title, as far as it is kept.
    #[must_use]
    pub fn key(&self, place: usize) -> &str {
        self.keys.get(range(&self.ends, place)).unwrap_or_default()
    }

    /// Returns the number of bytes of a folded title.
    #[must_use]
    pub fn length(&self, place: usize) -> usize {
        self.lengths.get(place).copied().map_or(0, usize::from)
    }

    /// Returns whether the key of a title is all of it.
    #[must_use]
    pub fn is_whole(&self, place: usize) -> bool {
        self.key(place).len() >= self.length(place)
    }

    /// Returns whether a title can be typed by its pinyin.
    #[must_use]
    pub fn is_spoken(&self, place: usize) -> bool {
        self.marks.get(place).is_some_and(|mark| mark & SPOKEN != 0)
    }

    /// Returns a hash of a title as it is written.
    #[must_use]
    pub fn hash(&self, place: usize) -> u32 {
        self.marks.get(place).map_or(0, |mark| mark & !SPOKEN)
    }

    /// Returns the items that have a title, deleted ones among them.
    #[must_use]
    pub fn docs(&self, place: usize) -> &[DocId] {
        self.docs.get(range(&self.doc_ends, place)).unwrap_or_default()
    }
}

fn range(ends: &[u32], place: usize) -> std::ops::Range<usize> {
    let end = |place: usize| ends.get(place).map_or(0, |end| *end as usize);
    place.checked_sub(1).map_or(0, end)..end(place)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 8] = [
        "大模型推理的优化",
        "大模型推理的加速",
        "大模型周报",
        "GPT",
        "gpt",
        "GPT-4 发布",
        "大模型周报",
        "x",
    ];

    fn packed() -> [Stream; STREAMS] {
        let mut all = Unsorted::default();
        (0..).zip(TITLES).for_each(|(doc, title)| all.add(title, doc));
        all.packed(300)
    }

    #[test]
    fn titles_stand_in_order_with_what_tells_them_apart() {
        let titles = Titles::unpack(&packed(), 300).unwrap();
        let all = (0..titles.count()).map(|at| (titles.key(at), titles.docs(at).to_vec()));
        let mut all: Vec<_> = all.collect();
        // What is written in two ways stands in no order that means something.
        all[..2].sort();
        let expected = [
            ("gpt", vec![3]),
            ("gpt", vec![4]),
            ("gpt-", vec![5]),
            ("大模型周", vec![2, 6]),
            ("大模型推理的优", vec![0]),
            ("大模型推理的加", vec![1]),
        ];
        let mut expected: Vec<_> = expected.into();
        expected[4..].sort_by_key(|(key, _)| *key);
        assert_eq!(all, expected);
        let lengths: Vec<_> = (0..titles.count()).map(|at| titles.length(at)).collect();
        assert_eq!(lengths, [3, 3, 12, 15, 24, 24]);
        assert_eq!(
            (0..4).map(|at| titles.is_whole(at)).collect::<Vec<_>>(),
            [true, true, false, false]
        );
        assert_eq!((1..4).map(|at| titles.is_spoken(at)).collect::<Vec<_>>(), [false, true, true]);
        assert_ne!(titles.hash(0), titles.hash(1));
    }

    #[test]
    fn many_items_have_longer_numbers() {
        for (docs, expected) in
            [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3), (u32::MAX, 4)]
        {
            assert_eq!(doc_width(docs), expected, "{docs}");
        }
    }

    #[test]
    fn what_is_damaged_is_noticed_and_never_panics() {
        let sound = packed();
        for stream in 0..STREAMS {
            for at in 0..sound[stream].len() {
                let mut damaged = sound.clone();
                damaged[stream].truncate(at);
                assert!(Titles::unpack(&damaged, 300).is_none(), "{stream} {at}");
                for byte in [0, 1, 0x7F, 0xFF] {
                    let mut damaged = sound.clone();
                    damaged[stream][at] = byte;
                    let _ = Titles::unpack(&damaged, 300);
                }
            }
        }
        // Items that the segment does not have.
        assert!(Titles::unpack(&sound, 256).is_some() && Titles::unpack(&sound, 6).is_none());
    }
}
