//! Bytes to messages: incrementally, within [`Limits`], each byte looked at once.
//!
//! Decoding refuses what two readers could read differently and what would cost memory; whether a
//! request is a proper one is the business of [`crate::check`].

mod builder;
mod content;
mod decoder;
mod fault;

pub use decoder::{Decoder, Progress};
pub use fault::{DecodeError, DecodeFault};

use crate::limits::Limits;
use crate::message::Message;

/// Decodes a message that is there as a whole, and says at which byte its document begins.
///
/// # Errors
/// The first fault, with the header as soon as eight bytes were there. A message without its end is
/// [`DecodeFault::Truncated`].
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<(Message, usize), DecodeError> {
    let mut decoder = Decoder::new(*limits);
    let end = match decoder.feed(bytes)? {
        Progress::Done { consumed } => consumed,
        Progress::NeedMore => bytes.len(),
    };
    Ok((decoder.finish()?, end))
}
