//! The listener of the pages: HTTPS with axum's router on our own connections.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;

use super::accept::{Door, accept, handshake};
use super::admission::{Admission, Admitted};
use super::connection::Patience;

/// How long the body of a request may take.
const FORM_DEADLINE: Duration = Duration::from_secs(30);

/// What every connection of a browser needs.
#[allow(missing_debug_implementations, reason = "the TLS acceptor has none")]
#[derive(Clone)]
pub struct PagesListener {
    /// The pages.
    pub router: Router,
    /// TLS.
    pub tls: TlsAcceptor,
    /// Who may connect.
    pub admission: Admission,
    /// How long a connection may keep us waiting.
    pub patience: Patience,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

impl PagesListener {
    /// Accepts browsers until the server stops, then waits `grace` for requests under way.
    pub async fn run(self, listener: TcpListener, grace: Duration) {
        let stop = self.stop.clone();
        accept(self, listener, stop, grace).await;
    }
}

impl Door for PagesListener {
    // Live figures never end by themselves: that they are cut is no news.
    const CLIENTS: &'static str = "browsers";

    fn admission(&self) -> &Admission {
        &self.admission
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        let Some(stream) = handshake(&self.tls, stream, self.patience.header).await else { return };
        let service = hyper::service::service_fn(|request: Request<Incoming>| {
            let mut request = request.map(|body| axum::body::Body::new(Form::new(body)));
            request.extensions_mut().insert(ConnectInfo(address));
            let mut router = self.router.clone();
            async move { answer(&mut router, request).await }
        });
        let mut connection = std::pin::pin!(
            hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.patience.rest)
                .serve_connection(TokioIo::new(stream), service)
        );
        let mut stop = self.stop.clone();
        let stopped = async { stop.wait_for(|stopping| *stopping).await.is_ok() };
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stopped => {}
        }
        connection.as_mut().graceful_shutdown();
        // A browser that breaks off is no news to anybody.
        let _ = connection.await;
    }
}

/// The body of a request. Forms are small: one that takes longer holds a connection for nothing.
struct Form {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
}

impl Form {
    fn new(body: Incoming) -> Self {
        Self { body, deadline: Box::pin(tokio::time::sleep(FORM_DEADLINE)) }
    }
}

impl Body for Form {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err("the form took too long".into()))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn answer(
    router: &mut Router,
    request: Request<axum::body::Body>,
) -> Result<Response<axum::body::Body>, std::convert::Infallible> {
    use tower_service::Service as _;
    router.call(request).await
}
