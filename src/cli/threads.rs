//! Segments of a large query are searched by as many threads as there are cores, if nobody else is searching.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};
use std::thread;

use crate::search::SideBySide;

/// Items of lists that are read in some milliseconds; a thread is begun in some hundredths of one, several times a query.
const WORTH_FROM: usize = 200_000;

/// Threads that are begun when there is work.
#[derive(Debug)]
pub(super) struct Threads {
    cores: usize,
    /// Held by the query that is worked on by several.
    busy: Mutex<()>,
}

impl Threads {
    pub(super) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { cores, busy: Mutex::default() }
    }
}

impl SideBySide for Threads {
    fn worth_from(&self) -> usize {
        WORTH_FROM
    }

    /// One query at a time: with several, every core has work already.
    fn each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let threads = self.cores.min(tasks);
        let busy = self.busy.try_lock();
        if threads < 2 || matches!(busy, Err(TryLockError::WouldBlock)) {
            (0..tasks).for_each(task);
            return;
        }
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= tasks {
                    break;
                }
                task(at);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                // Where no thread can be had, this one does everything.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_done_once_also_within_another() {
        let threads = Threads { cores: 3, busy: Mutex::default() };
        let done = Mutex::new(Vec::new());
        threads.each(5, &|outer| {
            threads.each(2, &|inner| done.lock().unwrap().push((outer, inner)));
        });
        let mut done = done.into_inner().unwrap();
        done.sort_unstable();
        let expected = (0..5).flat_map(|outer| (0..2).map(move |inner| (outer, inner)));
        assert_eq!(done, expected.collect::<Vec<_>>());
        assert!(threads.busy.try_lock().is_ok());
    }
}
