//! One HTTP/1.1 connection, in the clear or under TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use super::watchdog::Watch;

/// The largest header of an HTTP request. A longer one is answered 431.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// The most header lines of an HTTP request.
const HEADER_LINES_MAX: usize = 100;

/// What a handler may know of the connection a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The client's address.
    pub address: SocketAddr,
    /// Whether the connection is under TLS.
    pub tls: bool,
}

/// How long a connection may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a header, and for a TLS handshake.
    pub header: Duration,
    /// Between two requests.
    pub rest: Duration,
}

impl Patience {
    /// When the server stops, only a request that is being worked on is waited for.
    const STOPPING: Self = Self { header: Duration::from_secs(1), rest: Duration::from_secs(1) };
}

/// Tells the watchdog when bytes arrive, and when some of an answer could leave.
#[derive(Debug)]
pub struct Watched<S> {
    stream: S,
    watch: Watch,
}

impl<S> Watched<S> {
    /// `stream`, watched.
    pub fn new(stream: S, watch: Watch) -> Self {
        Self { stream, watch }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.watch.bytes_arrived();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        if matches!(polled, Poll::Ready(Ok(1..))) {
            self.watch.bytes_left();
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Serves requests until the client leaves, keeps us waiting, or `stop` turns true; a request under way
/// is finished first.
pub async fn serve<S, F, B>(
    stream: S,
    watch: Watch,
    patience: Patience,
    mut stop: watch::Receiver<bool>,
    handle: impl Fn(Request<Incoming>) -> F,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Response<B>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let service = hyper::service::service_fn(|request| {
        let working = watch.working();
        let answer = handle(request);
        async {
            let answer = answer.await;
            drop(working);
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let io = TokioIo::new(Watched::new(stream, watch.clone()));
    let connection = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        // A client that leaves while its request is worked on must not stop the work between two steps:
        // a job would be claimed and never sent, or arrive for ever.
        .half_close(true)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADER_LINES_MAX)
        .serve_connection(io, service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut stopping = *stop.borrow();
    if stopping {
        connection.as_mut().graceful_shutdown();
    }
    loop {
        let patience = if stopping { Patience::STOPPING } else { patience };
        tokio::select! {
            // A client that breaks off is no news to anybody: its request has its own ending.
            _ = connection.as_mut() => return,
            () = watch.expired(patience.header, patience.rest) => return,
            changed = stop.changed(), if !stopping => {
                stopping = true;
                if changed.is_ok() {
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
