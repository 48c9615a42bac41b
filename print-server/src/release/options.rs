//! What may be changed with a job at the station: what a printer offers for it, and the ticket that comes of it.

use std::sync::LazyLock;

use ipp_codec::names;
use print_core::ticket::PageRange;
use print_core::{PageCount, PrintColorMode, Sides, Ticket};
use station_protocol::{ColorMode, JobOptions, PrinterOffers};
use store::Printer;
use texts::sentences::WishRefusal;

use crate::delivery;
use crate::delivery::rules::edit;
use crate::delivery::rules::raster::is_drawable;
use crate::ipp::offer::{Abilities, options};

/// `finishings`: staple (RFC 8011 section 5.2.6).
pub const STAPLE: i32 = 4;
/// `finishings` 20 to 35 say where the staples go (RFC 8011 section 5.2.6).
const STAPLES: std::ops::RangeInclusive<i32> = 20..=35;

/// Whether the ticket asks for staples.
#[must_use]
pub fn is_stapled(ticket: &Ticket) -> bool {
    ticket.finishings.iter().any(is_staple)
}

fn is_staple(finishing: &i32) -> bool {
    *finishing == STAPLE || STAPLES.contains(finishing)
}

/// Whether documents reach the printer encrypted.
#[must_use]
pub fn is_encrypted(printer: &Printer) -> bool {
    printer.uri.starts_with("ipps:")
}

/// What the printer can do of it, once it has said what it can do. What is drawn for a printer has its copies
/// and pages in the pixels.
#[must_use]
pub fn offers(printer: &Printer) -> PrinterOffers {
    offered_by(printer, can_draw())
}

/// Whether documents can be drawn here: the programs of a server do not change while it runs.
fn can_draw() -> bool {
    static CAN_DRAW: LazyLock<bool> = LazyLock::new(delivery::can_draw);
    *CAN_DRAW
}

fn offered_by(printer: &Printer, can_draw: bool) -> PrinterOffers {
    let encrypted = is_encrypted(printer);
    let Some(abilities) = Abilities::of_printer(printer, can_draw) else {
        return PrinterOffers { encrypted, ..PrinterOffers::default() };
    };
    PrinterOffers {
        copies_max: u32::try_from(abilities.copies_max).unwrap_or(1),
        two_sided: abilities.sides.contains(&Sides::TwoSidedLongEdge.as_str()),
        monochrome: abilities.color && can(&abilities, PrintColorMode::Monochrome),
        page_ranges: abilities.page_ranges,
        staple: abilities.finishings.contains(&STAPLE),
        encrypted,
    }
}

/// How many copies of a document of this format are had by one choice, and whether some of its pages. What is
/// drawn or written anew for the printer has both in it; anything else the printer is asked for.
fn copies_and_pages(
    printer: &Printer,
    abilities: &Abilities,
    format: &str,
    can_draw: bool,
) -> (u32, bool) {
    let is_pixels = |format: &&str| matches!(*format, "image/pwg-raster" | "image/urf");
    let is_drawn = can_draw && is_drawable(format) && abilities.formats.iter().any(is_pixels);
    let is_written = format == edit::FORMAT && abilities.formats.contains(&edit::FORMAT);
    let said = printer.health.as_ref().map(|health| &health.attributes);
    let (copies, pages) = match said {
        Some(said) if !is_drawn && !is_written => {
            let copies = said[names::COPIES_SUPPORTED].as_i64().unwrap_or(1);
            (
                copies.clamp(1, options::COPIES_MAX.into()),
                said[names::PAGE_RANGES_SUPPORTED] == true,
            )
        }
        _ => (abilities.copies_max.into(), abilities.page_ranges),
    };
    (u32::try_from(copies).unwrap_or(1), pages)
}

fn can(abilities: &Abilities, mode: PrintColorMode) -> bool {
    mode == PrintColorMode::Auto || abilities.color_modes.contains(&mode.as_str())
}

/// The ticket with what is wanted, where the printer can do that with a document of this format and so many
/// pages. What is not changed is not judged here: the delivery does that.
///
/// # Errors
/// Why not.
pub fn wanted(
    ticket: &Ticket,
    wish: &JobOptions,
    printer: &Printer,
    format: &str,
    pages: Option<PageCount>,
) -> Result<Ticket, WishRefusal> {
    wanted_here(ticket, wish, printer, (format, pages), can_draw())
}

