//! The PIN that an owner gave a job (`job-password`, PWG 5100.11), on its way from the screen to the server.

use std::fmt;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::{Id, Text, TextError};

/// A PIN as somebody typed it: some characters, at most 32. It is a secret, so `Debug` shows only how long it
/// is and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Pin(Text<32>);

/// The PIN that was typed for one of the chosen jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPin {
    /// The job.
    pub job: Id,
    /// What was typed.
    pub pin: Pin,
}

/// That a job goes only with its PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinWanted {
    /// How many wrong ones may still be typed; with 0 the job is locked for a while.
    pub tries_left: u32,
    /// Which PIN it is.
    #[serde(default, skip_serializing_if = "WhosePin::is_jobs")]
    pub whose: WhosePin,
}

/// Which PIN a job goes with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhosePin {
    /// The job's own.
    #[default]
    Job,
    /// The person's: typed once, it opens every job that wants it until the session ends.
    Person,
    /// The person's, who has none yet, or none that opens this job.
    PersonMissing,
}

impl WhosePin {
    fn is_jobs(&self) -> bool {
        *self == Self::Job
    }
}

/// Why something is no PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinError {
    /// Nothing was typed.
    Empty,
    /// It is too long, or holds what nobody can type.
    NotTyped(TextError),
}

impl fmt::Display for PinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("the PIN is empty"),
            Self::NotTyped(error) => write!(formatter, "this is no PIN: {error}"),
        }
    }
}

impl std::error::Error for PinError {}

impl Pin {
    /// Takes what was typed, as it is.
    ///
    /// # Errors
    /// It is empty, too long, or holds a character that nobody can type.
    pub fn parse(typed: &str) -> Result<Self, PinError> {
        if typed.is_empty() {
            return Err(PinError::Empty);
        }
        Text::parse(typed).map(Self).map_err(PinError::NotTyped)
    }

    /// What was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pin({} characters)", self.0.chars().count())
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is dropped here; it is bounded by the frame.
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
