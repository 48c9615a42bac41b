//! What every queue offers, in one table: the values a client may ask for, what it gets when it does not
//! ask, and how both become a [`Ticket`]. What a single printer cannot do is decided at release.

use ipp_codec::{Attribute, Member, Support, Value};
use print_core::ticket::PageRange;
use print_core::{Keyword, PrintColorMode, Sides, Ticket};

/// The most copies of one job.
pub const COPIES_MAX: i32 = 999;
/// The most ranges of pages of one job.
const PAGE_RANGES_MAX: usize = 100;

/// Paper: its self-describing name (PWG 5101.1), width and length in hundredths of a millimetre.
pub const MEDIA: [(&str, i32, i32); 6] = [
    ("iso_a4_210x297mm", 21_000, 29_700),
    ("iso_a3_297x420mm", 29_700, 42_000),
    ("iso_a5_148x210mm", 14_800, 21_000),
    ("na_letter_8.5x11in", 21_590, 27_940),
    ("na_legal_8.5x14in", 21_590, 35_560),
    ("na_index-4x6_4x6in", 10_160, 15_240),
];
/// The paper of a job that asks for none.
pub const MEDIA_DEFAULT: &str = MEDIA[0].0;
/// `media-source` keywords (PWG 5100.7).
pub const MEDIA_SOURCES: [&str; 6] = ["auto", "main", "manual", "tray-1", "tray-2", "tray-3"];
/// `media-type` keywords (PWG 5100.7).
pub const MEDIA_TYPES: [&str; 3] = ["auto", "stationery", "labels"];
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
/// `printer-resolution` in dots an inch.
pub const RESOLUTIONS: [i32; 2] = [300, 600];
/// The highest `job-priority` (RFC 8011 section 5.2.1); it is taken and has no effect on a held job.
const JOB_PRIORITY_MAX: i32 = 100;

/// Job attributes that Set-Job-Attributes changes (RFC 3380 section 4.2).
pub const SETTABLE: [&str; 7] = [
    "job-name",
    "job-priority",
    "job-hold-until",
    "copies",
    "sides",
    "print-color-mode",
    "page-ranges",
];

/// Whether a queue can do what the attribute asks.
#[must_use]
pub fn support(attribute: &Attribute) -> Support {
    let one = |supported: bool| match (attribute.values.len(), supported) {
        (1, true) => Support::Supported,
        _ => Support::UnsupportedValue,
    };
    let keyword =
        |known: &[&str]| one(attribute.as_str().is_some_and(|word| known.contains(&word)));
    let number = |known: &[i32]| one(attribute.as_integer().is_some_and(|n| known.contains(&n)));
    let between = |low, high| {
        one(attribute.as_integer().is_some_and(|number| (low..=high).contains(&number)))
    };
    match attribute.name.as_str() {
        "copies" => between(1, COPIES_MAX),
        "sides" => keyword(&SIDES),
        "print-color-mode" => keyword(&COLOR_MODES),
        "media" => one(attribute.as_str().is_some_and(is_media)),
        "media-col" => one(media_col(attribute).is_some()),
        "page-ranges" => one_or_many(page_ranges(attribute).is_some()),
        "finishings" => some_of(attribute, |n| FINISHINGS.contains(&n)),
        "print-quality" => number(&QUALITIES),
        "orientation-requested" => number(&ORIENTATIONS),
        "number-up" => number(&[1]),
        "print-scaling" => keyword(&SCALINGS),
        "job-hold-until" => keyword(&HOLD_UNTIL),
        "job-priority" => between(1, JOB_PRIORITY_MAX),
        "job-sheets" => keyword(&["none"]),
        "output-bin" => keyword(&["auto"]),
        "multiple-document-handling" => keyword(&DOCUMENT_HANDLING),
        "print-content-optimize" | "print-rendering-intent" => keyword(&["auto"]),
        "printer-resolution" => one(is_resolution(attribute)),
        "job-name" => one(true),
        _ => Support::UnknownAttribute,
    }
}

fn one_or_many(supported: bool) -> Support {
    if supported { Support::Supported } else { Support::UnsupportedValue }
}

