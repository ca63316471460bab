//! The connections there are, what each is doing, and which of them makes room when there is no more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::limits::{FRESH_TIME, SLOW_GRACE, SLOW_RATE, STALL_TIME};

/// The connections there are.
#[derive(Default)]
pub(super) struct Peers {
    known: Mutex<BTreeMap<u64, Arc<Peer>>>,
    next: AtomicU64,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Peer {
    doing: Mutex<Doing>,
    sent_away: AtomicBool,
    away: Notify,
}

/// What a connection is doing, and since when.
#[derive(Debug)]
struct Doing {
    phase: Phase,
    since: Instant,
    /// When the last byte came or went.
    last: Instant,
    /// Bytes that the client took of an answer.
    taken: u64,
    /// Whether some of the next request came before this one was answered.
    is_ahead: bool,
    /// Whether a whole request came.
    has_asked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing came yet.
    Fresh,
    /// Some of a request's head came.
    Head,
    /// The body of a request is waited for.
    Body,
    /// A request is being answered.
    Answering,
    /// The client takes the answer, which may be written to its end.
    Taking { is_whole: bool },
    /// A request was answered, and nothing came since.
    Idle,
}

/// A connection among the others, until it is dropped.
pub(super) struct Known {
    peers: Arc<Peers>,
    number: u64,
    pub(super) peer: Arc<Peer>,
}

impl Peers {
    pub(super) fn add(self: &Arc<Self>) -> Known {
        let peer = Arc::new(Peer::new());
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, Arc::clone(&peer));
        Known { peers: Arc::clone(self), number, peer }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Peer>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the connection that can best be spared to end. One whose request came, or may still be on its way, stays.
    pub(super) fn send_one_away(&self) {
        let now = Instant::now();
        let known = self.lock();
        let spare = known.values().filter_map(|peer| Some((peer.spare(now)?, peer)));
        if let Some((_, peer)) = spare.max_by_key(|(spare, _)| *spare) {
            peer.sent_away.store(true, Ordering::Relaxed);
            peer.away.notify_one();
        }
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.peers.lock().remove(&self.number);
    }
}

impl Peer {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let doing = Doing {
            phase: Phase::Fresh,
            since: now,
            last: now,
            taken: 0,
            is_ahead: false,
            has_asked: false,
        };
        Self { doing: Mutex::new(doing), sent_away: AtomicBool::new(false), away: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Doing> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how well it can be spared, if at all: idle ones first, then those that are the latest.
    fn spare(&self, now: Instant) -> Option<(bool, Duration)> {
        if self.is_sent_away() {
            return None;
        }
        let doing = self.lock();
        let end = match doing.phase {
            Phase::Idle => doing.since,
            Phase::Fresh | Phase::Head => doing.since + FRESH_TIME,
            Phase::Body => doing.last + STALL_TIME,
            Phase::Taking { .. } => doing.since + allowed(doing.taken),
            Phase::Answering => return None,
        };
        Some((doing.phase == Phase::Idle, now.checked_duration_since(end)?))
    }

    pub(super) fn is_sent_away(&self) -> bool {
        self.sent_away.load(Ordering::Relaxed)
    }

    /// Waits until it is asked to end.
    pub(super) async fn sent_away(&self) {
        self.away.notified().await;
    }

    /// Keeps it although it was asked to end: something came meanwhile.
    pub(super) fn stays(&self) {
        self.sent_away.store(false, Ordering::Relaxed);
        let mut doing = self.lock();
        (doing.since, doing.last) = (Instant::now(), Instant::now());
    }

    /// Returns whether a request is under way.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.lock().phase, Phase::Body | Phase::Answering)
    }

    /// Returns whether no whole request came since it was opened.
    pub(super) fn has_asked_nothing(&self) -> bool {
        let doing = self.lock();
        matches!(doing.phase, Phase::Fresh | Phase::Head) && !doing.has_asked
    }

    pub(super) fn came(&self) {
        let mut doing = self.lock();
        doing.last = Instant::now();
        match doing.phase {
            Phase::Fresh | Phase::Idle => doing.enter(Phase::Head),
            Phase::Answering | Phase::Taking { .. } => doing.is_ahead = true,
            Phase::Head | Phase::Body => {}
        }
    }

    /// Says that a whole request came; returns whether it came with the one before.
    pub(super) fn begins(&self) -> bool {
        let mut doing = self.lock();
        let is_piped = doing.phase != Phase::Head;
        (doing.is_ahead, doing.has_asked) = (false, true);
        doing.enter(Phase::Answering);
        is_piped
    }

