//! From a printer's report to what is booked. The printer's word counts; what it leaves out is derived
//! and marked, where nothing else is known from the pages that we counted ourselves, and what cannot be
//! derived is unknown, never zero.

use print_core::usage::Counted;
use print_core::{PrintColorMode, Ticket, Usage};

use crate::delivery::printer::job::{JobReport, Split};

/// The report without the empty backs between the copies of a drawn document, which a printer may count as
/// sides: nobody asked for them. Where it says as many sides more than we counted, they are these.
pub fn without_blanks(report: &JobReport, quote: Option<Usage>, blanks: u32) -> JobReport {
    let mut report = report.clone();
    let asked = quote.map(|quote| quote.impressions());
    let reported = report.impressions_reported();
    if blanks > 0 && reported.is_some() && reported == asked.map(|asked| asked + blanks) {
        report.impressions = asked;
        if let Some(split) = &mut report.impressions_split
            && split.blank == 0
            && Some(split.monochrome + split.color) == reported
        {
            split.monochrome = split.monochrome.saturating_sub(blanks);
        }
    }
    report
}

/// What one attempt printed that came to its end: where the printer does not count, our own quote.
pub fn completed(
    report: &JobReport,
    ticket: &Ticket,
    printer_has_color: Option<bool>,
    quote: Option<Usage>,
) -> Usage {
    match (report.impressions_reported(), quote) {
        (None, Some(quote)) => on_this_printer(quote, printer_has_color),
        _ => usage(report, ticket, printer_has_color, quote),
    }
}

/// What one attempt printed, whether or not it came to its end. `printer_has_color` is `None` when the
/// printer never said; `quote` is what the whole job would take.
pub fn usage(
    report: &JobReport,
    ticket: &Ticket,
    printer_has_color: Option<bool>,
    quote: Option<Usage>,
) -> Usage {
    let Some(impressions) = report.impressions_reported() else { return Usage::UNKNOWN };
    let (color, split_by) = match report.impressions_split {
        Some(split) => color_of(impressions, split),
        None => color_assumed(impressions, ticket, printer_has_color, quote),
    };
    let (sheets, sheets_by) = match sheets_reported(report) {
        Some(sheets) => (sheets, Counted::Printer),
        None => (sheets_derived(impressions, ticket), Counted::Estimated),
    };
    let whole = split_by == Counted::Printer && sheets_by == Counted::Printer;
    Usage {
        impressions_monochrome: impressions - color,
        impressions_color: color,
        sheets,
        counted: if whole || impressions == 0 { Counted::Printer } else { Counted::Estimated },
    }
}

/// The coloured part of the total. Where total and split disagree, the total is what is paid for: a
/// split may leave blank sides out, and some printers count them.
fn color_of(impressions: u32, split: Split) -> (u32, Counted) {
    let counted = split.monochrome.saturating_add(split.color);
    let agrees = impressions == counted || impressions == counted.saturating_add(split.blank);
    let by = if agrees { Counted::Printer } else { Counted::Estimated };
    (split.color.min(impressions), by)
}

/// Without a split: certain only where colour was impossible. Where as much came out as we had counted, it
/// was coloured as we had found; else nobody can tell which part of it came out.
fn color_assumed(
    impressions: u32,
    ticket: &Ticket,
    has_color: Option<bool>,
    quote: Option<Usage>,
) -> (u32, Counted) {
    if ticket.print_color_mode == PrintColorMode::Monochrome || has_color == Some(false) {
        return (0, Counted::Printer);
    }
    match quote {
        Some(quote) if quote.impressions() == impressions => {
            (quote.impressions_color, Counted::Estimated)
        }
        _ => (impressions, Counted::Estimated),
    }
}

/// A quote where colour is impossible has none.
fn on_this_printer(quote: Usage, printer_has_color: Option<bool>) -> Usage {
    if printer_has_color != Some(false) {
        return quote;
    }
    let impressions_monochrome = quote.impressions();
    Usage { impressions_monochrome, impressions_color: 0, ..quote }
}

