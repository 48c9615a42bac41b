//! Tables: headings that sort by their links, cells that name themselves on a phone.

use maud::{Markup, html};

use crate::address::Address;

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    /// The value for `aria-sort`.
    fn aria(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }

    /// The other way.
    pub fn turned(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    fn arrow(self) -> &'static str {
        match self {
            Self::Ascending => "▲",
            Self::Descending => "▼",
        }
    }
}

/// A heading that can sort its column.
#[derive(Debug)]
pub struct Heading<'a> {
    /// What the column holds.
    pub label: &'a str,
    /// Its word in the address.
    pub key: &'a str,
    /// Whether it holds numbers.
    pub number: bool,
    /// The direction when this column is the sorted one.
    pub sorted: Option<Direction>,
    /// The direction of a first click.
    pub first: Direction,
}

/// The heading as a link that changes the order and nothing else; only the sorted one says so.
pub fn heading(heading: &Heading<'_>, address: &Address, part: &str) -> Markup {
    let next = heading.sorted.map_or(heading.first, Direction::turned);
    let address = address.clone().with("sort", heading.key).with("dir", next.word());
    html! {
        th scope="col" class=[heading.number.then_some("number")]
            aria-sort=[heading.sorted.map(Direction::aria)] {
            a href=(address) data-part=(part) data-key=(heading.key) {
                (heading.label)
                @if let Some(direction) = heading.sorted {
                    " " span.arrow aria-hidden="true" { (direction.arrow()) }
                }
            }
        }
    }
}

/// A heading that does not sort.
pub fn plain_heading(label: &str, number: bool) -> Markup {
    html! { th.fixed.number[number] scope="col" { (label) } }
}

/// A cell; on a phone, where there are no headings, it stands beside its label, or not at all when
/// there is nothing in it.
pub fn cell(label: &str, content: &Markup) -> Markup {
    html! {
        @if content.0.is_empty() { td {} } @else { td data-label=(label) { div { (content) } } }
    }
}

/// A cell with a number.
pub fn number(label: &str, text: &str) -> Markup {
    html! { td.number data-label=(label) { (text) } }
}

/// A table that is wider than a phone, in a region that scrolls by itself and can be reached by
/// keyboard.
pub fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}
