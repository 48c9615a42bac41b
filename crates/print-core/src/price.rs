//! What a print costs: so much an impression, so much a sheet. The two-sided discount follows by itself.

use serde::{Deserialize, Serialize};

use crate::money::Amount;
use crate::usage::Usage;

/// One published version of a price list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// The price of one printed side without colour.
    pub impression_monochrome: Amount,
    /// The price of one printed side with colour.
    pub impression_color: Amount,
    /// The price of one piece of paper.
    pub sheet: Amount,
}

/// The exact price of `usage`, unrounded.
#[must_use]
pub fn price(usage: &Usage, list: &PriceList) -> Amount {
    list.impression_monochrome.times(usage.impressions_monochrome)
        + list.impression_color.times(usage.impressions_color)
        + list.sheet.times(usage.sheets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::Counted;

    #[test]
    fn a_two_sided_print_costs_less_because_it_takes_less_paper() {
        let list = PriceList {
            impression_monochrome: Amount::from_ten_thousandths(7_000),
            impression_color: Amount::from_ten_thousandths(47_000),
            sheet: Amount::from_ten_thousandths(3_000),
        };
        let usage = |impressions_monochrome, impressions_color, sheets| Usage {
            impressions_monochrome,
            impressions_color,
            sheets,
            counted: Counted::Printer,
        };
        assert_eq!(price(&usage(2, 0, 2), &list), Amount::from_ten_thousandths(20_000));
        assert_eq!(price(&usage(2, 0, 1), &list), Amount::from_ten_thousandths(17_000));
        assert_eq!(price(&usage(13, 1, 8), &list), Amount::from_ten_thousandths(162_000));
        assert_eq!(price(&usage(0, 0, 0), &list), Amount::ZERO);
    }
}
