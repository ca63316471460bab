//! Hashes of what a report says, as they lie in a file: many reports are compared without making a list of each.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::series::hashes;

/// Bytes of a hash.
const BYTES: usize = 4;

/// Hashes of what a report says, sorted, each once.
#[derive(Clone, Default)]
pub struct Said {
    /// The hashes of this report among those of others, four bytes each, the lowest first.
    all: Arc<Vec<u8>>,
    from: usize,
    count: usize,
}

impl Said {
    /// Keeps hashes, sorted, each once.
    #[must_use]
    pub fn of(hashes: &[u32]) -> Self {
        let all = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        Self { all: Arc::new(all), from: 0, count: hashes.len() }
    }

    fn end(&self) -> Option<usize> {
        self.count.checked_mul(BYTES)?.checked_add(self.from)
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns them as bytes; nothing if only their number is known.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.end().and_then(|end| self.all.get(self.from..end)).unwrap_or_default()
    }

    fn each(&self) -> &[[u8; BYTES]] {
        self.bytes().as_chunks().0
    }

    /// Returns them, the lowest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.each().iter().map(|hash| u32::from_le_bytes(*hash))
    }

    /// Returns whether a hash is among them.
    pub(super) fn contains(&self, hash: u32) -> bool {
        self.each().binary_search_by_key(&hash, |hash| u32::from_le_bytes(*hash)).is_ok()
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && self.bytes() == other.bytes()
    }
}

impl Eq for Said {}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        hashes::serialize(&self.iter().collect::<Vec<_>>(), to)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::of(&hashes::deserialize(from)?))
    }
}
