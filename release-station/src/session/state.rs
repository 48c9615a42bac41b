//! What is shown.

use std::time::{Duration, Instant};

use station_protocol::{Language, Line, ReaderState, RefusedReason, Sentence, TapNumber};

use super::active::Active;
use super::codes::{NewCardShown, Typing};
use super::event::TapSource;

/// What happens at the station now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody is here.
    Waiting,
    /// Nobody is here, and nobody could be served: the server cannot be reached.
    NoConnection,
    /// A card was read; the server is asked whose it is.
    Asking(TapSource),
    /// The owner's jobs are shown.
    Choosing(Active),
    /// Jobs are on their way.
    Releasing(Active),
    /// What became of all of them.
    Result(Active),
    /// It was not possible.
    Refused(TapNumber, Refusal),
    /// Somebody without a card types a code.
    Typing(Typing),
    /// Nobody has the card that was read; whoever holds it may make it theirs.
    NewCard(NewCardShown),
}

/// Why a tap led to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The server said so.
    Server(RefusedReason, Sentence),
    /// The station found out by itself.
    Local(LocalRefusal),
}

/// What a station can refuse by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalRefusal {
    /// The card was gone too soon.
    TapAgain,
    /// The card shows a random number.
    RandomCard,
    /// The card tells no number.
    SilentCard,
    /// The server cannot be reached.
    NoConnection,
    /// The server did not answer in time.
    NoAnswer,
}

/// Everything that a page needs to draw the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What happens.
    pub state: State,
    /// The language to show it in.
    pub language: Language,
    /// Whether the server can be reached.
    pub is_connected: bool,
    /// How the readers are.
    pub reader: ReaderState,
    /// Whether codes are taken in place of cards now.
    pub takes_codes: bool,
    /// The station's name, once the server told it.
    pub station: Option<Line>,
    /// When the state ends by itself, and how long it lasts in all.
    pub ends: Option<(Instant, Duration)>,
}

impl View {
    /// Whether a card could be read, where there is to be a reader at all.
    pub fn is_reader_ready(&self) -> bool {
        matches!(self.reader, ReaderState::Ready | ReaderState::None)
    }

    /// The tap that is shown; none while nobody is here.
    pub fn tap(&self) -> Option<TapNumber> {
        self.state.tap()
    }
}

impl State {
    /// The tap that it is about.
    pub fn tap(&self) -> Option<TapNumber> {
        match self {
            Self::Waiting | Self::NoConnection => None,
            Self::Asking(source) => Some(source.tap),
            Self::Choosing(active) | Self::Releasing(active) | Self::Result(active) => {
                Some(active.source.tap)
            }
            Self::Refused(tap, _) => Some(*tap),
            Self::Typing(typing) => Some(typing.tap),
            Self::NewCard(card) => Some(card.tap),
        }
    }

    /// The session, when one is running.
    pub fn active(&self) -> Option<&Active> {
        match self {
            Self::Choosing(active) | Self::Releasing(active) | Self::Result(active) => Some(active),
            _ => None,
        }
    }

    /// The tap as it was sent, when it may have to be sent again.
    pub fn source(&self) -> Option<&TapSource> {
        match self {
            Self::Asking(source) => Some(source),
            _ => self.active().map(|active| &active.source),
        }
    }
}
