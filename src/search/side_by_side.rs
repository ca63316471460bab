//! Work on segments that can be done at once, by whoever has threads: the library has none of its own.

use std::fmt;
use std::sync::OnceLock;

/// Does tasks, maybe several at once.
pub trait SideBySide: fmt::Debug + Send + Sync {
    /// Items of lists to be read from which on dividing a query costs less than it saves.
    fn worth_from(&self) -> usize;

    /// Does a task for every number below `tasks`, in any order, and returns when all are done.
    fn each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync));
}

/// Does one task after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneByOne;

impl SideBySide for OneByOne {
    fn worth_from(&self) -> usize {
        usize::MAX
    }

    fn each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(task);
    }
}

/// Returns what is made of every number below `tasks`, in their order.
pub(super) fn of_each<T: Send + Sync>(
    how: &dyn SideBySide,
    tasks: usize,
    make: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let made: Vec<OnceLock<T>> = (0..tasks).map(|_| OnceLock::new()).collect();
    how.each(tasks, &|at| {
        made[at].get_or_init(|| make(at));
    });
    // Nothing is missing if one task of those that do them is never begun.
    let made = made.into_iter().enumerate();
    made.map(|(at, made)| made.into_inner().unwrap_or_else(|| make(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does every other task, from the last on.
    #[derive(Debug)]
    struct Careless;

    impl SideBySide for Careless {
        fn worth_from(&self) -> usize {
            0
        }

        fn each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
            (0..tasks).rev().step_by(2).for_each(task);
        }
    }

    #[test]
    fn everything_is_made_in_order_whoever_does_it() {
        let expected: Vec<usize> = (0..7).map(|number| number * number).collect();
        let makers: [&dyn SideBySide; 2] = [&OneByOne, &Careless];
        for how in makers {
            assert_eq!(of_each(how, 7, |number| number * number), expected);
        }
    }
}
