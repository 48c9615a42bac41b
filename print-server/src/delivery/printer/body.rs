//! A request's body: the attributes, and behind them perhaps a document that is read as it is sent.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::{SetOnce, mpsc};

/// Pieces of a document that may wait between the spool and the network: with 64 KiB each, the most
/// memory that one delivery holds.
pub const PIECES_WAITING_MAX: usize = 4;

/// How far a body has gone. Clones are about the same body.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<Gone>);

#[derive(Debug, Default)]
struct Gone {
    bytes: AtomicU64,
    /// How often the printer has said why it takes nothing more just now.
    excuses: AtomicU64,
    document_began: SetOnce<Instant>,
}

impl Sent {
    /// Bytes of the body that were handed to the connection, attributes included.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Acquire)
    }

    /// The printer has said why it takes nothing more just now: whoever waits goes on waiting.
    pub fn excuse(&self) {
        self.0.excuses.fetch_add(1, Ordering::AcqRel);
    }

    /// A number that grows as long as there is a reason to wait: with each piece and each excuse.
    pub fn moved(&self) -> u64 {
        self.bytes().wrapping_add(self.0.excuses.load(Ordering::Acquire))
    }

    /// When the first piece of the document was handed to the connection; `None`: it was not.
    pub fn document_began(&self) -> Option<Instant> {
        self.0.document_began.get().copied()
    }

    /// Waits until the first piece of the document was handed to the connection.
    pub async fn begins(&self) {
        self.0.document_began.wait().await;
    }

    fn add(&self, bytes: usize, of_document: bool) {
        if of_document {
            // An error means that it was an earlier piece.
            let _ = self.0.document_began.set(Instant::now());
        }
        self.0.bytes.fetch_add(bytes as u64, Ordering::AcqRel);
    }
}

/// What happens to the document while it is sent.
#[derive(Debug)]
pub enum Piece {
    /// More of it.
    More(Bytes),
    /// It is whole. A channel that just ends means that it is not.
    End,
}

/// The document broke off on our side: the body must not look finished to the printer.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the document could not be read to its end")]
pub struct BrokenOff;

/// The body of one request.
#[derive(Debug)]
pub struct RequestBody {
    head: Option<Bytes>,
    document: Option<mpsc::Receiver<Piece>>,
    sent: Sent,
}

impl RequestBody {
    /// A body of attributes alone. Its length is announced: some printers dislike chunks here.
    pub fn attributes(bytes: Vec<u8>) -> Self {
        Self { head: Some(bytes.into()), document: None, sent: Sent::default() }
    }

    /// Attributes and a document behind them, in chunks.
    pub fn with_document(bytes: Vec<u8>, document: mpsc::Receiver<Piece>) -> Self {
        Self { head: Some(bytes.into()), document: Some(document), sent: Sent::default() }
    }

    /// What tells how far the body has gone.
    pub fn sent(&self) -> Sent {
        self.sent.clone()
    }

    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(head)));
        }
        let Some(document) = &mut self.document else { return Poll::Ready(None) };
        match document.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Piece::More(bytes))) => Poll::Ready(Some(Ok(bytes))),
            Poll::Ready(Some(Piece::End)) => {
                self.document = None;
                Poll::Ready(None)
            }
            Poll::Ready(None) => Poll::Ready(Some(Err(BrokenOff))),
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let of_document = self.head.is_none();
        let sent = self.sent.clone();
        let frame = |bytes: Bytes| {
            sent.add(bytes.len(), of_document);
            Frame::data(bytes)
        };
        self.next(context).map(|next| next.map(|piece| piece.map(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.head.is_none() && self.document.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let head = self.head.as_ref().map_or(0, Bytes::len) as u64;
        match self.document {
            None => SizeHint::with_exact(head),
            Some(_) => SizeHint::default(),
        }
    }
}
