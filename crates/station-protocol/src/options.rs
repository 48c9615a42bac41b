//! What the owner may change at the screen, and what may be offered for it.
//!
//! All of it was added later than the rest of version 1: a server that says nothing of it is asked for nothing,
//! and a station that knows nothing of it lets jobs go as they are.

use serde::{Deserialize, Serialize};

use crate::{ColorMode, Id, Line, Sides};

/// A row of pages, from the first to the last, both of them; pages count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSpan {
    /// The first page.
    pub first: u32,
    /// The last page.
    pub last: u32,
}

/// What is to be different with one job from what was asked for at the desk. What is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobOptions {
    /// The job.
    pub job: Id,
    /// How many copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Colour or black and white.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<ColorMode>,
    /// One or both sides of the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<Sides>,
    /// Only these pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<PageSpan>,
    /// With a staple or without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staple: Option<bool>,
    /// It is held again when it is out, until it expires.
    #[serde(default, skip_serializing_if = "is_not")]
    pub keep: bool,
    /// It came out a moment ago and was not right: once more. What the server said in
    /// [`JobTerms::printed_at`], so that nothing is printed twice that came out anew in the meantime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<i64>,
}

impl JobOptions {
    /// Nothing is different with this job.
    #[must_use]
    pub fn of(job: Id) -> Self {
        Self {
            job,
            copies: None,
            color: None,
            sides: None,
            pages: None,
            staple: None,
            keep: false,
            again: None,
        }
    }
}

/// What a printer beside the station can do of it; without it the station offers nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrinterOffers {
    /// The most copies.
    pub copies_max: u32,
    /// Whether it prints both sides.
    pub two_sided: bool,
    /// Whether it prints in black and white what is coloured.
    pub monochrome: bool,
    /// Whether some of the pages can be printed.
    pub page_ranges: bool,
    /// Whether it staples.
    pub staple: bool,
    /// Whether documents reach it encrypted.
    pub encrypted: bool,
}

impl PrinterOffers {
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What is particular about a job, and what may be done with it at the station.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobTerms {
    /// It is let go only when it is named: with an entry in [`crate::ReleaseOptions::jobs`], which says that
    /// its owner was shown it so. A station of before sends none.
    pub named: bool,
    /// When it came out, of a job that did a moment ago: to be given back in [`JobOptions::again`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed_at: Option<i64>,
    /// It goes only to printers that documents reach encrypted.
    pub confidential: bool,
    /// It was printed and is kept: until when, ready to show.
    pub kept_until: Option<Line>,
    /// It is that of an owner who lets this person fetch it; `shared` has the owner's name.
    pub delegated: bool,
    /// Whether it is to be stapled, as asked for at the desk.
    pub staple: bool,
    /// Whether its options may be changed, and its price asked for.
    pub can_change: bool,
    /// Whether it may be kept.
    pub can_keep: bool,
    /// Whether it may be deleted.
    pub can_delete: bool,
}

impl JobTerms {
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// `serde` wants the reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_not(flag: &bool) -> bool {
    !*flag
}
