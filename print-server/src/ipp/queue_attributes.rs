//! What a queue says of itself: everything that does not change from second to second, made once for
//! each queue and way to reach it. Phones poll this once a second.

use ipp_codec::{Attribute, Member, Operation, Value};
use store::Queue;

use super::document_format::{SENSED, TAKEN};
use super::options;
use super::places::Base;

/// The operations that print clients may use.
const OPERATIONS: [Operation; 14] = [
    Operation::PRINT_JOB,
    Operation::VALIDATE_JOB,
    Operation::CREATE_JOB,
    Operation::SEND_DOCUMENT,
    Operation::CANCEL_JOB,
    Operation::GET_JOB_ATTRIBUTES,
    Operation::GET_JOBS,
    Operation::GET_PRINTER_ATTRIBUTES,
    Operation::HOLD_JOB,
    Operation::RELEASE_JOB,
    Operation::SET_JOB_ATTRIBUTES,
    Operation::CLOSE_JOB,
    Operation::CUPS_GET_DEFAULT,
    Operation::CUPS_GET_PRINTERS,
];

/// The fixed attributes of `queue`, as a client reads them that reached us by `base`.
#[must_use]
pub fn fixed(queue: &Queue, base: &Base, multiple_operation_seconds: u32) -> Vec<Attribute> {
    let mut attributes = identity(queue, base);
    attributes.extend(addresses(queue, base));
    attributes.extend(protocol(multiple_operation_seconds));
    attributes.extend(documents());
    attributes.extend(job_choices());
    attributes.extend(media());
    attributes
}

fn identity(queue: &Queue, base: &Base) -> Vec<Attribute> {
    let model = "Follow-me print queue";
    let info = if queue.info.is_empty() { &queue.name } else { &queue.info };
    vec![
        Attribute::name("printer-name", &queue.name),
        Attribute::text("printer-info", info),
        Attribute::text("printer-location", ""),
        Attribute::text("printer-make-and-model", model),
        Attribute::uri("printer-uuid", &format!("urn:uuid:{}", queue.id)),
        Attribute::text(
            "printer-device-id",
            "MFG:Follow-me;MDL:Print queue;CMD:PDF,PWGRaster,URF,JPEG;",
        ),
        Attribute::uri("printer-more-info", &base.page("/")),
        Attribute::new("printer-geo-location", Value::OutOfBand(ipp_codec::OutOfBand::UNKNOWN)),
        Attribute::text("printer-organization", ""),
        Attribute::text("printer-organizational-unit", ""),
        Attribute::boolean("color-supported", true),
        Attribute::integer("pages-per-minute", 60),
        Attribute::integer("pages-per-minute-color", 60),
    ]
}

fn addresses(queue: &Queue, base: &Base) -> Vec<Attribute> {
    let claimed = !queue.claimed_networks.is_empty();
    // Each address with what it asks of a client; the three lists have equal counts
    // (RFC 8011 sections 5.4.1 to 5.4.3).
    let secured = if queue.door_basic && !claimed { "basic" } else { "requesting-user-name" };
    let mut ways = vec![(true, "tls", secured)];
    if claimed {
        ways.push((false, "none", "requesting-user-name"));
    }
    ways.sort_by_key(|(tls, ..)| *tls != base.tls);
    if base.at_root {
        ways.truncate(1);
    }
    let uris = ways.iter().map(|(tls, ..)| Value::uri(&base.queue_by(*tls, &queue.name)));
    vec![
        Attribute::set("printer-uri-supported", uris),
        Attribute::keywords(
            "uri-security-supported",
            ways.iter().map(|(_, security, _)| *security),
        ),
        Attribute::keywords("uri-authentication-supported", ways.iter().map(|(.., who)| *who)),
    ]
}

fn protocol(multiple_operation_seconds: u32) -> Vec<Attribute> {
    let operations = OPERATIONS.iter().map(|operation| i32::from(operation.code()));
    let seconds = i32::try_from(multiple_operation_seconds).unwrap_or(i32::MAX);
    vec![
        Attribute::keywords("ipp-versions-supported", ["1.0", "1.1", "2.0"]),
        Attribute::keywords("ipp-features-supported", ["job-release"]),
        Attribute::enumerations("operations-supported", operations),
        Attribute::new("charset-configured", Value::charset("utf-8")),
        Attribute::new("charset-supported", Value::charset("utf-8")),
        Attribute::new("natural-language-configured", Value::language("en")),
        Attribute::new("generated-natural-language-supported", Value::language("en")),
        Attribute::boolean("multiple-document-jobs-supported", false),
        Attribute::integer("multiple-operation-time-out", seconds),
        Attribute::keyword("multiple-operation-time-out-action", "abort-job"),
        Attribute::keywords(
            "which-jobs-supported",
            ["completed", "not-completed", "all", "pending-held", "aborted", "canceled"],
        ),
        Attribute::boolean("job-ids-supported", false),
        Attribute::boolean("preferred-attributes-supported", false),
        Attribute::keywords("printer-get-attributes-supported", ["document-format"]),
        Attribute::keywords("job-settable-attributes-supported", options::SETTABLE),
        Attribute::keyword("pdl-override-supported", "attempted"),
        Attribute::keyword("job-release-action-default", "owner-authorized"),
        Attribute::keywords("job-release-action-supported", ["owner-authorized"]),
    ]
}

