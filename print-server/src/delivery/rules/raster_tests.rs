//! What is drawn for which printer, rule by rule.

use print_core::ticket::PageRange;
use print_core::{Keyword, Sides as TicketSides};

use super::*;
use crate::delivery::printer::raster::Raster;
use crate::delivery::rules::form::tests::{office_printer, words, written};
use crate::delivery::rules::form::{Form, choose};

/// A printer without PDF.
fn raster_printer(formats: &[&str]) -> Facts {
    Facts {
        formats: words(formats),
        raster: Raster {
            resolutions: vec![600, 300, 150],
            types: words(&["black_1", "sgray_8", "srgb_8"]),
            sheet_back: Some("rotated".to_owned()),
            urf: words(&["V1.4", "W8", "SRGB24", "RS300-600", "DM3", "CP99"]),
            ..Raster::default()
        },
        scalings: words(&["auto", "none"]),
        ..office_printer()
    }
}

fn drawn(ticket: &Ticket, facts: &Facts) -> Result<(RenderOrder, Vec<String>), Reason> {
    let asked = Asked { format: "application/pdf", size_bytes: 10, ..Asked::default() };
    match choose(ticket, &Asked { can_draw: true, ..asked }, facts) {
        Form::Raster { order, attributes } => Ok((order, attributes.iter().map(written).collect())),
        Form::Refuse(reason) => Err(reason),
        Form::PassThrough { .. } => panic!("it goes as it is"),
    }
}

const BOTH: [&str; 2] = ["image/pwg-raster", "image/urf"];

#[test]
fn a_printer_gets_the_raster_format_that_it_takes() {
    for (formats, format, resolution) in [
        (BOTH.as_slice(), RasterFormat::Urf, 300),
        (&["image/pwg-raster"], RasterFormat::PwgRaster, 300),
        (&["image/urf"], RasterFormat::Urf, 300),
    ] {
        let (order, _) = drawn(&Ticket::default(), &raster_printer(formats)).unwrap();
        assert_eq!((order.format, order.resolution), (format, resolution), "{formats:?}");
        assert_eq!((order.color, order.sheet_back), (RasterColor::Srgb, SheetBack::Rotated));
        assert_eq!(order.media[0].name, "iso_a4_210x297mm");
    }
    let refused = drawn(&Ticket::default(), &raster_printer(&["image/tiff"]));
    assert_eq!(refused, Err(Reason::DocumentFormatNotSupported));
}

#[test]
fn what_is_in_the_pixels_is_not_asked_for_again() {
    let ticket = Ticket {
        copies: 3,
        page_ranges: vec![PageRange { first: 2, last: 4 }],
        sides: TicketSides::TwoSidedShortEdge,
        print_color_mode: PrintColorMode::Monochrome,
        ..Ticket::default()
    };
    let (order, attributes) = drawn(&ticket, &raster_printer(&BOTH)).unwrap();
    assert_eq!((order.copies, order.page_ranges.as_slice()), (3, [(2, 4)].as_slice()));
    assert_eq!((order.sides, order.color), (Sides::ShortEdge, RasterColor::Grey));
    assert_eq!(
        attributes,
        [
            "copies=1",
            "sides=two-sided-short-edge",
            "print-color-mode=monochrome",
            "print-scaling=none"
        ]
    );
}

#[test]
fn black_and_white_needs_no_mode_of_the_printer_but_grey_pixels() {
    let grey = Ticket { print_color_mode: PrintColorMode::Monochrome, ..Ticket::default() };
    let facts = Facts { color_modes: words(&["color"]), ..raster_printer(&BOTH) };
    assert_eq!(drawn(&grey, &facts).unwrap().0.color, RasterColor::Grey);
    let mut colored = raster_printer(&["image/pwg-raster"]);
    colored.raster.types = words(&["srgb_8"]);
    assert_eq!(drawn(&grey, &colored), Err(Reason::MonochromeNotSupported));
    colored.raster.types = words(&["black_8"]);
    assert_eq!(drawn(&grey, &colored).unwrap().0.color, RasterColor::Black);
    let color = Ticket { print_color_mode: PrintColorMode::Color, ..Ticket::default() };
    assert_eq!(drawn(&color, &colored), Err(Reason::ColorNotSupported));
}

#[test]
fn the_quality_chooses_the_resolution() {
    let facts = raster_printer(&["image/pwg-raster"]);
    for (quality, resolution) in [(None, 300), (Some(3), 150), (Some(4), 300), (Some(5), 600)] {
        let ticket = Ticket { print_quality: quality, ..Ticket::default() };
        assert_eq!(drawn(&ticket, &facts).unwrap().0.resolution, resolution, "{quality:?}");
    }
    let mut fine = facts;
    fine.raster.resolutions = vec![1_200];
    assert_eq!(drawn(&Ticket::default(), &fine), Err(Reason::DocumentFormatNotSupported));
}

#[test]
fn the_ticket_names_the_paper_or_the_printer_does() {
    let facts = raster_printer(&BOTH);
    let a3 = Keyword::parse("iso_a3_297x420mm").unwrap();
    let ticket = Ticket { media: Some(a3), ..Ticket::default() };
    let (order, attributes) = drawn(&ticket, &facts).unwrap();
    assert_eq!((order.media.len(), order.media[0].x_dimension), (1, 29_700));
    assert!(attributes.contains(&"media=iso_a3_297x420mm".to_owned()), "{attributes:?}");
    let silent = Facts { media_ready: Vec::new(), ..facts };
    let (order, _) = drawn(&Ticket::default(), &silent).unwrap();
    assert_eq!(order.media[0].name, "iso_a4_210x297mm");
}

