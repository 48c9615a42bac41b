//! The listener of the pages: HTTPS with axum's router on our own connections. A form is here within
//! seconds; a file that somebody sends has the time that documents have.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::{Method, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsAcceptor;

use super::accept::{Door, accept, handshake};
use super::admission::{Admission, Admitted};
use super::connection::{Patience, serve};
use super::watchdog::Watch;
use crate::config;
use crate::intake::window::Window;

/// How long the body of a request may take that is no document.
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
    /// How slowly a document may come.
    pub limits: config::Limits,
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
    const CLIENTS: &'static str = "browsers";

    fn admit(&self, address: IpAddr) -> Option<Admitted> {
        self.admission.admit(address)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        let Some(stream) = handshake(&self.tls, stream, self.patience.header).await else { return };
        let Self { router, patience, limits, stop, .. } = self;
        requests(Pages { router, address, limits }, stream, patience, stop).await;
    }
}

/// What answers one browser.
struct Pages {
    router: Router,
    address: SocketAddr,
    limits: config::Limits,
}

/// Serves a browser. Live figures go on for as long as somebody reads them.
async fn requests<S>(pages: Pages, stream: S, patience: Patience, stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handle = |request: Request<Incoming>| {
        let is_upload =
            request.method() == Method::POST && request.uri().path() == admin_ui::UPLOAD_PATH;
        let window = is_upload.then(|| Window::of(&pages.limits, Instant::now()));
        let mut request = request.map(|body| axum::body::Body::new(Form::new(body, window)));
        request.extensions_mut().insert(ConnectInfo(pages.address));
        let mut router = pages.router.clone();
        async move { answer(&mut router, request).await }
    };
    serve(stream, Watch::new(), patience, stop, handle).await;
}

/// The body of a request. Forms are small: one that takes longer holds a connection for nothing. A document
/// goes on for as long as it keeps its rate.
struct Form {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
    window: Option<Window>,
}

impl Form {
    fn new(body: Incoming, window: Option<Window>) -> Self {
        let deadline = window.map_or_else(|| Instant::now() + FORM_DEADLINE, |window| window.end());
        Self { body, deadline: Box::pin(tokio::time::sleep_until(deadline)), window }
    }

    /// Whether a document that has come to the end of a stretch may go on.
    fn goes_on(&mut self) -> bool {
        let Some(window) = &mut self.window else { return false };
        let goes_on = window.goes_on(Instant::now());
        if goes_on {
            self.deadline.as_mut().reset(window.end());
        }
        goes_on
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
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            if let (Some(data), Some(window)) = (data, &mut self.window) {
                window.came(data.len());
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        while self.deadline.as_mut().poll(context).is_ready() {
            if !self.goes_on() {
                return Poll::Ready(Some(Err("the form took too long".into())));
            }
        }
        Poll::Pending
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
) -> Response<axum::body::Body> {
    use tower_service::Service as _;
    match router.call(request).await {
        Ok(response) => response,
        Err(impossible) => match impossible {},
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Instant;

    use axum::routing::{get, post};
    use futures_util::stream;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
    use tokio::task::JoinHandle;

    use super::*;

    const PAGE: &[u8] = b"GET /page HTTP/1.1\r\nHost: print.test\r\n\r\n";
    const LIVE: &[u8] = b"GET /live HTTP/1.1\r\nHost: print.test\r\n\r\n";
    const LINES: usize = 120;

    /// Live figures: a line each 20 milliseconds.
    fn figures() -> axum::body::Body {
        let lines = stream::unfold(0, |said| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let line = Ok::<_, Infallible>(Bytes::from_static(b"figure\n"));
            (said < LINES).then_some((line, said + 1))
        });
        axum::body::Body::from_stream(lines)
    }

    /// Answers how much of a body came, or that it took too long.
    async fn read(body: axum::body::Body) -> String {
        match axum::body::to_bytes(body, usize::MAX).await {
            Ok(bytes) => format!("{} bytes.", bytes.len()),
            Err(error) => format!("{error}."),
        }
    }

    /// Sends a document in three pieces, each of so many bytes, half a stretch after the one before.
    async fn sent(piece: usize) -> Vec<u8> {
        let long = Duration::from_secs(60);
        let (mut browser, _served) = connect(long, long);
        let path = admin_ui::UPLOAD_PATH;
        let length = 3 * piece;
        let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        browser.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            // An error means that the answer is there already.
            let _ = browser.write_all(&vec![b'x'; piece]).await;
        }
        read_until(&mut browser, b".").await
    }

    #[tokio::test]
    async fn a_document_may_take_longer_than_a_stretch_as_long_as_it_keeps_its_rate() {
        let (steady, slow) = tokio::join!(sent(2_000), sent(10));
        assert!(steady.ends_with(b"6000 bytes."), "{}", String::from_utf8_lossy(&steady));
        assert!(slow.ends_with(b"took too long."), "{}", String::from_utf8_lossy(&slow));
    }

    /// A browser's connection to the pages, and how it ends.
    fn connect(header: Duration, rest: Duration) -> (DuplexStream, JoinHandle<()>) {
        let (browser, server) = tokio::io::duplex(64 * 1024);
        let router = Router::new()
            .route("/page", get(async || "page"))
            .route("/live", get(async || figures()))
            .route(admin_ui::UPLOAD_PATH, post(read));
        let served = tokio::spawn(async move {
            let (_running, stop) = watch::channel(false);
            let address = SocketAddr::from(([127, 0, 0, 1], 1));
            let limits = config::Limits {
                body_seconds: 1,
                body_bytes_min: 1_000,
                ..config::Limits::default()
            };
            let pages = Pages { router, address, limits };
            requests(pages, server, Patience { header, rest }, stop).await;
        });
        (browser, served)
    }

    async fn read_until(browser: &mut DuplexStream, end: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        while !read.ends_with(end) {
            assert!(browser.read_buf(&mut read).await.unwrap() > 0, "the answer was cut off");
        }
        read
    }

    #[tokio::test]
    async fn a_browser_may_rest_between_two_pages_but_not_in_the_middle_of_a_header() {
        let (header, rest) = (Duration::from_millis(50), Duration::from_secs(60));
        let (mut browser, served) = connect(header, rest);
        for _ in 0..2 {
            browser.write_all(PAGE).await.unwrap();
            read_until(&mut browser, b"page").await;
            tokio::time::sleep(2 * header).await;
        }
        let begun = Instant::now();
        browser.write_all(&PAGE[..20]).await.unwrap();
        served.await.unwrap();
        assert!(begun.elapsed() < rest / 2, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn live_figures_go_on_for_longer_than_a_rest_may_last() {
        let (mut browser, _served) = connect(Duration::from_secs(1), Duration::from_secs(1));
        browser.write_all(LIVE).await.unwrap();
        let read = read_until(&mut browser, b"\r\n0\r\n\r\n").await;
        assert_eq!(read.windows(7).filter(|part| part == b"figure\n").count(), LINES);
    }
}
