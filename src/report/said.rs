//! Hashes of what a report says, as they lie in a file: many reports are compared without making a list of each.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of a hash.
const BYTES: usize = 4;

/// Hashes of what a report says, sorted, each once. As text it is only their number: where they are kept is up to who
/// keeps them.
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

    /// Takes its hashes, of which there are as many as it says, from the bytes of many; `from` is moved behind them.
    /// `None` if there are not so many.
    #[must_use]
    pub fn placed(&self, all: &Arc<Vec<u8>>, from: &mut usize) -> Option<Self> {
        let placed = Self { all: Arc::clone(all), from: *from, count: self.count };
        *from = placed.end()?;
        (*from <= all.len()).then_some(placed)
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
        self.count.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self { count: usize::deserialize(from)?, ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_found_where_they_are_placed() {
        let all: Arc<Vec<u8>> = Arc::new(Said::of(&[1, 5, u32::MAX, 2]).bytes().to_vec());
        let (first, second): (Said, Said) =
            (serde_json::from_str("3").unwrap(), serde_json::from_str("1").unwrap());
        assert_eq!((first.len(), first.bytes()), (3, &[][..]));
        let mut from = 0;
        let first = first.placed(&all, &mut from).unwrap();
        let second = second.placed(&all, &mut from).unwrap();
        assert_eq!(from, all.len());
        assert_eq!((first, second), (Said::of(&[1, 5, u32::MAX]), Said::of(&[2])));
        let found = Said::of(&[1, 5, u32::MAX]);
        assert!(found.contains(5) && found.contains(u32::MAX) && !found.contains(4));
    }

    #[test]
    fn more_hashes_than_there_are_is_an_error() {
        let all = Arc::new(vec![0; 8]);
        let many: Said = serde_json::from_str("3").unwrap();
        assert_eq!(many.placed(&all, &mut 0), None);
        let too_many: Said = serde_json::from_str(&usize::MAX.to_string()).unwrap();
        assert_eq!(too_many.placed(&all, &mut 0), None);
        assert_eq!(too_many.bytes(), [0; 0]);
    }
}
