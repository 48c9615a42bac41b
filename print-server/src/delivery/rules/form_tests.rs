//! The form of a job, rule by rule.

use ipp_codec::registry::PrinterState;
use print_core::ticket::PageRange;
use print_core::{Keyword, Sides};

use super::*;
use crate::delivery::printer::facts::Condition;
use crate::delivery::printer::raster::Raster;

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A printer as they stand in corridors.
pub fn office_printer() -> Facts {
    Facts {
        condition: Condition {
            state: PrinterState::IDLE,
            state_reasons: Vec::new(),
            accepting: true,
            uuid: None,
            up_time: Some(1_000),
            config_change_time: None,
        },
        make_and_model: None,
        operations: Vec::new(),
        formats: words(&["application/pdf", "image/pwg-raster", "application/octet-stream"]),
        color: Some(true),
        color_modes: words(&["auto", "color", "monochrome"]),
        sides: words(&["one-sided", "two-sided-long-edge", "two-sided-short-edge"]),
        copies_max: Some(99),
        document_handling: words(&["separate-documents-collated-copies"]),
        media: words(&["iso_a4_210x297mm", "iso_a3_297x420mm"]),
        media_ready: words(&["iso_a4_210x297mm"]),
        media_sources: words(&["tray-1", "tray-2"]),
        media_types: words(&["stationery"]),
        page_ranges: true,
        finishings: vec![3, 4],
        qualities: vec![4, 5],
        orientations: vec![3, 4],
        number_up: vec![(1, 1), (2, 4)],
        scalings: words(&["fit"]),
        raster: Raster::default(),
        job_k_octets_max: None,
        pdf_k_octets_max: Some(1_000),
        jpeg_k_octets_max: None,
        jpeg_pixels_max: (None, None),
    }
}

fn keyword(word: &str) -> Option<Keyword> {
    Some(Keyword::parse(word).unwrap())
}

fn asked(format: &str, size_bytes: u64) -> Asked<'_> {
    Asked { format, size_bytes, ..Asked::default() }
}

/// The chosen attributes as text: `name=value,value`.
fn chosen(ticket: &Ticket, facts: &Facts) -> Result<Vec<String>, Reason> {
    let Form::PassThrough { format, attributes } =
        choose(ticket, &asked("application/pdf", 10_000), facts)
    else {
        let Form::Refuse(reason) = choose(ticket, &asked("application/pdf", 10_000), facts) else {
            unreachable!("the choice is the same each time")
        };
        return Err(reason);
    };
    assert_eq!(format, "application/pdf");
    Ok(attributes.iter().map(written).collect())
}

pub fn written(attribute: &Attribute) -> String {
    let value = |value: &Value| match value {
        Value::Integer(number) | Value::Enum(number) => number.to_string(),
        Value::Range { lower, upper } => format!("{lower}-{upper}"),
        other => other.as_str().unwrap_or("collection").to_owned(),
    };
    let values: Vec<String> = attribute.values.iter().map(value).collect();
    format!("{}={}", attribute.name, values.join(","))
}

#[test]
fn a_plain_job_says_what_it_wants_where_the_printer_could_think_otherwise() {
    let plain = chosen(&Ticket::default(), &office_printer());
    let wanted = ["copies=1", "sides=one-sided", "print-color-mode=auto"];
    assert_eq!(plain.unwrap(), wanted);
}

#[test]
fn two_sides_that_only_the_queue_wanted_are_left_out_where_the_printer_has_one() {
    let office = Facts { sides: words(&["one-sided"]), ..office_printer() };
    let asked = Ticket { sides: Sides::TwoSidedLongEdge, ..Ticket::default() };
    assert_eq!(chosen(&asked, &office), Err(Reason::SidesNotSupported));
    let default = Ticket { sides_by_default: true, ..asked };
    let sent = chosen(&default, &office).unwrap();
    assert!(!sent.iter().any(|attribute| attribute.starts_with("sides")), "{sent:?}");
    let sent = chosen(&default, &office_printer()).unwrap();
    assert!(sent.contains(&"sides=two-sided-long-edge".to_owned()), "{sent:?}");
}

#[test]
fn every_option_the_printer_knows_is_sent() {
    let ticket = Ticket {
        copies: 2,
        sides: Sides::TwoSidedLongEdge,
        print_color_mode: PrintColorMode::Monochrome,
        media: keyword("iso_a4_210x297mm"),
        media_source: None,
        page_ranges: vec![PageRange { first: 1, last: 3 }, PageRange { first: 7, last: 7 }],
        finishings: vec![4],
        print_quality: Some(5),
        orientation_requested: Some(4),
        number_up: Some(2),
        print_scaling: keyword("fit"),
        ..Ticket::default()
    };
    let wanted = [
        "copies=2",
        "multiple-document-handling=separate-documents-collated-copies",
        "sides=two-sided-long-edge",
        "print-color-mode=monochrome",
        "media=iso_a4_210x297mm",
        "page-ranges=1-3,7-7",
        "finishings=4",
        "number-up=2",
        "print-quality=5",
        "orientation-requested=4",
        "print-scaling=fit",
    ];
    assert_eq!(chosen(&ticket, &office_printer()).unwrap(), wanted);
}

