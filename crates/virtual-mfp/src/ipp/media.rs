//! The paper in the machine (PWG 5101.1 names).

use ipp_codec::{Member, Value, names};

/// Sizes by name, with width and length in hundredths of a millimetre; the first is the default.
pub const SIZES: [(&str, i32, i32); 6] = [
    ("iso_a4_210x297mm", 21_000, 29_700),
    ("iso_a3_297x420mm", 29_700, 42_000),
    ("iso_a5_148x210mm", 14_800, 21_000),
    ("na_letter_8.5x11in", 21_590, 27_940),
    ("na_legal_8.5x14in", 21_590, 35_560),
    ("na_index-4x6_4x6in", 10_160, 15_240),
];

/// How many of them, from the first on, lie in a tray.
pub const READY: usize = 2;

/// Trays; one for each size that is ready.
pub const SOURCES: [&str; READY] = ["tray-1", "tray-2"];

/// Kinds of paper.
pub const TYPES: [&str; 2] = ["stationery", "stationery-letterhead"];

/// The edge where nothing is printed, in hundredths of a millimetre.
pub const MARGIN: i32 = 423;

/// `media-size` as a collection.
pub fn size((_, width, length): (&str, i32, i32)) -> Value {
    Value::Collection(vec![
        Member::new(names::X_DIMENSION, Value::Integer(width)),
        Member::new(names::Y_DIMENSION, Value::Integer(length)),
    ])
}

/// `media-col` for a size, in a tray or in any.
pub fn collection(size_row: (&str, i32, i32), source: Option<&str>) -> Value {
    let margin = |name| Member::new(name, Value::Integer(MARGIN));
    let mut members = vec![
        Member::new(names::MEDIA_SIZE, size(size_row)),
        Member::new(names::MEDIA_SIZE_NAME, Value::keyword(size_row.0)),
        margin(names::MEDIA_BOTTOM_MARGIN),
        margin(names::MEDIA_LEFT_MARGIN),
        margin(names::MEDIA_RIGHT_MARGIN),
        margin(names::MEDIA_TOP_MARGIN),
        Member::new(names::MEDIA_TYPE, Value::keyword(TYPES[0])),
    ];
    if let Some(source) = source {
        members.push(Member::new(names::MEDIA_SOURCE, Value::keyword(source)));
    }
    Value::Collection(members)
}

/// Whether a `media-col` of a client can be printed: a size, tray and kind that are there.
pub fn takes(wanted: &Value) -> bool {
    let size_fits = wanted.member(names::MEDIA_SIZE).is_none_or(|wanted| {
        let side = |name| wanted.member(name).and_then(Value::as_integer);
        let sides = (side(names::X_DIMENSION), side(names::Y_DIMENSION));
        SIZES.iter().any(|(_, width, length)| sides == (Some(*width), Some(*length)))
    });
    let one_of = |name, known: &[&str]| {
        wanted.member(name).and_then(Value::as_str).is_none_or(|wanted| known.contains(&wanted))
    };
    let names: Vec<&str> = SIZES.iter().map(|(name, ..)| *name).collect();
    size_fits
        && one_of(names::MEDIA_SIZE_NAME, &names)
        && one_of(names::MEDIA_SOURCE, &[SOURCES[0], SOURCES[1], "auto"])
        && one_of(names::MEDIA_TYPE, &TYPES)
}
