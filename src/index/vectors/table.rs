//! The file: after the line `baoku vectors 1` the fingerprint of the model (16 digits), then, little-endian and 32 bits each, its
//! dimension, how many items there are, deleted ones among them, and how many vectors; for every item where its vectors end; the
//! keys of all (64 bits), what 1 of each stands for (floating point), and their numbers, a byte each; last a CRC-32 of all
//! before.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentId;
use tantivy::{Directory, DocId, HasLen as _};

use crate::meaning::{Asked, MAX_DIMENSION, ModelName};

/// Extension of the file, behind the fingerprint of the model.
pub(in crate::index) const EXTENSION: &str = "vectors";
/// Begins the file; another version is not read.
pub(super) const MAGIC: &[u8] = b"baoku vectors 1\n";
/// Digits of the fingerprint of a model.
pub(in crate::index) const DIGITS: usize = 16;
/// Bytes before the ends of items.
const HEAD: usize = MAGIC.len() + DIGITS + 3 * 4;
/// Steps of a similarity of 1; see [`Vectors::similar`].
pub const SIMILARITY_STEPS: f32 = 16_384.0;

pub(in crate::index) fn name(segment: SegmentId, fingerprint: &str) -> String {
    format!("{}.{fingerprint}.{EXTENSION}", segment.uuid_string())
}

/// The vectors of a segment, mapped.
pub struct Vectors {
    bytes: OwnedBytes,
    dimension: usize,
    items: usize,
    count: usize,
    /// Whether it is as it was written, once somebody has asked.
    is_sound: OnceLock<bool>,
}

impl std::fmt::Debug for Vectors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vectors").field("count", &self.count).finish_non_exhaustive()
    }
}

/// Reads a number of 32 bits.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
}

impl Vectors {
    /// Opens the vectors of a segment that a model has made; `None` if they are missing or not of that model.
    pub(in crate::index) fn open(
        files: &dyn Directory,
        segment: SegmentId,
        model: &ModelName,
    ) -> Option<Self> {
        Self::open_file(files, &name(segment, &model.fingerprint), model)
    }

    pub(super) fn open_file(files: &dyn Directory, name: &str, model: &ModelName) -> Option<Self> {
        let file = files.open_read(Path::new(name)).ok()?;
        if file.len() < HEAD {
            return None;
        }
        Self::of(file.read_bytes().ok()?, model)
    }

    fn of(bytes: OwnedBytes, model: &ModelName) -> Option<Self> {
        let fingerprint = bytes.strip_prefix(MAGIC)?.get(..DIGITS)?;
        let at = |place: usize| number(&bytes, MAGIC.len() + DIGITS + place * 4);
        let (dimension, items, count) = (at(0)?, at(1)?, at(2)?);
        if fingerprint != model.fingerprint.as_bytes()
            || dimension != model.dimension
            || dimension > MAX_DIMENSION
        {
            return None;
        }
        let length = count.checked_mul(8 + 4 + dimension)?.checked_add(items.checked_mul(4)?)?;
        if bytes.len() != length.checked_add(HEAD + 4)? {
            return None;
        }
        Some(Self { bytes, dimension, items, count, is_sound: OnceLock::new() })
    }

    /// Returns whether it is as it was written; reads all of it, once.
    pub(super) fn is_sound(&self) -> bool {
        *self.is_sound.get_or_init(|| {
            let Some((content, sum)) =
                self.bytes.split_last_chunk::<4>().map(|(content, sum)| (content, *sum))
            else {
                return false;
            };
            crc32fast::hash(content) == u32::from_le_bytes(sum)
        })
    }

    fn keys_at(&self) -> usize {
        HEAD + self.items * 4
    }

    fn scales_at(&self) -> usize {
        self.keys_at() + self.count * 8
    }

    fn values_at(&self) -> usize {
        self.scales_at() + self.count * 4
    }

    /// Returns where the vectors of an item are.
    fn of_item(&self, doc: usize) -> Range<usize> {
        let end = |doc: usize| number(&self.bytes, HEAD + doc * 4).unwrap_or(0).min(self.count);
        let from = doc.checked_sub(1).map_or(0, end);
        from..end(doc).max(from)
    }

    /// Returns the keys of all vectors, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        let keys = self.bytes.get(self.keys_at()..self.scales_at()).unwrap_or_default();
        keys.as_chunks::<8>().0.iter().map(|key| u64::from_le_bytes(*key))
    }

    /// Returns what 1 of a vector stands for, and its numbers.
    pub(super) fn vector(&self, at: usize) -> Option<(f32, &[u8])> {
        let scale = self.bytes.get(self.scales_at() + at * 4..)?.first_chunk()?;
        let from = self.values_at() + at * self.dimension;
        Some((f32::from_le_bytes(*scale), self.bytes.get(from..from + self.dimension)?))
    }

    /// Returns how many items the segment has, deleted ones among them.
    #[must_use]
    pub fn items(&self) -> DocId {
        DocId::try_from(self.items).unwrap_or(DocId::MAX)
    }

    /// Returns how near some items of the segment are to what was asked: each the nearest of its passages, 1 as
    /// [`SIMILARITY_STEPS`];
    /// `None` for one without any.
    pub fn similar(&self, asked: &Asked, items: Range<DocId>) -> Vec<Option<i16>> {
        let is_of_model = asked.dimension() == self.dimension;
        let all = items.map(|doc| {
            let of_item = usize::try_from(doc).ok().filter(|doc| is_of_model && *doc < self.items);
            let vectors = self.of_item(of_item?).filter_map(|at| self.vector(at));
            let similar = vectors.map(|(scale, values)| asked.similarity(scale, values));
            similar.map(in_steps).max()
        });
        all.collect()
    }
}

/// Rounds a similarity, so that sums over many do not depend on their order. What is broken is far away.
fn in_steps(similarity: f32) -> i16 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "-16,384 to 16,384; a conversion of no number gives 0"
    )]
    let steps = (similarity.clamp(-1.0, 1.0) * SIMILARITY_STEPS).round() as i16;
    steps
}

/// Returns whether a file is to be part of a state whose segments have the vectors of a model, or of none.
pub(in crate::index) fn is_wanted(name: &str, model: Option<&ModelName>) -> bool {
    let Some(rest) = name.strip_suffix(EXTENSION) else { return true };
    model.is_some_and(|model| rest.ends_with(&format!(".{}.", model.fingerprint)))
}