fn sheets_reported(report: &JobReport) -> Option<u32> {
    let split = |s: Split| s.monochrome.saturating_add(s.color).saturating_add(s.blank);
    report.sheets.or_else(|| report.sheets_split.map(split))
}

/// Each copy begins on a new sheet, so that 2 copies of 7 two-sided pages are 8 sheets and not 7.
fn sheets_derived(impressions: u32, ticket: &Ticket) -> u32 {
    if !ticket.sides.is_two_sided() {
        return impressions;
    }
    let copies = u32::from(ticket.copies).max(1);
    if impressions.is_multiple_of(copies) {
        (impressions / copies).div_ceil(2).saturating_mul(copies)
    } else {
        impressions.div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipp_codec::registry::JobState;
    use print_core::Sides;

    fn report(impressions: Option<u32>, sheets: Option<u32>, split: Option<Split>) -> JobReport {
        JobReport {
            id: 1,
            uuid: None,
            name: None,
            state: JobState::COMPLETED,
            reasons: Vec::new(),
            impressions,
            sheets,
            impressions_split: split,
            sheets_split: None,
            up_time: None,
            created_at: None,
        }
    }

    fn split(monochrome: u32, color: u32, blank: u32) -> Option<Split> {
        Some(Split { monochrome, color, blank })
    }

    fn ticket(copies: u16, sides: Sides, print_color_mode: PrintColorMode) -> Ticket {
        Ticket { copies, sides, print_color_mode, ..Ticket::default() }
    }

    /// Monochrome, colour, sheets, and who counted.
    fn written(usage: Usage) -> (u32, u32, u32, &'static str) {
        let Usage { impressions_monochrome, impressions_color, sheets, counted } = usage;
        (impressions_monochrome, impressions_color, sheets, counted.as_str())
    }

    #[test]
    fn empty_backs_between_copies_cost_nothing() {
        let two = ticket(2, Sides::TwoSidedLongEdge, PrintColorMode::Auto);
        let quote = Usage {
            impressions_monochrome: 14,
            impressions_color: 0,
            sheets: 8,
            counted: Counted::Estimated,
        };
        let booked = |report: JobReport, blanks| {
            let report = without_blanks(&report, Some(quote), blanks);
            written(completed(&report, &two, Some(true), Some(quote)))
        };
        assert_eq!(booked(report(Some(15), Some(8), None), 1), (14, 0, 8, "estimated"));
        assert_eq!(booked(report(Some(15), Some(8), split(15, 0, 0)), 1), (14, 0, 8, "printer"));
        assert_eq!(booked(report(Some(15), Some(8), split(14, 0, 1)), 1).1, 0);
        assert_eq!(booked(report(Some(14), Some(8), None), 1), (14, 0, 8, "estimated"));
        // What was not drawn has none of ours; what came out half is as the printer says.
        assert_eq!(booked(report(Some(15), Some(8), None), 0), (0, 15, 8, "estimated"));
        assert_eq!(booked(report(Some(9), Some(5), None), 1), (0, 9, 5, "estimated"));
    }

    #[test]
    fn the_printers_word_counts_and_the_rest_is_derived() {
        use PrintColorMode::{Auto, Color, Monochrome};
        use Sides::{OneSided, TwoSidedLongEdge as TwoSided};
        let (yes, no) = (Some(true), Some(false));
        let table = [
            // Everything is reported.
            (
                report(Some(14), Some(8), split(10, 4, 0)),
                ticket(2, TwoSided, Auto),
                yes,
                (10, 4, 8, "printer"),
            ),
            // A blank side may stand in the total or not.
            (
                report(Some(8), Some(8), split(6, 1, 1)),
                ticket(1, OneSided, Auto),
                yes,
                (7, 1, 8, "printer"),
            ),
            (
                report(Some(7), Some(8), split(6, 1, 1)),
                ticket(1, OneSided, Auto),
                yes,
                (6, 1, 8, "printer"),
            ),
            // Total and split disagree: the total is paid for.
            (
                report(Some(5), Some(5), split(9, 9, 0)),
                ticket(1, OneSided, Auto),
                yes,
                (0, 5, 5, "estimated"),
            ),
            // Only the split is there.
            (
                report(None, Some(3), split(3, 2, 0)),
                ticket(1, TwoSided, Auto),
                yes,
                (3, 2, 3, "printer"),
            ),
            // No split, but colour was impossible.
            (
                report(Some(4), Some(4), None),
                ticket(1, OneSided, Monochrome),
                yes,
                (4, 0, 4, "printer"),
            ),
            (report(Some(4), Some(4), None), ticket(1, OneSided, Color), no, (4, 0, 4, "printer")),
            // No split on a colour printer, or on one that never said.
            (
                report(Some(4), Some(4), None),
                ticket(1, OneSided, Auto),
                yes,
                (0, 4, 4, "estimated"),
            ),
            (
                report(Some(4), Some(4), None),
                ticket(1, OneSided, Auto),
                None,
                (0, 4, 4, "estimated"),
            ),
            // No sheets: each copy begins a new one.
            (
                report(Some(14), None, None),
                ticket(2, TwoSided, Monochrome),
                yes,
                (14, 0, 8, "estimated"),
            ),
            (
                report(Some(14), None, None),
                ticket(2, OneSided, Monochrome),
                yes,
                (14, 0, 14, "estimated"),
            ),
            // Ended in the middle of the second copy.
            (
                report(Some(9), None, None),
                ticket(2, TwoSided, Monochrome),
                yes,
                (9, 0, 5, "estimated"),
            ),
            // It says that nothing was printed.
            (report(Some(0), None, None), ticket(1, TwoSided, Auto), yes, (0, 0, 0, "printer")),
            // No count is no zero, whatever else is there.
            (report(None, None, None), ticket(1, OneSided, Auto), yes, (0, 0, 0, "unknown")),
            (report(None, Some(4), None), ticket(1, OneSided, Auto), yes, (0, 0, 0, "unknown")),
        ];
        for (report, ticket, color, wanted) in table {
            let usage = usage(&report, &ticket, color, None);
            assert_eq!(written(usage), wanted, "{report:?} {ticket:?}");
            assert_eq!(written(completed(&report, &ticket, color, None)), wanted);
        }
    }

    #[test]
    fn our_own_count_stands_in_for_what_the_printer_does_not_say() {
        let quote = Usage {
            impressions_monochrome: 4,
            impressions_color: 3,
            sheets: 4,
            counted: Counted::Estimated,
        };
        let plain = ticket(1, Sides::TwoSidedLongEdge, PrintColorMode::Auto);
        let silent = report(None, None, None);
        let done =
            |report: &JobReport, color| written(completed(report, &plain, color, Some(quote)));
        assert_eq!(done(&silent, Some(true)), (4, 3, 4, "estimated"));
        assert_eq!(done(&silent, Some(false)), (7, 0, 4, "estimated"));
        // As much as was counted: coloured as it was found. More or less: nobody can tell.
        assert_eq!(done(&report(Some(7), Some(4), None), None), (4, 3, 4, "estimated"));
        assert_eq!(done(&report(Some(5), Some(3), None), None), (0, 5, 3, "estimated"));
        assert_eq!(done(&report(Some(7), Some(4), split(7, 0, 0)), None), (7, 0, 4, "printer"));
        // Before its end, the count of the whole says nothing.
        assert_eq!(written(usage(&silent, &plain, None, Some(quote))), (0, 0, 0, "unknown"));
    }

    #[test]
    fn huge_counts_do_not_overflow() {
        let report = report(Some(u32::MAX), None, split(u32::MAX, u32::MAX, u32::MAX));
        let ticket = ticket(3, Sides::TwoSidedLongEdge, PrintColorMode::Auto);
        let usage = usage(&report, &ticket, None, None);
        assert_eq!(usage.impressions(), u32::MAX);
    }
}
