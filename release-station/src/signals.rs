//! What a reader's lamp and buzzer say of the station, where nobody looks at a screen.

use std::collections::BTreeMap;

use serde::Deserialize;
use station_protocol::{JobStage, OutcomeKind};

use crate::session::{Active, State, View};

/// What the station has to say in one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A card may come.
    Ready,
    /// Something is asked or printed.
    Working,
    /// All of it came out.
    Printed,
    /// The card's owner has nothing waiting.
    Nothing,
    /// A person is needed: an unknown card, a question, a jam, something that perhaps came out. On "My prints" the owner
    /// reads what it is.
    Attention,
    /// No card can be served now.
    #[default]
    Away,
}

impl Signal {
    /// The word for logs and the page of the process.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Working => "working",
            Self::Printed => "printed",
            Self::Nothing => "nothing",
            Self::Attention => "attention",
            Self::Away => "away",
        }
    }

    /// What a station in this state says.
    pub fn of(view: &View) -> Self {
        match &view.state {
            State::Waiting | State::NoConnection
                if !(view.is_connected && view.is_reader_ready()) =>
            {
                Self::Away
            }
            State::Waiting => Self::Ready,
            State::NoConnection => Self::Away,
            State::Asking(_) => Self::Working,
            State::Choosing(active) if active.session.jobs.is_empty() => {
                if active.session.arriving > 0 { Self::Working } else { Self::Nothing }
            }
            // Somebody else may hold a card to the reader while a code is typed.
            State::Typing(_) => Self::Ready,
            State::NewCard(card) if card.is_added => Self::Ready,
            State::Choosing(_) | State::Refused(..) | State::NewCard(_) => Self::Attention,
            State::Releasing(active) if needs_person(active) => Self::Attention,
            State::Releasing(_) => Self::Working,
            State::Result(active) if is_all_out(active) => Self::Printed,
            State::Result(_) => Self::Attention,
        }
    }
}

/// A printer stands still, or something has ended otherwise than it should.
fn needs_person(active: &Active) -> bool {
    active.running.iter().any(|job| {
        let is_bad = |kind| matches!(kind, OutcomeKind::Held | OutcomeKind::Uncertain);
        matches!(job.stage, JobStage::Stopped { .. })
            || job.outcome.as_ref().is_some_and(|outcome| is_bad(outcome.kind))
    })
}

/// Everything that was let go came out, and nothing waits for an answer.
fn is_all_out(active: &Active) -> bool {
    let is_printed = |job: &crate::session::Running| {
        job.outcome.as_ref().is_some_and(|outcome| outcome.kind == OutcomeKind::Printed)
    };
    active.running.iter().all(is_printed) && active.held().next().is_none()
}

/// What is sent to a reader for each signal, where it is to hear of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines(BTreeMap<Signal, Vec<u8>>);

impl Lines {
    /// Takes what is sent, as it is.
    pub fn of_texts(texts: &BTreeMap<Signal, String>) -> Self {
        Self(texts.iter().map(|(signal, text)| (*signal, text.clone().into_bytes())).collect())
    }

    /// Takes commands in hexadecimal digits.
    ///
    /// # Errors
    /// The text that is none.
    pub fn of_hex(texts: &BTreeMap<Signal, String>) -> Result<Self, String> {
        let bytes = |text: &String| {
            let digits: Vec<u32> = text
                .chars()
                .filter(|c| !" :".contains(*c))
                .map(|digit| digit.to_digit(16))
                .collect::<Option<_>>()?;
            let (pairs, rest) = digits.as_chunks::<2>();
            let bytes = pairs.iter().map(|[high, low]| u8::try_from(high << 4 | low).ok());
            bytes.collect::<Option<Vec<u8>>>().filter(|bytes| rest.is_empty() && !bytes.is_empty())
        };
        let lines = texts.iter().map(|(signal, text)| {
            bytes(text).map(|bytes| (*signal, bytes)).ok_or_else(|| text.clone())
        });
        lines.collect::<Result<_, _>>().map(Self)
    }

    /// What is sent for a signal.
    pub fn get(&self, signal: Signal) -> Option<&[u8]> {
        self.0.get(&signal).map(Vec::as_slice)
    }

    /// Whether nothing is ever sent.
    #[cfg_attr(not(feature = "pcsc"), expect(dead_code, reason = "only real lamps ask"))]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