    pub(super) fn waits_for_body(&self) {
        let mut doing = self.lock();
        if doing.phase == Phase::Answering {
            doing.enter(Phase::Body);
        }
    }

    pub(super) fn has_body(&self) {
        let mut doing = self.lock();
        if doing.phase == Phase::Body {
            doing.enter(Phase::Answering);
        }
    }

    pub(super) fn answered(&self) {
        let mut doing = self.lock();
        doing.taken = 0;
        doing.enter(Phase::Taking { is_whole: false });
    }

    /// Says that the answer has no more to be written.
    pub(super) fn ends(&self) {
        let mut doing = self.lock();
        if let Phase::Taking { is_whole } = &mut doing.phase {
            *is_whole = true;
        }
    }

    pub(super) fn takes(&self, bytes: usize) {
        self.lock().taken += bytes as u64;
    }

    /// Says that everything that was written was taken.
    pub(super) fn has_taken(&self) {
        let mut doing = self.lock();
        if doing.phase == (Phase::Taking { is_whole: true }) {
            let next = if doing.is_ahead { Phase::Head } else { Phase::Idle };
            doing.enter(next);
        }
    }
}

impl Doing {
    fn enter(&mut self, phase: Phase) {
        (self.phase, self.since) = (phase, Instant::now());
    }
}

/// Returns how long somebody may take for so many bytes.
pub(super) fn allowed(bytes: u64) -> Duration {
    SLOW_GRACE + Duration::from_millis(bytes.saturating_mul(1000) / SLOW_RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether a connection after `steps` can be spared after a time without anything.
    fn is_spared(steps: &[fn(&Peer)], later: Duration) -> bool {
        let peer = Peer::new();
        for step in steps {
            step(&peer);
        }
        peer.spare(Instant::now() + later).is_some()
    }

    fn begins(peer: &Peer) {
        peer.begins();
    }

    #[test]
    fn only_what_waits_for_a_client_can_be_spared() {
        const SOON: Duration = Duration::ZERO;
        const LATE: Duration = Duration::from_secs(5);
        let fresh: &[fn(&Peer)] = &[];
        let head: &[fn(&Peer)] = &[Peer::came];
        let answering: &[fn(&Peer)] = &[Peer::came, begins];
        let body: &[fn(&Peer)] = &[Peer::came, begins, Peer::waits_for_body];
        let with_body: &[fn(&Peer)] = &[Peer::came, begins, Peer::waits_for_body, Peer::has_body];
        let taking: &[fn(&Peer)] = &[Peer::came, begins, Peer::answered, Peer::has_taken];
        let idle: &[fn(&Peer)] = &[Peer::came, begins, Peer::answered, Peer::ends, Peer::has_taken];
        let ahead: &[fn(&Peer)] =
            &[Peer::came, begins, Peer::came, Peer::answered, Peer::ends, Peer::has_taken];
        for (name, steps, soon, late) in [
            ("fresh", fresh, false, true),
            ("head", head, false, true),
            ("answering", answering, false, false),
            ("body", body, false, true),
            ("with body", with_body, false, false),
            ("taking", taking, false, true),
            ("idle", idle, true, true),
            ("ahead", ahead, false, true),
        ] {
            assert_eq!((is_spared(steps, SOON), is_spared(steps, LATE)), (soon, late), "{name}");
        }
    }

    #[test]
    fn idle_connections_go_first() {
        let peers = Arc::new(Peers::default());
        let (busy, idle) = (peers.add(), peers.add());
        begins(&busy.peer);
        for step in [begins, Peer::answered, Peer::ends, Peer::has_taken] {
            step(&idle.peer);
        }
        peers.send_one_away();
        assert_eq!((busy.peer.is_sent_away(), idle.peer.is_sent_away()), (false, true));
        peers.send_one_away();
        assert!(!busy.peer.is_sent_away());
        idle.peer.stays();
        assert!(!idle.peer.is_sent_away());
    }

    #[test]
    fn a_request_that_came_with_another_is_known() {
        let peer = Peer::new();
        peer.came();
        assert!(!peer.begins());
        for step in [Peer::answered, Peer::ends, Peer::has_taken] {
            step(&peer);
        }
        assert!(peer.begins());
    }

    #[test]
    fn who_takes_much_may_take_long() {
        assert_eq!(allowed(0), SLOW_GRACE);
        assert_eq!(allowed(3 * SLOW_RATE), SLOW_GRACE + Duration::from_secs(3));
        assert!(allowed(u64::MAX) > SLOW_GRACE);
    }
}
