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
        Form::Raster(Drawn { order, attributes }) => {
            Ok((order, attributes.iter().map(written).collect()))
        }
        Form::Refuse(reason) => Err(reason),
        other => panic!("it goes as a file: {other:?}"),
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
    colored.raster.types = words(&["black_1"]);
    assert_eq!(drawn(&grey, &colored).unwrap().0.color, RasterColor::Bilevel);
    colored.raster.types = words(&["black_1", "black_8"]);
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
    // Pixels where the file leaves a doubt, and at once where they are always wanted.
    for (asked, ticket) in
        [(able, &ranges), (Asked { irregular: true, ..able }, &Ticket::default())]
    {
        let form = form(asked, ticket, &unable);
        assert!(matches!(form, Form::Edited { otherwise: Ok(_), .. }), "{form:?}");
    }
    let always = form(Asked { always_raster: true, ..able }, &Ticket::default(), &takes_both);
    assert!(matches!(always, Form::Raster(_)), "{always:?}");
    // Nobody draws here.
    let nobody = Asked::default();
    assert_eq!(form(nobody, &ranges, &unable), Form::Refuse(Reason::PageRangesNotSupported));
    let irregular = Asked { irregular: true, ..able };
    let only_pdf = office_printer();
    let only_file = form(irregular, &Ticket::default(), &only_pdf);
    let kept_back = Err(Reason::DocumentIrregular);
    assert!(matches!(&only_file, Form::Edited { otherwise, .. } if *otherwise == kept_back));
}

#[test]
fn several_pages_on_a_side_are_in_the_pixels() {
    let two_up = Ticket { number_up: Some(2), ..Ticket::default() };
    let (order, attributes) = drawn(&two_up, &raster_printer(&BOTH)).unwrap();
    assert_eq!(order.number_up, 2);
    assert!(!attributes.iter().any(|one| one.starts_with("number-up")), "{attributes:?}");
}

#[test]
fn copies_in_the_pixels_are_not_stapled_together() {
    let stapled = Ticket { copies: 2, finishings: vec![4], ..Ticket::default() };
    let facts = Facts { finishings: vec![3, 4, 5], ..raster_printer(&BOTH) };
    assert_eq!(drawn(&stapled, &facts), Err(Reason::CopiesNotSupported));
    let one = Ticket { copies: 1, ..stapled.clone() };
    assert!(drawn(&one, &facts).unwrap().1.contains(&"finishings=4".to_owned()));
    let punched = Ticket { finishings: vec![5], ..stapled };
    assert_eq!(drawn(&punched, &facts).unwrap().0.copies, 2);
}

#[test]
fn a_printer_of_pictures_gets_one_side_and_never_several() {
    let facts = Facts {
        jpeg_pixels_max: (Some(2_000), Some(3_000)),
        ..raster_printer(&["image/jpeg", "application/octet-stream"])
    };
    let form = |ticket: &Ticket, pages| {
        let asked = Asked { format: "application/pdf", size_bytes: 10, ..Asked::default() };
        choose(ticket, &Asked { can_draw: true, pages, ..asked }, &facts)
    };
    let ticket = Ticket { copies: 3, sides: TicketSides::TwoSidedLongEdge, ..Ticket::default() };
    let Form::Raster(Drawn { order, attributes }) = form(&ticket, Some(1)) else {
        panic!("it is drawn")
    };
    assert_eq!((order.format, order.copies, order.sides), (RasterFormat::Jpeg, 1, Sides::One));
    // The finest of which the printer takes all pixels.
    assert_eq!((order.resolution, order.color), (200, RasterColor::Srgb));
    let attributes: Vec<String> = attributes.iter().map(written).collect();
    assert!(attributes.contains(&"copies=3".to_owned()), "{attributes:?}");
    assert!(attributes.contains(&"sides=one-sided".to_owned()), "{attributes:?}");
    for pages in [Some(2), None] {
        assert_eq!(form(&ticket, pages), Form::Refuse(Reason::SinglePagesOnly));
    }
    let two_up = Ticket { number_up: Some(2), ..Ticket::default() };
    assert!(matches!(form(&two_up, Some(2)), Form::Raster(_)));
}

#[test]
fn one_page_has_no_back_and_copies_of_odd_pages_have_empty_ones() {
    let two = Ticket { copies: 5, sides: TicketSides::TwoSidedLongEdge, ..Ticket::default() };
    let order = |pages| {
        let asked = Asked { format: "application/pdf", size_bytes: 10, ..Asked::default() };
        let asked = Asked { can_draw: true, pages, ..asked };
        match choose(&two, &asked, &raster_printer(&BOTH)) {
            Form::Raster(Drawn { order, attributes }) => (order, attributes),
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
            Form::Raster(Drawn { order, .. }) => (order.format, order.color),
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
