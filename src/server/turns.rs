//! Searches in turn: a few at once, and of those that wait one of every client after the other.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Whom a search is for: an address, or for IPv6 the network that one customer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Client(u64);

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            // Networks begin far above all addresses of IPv4.
            IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
        })
    }
}

/// Gives out turns.
#[derive(Debug)]
pub(super) struct Turns {
    queue: Mutex<Queue>,
    most_waiting: usize,
}

#[derive(Debug)]
struct Queue {
    /// Turns that nobody has.
    free: usize,
    /// Clients with searches that wait, the next first.
    order: VecDeque<Client>,
    /// Their searches, the oldest first.
    waiting: BTreeMap<Client, VecDeque<oneshot::Sender<Turn>>>,
}

/// The turn of one search, passed on when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<Arc<Turns>>);

impl Turns {
    /// Lets `at_once` searches run and `most_waiting` more wait.
    pub(super) fn new(at_once: usize, most_waiting: usize) -> Arc<Self> {
        let queue = Queue { free: at_once, order: VecDeque::new(), waiting: BTreeMap::new() };
        Arc::new(Self { queue: Mutex::new(queue), most_waiting })
    }

    /// Waits for a turn; `None` if too many wait already, this client's among them, or if another client needed the
    /// place.
    pub(super) async fn take(self: &Arc<Self>, client: Client) -> Option<Turn> {
        let turn = {
            let mut queue = self.lock();
            if queue.free > 0 {
                queue.free -= 1;
                return Some(Turn(Some(Arc::clone(self))));
            }
            if !queue.has_room(self.most_waiting, client) {
                return None;
            }
            queue.add(client)
        };
        turn.await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Returns whether one more may wait. Where all places are taken, the client with the most gives one up for a client
    /// with fewer.
    fn has_room(&mut self, most: usize, client: Client) -> bool {
        if self.count() < most {
            return true;
        }
        // Those whose request has gone wait no longer.
        for searches in self.waiting.values_mut() {
            searches.retain(|search| !search.is_closed());
        }
        if self.count() < most {
            return true;
        }
        let own = self.waiting.get(&client).map_or(0, VecDeque::len);
        let longest = self.waiting.values_mut().max_by_key(|searches| searches.len());
        longest
            .filter(|longest| longest.len() > own + 1)
            .is_some_and(|longest| longest.pop_back().is_some())
    }

    fn count(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }

    fn add(&mut self, client: Client) -> oneshot::Receiver<Turn> {
        let (give, turn) = oneshot::channel();
        let searches = self.waiting.entry(client).or_default();
        searches.push_back(give);
        if !self.order.contains(&client) {
            self.order.push_back(client);
        }
        turn
    }

    /// Takes the search whose turn it is, and puts its client behind the others.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        while let Some(client) = self.order.pop_front() {
            let searches = self.waiting.get_mut(&client);
            let next = searches.and_then(|searches| {
                let next = searches.pop_front();
                (!searches.is_empty()).then(|| self.order.push_back(client));
                next
            });
            if self.waiting.get(&client).is_some_and(VecDeque::is_empty) {
                self.waiting.remove(&client);
            }
            if next.as_ref().is_some_and(|search| !search.is_closed()) {
                return next;
            }
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(turns) = self.0.take() else { return };
        let mut queue = turns.lock();
        while let Some(search) = queue.next() {
            match search.send(Self(Some(Arc::clone(&turns)))) {
                Ok(()) => return,
                // It has gone; the turn is for the next one and must not be passed on twice.
                Err(mut turn) => drop(turn.0.take()),
            }
        }
        queue.free += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Taking = Pin<Box<dyn Future<Output = Option<Turn>>>>;

    const A: Client = Client(1);
    const B: Client = Client(2);

    /// Begins to wait for a turn.
    fn take(turns: &Arc<Turns>, client: Client) -> Taking {
        let turns = Arc::clone(turns);
        let mut taking: Taking = Box::pin(async move { turns.take(client).await });
        assert!(poll(&mut taking).is_pending());
        taking
    }

    fn poll(taking: &mut Taking) -> Poll<Option<Turn>> {
        taking.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Takes a turn that nobody has, or is refused.
    fn now(turns: &Arc<Turns>, client: Client) -> Option<Turn> {
        let taking = pin!(turns.take(client));
        match taking.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => turn,
            Poll::Pending => panic!("it waits"),
        }
    }

    /// Passes a turn on and returns which of the waiting ones has it.
    fn pass(turn: Turn, waiting: &mut Vec<(&'static str, Taking)>) -> (&'static str, Turn) {
        drop(turn);
        let mut got = Vec::new();
        waiting.retain_mut(|(name, taking)| match poll(taking) {
            Poll::Ready(turn) => {
                got.push((*name, turn.unwrap()));
                false
            }
            Poll::Pending => true,
        });
        assert_eq!(got.len(), 1);
        got.remove(0)
    }

    #[test]
    fn clients_take_turns_however_much_each_asks() {
        let turns = Turns::new(1, 10);
        let mut turn = now(&turns, A).unwrap();
        let mut waiting = vec![
            ("a1", take(&turns, A)),
            ("a2", take(&turns, A)),
            ("a3", take(&turns, A)),
            ("b1", take(&turns, B)),
            ("b2", take(&turns, B)),
        ];
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let (name, next) = pass(turn, &mut waiting);
            order.push(name);
            turn = next;
        }
        assert_eq!(order, ["a1", "b1", "a2", "b2", "a3"]);
        drop(turn);
        assert!(now(&turns, B).is_some());
    }

    #[test]
    fn a_search_that_nobody_waits_for_gets_no_turn() {
        let turns = Turns::new(1, 10);
        let turn = now(&turns, A).unwrap();
        drop(take(&turns, A));
        let mut waiting = vec![("b", take(&turns, B))];
        drop(take(&turns, B));
        let (name, turn) = pass(turn, &mut waiting);
        assert_eq!(name, "b");
        drop(turn);
        let unused = now(&turns, A).unwrap();
        // One that was given to a search which goes before it takes it is passed on, too.
        let gone = take(&turns, A);
        let mut waiting = take(&turns, B);
        drop(unused);
        drop(gone);
        assert!(poll(&mut waiting).is_ready());
    }

    #[test]
    fn who_has_the_most_waiting_gives_up_a_place() {
        let turns = Turns::new(1, 3);
        let turn = now(&turns, A).unwrap();
        let mut first = take(&turns, A);
        let (mut second, mut third) = (take(&turns, A), take(&turns, A));
        assert!(now(&turns, A).is_none());
        let mut other = take(&turns, B);
        assert!(matches!(poll(&mut third), Poll::Ready(None)), "the youngest is refused");
        // Two and one: another exchange would change nothing.
        assert!(now(&turns, B).is_none());
        for taking in [&mut first, &mut second, &mut other] {
            assert!(poll(taking).is_pending());
        }
        // One that has gone leaves its place.
        drop(second);
        let _waiting = take(&turns, A);
        drop(turn);
    }

    #[test]
    fn a_customer_of_ipv6_is_one_client() {
        let client = |address: &str| Client::from(address.parse::<IpAddr>().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::2"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }
}
