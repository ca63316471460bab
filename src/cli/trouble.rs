//! What fails again and again while files are followed to lines worth reading, and to the time of the next try.

use std::time::{Duration, Instant};

/// The first pause after a failure.
const FIRST: Duration = Duration::from_secs(5);
/// The longest pause: each is twice as long as the one before, for a try may be expensive.
const LONGEST: Duration = Duration::from_secs(60);

/// What is said after a failure to bring an index in step.
pub(super) const WELL_AGAIN: &str = "the index is in step again";

/// A failure that lasts: it is said once, and again only after all was well.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    lasting: Option<Lasting>,
}

#[derive(Debug)]
struct Lasting {
    line: String,
    pause: Duration,
    next: Instant,
}

impl Trouble {
    /// Notes a failure at a time; returns whether it is new.
    pub(super) fn failed(&mut self, line: &str, now: Instant) -> bool {
        let pause = self.lasting.as_ref().map_or(FIRST, |lasting| (lasting.pause * 2).min(LONGEST));
        let before =
            self.lasting.replace(Lasting { line: line.to_owned(), pause, next: now + pause });
        before.is_none_or(|before| before.line != line)
    }

    /// Notes a success; returns whether it ends a failure.
    pub(super) fn succeeded(&mut self) -> bool {
        self.lasting.take().is_some()
    }

    /// Returns whether there was a failure after which it is too early for another try.
    #[cfg(feature = "serve")]
    pub(super) fn is_waiting(&self, now: Instant) -> bool {
        self.lasting.as_ref().is_some_and(|lasting| lasting.next > now)
    }

    /// Returns whether it is time for another try after a failure.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.lasting.as_ref().is_some_and(|lasting| lasting.next <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_said_once_and_again_after_all_was_well() {
        let (mut trouble, now) = (Trouble::default(), Instant::now());
        assert!(!trouble.succeeded());
        assert!(trouble.failed("a", now));
        assert!(!trouble.failed("a", now));
        assert!(trouble.failed("b", now), "another one is said");
        assert!(trouble.succeeded());
        assert!(!trouble.succeeded());
        assert!(trouble.failed("b", now));
    }

    #[test]
    fn tries_after_a_failure_become_rarer_up_to_a_minute() {
        let (mut trouble, mut now) = (Trouble::default(), Instant::now());
        assert!(!trouble.is_due(now));
        for pause in [5, 10, 20, 40, 60, 60] {
            trouble.failed("a", now);
            now += Duration::from_millis(pause * 1000 - 1);
            assert!(!trouble.is_due(now), "{pause}");
            now += Duration::from_millis(1);
            assert!(trouble.is_due(now), "{pause}");
        }
        trouble.succeeded();
        assert!(!trouble.is_due(now));
    }
}