fn wanted_here(
    ticket: &Ticket,
    wish: &JobOptions,
    printer: &Printer,
    (format, pages): (&str, Option<PageCount>),
    can_draw: bool,
) -> Result<Ticket, WishRefusal> {
    let abilities = Abilities::of_printer(printer, can_draw).unwrap_or_else(Abilities::assumed);
    let (most, has_ranges) = copies_and_pages(printer, &abilities, format, can_draw);
    let mut wanted = ticket.clone();
    if let Some(copies) = wish.copies {
        let count = u16::try_from(copies).ok().filter(|_| (1..=most).contains(&copies));
        wanted.copies = count.ok_or(WishRefusal::Copies { most })?;
    }
    if let Some(sides) = wish.sides {
        wanted.sides = self::sides(sides);
        wanted.sides_by_default = false;
        if wanted.sides.is_two_sided() && !abilities.sides.contains(&wanted.sides.as_str()) {
            return Err(WishRefusal::TwoSided);
        }
    }
    if let Some(color) = wish.color {
        wanted.print_color_mode = mode(color);
        if wanted.print_color_mode == PrintColorMode::Monochrome
            && !can(&abilities, wanted.print_color_mode)
        {
            return Err(WishRefusal::Monochrome);
        }
    }
    if let Some(span) = wish.pages {
        let last = pages.map_or(u32::MAX, |count| count.pages);
        if span.first == 0 || span.first > span.last || span.last > last {
            return Err(WishRefusal::NoSuchPages);
        }
        let is_all = pages.is_some() && span.first == 1 && span.last == last;
        if !(is_all || has_ranges) {
            return Err(WishRefusal::SomePages);
        }
        let range = PageRange { first: span.first, last: span.last };
        wanted.page_ranges = if is_all { Vec::new() } else { vec![range] };
    }
    match wish.staple {
        Some(true) if !abilities.finishings.contains(&STAPLE) => return Err(WishRefusal::Staple),
        Some(true) if is_stapled(&wanted) => {}
        Some(true) => wanted.finishings.push(STAPLE),
        Some(false) => wanted.finishings.retain(|finishing| !is_staple(finishing)),
        None => {}
    }
    Ok(wanted)
}

fn sides(sides: station_protocol::Sides) -> Sides {
    match sides {
        station_protocol::Sides::OneSided => Sides::OneSided,
        station_protocol::Sides::TwoSidedLongEdge => Sides::TwoSidedLongEdge,
        station_protocol::Sides::TwoSidedShortEdge => Sides::TwoSidedShortEdge,
    }
}

fn mode(color: ColorMode) -> PrintColorMode {
    match color {
        ColorMode::Auto => PrintColorMode::Auto,
        ColorMode::Color => PrintColorMode::Color,
        ColorMode::Monochrome => PrintColorMode::Monochrome,
    }
}

#[cfg(test)]
mod tests {
    use print_core::{PrinterId, Timestamp};
    use serde_json::json;
    use station_protocol::{Id, PageSpan};
    use store::PrinterHealth;

    use super::*;

    fn printer(attributes: serde_json::Value) -> Printer {
        let (state, reasons, checked_at) = (3, String::new(), Timestamp::from_micros(0));
        Printer {
            id: PrinterId::new(),
            name: "Hall".into(),
            uri: "ipp://127.0.0.1/ipp/print".into(),
            location: String::new(),
            enabled: true,
            always_raster: false,
            place: store::Place::default(),
            machine: store::KnownMachine::default(),
            health: Some(PrinterHealth { state, reasons, attributes, checked_at }),
        }
    }

    fn able() -> Printer {
        printer(json!({
            "document-format-supported": ["application/pdf"],
            "color-supported": true,
            "print-color-mode-supported": ["auto", "color", "monochrome"],
            "sides-supported": ["one-sided", "two-sided-long-edge", "two-sided-short-edge"],
            "finishings-supported": [3, 4],
            "page-ranges-supported": true,
            "copies-supported": 20,
        }))
    }

    fn wish() -> JobOptions {
        JobOptions::of(Id::cut("j"))
    }

    fn ask(printer: &Printer, wish: &JobOptions) -> Result<Ticket, WishRefusal> {
        let pages = Some(PageCount { pages: 7, color: 2 });
        wanted_here(&Ticket::default(), wish, printer, ("application/pdf", pages), true)
    }

