//! Connections: how many, how long a client may take, and how a server stops without losing a request.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

use super::limits::{
    DRAIN, FLUSH, HEADER_TIME, LINGER, MAX_CONNECTIONS, MAX_HEADER_BYTES, WRITE_TIME,
};
use super::router::router;
use super::state::State;

/// Pause after the system could not accept a connection, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

type Service = BoxCloneSyncService<
    Request<hyper::body::Incoming>,
    axum::response::Response,
    std::convert::Infallible,
>;

/// Serves on `listener` until `shutdown` is done. Then new requests are still answered for [`LINGER`], each with the
/// wish to close its connection, so that clients with a request on its way get their answer; requests under way have
/// [`DRAIN`].
///
/// # Errors
/// If the listener cannot be taken from the runtime. What goes wrong with one connection ends that connection.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let server = Server::new(state);
    server.accept_until(&listener, shutdown).await;
    server.state.stop();
    server.accept_until(&listener, tokio::time::sleep(LINGER)).await;
    server.accept_the_rest(listener).await?;
    server.drain().await;
    Ok(())
}

/// Takes connections and answers on each.
struct Server {
    state: State,
    service: Service,
    slots: Arc<Semaphore>,
    peers: Arc<Peers>,
    /// Sends `true` when connections between two requests are ended.
    close: watch::Sender<bool>,
}

impl Server {
    fn new(state: State) -> Self {
        Self {
            service: service(&state),
            slots: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            peers: Arc::default(),
            close: watch::Sender::new(false),
            state,
        }
    }

    async fn accept_until(&self, listener: &TcpListener, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = self.accept(listener) => {}
                () = &mut end => break,
            }
        }
    }

    async fn accept(&self, listener: &TcpListener) {
        // A slot first: what cannot be served stays with the system.
        let slot = self.slot().await;
        let accepted = listener.accept().await;
        match (slot, accepted) {
            (Ok(slot), Ok((stream, _))) => self.connect(stream, slot),
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            (Err(_), Ok(_)) => {}
        }
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        if self.slots.available_permits() == 0 {
            self.peers.send_away_the_idlest();
        }
        Arc::clone(&self.slots).acquire_owned().await
    }

    fn connect(&self, stream: TcpStream, slot: OwnedSemaphorePermit) {
        let counted = self.state.metrics().connection();
        let (service, closing) = (self.service.clone(), self.close.subscribe());
        let peer = self.peers.add();
        tokio::spawn(async move {
            connection(stream, service, closing, &peer).await;
            drop((slot, counted, peer));
        });
    }

    /// Takes the connections that the system has taken meanwhile; it is asked itself, since the runtime learns of them
    /// later. What comes between the last answer and the closing, a few microseconds, is reset by the system.
    async fn accept_the_rest(&self, listener: TcpListener) -> std::io::Result<()> {
        let system = listener.into_std()?;
        let taken: Vec<_> =
            std::iter::from_fn(|| system.accept().ok()).take(2 * MAX_CONNECTIONS).collect();
        drop(system);
        let connect = async {
            for (stream, _) in taken {
                let stream =
                    stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                if let (Ok(stream), Ok(slot)) = (stream, self.slot().await) {
                    self.connect(stream, slot);
                }
            }
        };
        let _ = tokio::time::timeout(LINGER, connect).await;
        Ok(())
    }

    /// Waits until every connection has given back its slot, or time is up. At first all are waited for: the requests
    /// of the last ones are on their way. Then those that are between two requests are ended.
    async fn drain(&self) {
        let most = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
        if tokio::time::timeout(LINGER, self.slots.acquire_many(most)).await.is_err() {
            self.close.send_replace(true);
            let _ = tokio::time::timeout(DRAIN, self.slots.acquire_many(most)).await;
        }
    }
}

/// The connections there are, so that one that does nothing can make room.
#[derive(Default)]
struct Peers {
    known: Mutex<BTreeMap<u64, Arc<Peer>>>,
    next: AtomicU64,
}

