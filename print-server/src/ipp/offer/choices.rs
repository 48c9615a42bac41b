//! What a queue says of documents, and of what a job may ask for.

use ipp_codec::{Attribute, Value, names};
use print_core::{PrintColorMode, Sides};
use store::Queue;

use super::{Abilities, options};
use crate::ipp::document_format::SENSED;

/// What a job may ask for (`job-creation-attributes-supported`).
const CREATION: [&str; 23] = [
    names::COPIES,
    names::FINISHINGS,
    names::IPP_ATTRIBUTE_FIDELITY,
    names::JOB_CANCEL_AFTER,
    names::JOB_HOLD_UNTIL,
    names::JOB_MANDATORY_ATTRIBUTES,
    names::JOB_NAME,
    names::JOB_PRIORITY,
    names::JOB_RELEASE_ACTION,
    names::JOB_SHEETS,
    names::MEDIA,
    names::MEDIA_COL,
    names::MULTIPLE_DOCUMENT_HANDLING,
    names::NUMBER_UP,
    names::ORIENTATION_REQUESTED,
    names::OUTPUT_BIN,
    names::PAGE_RANGES,
    names::PRINT_COLOR_MODE,
    names::PRINT_CONTENT_OPTIMIZE,
    names::PRINT_QUALITY,
    names::PRINT_RENDERING_INTENT,
    names::PRINT_SCALING,
    names::SIDES,
];

/// The same where jobs may have PINs.
const PIN_CREATION: [&str; 2] = [names::JOB_PASSWORD, names::JOB_PASSWORD_ENCRYPTION];

/// What is said of documents.
pub(super) fn documents(abilities: &Abilities) -> Vec<Attribute> {
    let takes = |format: &str| abilities.formats.contains(&format);
    let preferred = abilities.formats.first().copied().unwrap_or(SENSED);
    let formats = abilities.formats.iter().copied().chain([SENSED]);
    let mut attributes = vec![
        Attribute::mime_types(names::DOCUMENT_FORMAT_SUPPORTED, formats),
        Attribute::mime_type(names::DOCUMENT_FORMAT_DEFAULT, SENSED),
        Attribute::mime_type(names::DOCUMENT_FORMAT_PREFERRED, preferred),
        Attribute::keywords(names::COMPRESSION_SUPPORTED, ["none"]),
    ];
    if takes("application/pdf") {
        let versions = ["adobe-1.7", "iso-32000-1_2008", "iso-32000-2_2017"];
        attributes.push(Attribute::keywords(names::PDF_VERSIONS_SUPPORTED, versions));
    }
    if takes("image/pwg-raster") {
        let resolutions = abilities.raster_resolutions.iter().copied().map(Value::dots_per_inch);
        let (back, types) = (abilities.sheet_back, abilities.raster_types.iter().copied());
        attributes.extend([
            Attribute::set(names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED, resolutions),
            Attribute::keyword(names::PWG_RASTER_DOCUMENT_SHEET_BACK, back),
            Attribute::keywords(names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED, types),
        ]);
    }
    if takes("image/urf") {
        let urf = urf(abilities);
        let urf = urf.iter().map(String::as_str);
        attributes.push(Attribute::keywords(names::URF_SUPPORTED, urf));
    }
    attributes
}

/// `urf-supported`: without it Apple's devices do not list a printer.
fn urf(abilities: &Abilities) -> Vec<String> {
    let mut urf = vec!["V1.4".to_owned(), "CP1".to_owned(), "W8".to_owned()];
    if abilities.color {
        urf.push("SRGB24".to_owned());
    }
    let dots: Vec<String> = abilities.raster_resolutions.iter().map(i32::to_string).collect();
    urf.push(format!("RS{}", dots.join("-")));
    if abilities.sides.len() > 1 {
        // How the back side of the paper is turned.
        let back = match abilities.sheet_back {
            "flipped" => "DM2",
            "rotated" => "DM3",
            "manual-tumble" => "DM4",
            _ => "DM1",
        };
        urf.push(back.to_owned());
    }
    let qualities: Vec<String> = abilities.qualities.iter().map(i32::to_string).collect();
    urf.push(format!("PQ{}", qualities.join("-")));
    urf
}

/// The sides and the colour of a job that does not say, where the queue can do what it wants.
#[must_use]
pub fn defaults(queue: &Queue, abilities: &Abilities) -> (Sides, PrintColorMode) {
    let wanted = &queue.offer;
    let sides = Some(wanted.sides).filter(|sides| abilities.sides.contains(&sides.as_str()));
    let color = Some(wanted.color_mode);
    let color = color.filter(|mode| abilities.color_modes.contains(&mode.as_str()));
    (sides.unwrap_or_default(), color.unwrap_or_default())
}

/// What is said of a job's options.
pub(super) fn of_jobs(queue: &Queue, abilities: &Abilities, pins: bool) -> Vec<Attribute> {
    let of_pins = PIN_CREATION.into_iter().filter(|_| pins);
    let creation = CREATION.into_iter().chain(of_pins);
    let mut attributes =
        vec![Attribute::keywords(names::JOB_CREATION_ATTRIBUTES_SUPPORTED, creation)];
    attributes.extend(of_printers(queue, abilities));
    attributes.extend(of_every_queue());
    attributes
}

