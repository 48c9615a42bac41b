//! What is known about a document.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::paper::Papers;

/// The formats that are read, told by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// `application/pdf`.
    Pdf,
    /// `image/pwg-raster` (PWG 5102.4).
    PwgRaster,
    /// `image/urf`, Apple raster.
    Urf,
    /// `image/jpeg`; one page.
    Jpeg,
}

/// Something about a document that whoever prints or bills it has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// PDF: a `/Count` in the page tree differs from the pages below it.
    CountDiffers,
    /// PDF: the page tree reaches an object twice.
    ObjectUsedTwice,
    /// PDF: a page stands in the tree without being an object of its own.
    DirectPage,
    /// PDF: the page tree names an object that is not there.
    MissingNode,
    /// PDF: a node of the page tree is neither `/Page` nor `/Pages`.
    UntypedNode,
    /// PDF: there is no page tree; the pages were found by searching the file.
    NoTree,
    /// PDF: the page tree has more nodes than are followed.
    TreeTooLarge,
    /// PDF: walking the tree finds other pages than the library does.
    WalkDiffers,
    /// PDF: encrypted, and opens without a password.
    Encrypted,
    /// PDF: other bytes stand before the document.
    JunkBefore,
    /// The document's end is missing.
    Truncated,
    /// PDF: layers that are hidden on a screen and shown on paper.
    PrintLayers,
    /// Raster: a page asks for copies or separator sheets by itself.
    CopiesInside,
    /// Raster: rows are ended by a code that readers understand differently.
    AmbiguousRows,
}

impl Flag {
    /// Whether readers may find different numbers of pages in such a document. It must not reach a
    /// printer as it is: only what was written anew prints what was counted.
    pub fn is_irregular(self) -> bool {
        match self {
            Flag::CountDiffers
            | Flag::ObjectUsedTwice
            | Flag::DirectPage
            | Flag::MissingNode
            | Flag::UntypedNode
            | Flag::NoTree
            | Flag::TreeTooLarge
            | Flag::WalkDiffers => true,
            Flag::Encrypted
            | Flag::JunkBefore
            | Flag::Truncated
            | Flag::PrintLayers
            | Flag::CopiesInside
            | Flag::AmbiguousRows => false,
        }
    }
}

/// The colour of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PageColor {
    /// Something on the page is neither black, grey nor white.
    #[serde(rename = "c")]
    Color,
    /// Black, grey and white only; an empty page too.
    #[serde(rename = "m")]
    Monochrome,
    /// It could not be decided, or a limit came first.
    #[serde(rename = "u")]
    Unknown,
}

/// What the first look at a document tells. A quote, no bill: no counter predicts what every
/// printer makes of a forged document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The format.
    pub format: Format,
    /// How many pages; at least one.
    pub pages: u32,
    /// The paper of each page, as far as the document says.
    pub papers: Papers,
    /// What else is to be known.
    pub flags: BTreeSet<Flag>,
}

impl Counted {
    /// Whether readers may count this document differently: see [`Flag::is_irregular`].
    pub fn is_irregular(&self) -> bool {
        self.flags.iter().any(|flag| flag.is_irregular())
    }
}

/// All that is known about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Pages, paper and flags.
    pub counted: Counted,
    /// The colour of each page, one for each of `counted.pages`.
    pub colors: Vec<PageColor>,
    /// What ended the search for colour too early; the pages behind it are unknown.
    pub cut_short: Option<Failure>,
}

impl Facts {
    /// Puts together what a process said; pages it did not come to are unknown. `None` when it told
    /// the colours of pages that do not exist.
    pub(crate) fn assemble(
        counted: Counted,
        mut colors: Vec<PageColor>,
        cut_short: Option<Failure>,
    ) -> Option<Facts> {
        let pages = usize::try_from(counted.pages).ok()?;
        if colors.len() > pages {
            return None;
        }
        colors.resize(pages, PageColor::Unknown);
        Some(Facts { counted, colors, cut_short })
    }

    /// How many pages have this colour.
    pub fn pages_of(&self, color: PageColor) -> u32 {
        let pages = self.colors.iter().filter(|found| **found == color).count();
        u32::try_from(pages).unwrap_or(u32::MAX)
    }
}
