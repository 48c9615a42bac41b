//! What pages ask of the running server for who stands at a station: codes in place of a card, cards that were
//! just read, personal PINs.

use std::fmt;

use print_core::{PersonId, StationId, Timestamp};
use store::{CodePurpose, StoreError};

use crate::desk::Answer;

/// The part of the desk that knows keys and secrets of people.
pub trait Codes: Send + Sync + fmt::Debug {
    /// Makes a code by its owner's wish, and tells it, this once.
    fn make_code(&self, wish: CodeWish) -> Answer<'_, Result<ShownCode, StoreError>>;

    /// The card that a station offers under this code now; none when there is none, or none any more.
    fn offered_card<'a>(
        &'a self,
        code: &'a str,
        person: PersonId,
    ) -> Answer<'a, Result<Option<OfferedCard>, StoreError>>;

    /// Makes an offered card the person's, who has just seen it.
    fn add_offered_card<'a>(
        &'a self,
        ticket: &'a str,
        person: PersonId,
    ) -> Answer<'a, Result<AddedCard, StoreError>>;

    /// Sets the person's own PIN by their own word.
    fn set_pin<'a>(&'a self, person: PersonId, pin: &'a str) -> Answer<'a, Result<(), PinFault>>;

    /// How many digits a PIN has here at least.
    fn pin_digits(&self) -> Answer<'_, Result<usize, StoreError>>;
}

/// A code that a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeWish {
    /// Whose it is to be, who also wants it.
    pub person: PersonId,
    /// Where it is to hold.
    pub station: StationId,
    /// What it is to do.
    pub purpose: CodePurpose,
}

/// A code, to be shown to its owner once.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownCode {
    digits: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

impl ShownCode {
    /// The code with these digits.
    #[must_use]
    pub fn new(digits: String, expires_at: Timestamp) -> Self {
        Self { digits, expires_at }
    }

    /// The digits, for their owner.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// Shows that there is a code, and nothing of it.
impl fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShownCode").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A card that was just read, for the page that asks whether it is the reader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedCard {
    /// The station where it was read.
    pub place: String,
    /// The last digits of its number.
    pub last4: String,
    /// What the answer carries; it is this person's and ends after some minutes.
    pub ticket: String,
}

/// What became of a card that somebody said yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedCard {
    /// It is theirs.
    Added,
    /// It is somebody else's.
    Foreign,
    /// It is not offered any more.
    Over,
}

/// Why a PIN was not set.
#[derive(Debug, thiserror::Error)]
pub enum PinFault {
    /// Not digits, too few or too many.
    #[error("a PIN has {min} to {max} digits")]
    Digits {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// Its digits go in equal steps.
    #[error("a PIN whose digits go in equal steps is easily guessed")]
    Steps,
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}