/// One connection.
struct Peer {
    /// Requests of it that are being answered.
    busy: AtomicUsize,
    /// When it last began or ended a request, or was opened.
    active: Mutex<Instant>,
    away: Notify,
}

/// A connection among the others, until it is dropped.
struct Known {
    peers: Arc<Peers>,
    number: u64,
    peer: Arc<Peer>,
}

impl Peers {
    fn add(self: &Arc<Self>) -> Known {
        let peer = Arc::new(Peer {
            busy: AtomicUsize::new(0),
            active: Mutex::new(Instant::now()),
            away: Notify::new(),
        });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, Arc::clone(&peer));
        Known { peers: Arc::clone(self), number, peer }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Peer>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the connection that has done nothing for the longest time. One whose request is being answered stays.
    fn send_away_the_idlest(&self) {
        let known = self.lock();
        let idle = known.values().filter(|peer| peer.busy.load(Ordering::Relaxed) == 0);
        if let Some(idlest) = idle.min_by_key(|peer| peer.active()) {
            // The next to be sent away is another one.
            idlest.touch();
            idlest.away.notify_one();
        }
    }
}

impl Peer {
    fn active(&self) -> Instant {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.peers.lock().remove(&self.number);
    }
}

/// The router behind the path of the base URL: proxies may leave that path in the address or take it off.
fn service(state: &State) -> Service {
    let prefix: Arc<str> = state.base().map_or("", |base| base.prefix()).into();
    let router = router(state.clone());
    let strip = move |mut request: Request<hyper::body::Incoming>| {
        if let Some(uri) = without_prefix(request.uri(), &prefix) {
            *request.uri_mut() = uri;
        }
        request.map(axum::body::Body::new)
    };
    BoxCloneSyncService::new(router.map_request(strip))
}

fn without_prefix(uri: &Uri, prefix: &str) -> Option<Uri> {
    if prefix.is_empty() {
        return None;
    }
    let target = uri.path_and_query()?.as_str();
    let rest = target.strip_prefix(prefix)?;
    let rest = match rest.chars().next() {
        Some('/') => rest.to_owned(),
        None | Some('?') => format!("/{rest}"),
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.parse::<PathAndQuery>().ok()?);
    Uri::from_parts(parts).ok()
}

async fn connection(
    stream: TcpStream,
    service: Service,
    mut closing: watch::Receiver<bool>,
    known: &Known,
) {
    // Answers are small and written at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIME));
    let peer = Arc::clone(&known.peer);
    let service = service_fn(move |request| {
        let (service, peer) = (service.clone(), Arc::clone(&peer));
        async move {
            peer.busy.fetch_add(1, Ordering::Relaxed);
            let answer = service.oneshot(request).await;
            peer.busy.fetch_sub(1, Ordering::Relaxed);
            peer.touch();
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    // What goes wrong here is the client's: it went away, was too slow, or does not speak HTTP. The connection is looked
    // at first: a request that has come is read before anything is closed.
    tokio::select! {
        biased;
        _ = connection.as_mut() => {}
        () = known.peer.away.notified() => {}
        () = async { drop(closing.wait_for(|closing| *closing).await) } => {
            connection.as_mut().graceful_shutdown();
            // Half a request does not count.
            let is_idle = known.peer.busy.load(Ordering::Relaxed) == 0;
            let _ = tokio::time::timeout(if is_idle { FLUSH } else { DRAIN }, connection).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_base_url_may_be_there_or_not() {
        let strip = |uri: &'static str| {
            without_prefix(&Uri::from_static(uri), "/search").map(|uri| uri.to_string())
        };
        assert_eq!(strip("/search/items/a/1?x=1").as_deref(), Some("/items/a/1?x=1"));
        assert_eq!(strip("/search?q=x").as_deref(), Some("/?q=x"));
        assert_eq!(strip("/search").as_deref(), Some("/"));
        assert_eq!(strip("/searching"), None);
        assert_eq!(strip("/items/a/1"), None);
    }
}