/// The options that the queue's printers decide.
fn of_printers(queue: &Queue, abilities: &Abilities) -> Vec<Attribute> {
    let (sides, color) = defaults(queue, abilities);
    let first = |numbers: &[i32], wanted: i32| {
        if numbers.contains(&wanted) { wanted } else { numbers.first().copied().unwrap_or(wanted) }
    };
    let words = |name, list: &[&'static str]| Attribute::keywords(name, list.iter().copied());
    let numbers = |name, list: &[i32]| Attribute::enumerations(name, list.iter().copied());
    let dots = abilities.resolutions();
    let resolutions = dots.iter().copied().map(Value::dots_per_inch);
    let resolution = Value::dots_per_inch(first(dots, 600));
    let pages = abilities.number_up.iter().copied().map(Value::Integer);
    vec![
        Attribute::integer(names::COPIES_DEFAULT, 1),
        Attribute::new(names::COPIES_SUPPORTED, Value::range(1, abilities.copies_max)),
        Attribute::keyword(names::SIDES_DEFAULT, sides.as_str()),
        words(names::SIDES_SUPPORTED, &abilities.sides),
        Attribute::keyword(names::PRINT_COLOR_MODE_DEFAULT, color.as_str()),
        words(names::PRINT_COLOR_MODE_SUPPORTED, &abilities.color_modes),
        Attribute::enumeration(names::FINISHINGS_DEFAULT, options::FINISHINGS[0]),
        numbers(names::FINISHINGS_SUPPORTED, &abilities.finishings),
        Attribute::enumeration(names::PRINT_QUALITY_DEFAULT, first(&abilities.qualities, 4)),
        numbers(names::PRINT_QUALITY_SUPPORTED, &abilities.qualities),
        Attribute::enumeration(
            names::ORIENTATION_REQUESTED_DEFAULT,
            first(&abilities.orientations, 3),
        ),
        numbers(names::ORIENTATION_REQUESTED_SUPPORTED, &abilities.orientations),
        Attribute::new(names::PRINTER_RESOLUTION_DEFAULT, resolution),
        Attribute::set(names::PRINTER_RESOLUTION_SUPPORTED, resolutions),
        Attribute::keyword(names::PRINT_SCALING_DEFAULT, options::SCALINGS[0]),
        words(names::PRINT_SCALING_SUPPORTED, &abilities.scalings),
        Attribute::boolean(names::PAGE_RANGES_SUPPORTED, abilities.page_ranges),
        Attribute::integer(names::NUMBER_UP_DEFAULT, 1),
        Attribute::set(names::NUMBER_UP_SUPPORTED, pages),
    ]
}

/// The options that no printer decides.
fn of_every_queue() -> Vec<Attribute> {
    let auto = ["auto"];
    let handling = options::DOCUMENT_HANDLING;
    vec![
        Attribute::keyword(names::PRINT_CONTENT_OPTIMIZE_DEFAULT, auto[0]),
        Attribute::keywords(names::PRINT_CONTENT_OPTIMIZE_SUPPORTED, auto),
        Attribute::keyword(names::PRINT_RENDERING_INTENT_DEFAULT, auto[0]),
        Attribute::keywords(names::PRINT_RENDERING_INTENT_SUPPORTED, auto),
        Attribute::keyword(names::OUTPUT_BIN_DEFAULT, auto[0]),
        Attribute::keywords(names::OUTPUT_BIN_SUPPORTED, auto),
        Attribute::keyword(names::JOB_HOLD_UNTIL_DEFAULT, options::HOLD_UNTIL[0]),
        Attribute::keywords(names::JOB_HOLD_UNTIL_SUPPORTED, options::HOLD_UNTIL),
        Attribute::no_value(names::JOB_CANCEL_AFTER_DEFAULT),
        Attribute::new(names::JOB_CANCEL_AFTER_SUPPORTED, Value::range(1, i32::MAX)),
        Attribute::integer(names::JOB_PRIORITY_DEFAULT, 50),
        Attribute::integer(names::JOB_PRIORITY_SUPPORTED, 100),
        Attribute::keyword(names::JOB_SHEETS_DEFAULT, "none"),
        Attribute::keywords(names::JOB_SHEETS_SUPPORTED, ["none"]),
        Attribute::keyword(names::MULTIPLE_DOCUMENT_HANDLING_DEFAULT, handling[1]),
        Attribute::keywords(names::MULTIPLE_DOCUMENT_HANDLING_SUPPORTED, handling),
        // Required of whoever takes PDF (PWG 5100.14), although `overrides` itself is nothing that a job
        // may ask for here: it is not among the attributes that make a job.
        Attribute::keywords(
            names::OVERRIDES_SUPPORTED,
            ["pages", "document-number", "document-numbers"],
        ),
    ]
}