fn documents() -> Vec<Attribute> {
    let formats = TAKEN.into_iter().chain([SENSED]);
    vec![
        Attribute::mime_types("document-format-supported", formats),
        Attribute::mime_type("document-format-default", SENSED),
        Attribute::mime_type("document-format-preferred", TAKEN[0]),
        Attribute::keywords("compression-supported", ["none"]),
        Attribute::keywords("pdf-versions-supported", ["iso-32000-1_2008", "iso-32000-2_2017"]),
        Attribute::set("pwg-raster-document-resolution-supported", resolutions()),
        Attribute::keyword("pwg-raster-document-sheet-back", "normal"),
        Attribute::keywords("pwg-raster-document-type-supported", ["sgray_8", "srgb_8"]),
        Attribute::keywords(
            "urf-supported",
            ["V1.4", "CP1", "W8", "SRGB24", "RS300-600", "DM1", "PQ3-4-5"],
        ),
    ]
}

fn resolutions() -> impl Iterator<Item = Value> {
    options::RESOLUTIONS.into_iter().map(Value::dots_per_inch)
}

fn job_choices() -> Vec<Attribute> {
    vec![
        Attribute::keywords(
            "job-creation-attributes-supported",
            [
                "copies",
                "finishings",
                "job-hold-until",
                "job-name",
                "job-priority",
                "job-sheets",
                "media",
                "media-col",
                "multiple-document-handling",
                "number-up",
                "orientation-requested",
                "output-bin",
                "page-ranges",
                "print-color-mode",
                "print-content-optimize",
                "print-quality",
                "print-rendering-intent",
                "print-scaling",
                "printer-resolution",
                "sides",
            ],
        ),
        Attribute::integer("copies-default", 1),
        Attribute::new("copies-supported", Value::range(1, options::COPIES_MAX)),
        Attribute::keyword("sides-default", options::SIDES[0]),
        Attribute::keywords("sides-supported", options::SIDES),
        Attribute::keyword("print-color-mode-default", options::COLOR_MODES[0]),
        Attribute::keywords("print-color-mode-supported", options::COLOR_MODES),
        Attribute::enumeration("finishings-default", 3),
        Attribute::enumerations("finishings-supported", options::FINISHINGS),
        Attribute::enumeration("print-quality-default", 4),
        Attribute::enumerations("print-quality-supported", options::QUALITIES),
        Attribute::enumeration("orientation-requested-default", 3),
        Attribute::enumerations("orientation-requested-supported", options::ORIENTATIONS),
        Attribute::new("printer-resolution-default", Value::dots_per_inch(600)),
        Attribute::set("printer-resolution-supported", resolutions()),
        Attribute::keyword("print-scaling-default", "auto"),
        Attribute::keywords("print-scaling-supported", options::SCALINGS),
        Attribute::keyword("print-content-optimize-default", "auto"),
        Attribute::keywords("print-content-optimize-supported", ["auto"]),
        Attribute::keyword("print-rendering-intent-default", "auto"),
        Attribute::keywords("print-rendering-intent-supported", ["auto"]),
        Attribute::boolean("page-ranges-supported", true),
        Attribute::integer("number-up-default", 1),
        Attribute::integer("number-up-supported", 1),
        Attribute::keyword("output-bin-default", "auto"),
        Attribute::keywords("output-bin-supported", ["auto"]),
        Attribute::keyword("job-hold-until-default", "no-hold"),
        Attribute::keywords("job-hold-until-supported", options::HOLD_UNTIL),
        Attribute::integer("job-priority-default", 50),
        Attribute::integer("job-priority-supported", 100),
        Attribute::keyword("job-sheets-default", "none"),
        Attribute::keywords("job-sheets-supported", ["none"]),
        Attribute::keyword("multiple-document-handling-default", options::DOCUMENT_HANDLING[1]),
        Attribute::keywords("multiple-document-handling-supported", options::DOCUMENT_HANDLING),
        Attribute::keywords("overrides-supported", ["pages", "document-numbers"]),
    ]
}

fn media() -> Vec<Attribute> {
    let names = options::MEDIA.map(|(name, ..)| name);
    let margins = ["bottom", "left", "right", "top"]
        .map(|side| Attribute::integer(&format!("media-{side}-margin-supported"), options::MARGIN));
    let columns = || options::MEDIA.iter().map(|(_, width, length)| media_col(*width, *length));
    let sizes = options::MEDIA.iter().map(|(_, x, y)| options::media_size(*x, *y));
    let (_, width, length) = options::MEDIA[0];
    let mut attributes = vec![
        Attribute::keyword("media-default", options::MEDIA_DEFAULT),
        Attribute::keywords("media-supported", names),
        Attribute::keywords("media-ready", [names[0], names[1]]),
        Attribute::new("media-col-default", media_col(width, length)),
        Attribute::keywords(
            "media-col-supported",
            [
                "media-bottom-margin",
                "media-left-margin",
                "media-right-margin",
                "media-size",
                "media-source",
                "media-top-margin",
                "media-type",
            ],
        ),
        Attribute::set("media-col-database", columns()),
        Attribute::set("media-col-ready", columns().take(2)),
        Attribute::set("media-size-supported", sizes),
        Attribute::keywords("media-source-supported", options::MEDIA_SOURCES),
        Attribute::keywords("media-type-supported", options::MEDIA_TYPES),
    ];
    attributes.extend(margins);
    attributes
}

fn media_col(width: i32, length: i32) -> Value {
    let margin = || Value::Integer(options::MARGIN);
    Value::Collection(vec![
        Member::new("media-size", options::media_size(width, length)),
        Member::new("media-bottom-margin", margin()),
        Member::new("media-left-margin", margin()),
        Member::new("media-right-margin", margin()),
        Member::new("media-top-margin", margin()),
        Member::new("media-source", Value::keyword("auto")),
        Member::new("media-type", Value::keyword("auto")),
    ])
}
