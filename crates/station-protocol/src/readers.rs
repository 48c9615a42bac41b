//! How the readers of a station are.

use serde::{Deserialize, Serialize};

/// How the readers of a station are. A word that a later version adds is read as [`ReaderState::Unsaid`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderState {
    /// At least one can read.
    Ready,
    /// None is there: pulled out, switched off, or its service or its connection is away.
    Away,
    /// It is there and does not answer: it hangs.
    Silent,
    /// The station has none, and is to have none.
    None,
    /// The station does not say so.
    #[default]
    #[serde(other)]
    Unsaid,
}

impl ReaderState {
    /// Every state, as it is written.
    pub const ALL: [Self; 5] = [Self::Ready, Self::Away, Self::Silent, Self::None, Self::Unsaid];

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Away => "away",
            Self::Silent => "silent",
            Self::None => "none",
            Self::Unsaid => "unsaid",
        }
    }

    pub(crate) fn is_unsaid(&self) -> bool {
        *self == Self::Unsaid
    }
}
