//! Connections: how many, how long a client may take, and how a server stops without losing a request.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

use super::state::State;
use super::{DRAIN, HEADER_TIME, LINGER, MAX_CONNECTIONS, MAX_HEADER_BYTES, WRITE_TIME, router};

/// Pause after the system could not accept a connection, for want of file descriptors say.
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
/// None at present: what goes wrong with one connection ends that connection.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (close, closing) = watch::channel(false);
    let service = service(&state);
    let connect = |stream: TcpStream, slot: OwnedSemaphorePermit| {
        let counted = state.metrics().connection();
        let (service, closing) = (service.clone(), closing.clone());
        tokio::spawn(async move {
            connection(stream, service, closing).await;
            drop((slot, counted));
        });
    };
    let accept = || async {
        // A slot first: what cannot be served stays with the system.
        let slot = Arc::clone(&slots).acquire_owned().await;
        let accepted = listener.accept().await;
        match (slot, accepted) {
            (Ok(slot), Ok((stream, _))) => connect(stream, slot),
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            (Err(_), Ok(_)) => {}
        }
    };
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = accept() => {}
            () = &mut shutdown => break,
        }
    }
    state.stop();
    let most = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
    let linger = tokio::time::sleep(LINGER);
    tokio::pin!(linger);
    loop {
        tokio::select! {
            () = accept() => {}
            () = &mut linger => break,
        }
    }
    // Those the system has taken meanwhile.
    for _ in 0..MAX_CONNECTIONS {
        tokio::select! {
            biased;
            () = accept() => {}
            () = std::future::ready(()) => break,
        }
    }
    drop(listener);
    let _ = close.send(true);
    // Every connection has given back its slot, or time is up.
    let _ = tokio::time::timeout(DRAIN, slots.acquire_many(most)).await;
    Ok(())
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

async fn connection(stream: TcpStream, service: Service, mut closing: watch::Receiver<bool>) {
    // Answers are small and written at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIME));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service));
    tokio::pin!(connection);
    // What goes wrong here is the client's: it went away, was too slow, or does not speak HTTP.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = async { drop(closing.wait_for(|closing| *closing).await) } => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
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
