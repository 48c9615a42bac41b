//! The three things that are shown or read: a card in the hand, a printer, a held job.

use std::fmt;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::{CARD_BYTES_MAX, Id, JobTerms, Line, PinWanted, PrinterOffers, Sentence};

/// What a reader read, unchanged: the server derives the forms under which it knows the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// How it was read.
    pub kind: CardKind,
    /// The number itself.
    pub hex: CardNumber,
}

/// How a card's number was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// The unique identifier that the chip tells everybody (ISO/IEC 14443-3).
    Uid,
}

/// The bytes of a card's number, at most [`CARD_BYTES_MAX`]. On the wire: upper-case hex.
///
/// It identifies a person, so `Debug` shows only how long it is and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardNumber(Vec<u8>);

/// Why something is not a card's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardError {
    /// There is no number at all.
    Empty,
    /// It has more than [`CARD_BYTES_MAX`] bytes.
    TooLong,
    /// It is not a row of whole bytes in hex.
    NotHex,
}

impl fmt::Display for CardError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the card's number is empty",
            Self::TooLong => "the card's number is too long",
            Self::NotHex => "the card's number is not written in hex, two digits for each byte",
        })
    }
}

impl std::error::Error for CardError {}

impl CardNumber {
    /// Takes the bytes that a reader gave.
    ///
    /// # Errors
    /// There are none, or more than [`CARD_BYTES_MAX`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CardError> {
        match bytes.len() {
            0 => Err(CardError::Empty),
            length if length > CARD_BYTES_MAX => Err(CardError::TooLong),
            _ => Ok(Self(bytes.to_vec())),
        }
    }

    /// Reads hex of either case, two digits for each byte, without separators.
    ///
    /// # Errors
    /// It is empty, too long, or not hex.
    pub fn parse(hex: &str) -> Result<Self, CardError> {
        if hex.len() > CARD_BYTES_MAX * 2 {
            return Err(CardError::TooLong);
        }
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(CardError::NotHex);
        }
        let bytes = pairs.iter().map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
        let bytes: Option<Vec<u8>> = bytes.collect();
        Self::from_bytes(&bytes.ok_or(CardError::NotHex)?)
    }

    /// The bytes, in the order in which the reader gave them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Upper-case hex, two digits for each byte.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02X}")).collect()
    }
}

/// The value of one hex digit.
fn digit(byte: u8) -> Option<u8> {
    // A hex digit is below 16, so nothing is lost.
    char::from(byte).to_digit(16).map(|value| value as u8)
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CardNumber({} bytes)", self.0.len())
    }
}

impl Serialize for CardNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for CardNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is dropped here; it is bounded by the frame.
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A printer that the station may release to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterCard {
    /// What [`crate::StationMessage::Choose`] names it by.
    pub id: Id,
    /// Its name, as people say it.
    pub name: Line,
    /// Where it stands; empty when nobody wrote it down.
    #[serde(default)]
    pub location: Line,
    /// Whether it can print now.
    pub state: PrinterState,
    /// Why it cannot, or what is about to be wrong, in the language of the session.
    #[serde(default)]
    pub reason: Option<Sentence>,
    /// What it can do that may be changed at the screen.
    #[serde(default, skip_serializing_if = "PrinterOffers::is_nothing")]
    pub offers: PrinterOffers,
}

/// Whether a printer can print now (`printer-state`, RFC 8011 section 5.4.11, and one more).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// It waits for work.
    Idle,
    /// It prints, perhaps for somebody else; a job waits its turn.
    Processing,
    /// It needs a person: paper, a jam, an open door.
    Stopped,
    /// It did not answer.
    Unreachable,
}

/// A job that its owner may release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCard {
    /// What [`crate::StationMessage::Choose`] names it by.
    pub id: Id,
    /// The document's title; shown to its owner only.
    pub title: Line,
    /// Pages of one copy; none while they are being counted or cannot be.
    #[serde(default)]
    pub pages: Option<u32>,
    /// How many copies.
    pub copies: u32,
    /// One or both sides of the paper.
    pub sides: Sides,
    /// Colour, as asked for.
    pub color: ColorMode,
    /// The document's size in bytes.
    pub size_bytes: u64,
    /// When it was taken in: microseconds since 1970, UTC.
    pub submitted_at: i64,
    /// The same moment in the installation's time zone and the owner's language, ready to show.
    pub submitted: Line,
    /// What it will cost, ready to show; none when nobody can tell.
    #[serde(default)]
    pub price: Option<Line>,
    /// Set when an earlier try may have come out: where and when, as a sentence to show.
    #[serde(default)]
    pub may_have_printed: Option<Sentence>,
    /// Set when it is the job of a machine that several people print from: the machine, and perhaps who
    /// sat there. Any of them may take it, once.
    #[serde(default)]
    pub shared: Option<Line>,
    /// Set when it goes only with the PIN that its owner gave it.
    #[serde(default)]
    pub pin: Option<PinWanted>,
    /// What is particular about it, and what may be done with it here.
    #[serde(default, skip_serializing_if = "JobTerms::is_nothing")]
    pub terms: JobTerms,
}

impl JobCard {
    /// Whether it is let go only when it is named: it may have come out before, be a colleague's, have a
    /// PIN, or the server says so.
    #[must_use]
    pub fn is_to_be_named(&self) -> bool {
        let is_ours = self.shared.is_none() && self.pin.is_none();
        self.may_have_printed.is_some() || !is_ours || self.terms.named
    }
}

/// One or both sides of the paper (`sides`, RFC 8011 section 5.2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// One side.
    OneSided,
    /// Both, turned like a book.
    TwoSidedLongEdge,
    /// Both, turned like a calendar.
    TwoSidedShortEdge,
}

/// Colour as asked for (`print-color-mode`, PWG 5100.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorMode {
    /// The printer decides page by page.
    Auto,
    /// In colour.
    Color,
    /// In black and grey.
    Monochrome,
}
