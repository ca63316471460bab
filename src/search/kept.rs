//! Lists that cost much to find or to read, kept from one query to the next: whoever types, turns pages or chooses filters asks
//! for the same names again, and many ask for the same.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use tantivy::SegmentOrdinal;

use super::lists::Lists;
use crate::query::{Matcher, Zone};

/// Bytes of lists that are kept over all segments: those of some hundred queries of a million items. With less, an archive of
/// that size would read frequent names again; more is memory that mapped files have better use for.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of lists that are too large to be kept where room is needed: of one segment, a sixteenth of everything.
const LARGE: usize = MOST_BYTES / 16;

/// Lists that one query asks for, about: among so many of the last ones large ones are looked for.
const MOST_OF_QUERY: usize = 512;

/// Lists that are kept, however short: most say that nothing is there.
const MOST_LISTS: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// What was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LookedFor {
    pub(super) segment: SegmentOrdinal,
    pub(super) zone: Zone,
    pub(super) matcher: Matcher,
}

/// The lists last asked for; none where nothing has what was looked for. What an answer is does not depend on them.
pub(super) struct KeptLists {
    lists: Mutex<LruCache<LookedFor, Option<Arc<Lists>>>>,
    /// Of all lists, also those that are only in use.
    bytes: Arc<AtomicUsize>,
}

impl Default for KeptLists {
    fn default() -> Self {
        Self { lists: Mutex::new(LruCache::new(MOST_LISTS)), bytes: Arc::default() }
    }
}

impl fmt::Debug for KeptLists {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.load(Ordering::Relaxed);
        out.debug_struct("KeptLists").field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl KeptLists {
    /// Returns the lists of what is looked for, found now if they are not kept.
    pub(super) fn get(
        &self,
        looked_for: LookedFor,
        find: impl FnOnce() -> tantivy::Result<Option<Lists>>,
    ) -> tantivy::Result<Option<Arc<Lists>>> {
        if let Some(known) = self.kept().get(&looked_for) {
            return Ok(known.clone());
        }
        let found = find()?.map(|lists| Arc::new(lists.counted_in(&self.bytes)));
        // Whoever was sooner has begun to read.
        let mut kept = self.kept();
        let known = kept.get_or_insert(looked_for, || found);
        Ok(known.clone())
    }

    /// Forgets what is large, and what was not asked for the longest, as far as everything takes too much; lists grow while they
    /// are read.
    pub(super) fn trim(&self) {
        self.trim_to(MOST_BYTES, LARGE);
    }

    fn trim_to(&self, most: usize, large: usize) {
        if self.bytes.load(Ordering::Relaxed) <= most {
            return;
        }
        let mut kept = self.kept();
        let is_large = |lists: &Arc<Lists>| lists.bytes() > large;
        let recent = kept.iter().take(MOST_OF_QUERY);
        let large = recent.filter(|(_, lists)| lists.as_ref().is_some_and(is_large));
        let large: Vec<LookedFor> = large.map(|(looked_for, _)| looked_for.clone()).collect();
        for looked_for in large {
            kept.pop(&looked_for);
        }
        drop(kept);
        while self.bytes.load(Ordering::Relaxed) > most && self.kept().pop_lru().is_some() {}
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<LookedFor, Option<Arc<Lists>>>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Slot;
    use crate::search::answer::answer;
    use crate::search::docs::Among;
    use crate::search::testing::{Fixture, report, request};

    fn fixture() -> Fixture {
        let first = [
            ("大语言模型", "语言模型与模型语言"),
            ("pythonic", "large language model"),
            ("语言", "模型"),
        ];
        let second =
            [("模型", "一个大语言模型"), ("python", "语言的模型，cpython"), ("言语", "模范")];
        let (first, second) = (report(&first), report(&second));
        Fixture::in_segments(&[("2024-02-22.md", &first), ("2024-02-23.md", &second)])
    }

    #[test]
    fn answers_do_not_depend_on_what_was_asked_before() {
        let fixture = fixture();
        let reader = &fixture.reader;
        let typed = [
            "语言模型",
            "大语言模型 python",
            "ython",
            "言模",
            "\"语言模型\"",
            "模型 语言",
            "python",
        ];
        let fresh =
            typed.map(|typed| answer(&reader.clone().with_new_lists(), &request(typed)).unwrap());
        assert!(fresh.iter().all(|found| found.total > 0));
        for at in (0..typed.len()).chain((0..typed.len()).rev()) {
            let found = answer(reader, &request(typed[at])).unwrap();
            assert_eq!(found, fresh[at], "{}", typed[at]);
        }
    }

    #[test]
    fn what_was_not_asked_for_the_longest_is_forgotten() {
        let fixture = fixture();
        let reader = &fixture.reader;
        let segments = reader.segments().unwrap();
        let kept = KeptLists::default();
        let find = |first: &str, second: &str| {
            let matcher = Matcher::Literal(vec![Slot::whole(first), Slot::whole(second)]);
            let zone = Zone::Body;
            let looked_for = LookedFor { segment: 0, zone, matcher: matcher.clone() };
            kept.get(looked_for, || segments[0].lists(zone, &matcher, &|_| 1.0)).unwrap()
        };
        let bytes = || kept.bytes.load(Ordering::Relaxed);
        assert!(find("龘", "模").is_none());
        assert_eq!(bytes(), 0);
        let (one, other) = (find("语", "言").unwrap(), find("模", "型").unwrap());
        let before = bytes();
        one.docs(Among::default(), &mut Vec::new()).unwrap();
        assert!(bytes() > before);
        // The same again, with what is known of it.
        assert!(Arc::ptr_eq(&one, &find("语", "言").unwrap()));
        kept.trim_to(bytes(), usize::MAX);
        assert!(Arc::ptr_eq(&other, &find("模", "型").unwrap()));
        drop((one, other));
        kept.trim_to(before, usize::MAX);
        assert!(bytes() <= before && bytes() > 0);
        kept.trim_to(0, usize::MAX);
        assert_eq!(bytes(), 0);
        // What is large goes first, though it was asked for last.
        let (small, large) = (find("模", "型").unwrap(), find("语", "言").unwrap());
        large.docs(Among::default(), &mut Vec::new()).unwrap();
        let most = small.bytes();
        assert!(large.bytes() > most);
        drop(large);
        kept.trim_to(most, most);
        assert_eq!(bytes(), most);
        assert!(Arc::ptr_eq(&small, &find("模", "型").unwrap()));
    }
}
