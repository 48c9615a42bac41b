//! What a ticket means for the paper: copies, sides, colour and pages become sides and sheets.

use ipp_codec::{Attribute, Value};

use crate::options::Model;

/// How a document goes onto paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How often the whole document is printed, one set after the other.
    pub copies: u32,
    /// Whether both sides of the paper are used.
    pub two_sided: bool,
    /// Whether it is printed in colour.
    pub color: bool,
    /// The pages that are printed, first and last of each range; all when empty.
    pub page_ranges: Vec<(u32, u32)>,
}

impl Plan {
    /// What this machine makes of a job's template attributes.
    pub fn new(template: &[Attribute], model: &Model) -> Plan {
        let find = |name: &str| template.iter().find(|attribute| attribute.name == name);
        let keyword = |name: &str| find(name).and_then(Attribute::as_str);
        let copies = find("copies").and_then(Attribute::as_integer).unwrap_or(1);
        let sides = keyword("sides").unwrap_or("one-sided");
        let color_mode = keyword("print-color-mode").unwrap_or("auto");
        let ranges = find("page-ranges").map(|ranges| ranges.values.as_slice()).unwrap_or_default();
        let page_ranges = ranges.iter().filter_map(|value| match value {
            Value::Range { lower, upper } => {
                Some((u32::try_from(*lower).ok()?, u32::try_from(*upper).ok()?))
            }
            _ => None,
        });
        Plan {
            copies: u32::try_from(copies).unwrap_or(1).max(1),
            two_sided: model.two_sided && sides.starts_with("two-sided"),
            color: model.color && !MONOCHROME.contains(&color_mode),
            page_ranges: page_ranges.collect(),
        }
    }

    /// How many of a document's pages are printed in each copy.
    pub fn pages_selected(&self, pages: u32) -> u32 {
        if self.page_ranges.is_empty() {
            return pages;
        }
        let in_range = |page: &u32| {
            self.page_ranges.iter().any(|(first, last)| (first..=last).contains(&page))
        };
        u32::try_from((1..=pages).filter(in_range).count()).unwrap_or(pages)
    }

    /// How many sides are printed for a document of so many pages.
    pub fn impressions(&self, pages: u32) -> u32 {
        self.pages_selected(pages).saturating_mul(self.copies)
    }

    /// How many pieces of paper that takes; each copy begins on a new one.
    pub fn sheets(&self, pages: u32) -> u32 {
        let selected = self.pages_selected(pages);
        let per_copy = if self.two_sided { selected.div_ceil(2) } else { selected };
        per_copy.saturating_mul(self.copies)
    }

    /// Whether a sheet leaves the machine with impression number `index`, counted from 0.
    pub fn ends_sheet(&self, pages: u32, index: u32) -> bool {
        let in_copy = index % self.pages_selected(pages).max(1);
        !self.two_sided || in_copy % 2 == 1 || in_copy + 1 == self.pages_selected(pages)
    }
}

/// The colour modes in which no coloured impression comes out (PWG 5100.13 section 6.2.3).
const MONOCHROME: [&str; 5] =
    ["monochrome", "auto-monochrome", "process-monochrome", "bi-level", "process-bi-level"];

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(copies: u32, two_sided: bool, page_ranges: &[(u32, u32)]) -> Plan {
        Plan { copies, two_sided, color: true, page_ranges: page_ranges.to_vec() }
    }

    #[test]
    fn impressions_and_sheets_follow_copies_sides_and_ranges() {
        // (plan, pages, impressions, sheets)
        let table = [
            (plan(1, false, &[]), 7, 7, 7),
            (plan(1, true, &[]), 7, 7, 4),
            (plan(2, true, &[]), 7, 14, 8),
            (plan(3, true, &[]), 1, 3, 3),
            (plan(2, true, &[(2, 4), (6, 99)]), 7, 10, 6),
            (plan(1, false, &[(8, 9)]), 7, 0, 0),
        ];
        for (plan, pages, impressions, sheets) in table {
            assert_eq!(plan.impressions(pages), impressions, "{plan:?}");
            assert_eq!(plan.sheets(pages), sheets, "{plan:?}");
            let ended = (0..impressions).filter(|index| plan.ends_sheet(pages, *index)).count();
            assert_eq!(ended, sheets as usize, "{plan:?}");
        }
    }

    #[test]
    fn a_machine_without_color_or_duplex_prints_neither() {
        let model = Model {
            name: String::new(),
            location: String::new(),
            color: false,
            two_sided: false,
            formats: Vec::new(),
            history: 0,
        };
        let template = [
            Attribute::keyword("sides", "two-sided-long-edge"),
            Attribute::keyword("print-color-mode", "color"),
        ];
        let plan = Plan::new(&template, &model);
        assert_eq!((plan.two_sided, plan.color, plan.copies), (false, false, 1));
    }
}
