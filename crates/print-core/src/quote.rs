//! What a job will take of a machine, reckoned from its document before it is printed. A quote is no bill:
//! no counter predicts what every printer makes of every document.

use serde::{Deserialize, Serialize};

use crate::ticket::{PrintColorMode, Ticket};
use crate::usage::{Counted, Usage};

/// A document's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageCount {
    /// All of them; at least one.
    pub pages: u32,
    /// Those with colour, and those of which nobody can tell; never more than all.
    pub color: u32,
}

impl PageCount {
    /// How many pages `page-ranges` leaves of the document; ranges behind its end leave nothing out of it.
    #[must_use]
    pub fn chosen(&self, ticket: &Ticket) -> u32 {
        chosen_pages(self.pages, ticket)
    }

    /// The use of the machine for `ticket`, estimated. Which of the chosen pages are the coloured ones is
    /// not asked: as many as there can be.
    #[must_use]
    pub fn usage(&self, ticket: &Ticket) -> Usage {
        let chosen = self.chosen(ticket);
        let color = match ticket.print_color_mode {
            PrintColorMode::Monochrome => 0,
            PrintColorMode::Auto | PrintColorMode::Color => self.color.min(chosen),
        };
        let on_one_side = u32::from(ticket.number_up.unwrap_or(1)).max(1);
        let impressions = chosen.div_ceil(on_one_side);
        // One coloured page makes its side a coloured one.
        let color = color.min(impressions);
        let sheets =
            if ticket.sides.is_two_sided() { impressions.div_ceil(2) } else { impressions };
        let copies = u32::from(ticket.copies).max(1);
        Usage {
            impressions_monochrome: (impressions - color).saturating_mul(copies),
            impressions_color: color.saturating_mul(copies),
            sheets: sheets.saturating_mul(copies),
            counted: Counted::Estimated,
        }
    }
}

fn chosen_pages(pages: u32, ticket: &Ticket) -> u32 {
    if ticket.page_ranges.is_empty() {
        return pages;
    }
    let in_range = |first: u32, last: u32| {
        let (first, last) = (first.max(1), last.min(pages));
        if first > last { 0 } else { last - first + 1 }
    };
    let chosen = ticket.page_ranges.iter().map(|range| in_range(range.first, range.last));
    chosen.fold(0, u32::saturating_add).min(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::{PageRange, Sides};

    /// Monochrome, colour, sheets.
    fn written(usage: Usage) -> (u32, u32, u32) {
        assert_eq!(usage.counted, Counted::Estimated);
        (usage.impressions_monochrome, usage.impressions_color, usage.sheets)
    }

    #[test]
    fn a_quote_follows_the_ticket() {
        let seven = PageCount { pages: 7, color: 3 };
        let plain = Ticket::default();
        let ranges = |ranges: &[(u32, u32)]| {
            let page_ranges =
                ranges.iter().map(|(first, last)| PageRange { first: *first, last: *last });
            Ticket { page_ranges: page_ranges.collect(), ..Ticket::default() }
        };
        let two_sided = Sides::TwoSidedLongEdge;
        let table = [
            (plain.clone(), (4, 3, 7)),
            (Ticket { copies: 2, sides: two_sided, ..plain.clone() }, (8, 6, 8)),
            (Ticket { print_color_mode: PrintColorMode::Monochrome, ..plain.clone() }, (7, 0, 7)),
            (Ticket { number_up: Some(4), ..plain.clone() }, (0, 2, 2)),
            (ranges(&[(2, 3)]), (0, 2, 2)),
            (ranges(&[(1, 2), (6, 99)]), (1, 3, 4)),
            (ranges(&[(8, 9)]), (0, 0, 0)),
            (ranges(&[(1, u32::MAX), (1, u32::MAX)]), (4, 3, 7)),
        ];
        for (ticket, wanted) in table {
            assert_eq!(written(seven.usage(&ticket)), wanted, "{ticket:?}");
        }
    }

    #[test]
    fn huge_documents_do_not_overflow() {
        let huge = PageCount { pages: u32::MAX, color: u32::MAX };
        let usage = huge.usage(&Ticket { copies: u16::MAX, ..Ticket::default() });
        assert_eq!(written(usage), (0, u32::MAX, u32::MAX));
    }
}
