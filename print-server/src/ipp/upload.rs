//! A request's body as it arrives: attributes first, then the document, with deadlines for both.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use ipp_codec::{DecodeError, Decoder, Limits, Message, Progress};
use tokio::time::Instant;

use crate::config;

/// So much of a refused document is still read, so that the client reads our answer before it notices
/// that we stopped reading.
const DRAINED_BYTES_MAX: usize = 1024 * 1024;
/// So long a refused document is read.
const DRAINED_FOR: Duration = Duration::from_secs(2);

/// Why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The client went away, or sent no proper HTTP.
    #[error("the client ended the connection")]
    Gone,
    /// The client sent too little in too long a time.
    #[error("the client was too slow")]
    Slow,
    /// The attributes cannot be decoded.
    #[error("the attributes cannot be read: {0:?}")]
    Undecodable(DecodeError),
}

/// The body of one request.
#[derive(Debug)]
pub struct Upload {
    body: Incoming,
    /// What came with the last of the attributes.
    first: Bytes,
    ended: bool,
    window: Window,
}

/// The slowest that a document may be.
#[derive(Debug, Clone, Copy)]
struct Window {
    length: Duration,
    bytes_min: u64,
    end: Instant,
    bytes: u64,
}

impl Upload {
    /// The body of a request, with the limits for clients.
    #[must_use]
    pub fn new(body: Incoming, limits: &config::Limits) -> Self {
        let length = Duration::from_secs(limits.body_seconds);
        let window =
            Window { length, bytes_min: limits.body_bytes_min, end: Instant::now(), bytes: 0 };
        Self { body, first: Bytes::new(), ended: false, window }
    }

    /// The attributes. What follows them stays for [`Upload::next`].
    ///
    /// # Errors
    /// [`UploadError`] when they do not arrive whole within `deadline`, or cannot be decoded.
    pub async fn attributes(&mut self, deadline: Duration) -> Result<Message, UploadError> {
        let message = tokio::time::timeout(deadline, self.decode()).await;
        let message = message.map_err(|_| UploadError::Slow)??;
        self.window.end = Instant::now() + self.window.length;
        Ok(message)
    }

    async fn decode(&mut self) -> Result<Message, UploadError> {
        let mut decoder = Decoder::new(Limits::REQUEST);
        while let Some(mut chunk) = self.frame().await? {
            match decoder.feed(&chunk).map_err(UploadError::Undecodable)? {
                Progress::Done { consumed } => {
                    self.first = chunk.split_off(consumed);
                    break;
                }
                Progress::NeedMore => {}
            }
        }
        decoder.finish().map_err(UploadError::Undecodable)
    }

    /// The next piece of the document; none at its end.
    ///
    /// # Errors
    /// [`UploadError`] when the client goes away or is too slow.
    pub async fn next(&mut self) -> Result<Option<Bytes>, UploadError> {
        if !self.first.is_empty() {
            return Ok(Some(std::mem::take(&mut self.first)));
        }
        loop {
            let end = self.window.end;
            match tokio::time::timeout_at(end, self.frame()).await {
                Ok(chunk) => {
                    let chunk = chunk?;
                    self.window.bytes += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                    return Ok(chunk);
                }
                Err(_) if self.window.bytes < self.window.bytes_min => {
                    return Err(UploadError::Slow);
                }
                Err(_) => {
                    self.window.bytes = 0;
                    self.window.end = Instant::now() + self.window.length;
                }
            }
        }
    }

    /// The next bytes of the body; none at its end. Dropping the future loses nothing.
    async fn frame(&mut self) -> Result<Option<Bytes>, UploadError> {
        while !self.ended {
            match self.body.frame().await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Ok(Some(data)),
                    // Empty chunks and trailers carry nothing.
                    _ => {}
                },
                Some(Err(_)) => {
                    self.ended = true;
                    return Err(UploadError::Gone);
                }
                None => self.ended = true,
            }
        }
        Ok(None)
    }

    /// Reads on for a moment, so that a client in the middle of sending gets to read our answer.
    pub async fn drain(mut self) {
        let drain = async {
            let mut bytes = self.first.len();
            while bytes < DRAINED_BYTES_MAX {
                match self.frame().await {
                    Ok(Some(chunk)) => bytes += chunk.len(),
                    Ok(None) | Err(_) => return,
                }
            }
        };
        // Whatever is left then is cut with the connection.
        let _ = tokio::time::timeout(DRAINED_FOR, drain).await;
    }
}