fn some_of(attribute: &Attribute, known: impl Fn(i32) -> bool) -> Support {
    let supports = |value: &Value| value.as_integer().is_some_and(&known);
    let (supported, unsupported): (Vec<_>, Vec<_>) =
        attribute.values.iter().cloned().partition(supports);
    match (supported.is_empty(), unsupported.is_empty()) {
        (false, true) => Support::Supported,
        (true, _) => Support::UnsupportedValue,
        (false, false) => Support::Partly { supported, unsupported },
    }
}

fn is_media(name: &str) -> bool {
    MEDIA.iter().any(|(known, ..)| *known == name)
}

fn is_resolution(attribute: &Attribute) -> bool {
    let wanted = attribute.first();
    RESOLUTIONS.iter().any(|dots| wanted == Some(&Value::dots_per_inch(*dots)))
}

/// Paper and tray of a `media-col`; none when it names a size, tray or kind that no queue has.
fn media_col(attribute: &Attribute) -> Option<(Option<Keyword>, Option<Keyword>)> {
    let members = attribute.first()?.as_collection()?;
    let (mut media, mut source) = (None, None);
    for member in members {
        let value = member.values.first()?;
        match member.name.as_str() {
            "media-size" => media = Some(media_of_size(value)?),
            "media-size-name" => media = value.as_str().filter(|name| is_media(name)),
            "media-source" => {
                source = Some(value.as_str().filter(|word| MEDIA_SOURCES.contains(word))?);
            }
            "media-type" => {
                value.as_str().filter(|word| MEDIA_TYPES.contains(word))?;
            }
            // Margins are what the printer's are; a client that repeats ours asks for nothing.
            _ => {}
        }
    }
    let keyword = |word: Option<&str>| word.and_then(|word| Keyword::parse(word).ok());
    Some((keyword(media), keyword(source.filter(|word| *word != "auto"))))
}

/// The name of a size, within half a millimetre.
fn media_of_size(size: &Value) -> Option<&'static str> {
    let side = |name| size.member(name).and_then(Value::as_integer);
    let (width, length) = (side("x-dimension")?, side("y-dimension")?);
    let near = |ours: i32, theirs: i32| ours.abs_diff(theirs) <= 50;
    let found = MEDIA.iter().find(|(_, x, y)| near(*x, width) && near(*y, length));
    found.map(|(name, ..)| *name)
}

/// Ranges in rising order without overlap (RFC 8011 section 5.2.7).
fn page_ranges(attribute: &Attribute) -> Option<Vec<PageRange>> {
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
            "copies" => {
                let copies = attribute.as_integer().and_then(|n| u16::try_from(n).ok());
                ticket.copies = copies.unwrap_or(1);
            }
            "sides" => ticket.sides = Sides::from_keyword(word()).unwrap_or_default(),
            "print-color-mode" => {
                ticket.print_color_mode = PrintColorMode::from_keyword(word()).unwrap_or_default();
            }
            "media" => ticket.media = keyword(),
            "media-col" => {
                if let Some((media, source)) = media_col(attribute) {
                    ticket.media = media.or(ticket.media.take());
                    ticket.media_source = source;
                }
            }
            "page-ranges" => ticket.page_ranges = page_ranges(attribute).unwrap_or_default(),
            "finishings" => {
                ticket.finishings = attribute.integers().filter(|wanted| *wanted != 3).collect();
            }
            "print-quality" => ticket.print_quality = attribute.as_integer(),
            "orientation-requested" => ticket.orientation_requested = attribute.as_integer(),
            "print-scaling" => ticket.print_scaling = keyword(),
            _ => {}
        }
    }
}

