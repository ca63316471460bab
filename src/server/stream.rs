//! The bytes of a connection, which say what it is doing.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::peers::Peer;

/// What a connection is told that makes room before it asked anything.
const COME_BACK: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\
    Content-Length: 0\r\n\r\n";

/// A connection's stream. Once the connection was asked to end it has nothing more to read, unless something came.
pub(super) struct Stream {
    inner: TcpStream,
    peer: Arc<Peer>,
}

impl Stream {
    pub(super) fn new(inner: TcpStream, peer: Arc<Peer>) -> Self {
        Self { inner, peer }
    }

    /// Returns whether the connection has to end now. The system is asked itself: the runtime learns later of what came.
    fn has_to_end(&self) -> bool {
        if !self.peer.is_sent_away() {
            return false;
        }
        let has_come =
            SockRef::from(&self.inner).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|n| n > 0);
        if has_come {
            self.peer.stays();
        } else if self.peer.has_asked_nothing() {
            // Its request may be on its way. Where this does not fit the buffer of the system, nobody reads it.
            let _ = SockRef::from(&self.inner).send(COME_BACK);
        }
        !has_come
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.has_to_end() {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.inner).poll_read(context, buffer);
        if read.is_ready() && buffer.filled().len() > before {
            this.peer.came();
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.inner).poll_write(context, bytes);
        this.written(written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.inner).poll_write_vectored(context, slices);
        this.written(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Asked for when everything was written.
        this.peer.has_taken();
        Pin::new(&mut this.inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

impl Stream {
    fn written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => self.peer.takes(bytes),
            // Who takes nothing for too long does not keep others out.
            Poll::Pending if self.peer.is_sent_away() => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Pending | Poll::Ready(Err(_)) => {}
        }
        written
    }
}

/// The body of an answer, which says when there is no more of it.
pub(super) struct Tail {
    inner: Body,
    peer: Arc<Peer>,
}

impl Tail {
    pub(super) fn new(inner: Body, peer: Arc<Peer>) -> Self {
        Self { inner, peer }
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.peer.ends();
    }
}

impl HttpBody for Tail {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
