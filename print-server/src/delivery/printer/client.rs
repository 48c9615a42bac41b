//! A request to a printer and its reply: deadlines, limits, kept connections, no redirects.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use ipp_codec::{ClientRequest, Decoder, EncodeError, Limits, Progress, Reply, encode};
use rustls::ClientConfig;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::address::Address;
use super::body::{Piece, RequestBody, Sent};
use super::connection::{ConnectError, Connection, SendError, connect, shake_hands};
use super::reach::Reach;
use super::trust;

/// Idle connections kept to one printer: one for the document, the others for questions.
const IDLE_MAX: usize = 3;

/// How long after its last reply a connection is trusted with a question.
const FRESH: Duration = Duration::from_secs(20);

/// The same for a request that must not be sent twice. Printers drop idle connections after a few
/// seconds; a request that meets the drop half-way would leave us not knowing whether it was read.
const FRESH_FOR_CHANGES: Duration = Duration::from_secs(1);

/// How long a printer may take from the first byte of its reply to the end of the attributes.
const REPLY_TIME: Duration = Duration::from_secs(10);

/// How long it is waited for what follows the attributes; nothing does, with most printers.
const TRAILER_TIME: Duration = Duration::from_millis(200);

/// How long the reply waits for its connection to be ready again. It is, at once, unless the printer
/// answered without reading the request to its end; such a connection is not kept.
const SETTLING_TIME: Duration = Duration::from_millis(50);

/// What is read and thrown away behind a reply's attributes to keep the connection.
const TRAILER_BYTES_MAX: usize = 4096;

/// The deadlines of one printer's client.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// For a connection, and again for TLS.
    pub connect: Duration,
    /// For the beginning of a reply once the request is out.
    pub response: Duration,
    /// For a document that the printer takes no further byte of, without a reason.
    pub stalled: Duration,
}

/// Why there is no reply that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection: the printer has not seen the request.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection broke, or the reply did not come in time: the request may have been carried out.
    #[error("the connection to the printer broke")]
    Broken(#[source] io::Error),
    /// It answered with something that is no IPP, or that is too large.
    #[error("the printer's answer cannot be read")]
    BadReply,
    /// It answered with an HTTP status instead. A redirect is one of these and is never followed: the
    /// document would go wherever the answer says.
    #[error("the printer answered with HTTP status {0}")]
    Http(StatusCode),
    /// The request cannot be written; a value is longer than the protocol can carry.
    #[error("the request cannot be written")]
    Request(#[from] EncodeError),
}

impl ClientError {
    /// Whether the printer cannot have carried out the request.
    pub fn is_not_sent(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Request(_))
    }
}

/// The client of one printer. Requests may run at the same time.
#[derive(Debug)]
pub struct Client {
    address: Address,
    reach: Arc<Reach>,
    tls: Arc<ClientConfig>,
    deadlines: Deadlines,
    idle: Mutex<Vec<Connection>>,
}

/// Whether a request may be sent a second time when the connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It only asks.
    Allowed,
    /// It changes something at the printer.
    Never,
}

impl Client {
    /// A client without a connection yet.
    pub fn new(
        address: Address,
        reach: Arc<Reach>,
        tls: Arc<ClientConfig>,
        deadlines: Deadlines,
    ) -> Self {
        Self { address, reach, tls, deadlines, idle: Mutex::default() }
    }

    /// The certificate that answers at the address, whatever it is; nothing without TLS. Nothing is asked or
    /// told.
    ///
    /// # Errors
    /// [`ClientError::Connect`].
    pub async fn shown_certificate(&self) -> Result<Option<[u8; 32]>, ClientError> {
        if !self.address.is_tls() {
            return Ok(None);
        }
        let deadline = self.deadlines.connect;
        let stream = connect(&self.address, &self.reach, deadline).await?;
        let anybody = trust::anybody().map_err(|error| {
            ClientError::Connect(ConnectError::Nowhere(io::Error::other(error)))
        })?;
        let stream = shake_hands(&self.address, &anybody, stream, deadline).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        Ok(shown.map(|certificate| trust::fingerprint(certificate)))
    }

    /// Where the printer is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where printers may be.
    pub(super) fn reach(&self) -> &Arc<Reach> {
        &self.reach
    }

    /// How TLS is spoken with it.
    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// Sends a request that has no document.
    ///
    /// # Errors
    /// [`ClientError`]; a reply with a bad IPP status is a reply.
    pub async fn call(&self, request: ClientRequest, repeat: Repeat) -> Result<Reply, ClientError> {
        let bytes = encode(&request.into_message())?;
        let fresh = if repeat == Repeat::Allowed { FRESH } else { FRESH_FOR_CHANGES };
        let mut kept = self.take_idle(fresh);
        loop {
            let was_kept = kept.is_some();
            let connection = match kept.take() {
                Some(connection) => connection,
                None => self.connect().await?,
            };
            let body = RequestBody::attributes(bytes.clone());
            match self.exchange(connection, body).await {
                // A kept connection that the printer closed meanwhile says nothing about the printer.
                Err(Failed::NotSent) if was_kept => {}
                Err(Failed::Error(ClientError::Broken(_)))
                    if was_kept && repeat == Repeat::Allowed => {}
                result => return result.map_err(Failed::into_error),
            }
        }
    }