#[test]
fn pixels_help_where_the_document_as_it_is_does_not() {
    let mut takes_both = raster_printer(&BOTH);
    takes_both.formats.push("application/pdf".to_owned());
    let form = |asked: Asked<'_>, ticket: &Ticket, facts: &Facts| {
        let asked = Asked { format: "application/pdf", size_bytes: 10, ..asked };
        choose(ticket, &asked, facts)
    };
    let able = Asked { can_draw: true, ..Asked::default() };
    let ranges = Ticket { page_ranges: vec![PageRange { first: 1, last: 1 }], ..Ticket::default() };
    let plain = form(able, &Ticket::default(), &takes_both);
    assert!(matches!(plain, Form::PassThrough { .. }), "{plain:?}");
    let unable = Facts { page_ranges: false, ..takes_both.clone() };
    assert!(matches!(form(able, &ranges, &unable), Form::Raster { .. }));
    for asked in [Asked { always_raster: true, ..able }, Asked { irregular: true, ..able }] {
        assert!(matches!(form(asked, &Ticket::default(), &takes_both), Form::Raster { .. }));
    }
    // Nobody draws here.
    let nobody = Asked::default();
    assert_eq!(form(nobody, &ranges, &unable), Form::Refuse(Reason::PageRangesNotSupported));
    let irregular = Asked { irregular: true, ..able };
    let only_pdf = office_printer();
    let refused = form(irregular, &Ticket::default(), &only_pdf);
    assert_eq!(refused, Form::Refuse(Reason::DocumentIrregular));
    let two_up = Ticket { number_up: Some(2), ..Ticket::default() };
    let always = Asked { always_raster: true, ..able };
    let refused = form(always, &two_up, &takes_both);
    assert_eq!(refused, Form::Refuse(Reason::NumberUpNotSupported));
}

#[test]
fn one_page_has_no_back_and_copies_of_odd_pages_have_empty_ones() {
    let two = Ticket { copies: 5, sides: TicketSides::TwoSidedLongEdge, ..Ticket::default() };
    let order = |pages| {
        let asked = Asked { format: "application/pdf", size_bytes: 10, ..Asked::default() };
        let asked = Asked { can_draw: true, pages, ..asked };
        match choose(&two, &asked, &raster_printer(&BOTH)) {
            Form::Raster { order, attributes } => (order, attributes),
            other => panic!("it is drawn: {other:?}"),
        }
    };
    let (one, attributes) = order(Some(1));
    assert_eq!((one.sides, one.blanks(1)), (Sides::One, 0));
    assert!(attributes.iter().any(|one| written(one) == "sides=one-sided"), "{attributes:?}");
    let (several, _) = order(Some(3));
    assert_eq!((several.sides, several.blanks(3), several.blanks(4)), (Sides::LongEdge, 4, 0));
    assert_eq!(order(None).0.sides, Sides::LongEdge);
}

#[test]
fn depths_of_apple_raster_are_read_and_the_usual_paper_comes_first() {
    let mut facts = raster_printer(&["image/urf"]);
    facts.raster.urf = words(&["V1.4", "W8-16", "RS600"]);
    facts.media_ready = words(&["iso_c5_162x229mm", "iso_a4_210x297mm"]);
    let grey = Ticket { print_color_mode: PrintColorMode::Monochrome, ..Ticket::default() };
    let (order, _) = drawn(&grey, &facts).unwrap();
    assert_eq!(
        (order.color, order.media[0].name.as_str()),
        (RasterColor::Grey, "iso_a4_210x297mm")
    );
}

#[test]
fn a_document_that_was_counted_black_is_drawn_in_grey() {
    let facts = raster_printer(&BOTH);
    let color = |mode: PrintColorMode, is_black: bool, facts: &Facts| {
        let ticket = Ticket { print_color_mode: mode, ..Ticket::default() };
        let asked =
            Asked { format: "application/pdf", is_black, can_draw: true, ..Asked::default() };
        match choose(&ticket, &asked, facts) {
            Form::Raster { order, .. } => (order.format, order.color),
            other => panic!("{other:?}"),
        }
    };
    use PrintColorMode as M;
    assert_eq!(color(M::Auto, true, &facts), (RasterFormat::Urf, RasterColor::Grey));
    assert_eq!(color(M::Auto, false, &facts), (RasterFormat::Urf, RasterColor::Srgb));
    assert_eq!(
        color(M::Color, true, &facts),
        (RasterFormat::Urf, RasterColor::Srgb),
        "it was asked for"
    );
    // A machine that takes coloured pixels only gets them.
    let raster =
        Raster { urf: words(&["SRGB24", "RS300"]), types: Vec::new(), ..facts.raster.clone() };
    let only = Facts { raster, ..facts.clone() };
    assert_eq!(color(M::Auto, true, &only), (RasterFormat::Urf, RasterColor::Srgb));
    // One that takes grey by the one format and colour by the other gets each as it should be.
    let raster =
        Raster { urf: words(&["W8", "RS300"]), types: words(&["srgb_8"]), ..facts.raster.clone() };
    let split = Facts { raster, ..facts };
    assert_eq!(color(M::Auto, true, &split), (RasterFormat::Urf, RasterColor::Grey));
    assert_eq!(color(M::Auto, false, &split), (RasterFormat::PwgRaster, RasterColor::Srgb));
}
