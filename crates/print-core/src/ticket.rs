//! What the owner asked for, in the words of the IPP registry (RFC 8011 section 5.2).

use serde::{Deserialize, Serialize};

use crate::names::Keyword;

/// `sides` (RFC 8011 section 5.2.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// `one-sided`.
    #[default]
    OneSided,
    /// `two-sided-long-edge`.
    TwoSidedLongEdge,
    /// `two-sided-short-edge`.
    TwoSidedShortEdge,
}

impl Sides {
    /// The keyword of the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneSided => "one-sided",
            Self::TwoSidedLongEdge => "two-sided-long-edge",
            Self::TwoSidedShortEdge => "two-sided-short-edge",
        }
    }

    /// The value of a keyword.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        let all = [Self::OneSided, Self::TwoSidedLongEdge, Self::TwoSidedShortEdge];
        all.into_iter().find(|sides| sides.as_str() == keyword)
    }

    /// Whether both sides of the paper are used.
    #[must_use]
    pub fn is_two_sided(self) -> bool {
        self != Self::OneSided
    }
}

/// `print-color-mode` (PWG 5100.13 section 6.2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrintColorMode {
    /// `auto`: as the document is.
    #[default]
    Auto,
    /// `color`.
    Color,
    /// `monochrome`.
    Monochrome,
}

impl PrintColorMode {
    /// The keyword of the registry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Color => "color",
            Self::Monochrome => "monochrome",
        }
    }

    /// The value of a keyword.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        let all = [Self::Auto, Self::Color, Self::Monochrome];
        all.into_iter().find(|mode| mode.as_str() == keyword)
    }
}

/// One range of `page-ranges` (RFC 8011 section 5.2.7): both ends are printed, pages count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageRange {
    /// The first page.
    pub first: u32,
    /// The last page, not before the first.
    pub last: u32,
}

/// The job's options. What is `None` or empty was not asked for: the printer's default holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ticket {
    /// `copies`, at least 1.
    pub copies: u16,
    /// `sides`.
    pub sides: Sides,
    /// Whether nobody asked for these sides: they are the queue's, and a printer that has one side only
    /// may print so.
    pub sides_by_default: bool,
    /// `print-color-mode`.
    pub print_color_mode: PrintColorMode,
    /// `media`: a self-describing name (PWG 5101.1), as `iso_a4_210x297mm`.
    pub media: Option<Keyword>,
    /// `media-source` of `media-col`, as `tray-2`.
    pub media_source: Option<Keyword>,
    /// `page-ranges`, in rising order.
    pub page_ranges: Vec<PageRange>,
    /// `finishings`, the enum values of the registry.
    pub finishings: Vec<i32>,
    /// `print-quality`: 3 draft, 4 normal, 5 high.
    pub print_quality: Option<i32>,
    /// `orientation-requested`: 3 to 7.
    pub orientation_requested: Option<i32>,
    /// `number-up`: pages on one side of the paper.
    pub number_up: Option<u16>,
    /// `print-scaling`.
    pub print_scaling: Option<Keyword>,
    /// `job-cancel-after`: how many seconds the printing may take before the job is cancelled.
    pub job_cancel_after: Option<u32>,
}

impl Default for Ticket {
    fn default() -> Self {
        Self {
            copies: 1,
            sides: Sides::default(),
            sides_by_default: false,
            print_color_mode: PrintColorMode::default(),
            media: None,
            media_source: None,
            page_ranges: Vec::new(),
            finishings: Vec::new(),
            print_quality: None,
            orientation_requested: None,
            number_up: None,
            print_scaling: None,
            job_cancel_after: None,
        }
    }
}
