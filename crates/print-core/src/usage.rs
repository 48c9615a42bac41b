//! What came out of a printer, and how sure we are of it.

use serde::{Deserialize, Serialize};

/// Who counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// The printer reported it (`job-impressions-completed`, PWG 5100.7 and RFC 8011 section 5.3.18).
    Printer,
    /// Partly or wholly our own reckoning.
    Estimated,
    /// Nobody knows; finance sees the entry under "to check".
    Unknown,
}

impl Counted {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Printer => "printer",
            Self::Estimated => "estimated",
            Self::Unknown => "unknown",
        }
    }

    /// The value of a word from the database.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Printer, Self::Estimated, Self::Unknown].into_iter().find(|c| c.as_str() == word)
    }
}

/// One print's use of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Printed sides without colour.
    pub impressions_monochrome: u32,
    /// Printed sides with colour.
    pub impressions_color: u32,
    /// Pieces of paper.
    pub sheets: u32,
    /// How sure we are.
    pub counted: Counted,
}

impl Usage {
    /// Nothing is known: the entry that finance checks by hand.
    pub const UNKNOWN: Self = Self {
        impressions_monochrome: 0,
        impressions_color: 0,
        sheets: 0,
        counted: Counted::Unknown,
    };

    /// All printed sides.
    #[must_use]
    pub fn impressions(&self) -> u32 {
        self.impressions_monochrome.saturating_add(self.impressions_color)
    }
}
