//! What was found out of the last words that were asked about.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use tantivy::DocAddress;

use crate::index::StoredItem;
use crate::query::{Node, OtherName};
use crate::search::similar::Similar;

/// What the last queries were mended to: who asks one asks it again, on the next page or with other filters.
pub(crate) type Mendings = Remembered<Node, Option<(Node, Vec<String>)>, 64>;
/// How many items the last completions find: with every letter the same ones are shown again.
pub(crate) type Counted = Remembered<String, u64, 1_024>;

/// By what other names the archive explains the last names that were asked about: every run of words of every query.
pub(crate) type Aliases = Remembered<String, Vec<OtherName>, 1_024>;

/// How near all items are to the last questions, four bytes an item: who turns a page asks again.
pub(crate) type Nearness = Remembered<String, Arc<Similar>, 4>;

/// The items last shown. They are kept rather than the blocks they lie in, which are twenty times as large.
pub(crate) type Items = Remembered<DocAddress, Arc<StoredItem>, 2_000>;

/// The last `MOST` answers to something; at least one is kept.
#[derive(Debug)]
pub(crate) struct Remembered<K: Eq + Hash, V, const MOST: usize>(Mutex<LruCache<K, V>>);

impl<K: Eq + Hash, V, const MOST: usize> Default for Remembered<K, V, MOST> {
    fn default() -> Self {
        let most = NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN);
        Self(Mutex::new(LruCache::new(most)))
    }
}

impl<K: Eq + Hash, V: Clone, const MOST: usize> Remembered<K, V, MOST> {
    /// Returns the answer to something that was asked lately.
    pub(crate) fn get(&self, asked: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }

    pub(crate) fn put(&self, asked: K, answer: V) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(asked, answer);
    }
}
