//! The body of a reply: bytes at hand, or attributes or chunks that do not end, or that take their time.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use ipp_codec::Header;
use ipp_codec::message::HEADER_BYTES;
use tokio::time::{Instant, Sleep, sleep};

/// How much of an endless reply is written at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// The length of one value of an endless reply.
const VALUE_BYTES: u16 = 1_000;

/// A reply's body.
#[derive(Debug)]
pub enum ReplyBody {
    /// Bytes at hand.
    Whole(Option<Bytes>),
    /// Well-formed attributes, again and again.
    Endless {
        /// What comes first.
        begin: Option<Bytes>,
        /// What comes again and again.
        chunk: Bytes,
        /// How many bytes are still to come.
        left: u64,
    },
    /// One byte after the other, with pauses.
    Dripping {
        /// What is still to come.
        bytes: Bytes,
        /// Between two of them.
        pause: Duration,
        /// Until the next.
        sleep: Pin<Box<Sleep>>,
    },
}

impl ReplyBody {
    /// A body of these bytes.
    pub fn whole(bytes: impl Into<Bytes>) -> ReplyBody {
        ReplyBody::Whole(Some(bytes.into()))
    }

    /// These bytes, and noise behind them that does not end.
    pub fn chunks(bytes: Vec<u8>, noise: Vec<u8>) -> ReplyBody {
        ReplyBody::Endless { begin: Some(bytes.into()), chunk: noise.into(), left: u64::MAX }
    }

    /// These bytes, one after the other.
    pub fn dripping(bytes: Vec<u8>, pause: Duration) -> ReplyBody {
        ReplyBody::Dripping { bytes: bytes.into(), pause, sleep: Box::pin(sleep(pause)) }
    }

    /// A successful answer with one attribute that has values until `length` bytes are written.
    pub fn endless(request: Header, length: u64) -> ReplyBody {
        let header = Header { version: request.version.of_reply(), code: 0, ..request };
        let mut begin = Vec::with_capacity(HEADER_BYTES + 100);
        begin.extend(header.to_bytes());
        begin.push(0x01);
        field(&mut begin, 0x47, "attributes-charset", b"utf-8");
        field(&mut begin, 0x48, "attributes-natural-language", b"en");
        begin.push(0x04);
        field(&mut begin, 0x41, "printer-message", b"a");
        let mut value = Vec::new();
        field(&mut value, 0x41, "", &[b'a'; VALUE_BYTES as usize]);
        let chunk = value.repeat(CHUNK_BYTES / value.len());
        ReplyBody::Endless { begin: Some(begin.into()), chunk: chunk.into(), left: length }
    }
}

/// Writes one field (RFC 8010 section 3.1.4); names and values here are all short.
fn field(bytes: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    bytes.push(tag);
    for part in [name.as_bytes(), value] {
        let length = u16::try_from(part.len()).unwrap_or(VALUE_BYTES);
        bytes.extend(length.to_be_bytes());
        bytes.extend(part);
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut *self {
            ReplyBody::Whole(bytes) => bytes.take(),
            ReplyBody::Dripping { bytes, pause, sleep } => {
                if sleep.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                sleep.as_mut().reset(Instant::now() + *pause);
                (!bytes.is_empty()).then(|| bytes.split_to(1))
            }
            ReplyBody::Endless { begin, chunk, left } => {
                if let Some(begin) = begin.take() {
                    Some(begin)
                } else if *left == 0 {
                    None
                } else {
                    *left = left.saturating_sub(chunk.len() as u64);
                    Some(chunk.clone())
                }
            }
        };
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, ReplyBody::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            ReplyBody::Endless { .. } | ReplyBody::Dripping { .. } => SizeHint::default(),
        }
    }
}
