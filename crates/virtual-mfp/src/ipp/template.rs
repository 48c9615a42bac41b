//! Which job template attributes the machine can do.

use ipp_codec::{Attribute, Support, Value, names};

use super::media;
use crate::options::Model;

/// The most copies of one job.
pub const COPIES_MAX: i32 = 999;

/// Finishings: none and one staple at the top left.
pub const FINISHINGS: [i32; 2] = [3, 20];

/// Draft, normal, high.
pub const QUALITIES: [i32; 3] = [3, 4, 5];

/// Portrait, landscape and their turned forms.
pub const ORIENTATIONS: [i32; 4] = [3, 4, 5, 6];

/// Dots per inch.
pub const RESOLUTIONS: [i32; 2] = [300, 600];

/// How pages are fitted to paper.
pub const SCALINGS: [&str; 5] = ["auto", "auto-fit", "fill", "fit", "none"];

/// The one tray where paper comes out.
pub const OUTPUT_BIN: &str = "face-down";

/// Every template attribute that the machine knows.
pub const KNOWN: [&str; 17] = [
    names::COPIES,
    names::FINISHINGS,
    names::JOB_PRIORITY,
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
    names::PRINTER_RESOLUTION,
    names::SIDES,
];

/// The sides that the machine can print.
pub fn sides(model: &Model) -> &'static [&'static str] {
    const SIDES: [&str; 3] = ["one-sided", "two-sided-long-edge", "two-sided-short-edge"];
    if model.two_sided { &SIDES } else { &SIDES[..1] }
}

/// The colour modes that the machine can print.
pub fn color_modes(model: &Model) -> &'static [&'static str] {
    const MODES: [&str; 3] = ["monochrome", "auto", "color"];
    if model.color { &MODES } else { &MODES[..2] }
}

/// What the machine can do for one attribute.
pub fn support(attribute: &Attribute, model: &Model) -> Support {
    let name = attribute.name.as_str();
    if !KNOWN.contains(&name) {
        return Support::UnknownAttribute;
    }
    let (supported, unsupported): (Vec<Value>, Vec<Value>) =
        attribute.values.iter().cloned().partition(|value| takes(name, value, model));
    match (supported.is_empty(), unsupported.is_empty()) {
        (_, true) => Support::Supported,
        (true, false) => Support::UnsupportedValue,
        (false, false) => Support::Partly { supported, unsupported },
    }
}

fn takes(name: &str, value: &Value, model: &Model) -> bool {
    let keyword = |known: &[&str]| value.as_str().is_some_and(|value| known.contains(&value));
    let number = |known: &[i32]| value.as_integer().is_some_and(|value| known.contains(&value));
    match name {
        names::COPIES => {
            value.as_integer().is_some_and(|copies| (1..=COPIES_MAX).contains(&copies))
        }
        names::FINISHINGS => number(&FINISHINGS),
        names::JOB_PRIORITY => value.as_integer().is_some_and(|one| (1..=100).contains(&one)),
        names::MEDIA => media::SIZES.iter().any(|(size, ..)| value.as_str() == Some(size)),
        names::MEDIA_COL => media::takes(value),
        names::MULTIPLE_DOCUMENT_HANDLING => keyword(&["separate-documents-collated-copies"]),
        names::NUMBER_UP => number(&[1]),
        names::ORIENTATION_REQUESTED => number(&ORIENTATIONS),
        names::OUTPUT_BIN => keyword(&[OUTPUT_BIN]),
        names::PAGE_RANGES => {
            matches!(value, Value::Range { lower, upper } if *lower >= 1 && lower <= upper)
        }
        names::PRINT_COLOR_MODE => keyword(color_modes(model)),
        names::PRINT_CONTENT_OPTIMIZE | names::PRINT_RENDERING_INTENT => keyword(&["auto"]),
        names::PRINT_QUALITY => number(&QUALITIES),
        names::PRINT_SCALING => keyword(&SCALINGS),
        names::PRINTER_RESOLUTION => {
            RESOLUTIONS.iter().any(|dots| *value == Value::dots_per_inch(*dots))
        }
        names::SIDES => keyword(sides(model)),
        _ => false,
    }
}