    /// Sends a request with a document behind it. `started` is called when the printer has a
    /// connection to read it from and gets the counter of the bytes on their way.
    ///
    /// # Errors
    /// [`ClientError`]; after [`ClientError::is_not_sent`] not one byte has left.
    pub async fn call_with_document(
        &self,
        request: ClientRequest,
        document: mpsc::Receiver<Piece>,
        started: impl FnOnce(Sent),
    ) -> Result<Reply, ClientError> {
        let bytes = encode(&request.into_message())?;
        let connection = match self.take_idle(FRESH_FOR_CHANGES) {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let body = RequestBody::with_document(bytes, document);
        started(body.sent());
        self.exchange(connection, body).await.map_err(Failed::into_error)
    }

    /// Opens a connection for a request that is about to come, unless there is one already. That it
    /// cannot be opened is found out by the request.
    pub async fn open_ahead(&self) {
        let kept = self.take_idle(FRESH_FOR_CHANGES);
        let open = match kept {
            Some(connection) => Some(connection),
            None => self.connect().await.ok(),
        };
        open.into_iter().for_each(|connection| self.keep(connection));
    }

    async fn connect(&self) -> Result<Connection, ConnectError> {
        Connection::open(&self.address, &self.reach, &self.tls, self.deadlines.connect).await
    }

    fn take_idle(&self, fresh: Duration) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| connection.is_usable(FRESH));
        let found = idle.iter().rposition(|connection| connection.is_usable(fresh))?;
        Some(idle.remove(found))
    }

    fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }

    async fn exchange(
        &self,
        mut connection: Connection,
        body: RequestBody,
    ) -> Result<Reply, Failed> {
        let sent = body.sent();
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.address.path())
            .header(HOST, self.address.host_header())
            .header(CONTENT_TYPE, "application/ipp")
            .body(body)
            .map_err(|error| broken(io::Error::other(error)))?;
        let response = self.response(&mut connection, request, &sent).await?;
        if response.status() != StatusCode::OK {
            return Err(Failed::Error(ClientError::Http(response.status())));
        }
        let (reply, whole) = timeout(REPLY_TIME, read_reply(response))
            .await
            .map_err(|_| broken(io::ErrorKind::TimedOut.into()))??;
        if whole && timeout(SETTLING_TIME, connection.is_ready_again()).await == Ok(true) {
            self.keep(connection);
        }
        Ok(reply)
    }

    /// Waits for the response's head. The deadline moves for as long as the printer takes the body, or says
    /// elsewhere why it does not.
    async fn response(
        &self,
        connection: &mut Connection,
        request: Request<RequestBody>,
        sent: &Sent,
    ) -> Result<Response<Incoming>, Failed> {
        let streams = hyper::body::Body::size_hint(request.body()).exact().is_none();
        let patience = if streams { self.deadlines.stalled } else { self.deadlines.response };
        let mut before = sent.moved();
        let response = connection.send(request);
        tokio::pin!(response);
        loop {
            match timeout_at(Instant::now() + patience, &mut response).await {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(SendError::NotSent)) => return Err(Failed::NotSent),
                Ok(Err(SendError::Broken(error))) => return Err(broken(io::Error::other(error))),
                Err(_) if sent.moved() != before => before = sent.moved(),
                Err(_) => return Err(broken(io::ErrorKind::TimedOut.into())),
            }
        }
    }
}

/// How an exchange on one connection failed.
enum Failed {
    NotSent,
    Error(ClientError),
}

impl Failed {
    fn into_error(self) -> ClientError {
        match self {
            Self::NotSent => ConnectError::Asleep(io::ErrorKind::ConnectionReset.into()).into(),
            Self::Error(error) => error,
        }
    }
}

fn broken(error: io::Error) -> Failed {
    Failed::Error(ClientError::Broken(error))
}

/// Reads the reply's attributes, and says whether the body ended with them. Memory is bounded by
/// [`Limits::REPLY`], whatever the printer goes on to send.
async fn read_reply(response: Response<Incoming>) -> Result<(Reply, bool), Failed> {
    let bad = || Failed::Error(ClientError::BadReply);
    let mut body = response.into_body();
    let mut decoder = Decoder::new(Limits::REPLY);
    let mut trailer = loop {
        let frame = match body.frame().await {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Err(broken(io::Error::other(error))),
            None => return Err(bad()),
        };
        let Ok(bytes) = frame.into_data() else { continue };
        match decoder.feed(&bytes).map_err(|_| bad())? {
            Progress::NeedMore => {}
            Progress::Done { consumed } => break bytes.len().saturating_sub(consumed),
        }
    };
    let reply = Reply::new(decoder.finish().map_err(|_| bad())?);
    // The answer is there; one that does not end costs its connection, not its meaning.
    let ends = async {
        while trailer <= TRAILER_BYTES_MAX {
            match body.frame().await {
                Some(Ok(frame)) => trailer += frame.data_ref().map_or(0, |bytes| bytes.len()),
                Some(Err(_)) => return false,
                None => return true,
            }
        }
        false
    };
    let whole = timeout(TRAILER_TIME, ends).await == Ok(true);
    Ok((reply, whole))
}
