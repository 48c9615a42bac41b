//! Reads the attributes out of a body as it passes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use ipp_codec::{Decoder, Limits, Message, Progress};

/// What was read so far.
#[derive(Debug)]
pub struct Read {
    decoder: Option<Decoder>,
    /// The attributes, once they are whole.
    pub message: Option<Message>,
    /// How many bytes passed behind them.
    pub document_bytes: u64,
}

impl Read {
    /// Nothing yet.
    pub fn new(limits: Limits) -> Self {
        Self { decoder: Some(Decoder::new(limits)), message: None, document_bytes: 0 }
    }

    /// Takes a piece of a body.
    pub fn feed(&mut self, piece: &[u8]) {
        let Some(decoder) = &mut self.decoder else {
            self.document_bytes += piece.len() as u64;
            return;
        };
        match decoder.feed(piece) {
            Ok(Progress::NeedMore) => {}
            Ok(Progress::Done { consumed }) => {
                self.document_bytes += (piece.len() - consumed) as u64;
                self.message = self.decoder.take().and_then(|decoder| decoder.finish().ok());
            }
            // The server says what is wrong with it; here it is only not recorded.
            Err(_) => self.decoder = None,
        }
    }
}

/// A body that is read as it passes.
#[derive(Debug)]
pub struct Tap {
    body: Incoming,
    read: Arc<Mutex<Read>>,
}

impl Tap {
    /// The body, and what will have been read of it.
    pub fn new(body: Incoming) -> (Self, Arc<Mutex<Read>>) {
        let read = Arc::new(Mutex::new(Read::new(Limits::REQUEST)));
        (Self { body, read: Arc::clone(&read) }, read)
    }
}

impl Body for Tap {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(piece) = frame.data_ref()
        {
            self.read.lock().unwrap_or_else(PoisonError::into_inner).feed(piece);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
