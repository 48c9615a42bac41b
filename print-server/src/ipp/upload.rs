//! A request's body as it arrives: attributes first, then the document, with deadlines for both.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use ipp_codec::{DecodeError, Decoder, Limits, Message, Progress};
use tokio::time::Instant;

use crate::config;
use crate::intake::window::Window;

/// So much of a refused document is still read: `lp` reads our answer after it sent all, and says no more
/// than "Broken pipe" when it cannot.
const DRAINED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// So long a refused document is read.
const DRAINED_FOR: Duration = Duration::from_secs(10);
/// A client that sends nothing for so long waits for our answer before it goes on.
const LISTENS_AFTER: Duration = Duration::from_millis(250);

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

impl Upload {
    /// The body of a request, with the limits for clients.
    #[must_use]
    pub fn new(body: Incoming, limits: &config::Limits) -> Self {
        let window = Window::of(limits, Instant::now());
        Self { body, first: Bytes::new(), ended: false, window }
    }

    /// The attributes. What follows them stays for [`Upload::next`].
    ///
    /// # Errors
    /// [`UploadError`] when they do not arrive whole within `deadline`, or cannot be decoded.
    pub async fn attributes(&mut self, deadline: Duration) -> Result<Message, UploadError> {
        let Ok(message) = tokio::time::timeout(deadline, self.decode()).await else {
            return Err(self.too_slow());
        };
        let message = message?;
        self.window.begin(Instant::now());
        Ok(message)
    }

    /// Nobody waits any longer for a client that was too slow once.
    fn too_slow(&mut self) -> UploadError {
        self.ended = true;
        UploadError::Slow
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
            let end = self.window.end();
            match tokio::time::timeout_at(end, self.frame()).await {
                Ok(chunk) => {
                    let chunk = chunk?;
                    self.window.came(chunk.as_ref().map_or(0, Bytes::len));
                    return Ok(chunk);
                }
                Err(_) if !self.window.goes_on(Instant::now()) => return Err(self.too_slow()),
                Err(_) => {}
            }
        }
    }

    /// Whether anything of the document is left to be read.
    ///
    /// # Errors
    /// As [`Upload::next`].
    pub async fn has_more(&mut self) -> Result<bool, UploadError> {
        if self.first.is_empty() {
            self.first = self.next().await?.unwrap_or_default();
        }
        Ok(!self.first.is_empty())
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
                match tokio::time::timeout(LISTENS_AFTER, self.frame()).await {
                    Ok(Ok(Some(chunk))) => bytes += chunk.len(),
                    Ok(Ok(None) | Err(_)) | Err(_) => return,
                }
            }
        };
        // Whatever is left then is cut with the connection.
        let _ = tokio::time::timeout(DRAINED_FOR, drain).await;
    }
}
