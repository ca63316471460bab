//! What the last queries were mended to.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::query::Node;

/// Queries of which is kept what they were mended to: who asks one asks it again, on the next page or with other filters.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(64).unwrap();

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
