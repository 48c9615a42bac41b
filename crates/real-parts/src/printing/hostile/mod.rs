//! Documents made to hurt: to be counted wrong, to crash or exhaust whoever reads them, to hide
//! colour; and beside each kind an honest one, which must not be taken for it. They are made when they
//! are asked for, small, and say of themselves what is to be concluded.

mod drawings;
mod parsers;
mod trees;

/// One document and what must be concluded.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is, for people.
    pub name: &'static str,
    /// Its bytes, a PDF or what claims to be one.
    pub document: Vec<u8>,
    /// What is to be concluded.
    pub expected: Expected,
}

/// What is to be concluded of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// So many pages.
    Pages {
        /// How many.
        pages: u32,
        /// Whether readers could count it differently.
        irregular: bool,
        /// Each page's colour is one of these letters: coloured, monochrome, unknown.
        colors: &'static str,
    },
    /// No price at all.
    Refused,
}

/// All of them, some sixty.
#[must_use]
pub fn cases() -> Vec<Case> {
    [trees::cases(), parsers::cases(), drawings::cases()].into_iter().flatten().collect()
}

fn case(name: &'static str, document: Vec<u8>, expected: Expected) -> Case {
    Case { name, document, expected }
}

/// A regular document of one page.
fn regular(colors: &'static str) -> Expected {
    Expected::Pages { pages: 1, irregular: false, colors }
}

/// A document that readers count differently.
fn irregular(pages: u32) -> Expected {
    Expected::Pages { pages, irregular: true, colors: "c" }
}
