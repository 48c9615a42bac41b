//! The listener of print clients: IPP and IPPS on one port, told apart by the first byte, and the upgrade
//! to TLS within HTTP (RFC 2817) that CUPS clients use.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, UPGRADE};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::accept::{Door, TLS_HANDSHAKE, accept, handshake};
use super::admission::{Admission, Admitted};
use super::connection::{Patience, Peer, serve};
use super::forwarded::{NoClient, client};
use super::watchdog::Watch;
use crate::capture::vouch::device;
use crate::doors::Network;
use crate::ipp::{Front, icon};
use crate::keys::Keys;

/// What a client over the limit reads.
const FULL_HOUSE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// What ends an upgrade to TLS: the answer to the request that asked for it (RFC 2817 section 3.3).
const UPGRADED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// What every connection of print clients needs.
#[allow(missing_debug_implementations, reason = "the TLS acceptor has none")]
#[derive(Clone)]
pub struct PrintListener {
    /// Answers IPP.
    pub front: Arc<Front>,
    /// TLS.
    pub tls: TlsAcceptor,
    /// Who may connect.
    pub admission: Admission,
    /// Whose word about a client's address is taken.
    pub proxies: Arc<Vec<Network>>,
    /// What the word of our own relay is checked by.
    pub keys: Arc<Keys>,
    /// How long a connection may keep us waiting.
    pub patience: Patience,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
}

impl PrintListener {
    /// Accepts connections until the server stops, then waits `grace` for requests under way.
    pub async fn run(self, listener: TcpListener, grace: Duration) {
        let stop = self.stop.clone();
        accept(self, listener, stop, grace).await;
    }

    async fn serve_connection(self, stream: TcpStream, address: SocketAddr) {
        // An answer of a few hundred bytes must not wait for the acknowledgement of the one before.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let mut stop = self.stop.clone();
        let first = tokio::select! {
            first = tokio::time::timeout(self.patience.header, first_byte(&stream)) => first,
            _ = stop.wait_for(|stopping| *stopping) => return,
        };
        match first {
            Ok(Ok(TLS_HANDSHAKE)) => {
                if let Some(stream) = handshake(&self.tls, stream, self.patience.header).await {
                    self.requests(stream, Peer { address, tls: true }).await;
                }
            }
            Ok(Ok(_)) => self.requests(stream, Peer { address, tls: false }).await,
            Ok(Err(_)) | Err(_) => {}
        }
    }

    /// Serves a connection; when its client asks for TLS on the way, serves the rest of it under TLS.
    async fn requests<S>(&self, stream: S, peer: Peer)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let upgrade = Arc::new(Mutex::new(None));
        let handle = |request: Request<Incoming>| {
            let (listener, upgrade) = (self.clone(), Arc::clone(&upgrade));
            async move { listener.request(request, peer, &upgrade).await }
        };
        serve(stream, Watch::new(), self.patience, self.stop.clone(), handle).await;
        let asked = upgrade.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(asked) = asked {
            self.rest_under_tls(asked, Peer { tls: true, ..peer }).await;
        }
    }

    async fn rest_under_tls(&self, asked: OnUpgrade, peer: Peer) {
        let Ok(upgraded) = asked.await else { return };
        let stream = TokioIo::new(upgraded);
        let Some(mut stream) = handshake(&self.tls, stream, self.patience.header).await else {
            return;
        };
        if stream.write_all(UPGRADED).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        let handle = |request: Request<Incoming>| {
            let listener = self.clone();
            async move { listener.request(request, peer, &Mutex::new(None)).await }
        };
        serve(stream, Watch::new(), self.patience, self.stop.clone(), handle).await;
    }

    /// Who sends the request: a device that is recorded, a proxy's client, or whoever is connected.
    fn sender(&self, request: &Request<Incoming>, peer: Peer) -> Result<SocketAddr, NoClient> {
        let headers = request.headers();
        match device(peer.address, headers, &self.keys) {
            Some(device) => Ok(device),
            None => client(peer.address, headers, &self.proxies),
        }
    }

    async fn request(
        self,
        mut request: Request<Incoming>,
        peer: Peer,
        upgrade: &Mutex<Option<OnUpgrade>>,
    ) -> Response<Full<Bytes>> {
        if !names_one_host(&request) {
            return plain(StatusCode::BAD_REQUEST, "A request names one host.\n");
        }
        if !peer.tls && wants_tls(&request) {
            let asked = hyper::upgrade::on(&mut request);
            *upgrade.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
            return switching();
        }
        match *request.method() {
            Method::POST => match self.sender(&request, peer) {
                Ok(address) => self.front.answer(request, Peer { address, ..peer }).await,
                Err(error) => {
                    tracing::warn!(address = %peer.address, %error, "A proxy's request was refused");
                    plain(StatusCode::BAD_REQUEST, "A proxy names its client, once.\n")
                }
            },
            Method::OPTIONS => plain(StatusCode::OK, ""),
            Method::GET | Method::HEAD => match icon::at(request.uri().path()) {
                Some(picture) => image(picture),
                None => plain(StatusCode::NOT_FOUND, "This address is for printing (IPP).\n"),
            },
            _ => plain(StatusCode::METHOD_NOT_ALLOWED, "Print clients send POST.\n"),
        }
    }
}

impl Door for PrintListener {
    const CLIENTS: &'static str = "print clients";
    const CUT_IS_WORTH_A_WARNING: bool = true;

    fn admit(&self, address: IpAddr) -> Option<Admitted> {
        self.admission.admit(address)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        self.serve_connection(stream, address).await;
    }

    async fn refuse(mut stream: TcpStream) {
        let refusal = async {
            stream.write_all(FULL_HOUSE).await?;
            stream.shutdown().await
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), refusal).await;
    }
}

fn switching() -> Response<Full<Bytes>> {
    let mut response = plain(StatusCode::SWITCHING_PROTOCOLS, "");
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("TLS/1.2, HTTP/1.1"));
    response
}

/// RFC 9112 section 3.2. A request with both a length and chunks needs no check: hyper goes by the chunks
/// and ends the connection, so that nothing after them is taken for another request (section 6.3).
fn names_one_host(request: &Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

fn wants_tls(request: &Request<Incoming>) -> bool {
    let upgrade = request.headers().get(UPGRADE).and_then(|value| value.to_str().ok());
    // A request with a body would have to be answered after the switch; only the empty one is taken.
    let empty = request.method() == Method::OPTIONS;
    empty && upgrade.is_some_and(|protocols| protocols.to_ascii_uppercase().contains("TLS/"))
}

async fn first_byte(stream: &TcpStream) -> io::Result<u8> {
    let mut first = [0];
    match stream.peek(&mut first).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(first[0]),
    }
}

/// A picture stays as it is until the next release.
fn image(picture: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(picture));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}
