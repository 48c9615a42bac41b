//! The listener of the pages: HTTPS with axum's router on our own connections. A form is here within
//! seconds; a file that somebody sends has the time that documents have.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::{Method, Request, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsAcceptor;
use tracing::warn;

use super::accept::{Door, accept, handshake};
use super::admission::{Admission, Admitted};
use super::connection::{Patience, serve};
use super::forwarded::client;
use super::watchdog::Watch;
use crate::config;
use crate::doors::Network;
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
    /// Whose word about a browser's address is taken.
    pub proxies: Arc<Vec<Network>>,
    /// How long a connection may keep us waiting.
    pub patience: Patience,
    /// How slowly a document may come.
    pub limits: config::Limits,
    /// How long anything but a document may go on when the server stops.
    pub grace: Duration,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

impl PagesListener {
    /// Accepts browsers until the server stops, then waits so long for documents under way.
    pub async fn run(self, listener: TcpListener, for_documents: Duration) {
        let stop = self.stop.clone();
        accept(self, listener, stop, for_documents).await;
    }
}

impl Door for PagesListener {
    const CLIENTS: &'static str = "browsers";

    fn admit(&self, address: IpAddr) -> Option<Admitted> {
        self.admission.admit(address)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        let Some(stream) = handshake(&self.tls, stream, self.patience.header).await else { return };
        let Self { router, proxies, patience, limits, grace, stop, .. } = self;
        let pages = Pages { router, address, proxies, limits, grace };
        requests(pages, stream, patience, stop).await;
    }
}

/// What answers one browser.
struct Pages {
    router: Router,
    address: SocketAddr,
    proxies: Arc<Vec<Network>>,
    limits: config::Limits,
    grace: Duration,
}

/// Serves a browser. Live figures go on for as long as somebody reads them.
async fn requests<S>(pages: Pages, stream: S, patience: Patience, stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let uploading = watch::Sender::new(false);
    let handle = |request: Request<Incoming>| {
        let is_upload =
            request.method() == Method::POST && request.uri().path() == admin_ui::UPLOAD_PATH;
        let window = is_upload.then(|| Window::of(&pages.limits, Instant::now()));
        let address = client(pages.address, request.headers(), &pages.proxies);
        let mut request = request.map(|body| axum::body::Body::new(Form::new(body, window)));
        let mut router = pages.router.clone();
        let (uploading, proxy) = (&uploading, pages.address);
        async move {
            match address {
                Ok(address) => request.extensions_mut().insert(ConnectInfo(address)),
                Err(error) => {
                    warn!(address = %proxy, %error, "A proxy's request was refused");
                    return nameless();
                }
            };
            uploading.send_replace(is_upload);
            let answer = answer(&mut router, request).await;
            uploading.send_replace(false);
            answer
        }
    };
    let over = over(stop.clone(), uploading.subscribe(), pages.grace);
    tokio::select! {
        () = serve(stream, Watch::new(), patience, stop, handle) => {}
        () = over => {}
    }
}

/// Ends a grace after the server's stop. While a document is coming nothing ends, and then there is a grace
/// for the answer.
async fn over(
    mut stop: watch::Receiver<bool>,
    mut uploading: watch::Receiver<bool>,
    grace: Duration,
) {
    if stop.wait_for(|stopping| *stopping).await.is_err() {
        // Nobody is left who could say so.
        std::future::pending::<()>().await;
    }
    loop {
        // An error means that the connection is gone, and this with it.
        let _ = uploading.wait_for(|uploading| !*uploading).await;
        tokio::select! {
            () = tokio::time::sleep(grace) => return,
            _ = uploading.wait_for(|uploading| *uploading) => {}
        }
    }
}

