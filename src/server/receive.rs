//! Bodies of requests: how slowly they may come, and how much of them is kept at once.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State as AxumState};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until};

use super::error::ApiError;
use super::limits::MAX_BODIES_BYTES;
use super::peers::{Peer, allowed};
use super::state::State;

/// Answers for a body that comes too slowly, or that there is no room for, whatever the handler makes of it.
pub(super) async fn limit_body(
    AxumState(state): AxumState<State>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (verdict, reached) = watch::channel(Verdict::Good);
    let peer = request.extensions().get::<Arc<Peer>>().cloned();
    let held = Arc::new(Held { kept: Arc::clone(state.kept()), bytes: AtomicUsize::new(0) });
    let body = Received {
        begun: Instant::now(),
        slow: Box::pin(sleep_until(Instant::now() + allowed(0))),
        held: Arc::clone(&held),
        peer,
        verdict,
        inner: Body::empty(),
    };
    let response = next.run(request.map(|inner| Body::new(Received { inner, ..body }))).await;
    let verdict = *reached.borrow();
    match verdict {
        Verdict::Good => response,
        Verdict::Slow => ApiError::slow_body().into_response(),
        Verdict::NoRoom => ApiError::overloaded().into_response(),
    }
}

/// What is thought of a body.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    Good,
    Slow,
    NoRoom,
}

/// What one request keeps of its body, until it is answered.
struct Held {
    kept: Arc<AtomicUsize>,
    bytes: AtomicUsize,
}

impl Held {
    /// Keeps more, and returns whether there is room.
    fn add(&self, bytes: usize) -> bool {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.kept.fetch_add(bytes, Ordering::Relaxed) + bytes <= MAX_BODIES_BYTES
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.kept.fetch_sub(self.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A body as it comes. It ends in an error where it is too slow or there is no room.
struct Received {
    inner: Body,
    begun: Instant,
    /// Ends when it is too slow.
    slow: Pin<Box<Sleep>>,
    held: Arc<Held>,
    peer: Option<Arc<Peer>>,
    verdict: watch::Sender<Verdict>,
}

impl Received {
    fn is_sent_away(&self) -> bool {
        self.peer.as_ref().is_some_and(|peer| peer.is_sent_away())
    }

    fn refuse(&self, verdict: Verdict) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.verdict.send_replace(verdict);
        Poll::Ready(Some(Err(axum::Error::new("the body is refused"))))
    }
}

impl HttpBody for Received {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.inner).poll_frame(context);
        if frame.is_pending() && this.slow.as_mut().poll(context).is_pending() {
            if let Some(peer) = &this.peer {
                peer.waits_for_body();
            }
            return Poll::Pending;
        }
        if let Some(peer) = &this.peer {
            peer.has_body();
        }
        if frame.is_pending() {
            return this.refuse(Verdict::Slow);
        }
        // One that makes room for others is told why.
        if matches!(frame, Poll::Ready(Some(Err(_)))) && this.is_sent_away() {
            return this.refuse(Verdict::Slow);
        }
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            if !this.held.add(data.len()) {
                return this.refuse(Verdict::NoRoom);
            }
            let came = this.held.bytes.load(Ordering::Relaxed);
            this.slow.as_mut().reset(this.begun + allowed(came as u64));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