    #[test]
    fn what_the_printer_can_do_is_offered_and_stands_on_the_ticket() {
        let printer = able();
        let offered = PrinterOffers {
            // More than it has itself: a PDF is written anew with them.
            copies_max: 999,
            two_sided: true,
            monochrome: true,
            page_ranges: true,
            staple: true,
            encrypted: false,
        };
        assert_eq!(offered_by(&printer, true), offered);
        let all = JobOptions {
            copies: Some(3),
            color: Some(ColorMode::Monochrome),
            sides: Some(station_protocol::Sides::TwoSidedLongEdge),
            pages: Some(PageSpan { first: 2, last: 5 }),
            staple: Some(true),
            ..wish()
        };
        let ticket = ask(&printer, &all).unwrap();
        assert_eq!((ticket.copies, ticket.sides), (3, Sides::TwoSidedLongEdge));
        assert_eq!(ticket.print_color_mode, PrintColorMode::Monochrome);
        assert_eq!(ticket.page_ranges, [PageRange { first: 2, last: 5 }]);
        assert_eq!(ticket.finishings, [STAPLE]);
        let without = JobOptions { staple: Some(false), ..wish() };
        let unstapled =
            wanted_here(&ticket, &without, &printer, ("application/pdf", None), true).unwrap();
        assert_eq!(unstapled.finishings, [] as [i32; 0]);
        let whole = JobOptions { pages: Some(PageSpan { first: 1, last: 7 }), ..wish() };
        assert_eq!(ask(&printer, &whole).unwrap(), Ticket::default(), "all of it is no range");
    }

    #[test]
    fn what_the_printer_cannot_do_is_refused_with_the_reason() {
        let plain = printer(json!({ "document-format-supported": ["image/jpeg"] }));
        let span = |first, last| Some(PageSpan { first, last });
        let two_sided = station_protocol::Sides::TwoSidedShortEdge;
        for (wish, why) in [
            (JobOptions { copies: Some(2), ..wish() }, WishRefusal::Copies { most: 1 }),
            (JobOptions { copies: Some(0), ..wish() }, WishRefusal::Copies { most: 1 }),
            (JobOptions { sides: Some(two_sided), ..wish() }, WishRefusal::TwoSided),
            (JobOptions { color: Some(ColorMode::Monochrome), ..wish() }, WishRefusal::Monochrome),
            (JobOptions { pages: span(1, 2), ..wish() }, WishRefusal::SomePages),
            (JobOptions { pages: span(0, 2), ..wish() }, WishRefusal::NoSuchPages),
            (JobOptions { pages: span(6, 8), ..wish() }, WishRefusal::NoSuchPages),
            (JobOptions { pages: span(3, 2), ..wish() }, WishRefusal::NoSuchPages),
            (JobOptions { staple: Some(true), ..wish() }, WishRefusal::Staple),
        ] {
            let pages = Some(PageCount { pages: 7, color: 2 });
            let asked = wanted_here(&Ticket::default(), &wish, &plain, ("image/jpeg", pages), true);
            assert_eq!(asked, Err(why), "{wish:?}");
        }
        // The copies that it has itself are for what goes to it as it is.
        let twenty = JobOptions { copies: Some(21), ..wish() };
        let as_it_is =
            wanted_here(&Ticket::default(), &twenty, &able(), ("image/jpeg", None), true);
        assert_eq!(as_it_is, Err(WishRefusal::Copies { most: 20 }));
        assert_eq!(ask(&able(), &twenty).unwrap().copies, 21);
        assert_eq!(
            offered_by(&plain, true),
            PrinterOffers { copies_max: 1, ..PrinterOffers::default() }
        );
        // What is drawn has copies and pages in its pixels.
        let drawn = printer(json!({
            "document-format-supported": ["image/pwg-raster"],
            "pwg-raster-document-type-supported": ["srgb_8"],
            "pwg-raster-document-resolution-supported": [300],
        }));
        let both = JobOptions { copies: Some(5), pages: span(2, 3), ..wish() };
        assert_eq!(ask(&drawn, &both).unwrap().copies, 5);
        let text = wanted_here(&Ticket::default(), &both, &drawn, ("text/plain", None), true);
        assert_eq!(text, Err(WishRefusal::Copies { most: 1 }));
    }
}
