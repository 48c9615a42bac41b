//! One connection to a printer, kept between requests.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::address::Address;
use super::body::RequestBody;
use super::reach::{OutOfReach, Reach};

/// Why there is no connection. Nothing was asked of the printer.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It refused, or did not answer in time: asleep, or switched off.
    #[error("the printer does not answer")]
    Asleep(#[source] io::Error),
    /// Its name is unknown, or no way leads to it.
    #[error("the printer's address leads nowhere")]
    Nowhere(#[source] io::Error),
    /// Its address is none where printers may be. No connection was tried.
    #[error("the printer's address is not permitted")]
    Forbidden(#[source] OutOfReach),
    /// TLS failed: its certificate is not the agreed one, or there is no common protocol.
    #[error("the printer's certificate is not trusted")]
    Untrusted(#[source] io::Error),
    /// It ended the connection before HTTP began.
    #[error("the printer ended the connection")]
    Dropped(#[source] hyper::Error),
}

/// An open connection. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<RequestBody>,
    driver: JoinHandle<()>,
    used_at: Instant,
}

/// Why a request has no response.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The request never left: it can be sent again on another connection.
    #[error("the connection was closed before the request")]
    NotSent,
    /// The printer may have read some or all of it.
    #[error("the connection broke")]
    Broken(#[source] hyper::Error),
}

impl Connection {
    /// Opens a connection within `deadline`; with TLS, its handshake has the same time again.
    ///
    /// # Errors
    /// [`ConnectError`]; the printer has not seen a request then.
    pub async fn open(
        address: &Address,
        reach: &Reach,
        tls: &Arc<ClientConfig>,
        deadline: Duration,
    ) -> Result<Self, ConnectError> {
        let stream = connect(address, reach, deadline).await?;
        if !address.is_tls() {
            return Self::speak(stream, deadline).await;
        }
        let stream = shake_hands(address, tls, stream, deadline).await?;
        Self::speak(stream, deadline).await
    }

    async fn speak<S>(stream: S, deadline: Duration) -> Result<Self, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let shaken = timeout(deadline, handshake(TokioIo::new(stream))).await;
        let late = |_| ConnectError::Asleep(io::ErrorKind::TimedOut.into());
        let (sender, connection) = shaken.map_err(late)?.map_err(ConnectError::Dropped)?;
        let driver = tokio::spawn(async move {
            // Whoever waits for the response is told of the error; here it says nothing new.
            let _ = connection.await;
        });
        Ok(Self { sender, driver, used_at: Instant::now() })
    }

    /// Whether the connection looks open and served a request within `fresh`.
    pub fn is_usable(&self, fresh: Duration) -> bool {
        self.sender.is_ready() && self.used_at.elapsed() < fresh
    }

    /// Sends one request and gives the response's head.
    ///
    /// # Errors
    /// [`SendError`], which tells whether the printer can have seen the request.
    pub async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<hyper::Response<Incoming>, SendError> {
        match self.sender.try_send_request(request).await {
            Ok(response) => {
                self.used_at = Instant::now();
                Ok(response)
            }
            Err(mut error) => match error.take_message() {
                Some(_) => Err(SendError::NotSent),
                None => Err(SendError::Broken(error.into_error())),
            },
        }
    }

    /// Waits until another request can be sent, which needs the last reply to be read whole.
    pub async fn is_ready_again(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// A TCP connection to one of the printer's addresses, all of which were looked at before.
pub(super) async fn connect(
    address: &Address,
    reach: &Reach,
    deadline: Duration,
) -> Result<TcpStream, ConnectError> {
    let connecting = async {
        let addresses = reach.addresses(address).await.map_err(|error| match error {
            OutOfReach::Unknown(error) => ConnectError::Nowhere(error),
            other => ConnectError::Forbidden(other),
        })?;
        TcpStream::connect(&addresses[..]).await.map_err(refused)
    };
    let late = |_| ConnectError::Asleep(io::ErrorKind::TimedOut.into());
    let stream = timeout(deadline, connecting).await.map_err(late)??;
    // A request of a few hundred bytes must not wait for the reply to the one before it.
    stream.set_nodelay(true).map_err(ConnectError::Asleep)?;
    Ok(stream)
}

/// TLS over the connection.
pub(super) async fn shake_hands(
    address: &Address,
    tls: &Arc<ClientConfig>,
    stream: TcpStream,
    deadline: Duration,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let name = ServerName::try_from(address.host().to_owned())
        .map_err(|error| ConnectError::Nowhere(io::Error::other(error)))?;
    let shaking = TlsConnector::from(tls.clone()).connect(name, stream);
    match timeout(deadline, shaking).await {
        Err(_) => Err(ConnectError::Asleep(io::ErrorKind::TimedOut.into())),
        // rustls tells of bad certificates as invalid data; a cut connection is something else.
        Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
            Err(ConnectError::Untrusted(error))
        }
        Ok(Err(error)) => Err(ConnectError::Asleep(error)),
        Ok(Ok(stream)) => Ok(stream),
    }
}

fn refused(error: io::Error) -> ConnectError {
    use io::ErrorKind as K;
    match error.kind() {
        // A sleeping machine refuses, stays silent, or has not yet told its switch where it is.
        K::ConnectionRefused | K::ConnectionReset | K::TimedOut | K::HostUnreachable => {
            ConnectError::Asleep(error)
        }
        _ => ConnectError::Nowhere(error),
    }
}
