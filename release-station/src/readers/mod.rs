//! Cards as they are held to a reader.
//!
//! Each kind of reader turns what it sees into [`Reading`]s and sends them to the station.
//!
//! - `pcsc`: readers that the system's PC/SC daemon knows; `presence` says what is a tap.
//! - `keyboard`: readers that type.
//! - `network`: readers that speak TCP.
//! - `simulated`: no reader at all.
//! - `number`: a card's number from a text.
//! - `board`: which readers of a station can read.
//! - `running`: the readers of a station, started.

mod board;
pub mod keyboard;
pub mod network;
pub mod number;
#[cfg(any(test, feature = "pcsc"))]
mod presence;

#[cfg(feature = "pcsc")]
pub mod pcsc;
mod running;
pub mod simulated;

use self::board::Board;
pub use self::running::{Running, at_once};

use station_protocol::{CardError, CardNumber, ReaderName};

/// What a reader has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// These readers can read now; none when the list is empty.
    Readers(Vec<ReaderName>),
    /// No reader can read now, and at least one of them is there and does not answer.
    Silent,
    /// Somebody held a card to a reader.
    Card {
        /// Where.
        reader: ReaderName,
        /// The card's number, or why it cannot be used.
        card: Result<CardNumber, Unusable>,
    },
}

/// Why a card that was held to a reader cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It was gone before it could be read: to be held there once more.
    #[cfg_attr(
        not(any(test, feature = "pcsc")),
        expect(dead_code, reason = "only real cards leave too soon")
    )]
    #[error("the card was gone too soon")]
    GoneTooSoon,
    /// It shows a new random number each time (phones, privacy cards).
    #[error("the card shows a random number and needs a secure read")]
    Random,
    /// It does not tell a number.
    #[cfg_attr(
        not(any(test, feature = "pcsc")),
        expect(dead_code, reason = "only real cards keep silent")
    )]
    #[error("the card does not tell its number")]
    Silent,
    /// What was given is not a card's number.
    #[error("{0}")]
    Malformed(CardError),
}

/// Takes a UID as it was read.
///
/// # Errors
/// Four bytes that begin with 08 are a random number (ISO/IEC 14443-3: such a UID is made anew at
/// each activation), which identifies nobody; nor does an empty or over-long one.
pub fn usable(uid: &[u8]) -> Result<CardNumber, Unusable> {
    match uid {
        [0x08, _, _, _] => Err(Unusable::Random),
        _ => CardNumber::from_bytes(uid).map_err(Unusable::Malformed),
    }
}
