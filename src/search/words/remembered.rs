//! What the last queries were mended to, and how many items completions find.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::query::Node;

/// Queries of which is kept what they were mended to: who asks one asks it again, on the next page or with other filters.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Completions whose number of items is kept: with every letter the same ones are shown again.
const COUNTED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// How many items the last completions find.
#[derive(Debug)]
pub(crate) struct Counted(Mutex<LruCache<String, u64>>);

impl Default for Counted {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(COUNTED)))
    }
}

impl Counted {
    /// Returns how many items a query finds, if it was counted lately.
    pub(super) fn get(&self, query: &str) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(query).copied()
    }

    pub(super) fn put(&self, query: String, items: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(query, items);
    }
}

/// What a query was mended to, and what its only mended word may have been meant as otherwise; `None` if it cannot be mended.
#[derive(Clone, Debug)]
pub(super) struct Mended(pub(super) Option<(Node, Vec<String>)>);

/// What the last queries were mended to.
#[derive(Debug)]
pub(crate) struct Remembered(Mutex<LruCache<Node, Mended>>);

impl Default for Remembered {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Remembered {
    /// Returns what a query was mended to, if it was asked lately.
    pub(super) fn get(&self, asked: &Node) -> Option<Mended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }

    pub(super) fn put(&self, asked: Node, mended: Mended) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(asked, mended);
    }
}
