//! Every value that a queue may offer, in tables, and how what a job asks becomes a [`Ticket`]. Which of
//! them a queue offers is decided by its printers' [`super::Abilities`].

use ipp_codec::{Attribute, Member, Value, names};
use print_core::ticket::PageRange;
use print_core::{Keyword, PrintColorMode, Sides, Ticket};

/// The most copies of one job.
pub const COPIES_MAX: i32 = 999;
/// The most ranges of pages of one job.
pub(super) const PAGE_RANGES_MAX: usize = 100;

/// A paper size: its self-describing name (PWG 5101.1), width and length in hundredths of a millimetre.
pub type Medium = (&'static str, i32, i32);

/// Paper sizes. The first ones are common everywhere.
pub const MEDIA: [Medium; 18] = [
    ("iso_a4_210x297mm", 21_000, 29_700),
    ("iso_a3_297x420mm", 29_700, 42_000),
    ("iso_a5_148x210mm", 14_800, 21_000),
    ("na_letter_8.5x11in", 21_590, 27_940),
    ("na_legal_8.5x14in", 21_590, 35_560),
    ("na_index-4x6_4x6in", 10_160, 15_240),
    ("iso_a6_105x148mm", 10_500, 14_800),
    ("iso_b4_250x353mm", 25_000, 35_300),
    ("iso_b5_176x250mm", 17_600, 25_000),
    ("iso_sra3_320x450mm", 32_000, 45_000),
    ("iso_dl_110x220mm", 11_000, 22_000),
    ("iso_c5_162x229mm", 16_200, 22_900),
    ("iso_c4_229x324mm", 22_900, 32_400),
    ("jis_b4_257x364mm", 25_700, 36_400),
    ("jis_b5_182x257mm", 18_200, 25_700),
    ("na_ledger_11x17in", 27_940, 43_180),
    ("na_executive_7.25x10.5in", 18_415, 26_670),
    ("na_number-10_4.125x9.5in", 10_477, 24_130),
];
/// How many of them, from the first on, are assumed of a printer that does not say.
pub const MEDIA_COMMON: usize = 6;
/// The paper of a job that asks for none.
pub const MEDIA_DEFAULT: &str = MEDIA[0].0;
/// `media-source` keywords (PWG 5100.7).
pub const MEDIA_SOURCES: [&str; 8] =
    ["auto", "main", "manual", "by-pass-tray", "tray-1", "tray-2", "tray-3", "tray-4"];
/// `media-type` keywords (PWG 5100.7).
pub const MEDIA_TYPES: [&str; 2] = ["auto", "stationery"];
/// The margin on all sides, in hundredths of a millimetre.
pub const MARGIN: i32 = 423;
/// `sides` (RFC 8011 section 5.2.8).
pub const SIDES: [&str; 3] = ["one-sided", "two-sided-long-edge", "two-sided-short-edge"];
/// `print-color-mode` (PWG 5100.13).
pub const COLOR_MODES: [&str; 3] = ["auto", "color", "monochrome"];
/// `finishings`: none, staple, punch, and staples in the corners and in pairs (PWG 5100.1).
pub const FINISHINGS: [i32; 8] = [3, 4, 5, 20, 21, 22, 23, 28];
/// `print-quality`: draft, normal, high (RFC 8011 section 5.2.13).
pub const QUALITIES: [i32; 3] = [3, 4, 5];
/// `orientation-requested` (RFC 8011 section 5.2.10), and none as PWG 5100.13 adds.
pub const ORIENTATIONS: [i32; 5] = [3, 4, 5, 6, 7];
/// `print-scaling` (PWG 5100.13).
pub const SCALINGS: [&str; 5] = ["auto", "auto-fit", "fill", "fit", "none"];
/// `job-hold-until` (RFC 8011 section 5.2.2).
pub const HOLD_UNTIL: [&str; 2] = ["no-hold", "indefinite"];
/// `multiple-document-handling` (RFC 8011 section 5.2.4).
pub const DOCUMENT_HANDLING: [&str; 2] =
    ["separate-documents-uncollated-copies", "separate-documents-collated-copies"];
/// `number-up`: pages on one side of the paper (RFC 8011 section 5.2.9).
pub const NUMBER_UP: [i32; 6] = [1, 2, 4, 6, 9, 16];
/// `pwg-raster-document-type` (PWG 5102.4).
pub const RASTER_TYPES: [&str; 4] = ["black_1", "sgray_8", "srgb_8", "cmyk_8"];
/// `pwg-raster-document-sheet-back` (PWG 5102.4).
pub const SHEET_BACKS: [&str; 4] = ["normal", "flipped", "manual-tumble", "rotated"];
/// `printer-resolution` and that of raster documents, in dots an inch.
pub const RESOLUTIONS: [i32; 4] = [150, 300, 600, 1_200];
/// The highest `job-priority` (RFC 8011 section 5.2.1); it is taken and has no effect on a held job.
pub(super) const JOB_PRIORITY_MAX: i32 = 100;

/// Job attributes that Set-Job-Attributes changes (RFC 3380 section 4.2).
pub const SETTABLE: [&str; 7] = [
    names::JOB_NAME,
    names::JOB_PRIORITY,
    names::JOB_HOLD_UNTIL,
    names::COPIES,
    names::SIDES,
    names::PRINT_COLOR_MODE,
    names::PAGE_RANGES,
];

/// What a `media-col` asks for.
#[derive(Debug, Default)]
pub(super) struct MediaCol {
    pub(super) media: Option<&'static str>,
    pub(super) source: Option<&'static str>,
    pub(super) media_type: Option<&'static str>,
}

/// Paper, tray and kind of a `media-col`; none when it names one that no queue has.
pub(super) fn media_col(attribute: &Attribute) -> Option<MediaCol> {
    let mut found = MediaCol::default();
    for member in attribute.first()?.as_collection()? {
        let value = member.values.first()?;
        match member.name.as_str() {
            names::MEDIA_SIZE => found.media = Some(media_of_size(value)?),
            names::MEDIA_SIZE_NAME => found.media = Some(medium(value.as_str()?)?),
            names::MEDIA_SOURCE => found.source = Some(one_of(&MEDIA_SOURCES, value)?),
            names::MEDIA_TYPE => found.media_type = Some(one_of(&MEDIA_TYPES, value)?),
            // Margins are what the printer's are; a client that repeats ours asks for nothing.
            _ => {}
        }
    }
    Some(found)
}

fn one_of(table: &[&'static str], value: &Value) -> Option<&'static str> {
    let word = value.as_str()?;
    table.iter().copied().find(|known| *known == word)
}

fn medium(name: &str) -> Option<&'static str> {
    MEDIA.iter().find(|(known, ..)| *known == name).map(|(known, ..)| *known)
}

/// The name of a size, within half a millimetre.
fn media_of_size(size: &Value) -> Option<&'static str> {
    let side = |name| size.member(name).and_then(Value::as_integer);
    let (width, length) = (side(names::X_DIMENSION)?, side(names::Y_DIMENSION)?);
    let near = |ours: i32, theirs: i32| ours.abs_diff(theirs) <= 50;
    let found = MEDIA.iter().find(|(_, x, y)| near(*x, width) && near(*y, length));
    found.map(|(name, ..)| *name)
}

/// Ranges in rising order without overlap (RFC 8011 section 5.2.7).
pub(super) fn page_ranges(attribute: &Attribute) -> Option<Vec<PageRange>> {
    if attribute.values.len() > PAGE_RANGES_MAX {
        return None;
    }
    let mut ranges: Vec<PageRange> = Vec::new();
    for value in &attribute.values {
        let &Value::Range { lower, upper } = value else { return None };
        let first = u32::try_from(lower).ok()?;
        let last = u32::try_from(upper).ok()?;
        let after = ranges.last().map_or(0, |range| range.last);
        if first <= after || last < first {
            return None;
        }
        ranges.push(PageRange { first, last });
    }
    Some(ranges)
}

/// Puts what supported attributes ask for into the ticket.
pub fn apply(ticket: &mut Ticket, attributes: &[Attribute]) {
    for attribute in attributes {
        let word = || attribute.as_str().unwrap_or_default();
        let keyword = || attribute.as_str().and_then(|word| Keyword::parse(word).ok());
        match attribute.name.as_str() {
            names::COPIES => {
                let copies = attribute.as_integer().and_then(|n| u16::try_from(n).ok());
                ticket.copies = copies.unwrap_or(1);
            }
            names::SIDES => {
                ticket.sides = Sides::from_keyword(word()).unwrap_or_default();
                ticket.sides_by_default = false;
            }
            names::PRINT_COLOR_MODE => {
                ticket.print_color_mode = PrintColorMode::from_keyword(word()).unwrap_or_default();
            }
            names::MEDIA => ticket.media = keyword(),
            names::MEDIA_COL => {
                if let Some(col) = media_col(attribute) {
                    let keyword =
                        |word: Option<&str>| word.and_then(|word| Keyword::parse(word).ok());
                    ticket.media = keyword(col.media).or(ticket.media.take());
                    ticket.media_source = keyword(col.source.filter(|word| *word != "auto"));
                }
            }
            names::PAGE_RANGES => ticket.page_ranges = page_ranges(attribute).unwrap_or_default(),
            names::FINISHINGS => {
                ticket.finishings = attribute.integers().filter(|wanted| *wanted != 3).collect();
            }
            names::NUMBER_UP => {
                let number = attribute.as_integer().and_then(|n| u16::try_from(n).ok());
                ticket.number_up = number.filter(|n| *n > 1);
            }
            names::PRINT_QUALITY => ticket.print_quality = attribute.as_integer(),
            names::ORIENTATION_REQUESTED => ticket.orientation_requested = attribute.as_integer(),
            names::JOB_CANCEL_AFTER => {
                let seconds = attribute.as_integer().and_then(|n| u32::try_from(n).ok());
                ticket.job_cancel_after = seconds.filter(|seconds| *seconds > 0);
            }
            names::PRINT_SCALING => ticket.print_scaling = keyword(),
            _ => {}
        }
    }
}

/// The ticket as job template attributes.
#[must_use]
pub fn of_ticket(ticket: &Ticket) -> Vec<Attribute> {
    let mut attributes = vec![
        Attribute::integer(names::COPIES, i32::from(ticket.copies)),
        Attribute::keyword(names::SIDES, ticket.sides.as_str()),
        Attribute::keyword(names::PRINT_COLOR_MODE, ticket.print_color_mode.as_str()),
    ];
    let media = ticket.media.as_ref().map_or(MEDIA_DEFAULT, Keyword::as_str);
    attributes.push(Attribute::keyword(names::MEDIA, media));
    if !ticket.page_ranges.is_empty() {
        let bound = |page| i32::try_from(page).unwrap_or(i32::MAX);
        let range = |range: &PageRange| Value::range(bound(range.first), bound(range.last));
        attributes.push(Attribute::set(names::PAGE_RANGES, ticket.page_ranges.iter().map(range)));
    }
    let finishings = if ticket.finishings.is_empty() { &[3][..] } else { &ticket.finishings };
    attributes.push(Attribute::enumerations(names::FINISHINGS, finishings.iter().copied()));
    let optional = [
        (names::PRINT_QUALITY, ticket.print_quality),
        (names::ORIENTATION_REQUESTED, ticket.orientation_requested),
    ];
    for (name, value) in optional {
        attributes.extend(value.map(|value| Attribute::enumeration(name, value)));
    }
    if let Some(seconds) = ticket.job_cancel_after {
        let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
        attributes.push(Attribute::integer(names::JOB_CANCEL_AFTER, seconds));
    }
    if let Some(number) = ticket.number_up {
        attributes.push(Attribute::integer(names::NUMBER_UP, i32::from(number)));
    }
    if let Some(scaling) = &ticket.print_scaling {
        attributes.push(Attribute::keyword(names::PRINT_SCALING, scaling.as_str()));
    }
    attributes
}

/// A paper size as a `media-size` collection.
#[must_use]
pub fn media_size(width: i32, length: i32) -> Value {
    Value::Collection(vec![
        Member::new(names::X_DIMENSION, Value::Integer(width)),
        Member::new(names::Y_DIMENSION, Value::Integer(length)),
    ])
}