/// What a proxy reads that does not say whose request it passes on.
fn nameless() -> Response<axum::body::Body> {
    let mut response = Response::new("A proxy names its client, once.\n".into());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
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

    const PAGE: &[u8] =
        b"GET /page HTTP/1.1\r\nHost: print.test\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
    const LIVE: &[u8] =
        b"GET /live HTTP/1.1\r\nHost: print.test\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
    /// How long live figures go on when the server stops.
    const GRACE: Duration = Duration::from_millis(100);
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

    /// The head of a request with a body of so many bytes.
    fn post_of(path: &str, length: usize) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    }

    /// Sends a document in three pieces, each of so many bytes, half a stretch after the one before.
    async fn sent(piece: usize) -> Vec<u8> {
        let long = Duration::from_secs(60);
        let (mut browser, _served) = connect(long, long);
        let path = admin_ui::UPLOAD_PATH;
        let length = 3 * piece;
        let head = post_of(path, length);
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
        let (running, stop) = watch::channel(false);
        let (browser, served) = connect_until(stop, Patience { header, rest });
        let served = tokio::spawn(async move {
            served.await.unwrap();
            drop(running);
        });
        (browser, served)
    }

    /// The same, to a server that stops when it is told to.
    fn connect_until(
        stop: watch::Receiver<bool>,
        patience: Patience,
    ) -> (DuplexStream, JoinHandle<()>) {
        let (browser, server) = tokio::io::duplex(64 * 1024);
        let router = Router::new()
            .route("/page", get(async || "page"))
            .route("/live", get(async || figures()))
            .route("/whose", get(async |who: ConnectInfo<SocketAddr>| who.ip().to_string() + "."))
            .route(admin_ui::UPLOAD_PATH, post(read));
        let served = tokio::spawn(async move {
            let address = SocketAddr::from(([127, 0, 0, 1], 1));
            let limits = config::Limits {
                body_seconds: 1,
                body_bytes_min: 1_000,
                ..config::Limits::default()
            };
            let proxies = Arc::new(vec![Network::parse("127.0.0.0/8").unwrap()]);
            let pages = Pages { router, address, proxies, limits, grace: GRACE };
            requests(pages, server, patience, stop).await;
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
    async fn a_document_that_is_coming_when_the_server_stops_comes_to_its_end_and_is_answered() {
        let long = Duration::from_secs(60);
        let (running, stop) = watch::channel(false);
        let (mut browser, served) = connect_until(stop, Patience { header: long, rest: long });
        let length = 6_000;
        let head = post_of(admin_ui::UPLOAD_PATH, length);
        let head = head.replace("Host: a", "Host: a\r\nExpect: 100-continue");
        browser.write_all(head.as_bytes()).await.unwrap();
        // The server asks for the body when somebody reads it.
        read_until(&mut browser, b"100 Continue\r\n\r\n").await;
        browser.write_all(&vec![b'x'; length / 2]).await.unwrap();
        running.send_replace(true);
        tokio::time::sleep(4 * GRACE).await;
        browser.write_all(&vec![b'x'; length / 2]).await.unwrap();
        let answer = read_until(&mut browser, b".").await;
        assert!(answer.ends_with(b"6000 bytes."), "{}", String::from_utf8_lossy(&answer));
        served.await.unwrap();
    }

    #[tokio::test]
    async fn live_figures_do_not_keep_a_server_from_stopping() {
        let long = Duration::from_secs(60);
        let (running, stop) = watch::channel(false);
        let (mut browser, served) = connect_until(stop, Patience { header: long, rest: long });
        browser.write_all(LIVE).await.unwrap();
        read_until(&mut browser, b"figure\n\r\n").await;
        let begun = Instant::now();
        running.send_replace(true);
        served.await.unwrap();
        assert!(begun.elapsed() < LINES as u32 * Duration::from_millis(20) / 2);
    }

    #[tokio::test]
    async fn a_configured_proxy_says_whose_request_it_is_or_is_refused() {
        let long = Duration::from_secs(60);
        for (field, wanted) in [
            ("X-Forwarded-For: 192.0.2.7", "192.0.2.7."),
            // What the browser wrote itself stands before, and is not believed.
            ("X-Forwarded-For: 10.9.9.9, 192.0.2.8", "192.0.2.8."),
            ("Forwarded: for=192.0.2.9", "192.0.2.9."),
            ("X-Other: 192.0.2.7", "A proxy names its client, once.\n"),
        ] {
            let (mut browser, _served) = connect(long, long);
            let head = format!("GET /whose HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n");
            browser.write_all(head.as_bytes()).await.unwrap();
            let answer = read_until(&mut browser, wanted.as_bytes()).await;
            let refused = answer.starts_with(b"HTTP/1.1 400");
            assert_eq!(refused, wanted.starts_with('A'), "{field}");
        }
    }

    #[tokio::test]
    async fn live_figures_go_on_for_longer_than_a_rest_may_last() {
        let (mut browser, _served) = connect(Duration::from_secs(1), Duration::from_secs(1));
        browser.write_all(LIVE).await.unwrap();
        let read = read_until(&mut browser, b"\r\n0\r\n\r\n").await;
        assert_eq!(read.windows(7).filter(|part| part == b"figure\n").count(), LINES);
    }
}
