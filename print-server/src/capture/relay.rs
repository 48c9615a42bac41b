//! Passes requests through to the running server and its answers back.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, EXPECT, UPGRADE};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ipp_codec::{Limits, Message};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::record::{Passed, Recorder};
use super::tap::{Read, Tap};
use super::vouch::vouch;
use crate::keys::Keys;
use crate::listeners::accept::{Door, TLS_HANDSHAKE, accept};
use crate::listeners::admission::{Admission, Admitted};
use crate::listeners::connection::{Patience, Peer, serve};
use crate::listeners::watchdog::Watch;

/// How long the server may take to take a connection.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long a request may take as a whole, with its document.
const REQUEST_TIME: Duration = Duration::from_secs(60 * 60);
/// The largest answer that is passed back.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// One device opens no more connections at once.
pub const CONNECTIONS_MAX: usize = 32;
/// How long requests under way may take when the recording is ended.
const GRACE: Duration = Duration::from_secs(1);

/// What stands between the device and the server.
#[allow(missing_debug_implementations, reason = "the TLS acceptor has none")]
#[derive(Clone)]
pub struct Relay {
    /// TLS towards the device.
    pub tls: TlsAcceptor,
    /// The print listener of the running server.
    pub server: SocketAddr,
    /// TLS towards the server.
    pub server_tls: Arc<ClientConfig>,
    /// The only device that may connect.
    pub device: IpAddr,
    /// What the server knows us by.
    pub keys: Arc<Keys>,
    /// Where records go.
    pub recorder: Arc<Recorder>,
    /// How many connections it may open.
    pub admission: Admission,
    /// How long a connection may keep us waiting.
    pub patience: Patience,
    /// Turns true when the recording ends.
    pub stop: watch::Receiver<bool>,
}

impl Relay {
    /// Relays until the recording ends.
    pub async fn run(self, listener: TcpListener) {
        let stop = self.stop.clone();
        accept(self, listener, stop, GRACE).await;
    }

    async fn requests<S>(self, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let handle = |request: Request<Incoming>| {
            let relay = self.clone();
            async move { relay.pass(request, peer.tls).await }
        };
        serve(stream, Watch::new(), self.patience, self.stop.clone(), handle).await;
    }

    async fn pass(&self, request: Request<Incoming>, tls: bool) -> Response<Full<Bytes>> {
        let (mut parts, body) = request.into_parts();
        let headers = parts.headers.clone();
        let is_ipp = parts.method == hyper::Method::POST;
        // These are about this connection, not about the next one.
        for name in [CONNECTION, UPGRADE, EXPECT] {
            parts.headers.remove(name);
        }
        vouch(&mut parts.headers, self.device, &self.keys);
        let (body, read) = Tap::new(body);
        let asked = self.ask(Request::from_parts(parts, body), tls);
        let answered = tokio::time::timeout(REQUEST_TIME, asked).await;
        let answer = match answered.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(answer) => answer,
            Err(error) => {
                eprintln!("The print server does not answer: {error}");
                let mut answer = Response::new(Full::new(Bytes::new()));
                *answer.status_mut() = StatusCode::BAD_GATEWAY;
                return answer;
            }
        };
        if is_ipp {
            let read = read.lock().unwrap_or_else(PoisonError::into_inner);
            let said = attributes(answer.body());
            self.record(&Passed {
                headers: &headers,
                tls,
                message: read.message.as_ref(),
                document_bytes: read.document_bytes,
                http_status: answer.status().as_u16(),
                answer: said.as_ref(),
            });
        }
        answer.map(Full::new)
    }

    fn record(&self, passed: &Passed<'_>) {
        match self.recorder.write(passed) {
            Ok((number, operation)) => println!("{number} {operation}"),
            Err(error) => eprintln!("A request could not be recorded: {error}"),
        }
    }

    async fn ask(&self, request: Request<Tap>, tls: bool) -> io::Result<Response<Bytes>> {
        let connected = tokio::time::timeout(CONNECT_TIME, TcpStream::connect(self.server)).await;
        let stream = connected.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        if tls {
            let name = ServerName::try_from("localhost").expect("a plain name");
            let shaken = TlsConnector::from(Arc::clone(&self.server_tls)).connect(name, stream);
            let shaken = tokio::time::timeout(CONNECT_TIME, shaken).await;
            let stream = shaken.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            exchange(stream, request).await
        } else {
            exchange(stream, request).await
        }
    }
}

impl Door for Relay {
    const CLIENTS: &'static str = "devices";

    fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let admitted = (address.to_canonical() == self.device)
            .then(|| self.admission.admit(address))
            .flatten();
        if admitted.is_none() {
            eprintln!("Refused a connection from {address}: only {} is recorded", self.device);
        }
        admitted
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, _place: Admitted) {
        let mut first = [0];
        let peeked = tokio::time::timeout(self.patience.header, stream.peek(&mut first)).await;
        if !matches!(peeked, Ok(Ok(1))) {
            return;
        }
        if first[0] != TLS_HANDSHAKE {
            return self.requests(stream, Peer { address, tls: false }).await;
        }
        match tokio::time::timeout(self.patience.header, self.tls.accept(stream)).await {
            Ok(Ok(stream)) => self.requests(stream, Peer { address, tls: true }).await,
            // The most usual reason why a device does not print: it says so nowhere else.
            Ok(Err(error)) => eprintln!("The device did not agree on TLS: {error}"),
            Err(_) => {}
        }
    }
}

async fn exchange<S>(stream: S, request: Request<Tap>) -> io::Result<Response<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(io::Error::other)?;
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let (mut parts, body) = response.into_parts();
    let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(io::Error::other)?;
    // The device's connection goes on, however the server ends its own.
    parts.headers.remove(CONNECTION);
    parts.headers.remove(hyper::header::TRANSFER_ENCODING);
    Ok(Response::from_parts(parts, body.to_bytes()))
}

fn attributes(body: &Bytes) -> Option<Message> {
    let mut read = Read::new(Limits::REPLY);
    read.feed(body);
    read.message
}