#[test]
fn an_option_that_decides_about_paper_or_price_is_never_lost_in_silence() {
    let plain = Ticket::default;
    let office = office_printer;
    let two_sided = Sides::TwoSidedShortEdge;
    let (color, monochrome) = (PrintColorMode::Color, PrintColorMode::Monochrome);
    let range = PageRange { first: 2, last: 3 };
    let table = [
        (
            Ticket { sides: two_sided, ..plain() },
            Facts { sides: vec![], ..office() },
            Reason::SidesNotSupported,
        ),
        (Ticket { copies: 100, ..plain() }, office(), Reason::CopiesNotSupported),
        (
            Ticket { copies: 2, ..plain() },
            Facts { copies_max: None, ..office() },
            Reason::CopiesNotSupported,
        ),
        (
            Ticket { print_color_mode: color, ..plain() },
            Facts { color: Some(false), ..office() },
            Reason::ColorNotSupported,
        ),
        (
            Ticket { print_color_mode: monochrome, ..plain() },
            Facts { color_modes: vec![], ..office() },
            Reason::MonochromeNotSupported,
        ),
        (
            Ticket { media: keyword("iso_a5_148x210mm"), ..plain() },
            office(),
            Reason::MediaNotSupported,
        ),
        (
            Ticket { media_source: keyword("tray-9"), ..plain() },
            office(),
            Reason::MediaNotSupported,
        ),
        (
            Ticket { page_ranges: vec![range], ..plain() },
            Facts { page_ranges: false, ..office() },
            Reason::PageRangesNotSupported,
        ),
        (Ticket { finishings: vec![5], ..plain() }, office(), Reason::FinishingsNotSupported),
        (Ticket { number_up: Some(9), ..plain() }, office(), Reason::NumberUpNotSupported),
    ];
    for (ticket, facts, reason) in table {
        assert_eq!(chosen(&ticket, &facts), Err(reason), "{ticket:?}");
    }
}

#[test]
fn monochrome_takes_the_first_mode_that_the_printer_knows() {
    let ticket = Ticket { print_color_mode: PrintColorMode::Monochrome, ..Ticket::default() };
    let table: [(&[&str], Option<bool>, Option<&str>); 4] = [
        (&["process-monochrome", "auto-monochrome", "monochrome"], Some(true), Some("monochrome")),
        (&["process-monochrome", "auto-monochrome"], Some(true), Some("auto-monochrome")),
        (&["color", "process-monochrome"], Some(true), Some("process-monochrome")),
        (&[], Some(false), None),
    ];
    for (modes, color, wanted) in table {
        let facts = Facts { color_modes: words(modes), color, ..office_printer() };
        let chosen = chosen(&ticket, &facts).unwrap();
        let mode = chosen.iter().find_map(|line| line.strip_prefix("print-color-mode="));
        assert_eq!(mode, wanted, "{modes:?}");
    }
}

#[test]
fn a_document_that_the_printer_does_not_take_stays_held() {
    let refused =
        |format, size, facts: &Facts| match choose(&Ticket::default(), &asked(format, size), facts)
        {
            Form::Refuse(reason) => Some(reason),
            Form::PassThrough { .. } => None,
            made => panic!("nobody makes anything here: {made:?}"),
        };
    let office = office_printer();
    let table = [
        ("application/pdf", 10_000, None),
        ("Application/PDF; version=1.7", 10_000, None),
        ("application/pdf", 2_000_000, Some(Reason::DocumentTooLarge)),
        ("image/jpeg", 10, Some(Reason::DocumentFormatNotSupported)),
        ("application/octet-stream", 10, Some(Reason::DocumentFormatNotSupported)),
    ];
    for (format, size, wanted) in table {
        assert_eq!(refused(format, size, &office), wanted, "{format} {size}");
    }
    let limited = Facts { job_k_octets_max: Some(5), pdf_k_octets_max: Some(0), ..office };
    assert_eq!(refused("application/pdf", 6_000, &limited), Some(Reason::DocumentTooLarge));
}

#[test]
fn copies_of_a_raster_stream_are_not_left_to_the_printer() {
    let ticket = Ticket { copies: 2, ..Ticket::default() };
    let form = choose(&ticket, &asked("image/pwg-raster", 10), &office_printer());
    assert_eq!(form, Form::Refuse(Reason::CopiesNotSupported));
}

#[test]
fn a_tray_is_asked_for_together_with_the_size() {
    let ticket = Ticket {
        media: keyword("iso_a4_210x297mm"),
        media_source: keyword("tray-2"),
        ..Ticket::default()
    };
    let form = choose(&ticket, &asked("application/pdf", 10), &office_printer());
    let Form::PassThrough { attributes, .. } = form else { panic!("{form:?}") };
    assert!(attributes.iter().all(|attribute| attribute.name != names::MEDIA));
    let column = attributes.iter().find(|a| a.name == names::MEDIA_COL).unwrap().first().unwrap();
    assert_eq!(column.member(names::MEDIA_SOURCE).and_then(Value::as_str), Some("tray-2"));
    let size = column.member(names::MEDIA_SIZE).unwrap();
    assert_eq!(size.member(names::X_DIMENSION).and_then(Value::as_integer), Some(21_000));
    assert_eq!(size.member(names::Y_DIMENSION).and_then(Value::as_integer), Some(29_700));
}

#[test]
fn a_size_is_read_from_its_name() {
    let table = [
        ("iso_a4_210x297mm", Some((21_000, 29_700))),
        ("na_letter_8.5x11in", Some((21_590, 27_940))),
        ("om_small-photo_100x150mm", Some((10_000, 15_000))),
        ("na_index-3x5_3x5in", Some((7_620, 12_700))),
        ("a4", None),
        ("x_1xmm", None),
        ("x_9999999x1mm", None),
        ("x_-1x1mm", None),
    ];
    for (name, wanted) in table {
        assert_eq!(dimensions(name), wanted, "{name}");
    }
}