/// The ticket as job template attributes.
#[must_use]
pub fn of_ticket(ticket: &Ticket) -> Vec<Attribute> {
    let mut attributes = vec![
        Attribute::integer("copies", i32::from(ticket.copies)),
        Attribute::keyword("sides", ticket.sides.as_str()),
        Attribute::keyword("print-color-mode", ticket.print_color_mode.as_str()),
    ];
    let media = ticket.media.as_ref().map_or(MEDIA_DEFAULT, Keyword::as_str);
    attributes.push(Attribute::keyword("media", media));
    if !ticket.page_ranges.is_empty() {
        let bound = |page| i32::try_from(page).unwrap_or(i32::MAX);
        let range = |range: &PageRange| Value::range(bound(range.first), bound(range.last));
        attributes.push(Attribute::set("page-ranges", ticket.page_ranges.iter().map(range)));
    }
    let finishings = if ticket.finishings.is_empty() { &[3][..] } else { &ticket.finishings };
    attributes.push(Attribute::enumerations("finishings", finishings.iter().copied()));
    let optional = [
        ("print-quality", ticket.print_quality),
        ("orientation-requested", ticket.orientation_requested),
    ];
    for (name, value) in optional {
        attributes.extend(value.map(|value| Attribute::enumeration(name, value)));
    }
    if let Some(scaling) = &ticket.print_scaling {
        attributes.push(Attribute::keyword("print-scaling", scaling.as_str()));
    }
    attributes
}

/// A paper size as a `media-size` collection.
#[must_use]
pub fn media_size(width: i32, length: i32) -> Value {
    Value::Collection(vec![
        Member::new("x-dimension", Value::Integer(width)),
        Member::new("y-dimension", Value::Integer(length)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(attributes: &[Attribute]) -> Ticket {
        let mut ticket = Ticket::default();
        assert!(attributes.iter().all(|a| support(a) == Support::Supported), "{attributes:?}");
        apply(&mut ticket, attributes);
        ticket
    }

    #[test]
    fn what_is_asked_for_is_on_the_ticket_and_comes_back() {
        let asked = [
            Attribute::integer("copies", 2),
            Attribute::keyword("sides", "two-sided-long-edge"),
            Attribute::keyword("print-color-mode", "monochrome"),
            Attribute::keyword("media", "iso_a3_297x420mm"),
            Attribute::set("page-ranges", [Value::range(1, 3), Value::range(7, 7)]),
            Attribute::enumerations("finishings", [4]),
            Attribute::enumeration("print-quality", 5),
        ];
        assert_eq!(of_ticket(&ticket(&asked)), asked);
    }

    #[test]
    fn a_size_means_its_paper_within_half_a_millimetre() {
        let col = |width, length| {
            Attribute::collection(
                "media-col",
                vec![
                    Member::new("media-size", media_size(width, length)),
                    Member::new("media-source", Value::keyword("tray-2")),
                ],
            )
        };
        let ticket = ticket(&[col(21_590, 27_970)]);
        assert_eq!(ticket.media.as_ref().map(Keyword::as_str), Some("na_letter_8.5x11in"));
        assert_eq!(ticket.media_source.as_ref().map(Keyword::as_str), Some("tray-2"));
        assert_eq!(support(&col(20_000, 20_000)), Support::UnsupportedValue);
    }

    #[test]
    fn what_no_queue_can_do_is_said() {
        let ranges = |ranges: &[(i32, i32)]| {
            Attribute::set("page-ranges", ranges.iter().map(|(a, b)| Value::range(*a, *b)))
        };
        for attribute in [
            Attribute::integer("copies", 0),
            Attribute::integer("copies", COPIES_MAX + 1),
            Attribute::set("copies", [Value::Integer(1), Value::Integer(2)]),
            Attribute::keyword("copies", "two"),
            Attribute::keyword("sides", "three-sided"),
            Attribute::keyword("media", "iso_a0_841x1189mm"),
            Attribute::integer("number-up", 2),
            ranges(&[(3, 1)]),
            ranges(&[(0, 1)]),
            ranges(&[(1, 3), (2, 4)]),
        ] {
            assert_eq!(support(&attribute), Support::UnsupportedValue, "{attribute:?}");
        }
        assert_eq!(support(&Attribute::keyword("smell", "roses")), Support::UnknownAttribute);
        let partly = support(&Attribute::enumerations("finishings", [4, 99]));
        assert!(matches!(partly, Support::Partly { .. }));
    }
}
