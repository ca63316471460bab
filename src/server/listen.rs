//! Connections: how many, how long a client may take, and how a server stops without losing a request.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

use super::caller::Remote;
use super::files_open;
use super::limits::{
    BACKLOG, DRAIN, FLUSH, HEADER_TIME, LINGER, MAX_CONNECTIONS, MAX_HEADER_BYTES, WRITE_TIME,
};
use super::peers::{Known, Peers};
use super::router::router;
use super::state::State;
use super::stream::{Stream, Tail};

/// Pause after the system could not accept a connection, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a connection that was asked to make room has until another one is asked.
const ROOM_PAUSE: Duration = Duration::from_millis(5);

type Service = BoxCloneSyncService<
    Request<hyper::body::Incoming>,
    axum::response::Response,
    std::convert::Infallible,
>;

/// Listens on `HOST:PORT`, at the first address of the host that is free.
///
/// # Errors
/// If the host is not known, or none of its addresses is free.
pub async fn bind(addr: &str) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "the host has no address");
    for addr in tokio::net::lookup_host(addr).await? {
        match listen_on(addr) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn listen_on(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As servers do on Unix, so that one that was just stopped can be started again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Serves on `listener` until `shutdown` is done. Then new requests are still answered for [`LINGER`], each with the
/// wish to close its connection, so that clients with a request on its way get their answer; requests under way have
/// [`DRAIN`]. Raises the process's limit of open files as far as connections need.
///
/// # Errors
/// If the listener cannot be taken from the runtime. What goes wrong with one connection ends that connection.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_at_most(files_open::connections(MAX_CONNECTIONS), listener, state, shutdown).await
}

/// Serves so many connections at once.
async fn serve_at_most(
    connections: usize,
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let server = Server::new(state, connections);
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
    connections: usize,
    peers: Arc<Peers>,
    /// Sends `true` when connections between two requests are ended.
    close: watch::Sender<bool>,
}

impl Server {
    fn new(state: State, connections: usize) -> Self {
        Self {
            service: service(&state),
            slots: Arc::new(Semaphore::new(connections)),
            connections,
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
            (Ok(slot), Ok((stream, from))) => self.connect(stream, from, slot),
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                self.peers.send_one_away();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            (Err(_), Ok(_)) => {}
        }
    }

    /// Waits for a place among the connections. One that can be spared makes room, as soon as there is one.
    async fn slot(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        let slot = Arc::clone(&self.slots).acquire_owned();
        tokio::pin!(slot);
        loop {
            self.peers.send_one_away();
            if let Ok(slot) = tokio::time::timeout(ROOM_PAUSE, &mut slot).await {
                return slot;
            }
        }
    }

    fn connect(&self, stream: TcpStream, from: SocketAddr, slot: OwnedSemaphorePermit) {
        let counted = self.state.metrics().connection();
        let (service, closing) = (self.service.clone(), self.close.subscribe());
        let peer = self.peers.add();
        tokio::spawn(async move {
            connection(stream, Remote(from.ip()), service, closing, &peer).await;
            drop((slot, counted, peer));
        });
    }

    /// Takes the connections that the system has taken meanwhile; it is asked itself, since the runtime learns of them
    /// later. What comes between the last answer and the closing, a few microseconds, is reset by the system.
    async fn accept_the_rest(&self, listener: TcpListener) -> io::Result<()> {
        let system = listener.into_std()?;
        let taken: Vec<_> =
            std::iter::from_fn(|| system.accept().ok()).take(BACKLOG as usize).collect();
        drop(system);
        let connect = async {
            for (stream, from) in taken {
                let stream =
                    stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                if let (Ok(stream), Ok(slot)) = (stream, self.slot().await) {
                    self.connect(stream, from, slot);
                }
            }
        };
        let _ = tokio::time::timeout(LINGER, connect).await;
        Ok(())
    }

    /// Waits until every connection has given back its slot, or time is up. At first all are waited for: the requests
    /// of the last ones are on their way. Then those that are between two requests are ended.
    async fn drain(&self) {
        let most = u32::try_from(self.connections).unwrap_or(u32::MAX);
        if tokio::time::timeout(LINGER, self.slots.acquire_many(most)).await.is_err() {
            self.close.send_replace(true);
            let _ = tokio::time::timeout(DRAIN, self.slots.acquire_many(most)).await;
        }
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
    remote: Remote,
    service: Service,
    mut closing: watch::Receiver<bool>,
    known: &Known,
) {
    // Answers are small and written at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(Stream::new(stream, Arc::clone(&known.peer)));
    stream.set_write_timeout(Some(WRITE_TIME));
    let peer = Arc::clone(&known.peer);
    let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
        let (service, peer) = (service.clone(), Arc::clone(&peer));
        async move {
            if peer.begins() {
                // Many requests at once on one connection do not hold the others up.
                tokio::task::yield_now().await;
            }
            request.extensions_mut().insert(Arc::clone(&peer));
            request.extensions_mut().insert(remote);
            let answer = service.oneshot(request).await;
            peer.answered();
            answer.map(|answer| answer.map(|body| Tail::new(body, peer)))
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
    let ended = async { drop(closing.wait_for(|closing| *closing).await) };
    tokio::pin!(ended);
    loop {
        tokio::select! {
            biased;
            _ = connection.as_mut() => break,
            // Looked at again, it ends if nothing came meanwhile.
            () = known.peer.sent_away() => {}
            () = &mut ended => {
                connection.as_mut().graceful_shutdown();
                // Half a request does not count.
                let time = if known.peer.is_busy() { DRAIN } else { FLUSH };
                let _ = tokio::time::timeout(time, connection).await;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use std::io::{Read as _, Write as _};
    use std::net::TcpStream as Client;

    use jiff::civil::Date;

    use super::*;
    use crate::server::Settings;

    /// A server with room for so many connections, in a runtime of its own.
    struct Small {
        addr: SocketAddr,
        _runtime: tokio::runtime::Runtime,
    }

    impl Small {
        fn with_room_for(connections: usize) -> Self {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let listener = runtime.block_on(bind("127.0.0.1:0")).unwrap();
            let addr = listener.local_addr().unwrap();
            let state = State::new(|| Date::constant(2024, 2, 22), Settings::default());
            runtime.spawn(serve_at_most(connections, listener, state, std::future::pending()));
            Self { addr, _runtime: runtime }
        }

        fn connect(&self) -> Client {
            let client = Client::connect(self.addr).unwrap();
            // Fails a test that hangs; nothing takes so long.
            client.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            client
        }

        fn send(&self, request: &str) -> Client {
            let mut client = self.connect();
            client.write_all(request.as_bytes()).unwrap();
            client
        }
    }

    /// Returns the status that a client gets, 0 if it gets none.
    fn status(mut client: &Client) -> u16 {
        let mut line = [0; 12];
        let _ = client.read_exact(&mut line);
        String::from_utf8_lossy(&line).strip_prefix("HTTP/1.1 ").map_or(0, |s| s.parse().unwrap())
    }

    const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    /// Says that much comes, and sends little.
    const SLOW: &str = "POST /api/v1/covered HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
        Content-Length: 1000000\r\n\r\nabc";

    #[test]
    fn none_of_many_connections_is_dropped_without_an_answer() {
        let server = Small::with_room_for(4);
        let mut clients: Vec<Client> = (0..200).map(|_| server.connect()).collect();
        for client in &mut clients {
            client.write_all(HEALTH.as_bytes()).unwrap();
        }
        // They stay open: those that have their answer make room.
        let lost = clients.iter().filter(|client| status(client) != 200).count();
        assert_eq!(lost, 0);
    }

    #[test]
    fn silent_and_half_sent_connections_make_room() {
        let server = Small::with_room_for(4);
        let silent: Vec<Client> = (0..8).map(|_| server.connect()).collect();
        let _half: Vec<Client> = (0..8).map(|_| server.send("GET / HTTP/1.1\r\nHost: l")).collect();
        assert_eq!(status(&server.send(HEALTH)), 200);
        // A request of theirs may be on its way.
        assert_eq!(status(&silent[0]), 503);
    }

    #[test]
    fn a_body_that_comes_too_slowly_is_refused() {
        let server = Small::with_room_for(4);
        assert_eq!(status(&server.send(SLOW)), 408);
        // Without an index there is no other answer to one that is whole.
        let whole = SLOW.replace("1000000", "3");
        assert_eq!(status(&server.send(&whole)), 503);
    }

    #[test]
    fn slow_bodies_make_room_and_are_answered() {
        let server = Small::with_room_for(4);
        let slow: Vec<Client> = (0..40).map(|_| server.send(SLOW)).collect();
        assert_eq!(status(&server.send(HEALTH)), 200);
        let statuses: Vec<u16> = slow.iter().map(status).collect();
        assert_eq!(statuses, [408; 40]);
    }

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
