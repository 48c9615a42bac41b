//! What is said of a started job that does not move, and what its owner answers. All of it was added without a
//! new version: an earlier side leaves it out or ignores it.

use serde::{Deserialize, Serialize};

use crate::{Line, Sentence};

/// What a started job waits for besides its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// The printer does not answer yet: it sleeps, and is waking up.
    Waking,
    /// The printer answers that it is busy.
    Busy,
}

/// What there is to say of a started job besides how far it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What it waits for, while its stage is `waiting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
    /// It has stood still for so long that its owner is asked: here or elsewhere? The answer is a
    /// [`crate::StationMessage::Finish`]; no answer means here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub asks_where: bool,
    /// The nearest printer that is free, while this one is not, as a sentence to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Sentence>,
    /// Where it prints, when that is not beside this station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Line>,
}

impl Standing {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where the owner wants a job that stands still to come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishAt {
    /// Here: the owner waits.
    Here,
    /// At another printer: this one ends it, and it is held again.
    Elsewhere,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
