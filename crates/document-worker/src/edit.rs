//! A PDF written anew, with the pages that are wanted, as often and as many on a side as is wanted: for
//! printers that take PDF and cannot be asked for this.

use serde::{Deserialize, Serialize};

use crate::render::{Medium, NUMBER_UP_MAX, OrderError, blanks, one, wants};

/// More copies in one file no printer is sent.
const COPIES_MAX: u16 = 999;

/// How a PDF is to be written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditOrder {
    /// The first and last pages of what is wanted, counted from 1; all when there is none.
    pub page_ranges: Vec<(u32, u32)>,
    /// So many times the whole, one after the other.
    #[serde(default = "one")]
    pub copies: u16,
    /// Each copy begins on a sheet of its own.
    pub two_sided: bool,
    /// So many pages on one side, from left to right and then downwards; 1 leaves the pages as they are.
    #[serde(default = "one")]
    pub number_up: u16,
    /// The papers to choose from where several pages share a side: the first page's own size, else the
    /// first of all.
    pub media: Vec<Medium>,
}

impl EditOrder {
    /// How many empty backs stand between the copies of so many pages.
    #[must_use]
    pub fn blanks(&self, pages: u32) -> u32 {
        blanks(pages, self.number_up, self.copies, self.two_sided)
    }

    /// The order as the program's argument. Nothing in it is about a person or a document's content.
    pub fn to_argument(&self) -> String {
        serde_json::to_string(self).expect("numbers, names and lists of them are always JSON")
    }

    /// Reads an order.
    ///
    /// # Errors
    /// When it is none, or one of its numbers is out of all measure.
    pub fn parse(text: &str) -> Result<EditOrder, OrderError> {
        let order: EditOrder = serde_json::from_str(text).map_err(|_| OrderError)?;
        order.is_possible().then_some(order).ok_or(OrderError)
    }

    /// Whether it can be carried out.
    pub fn is_possible(&self) -> bool {
        (1..=COPIES_MAX).contains(&self.copies)
            && (1..=NUMBER_UP_MAX).contains(&self.number_up)
            && (self.number_up == 1 || !self.media.is_empty())
    }

    /// Whether a page, counted from 1, is wanted.
    pub fn wants(&self, page: u32) -> bool {
        wants(&self.page_ranges, page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_given_and_impossible_ones_are_refused() {
        let order = EditOrder {
            page_ranges: vec![(2, 3)],
            copies: 3,
            two_sided: true,
            number_up: 1,
            media: Vec::new(),
        };
        assert_eq!(EditOrder::parse(&order.to_argument()), Ok(order.clone()));
        assert_eq!((order.blanks(3), order.blanks(4)), (2, 0));
        assert!(order.wants(3) && !order.wants(4));
        let changes: [fn(&mut EditOrder); 4] = [
            |order| order.copies = 0,
            |order| order.copies = 1_000,
            |order| order.number_up = 2,
            |order| order.number_up = 0,
        ];
        for change in changes {
            let mut order = order.clone();
            change(&mut order);
            assert_eq!(EditOrder::parse(&order.to_argument()), Err(OrderError), "{order:?}");
        }
    }
}
