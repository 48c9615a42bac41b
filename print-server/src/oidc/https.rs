//! One question to the provider: HTTP/1.1 under TLS, a connection each, within a deadline and a size.
//! Redirects are not followed: an answer from elsewhere would not be the provider's.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::HttpsAddress;

/// One question, from the connection to the last byte of the answer.
const DEADLINE: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Why there is no answer. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub enum HttpsError {
    /// It does not answer, or not in time, or breaks off.
    #[error("the provider does not answer: {0}")]
    Away(String),
    /// It answered with another status than 200; its content, as far as it can be shown.
    #[error("the provider answered {0}: {1}")]
    Status(StatusCode, String),
}

/// Asks the provider.
#[derive(Debug, Clone)]
pub struct Https {
    tls: Arc<ClientConfig>,
}

impl Https {
    /// A client that believes the certificates which `tls` believes.
    pub fn new(tls: Arc<ClientConfig>) -> Self {
        Self { tls }
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`HttpsError`].
    pub async fn get(&self, address: &HttpsAddress) -> Result<Bytes, HttpsError> {
        let request = request(Method::GET, address).body(Full::default());
        self.ask(address, request).await
    }

    /// Sends a form; `authorization` is the whole header, where there is one.
    ///
    /// # Errors
    /// [`HttpsError`].
    pub async fn post(
        &self,
        address: &HttpsAddress,
        authorization: Option<&str>,
        form: String,
    ) -> Result<Bytes, HttpsError> {
        let mut builder = request(Method::POST, address)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        self.ask(address, builder.body(Full::new(form.into()))).await
    }

    async fn ask(
        &self,
        address: &HttpsAddress,
        request: Result<Request<Full<Bytes>>, hyper::http::Error>,
    ) -> Result<Bytes, HttpsError> {
        let request = request.map_err(away)?;
        let answer = timeout(DEADLINE, self.exchange(address, request)).await;
        answer.unwrap_or_else(|_| Err(HttpsError::Away("not within five seconds".into())))
    }

    async fn exchange(
        &self,
        address: &HttpsAddress,
        request: Request<Full<Bytes>>,
    ) -> Result<Bytes, HttpsError> {
        let stream = TcpStream::connect((address.host(), address.port())).await.map_err(away)?;
        stream.set_nodelay(true).map_err(away)?;
        let name = ServerName::try_from(address.host().to_owned()).map_err(away)?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        let stream = tls.connect(name, stream).await.map_err(away)?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(away)?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(away)?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            Ok((status, body.map_err(away)?.to_bytes()))
        };
        let mut exchange = std::pin::pin!(exchange);
        let answer: Result<(StatusCode, Bytes), HttpsError> = tokio::select! {
            biased;
            answer = &mut exchange => answer,
            // The connection may end before the last bytes of the answer have been read from it.
            _ = connection => exchange.await,
        };
        match answer? {
            (StatusCode::OK, body) => Ok(body),
            (status, body) => Err(HttpsError::Status(status, shown(&body))),
        }
    }
}

fn request(method: Method, address: &HttpsAddress) -> hyper::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(address.target())
        .header(HOST, address.authority())
        .header(ACCEPT, "application/json")
}

/// The `error` of an answer (RFC 6749 section 5.2), which the log keeps; never the content itself.
fn shown(body: &[u8]) -> String {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let error = answer["error"].as_str().unwrap_or("no reason given");
    super::claims::keyword(error)
}

fn away(error: impl std::fmt::Display) -> HttpsError {
    HttpsError::Away(error.to_string())
}
