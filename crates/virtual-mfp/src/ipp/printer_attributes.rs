//! The printer as IPP clients read it: fixed description, choices, and how it stands now.

use ipp_codec::registry::{AttributeGroup, GroupTag};
use ipp_codec::{Attribute, DateTime, RequestedAttributes, Response, Status, Value, names};
use print_core::Timestamp;

use super::{Client, OPERATIONS, media, template};
use crate::machine::{DOCUMENT_WAIT_SECONDS, Machine};
use crate::options::{Model, UNKNOWN_FORMAT};

/// Get-Printer-Attributes.
pub fn get_printer_attributes(
    machine: &Machine,
    client: &Client,
    tls: bool,
    requested: &RequestedAttributes,
    now: Timestamp,
) -> Response {
    let model = &machine.model;
    let groups = [
        (AttributeGroup::PrinterDescription, description(machine, client)),
        (AttributeGroup::PrinterDescription, addresses(client, tls)),
        (AttributeGroup::PrinterDescription, abilities(model)),
        (AttributeGroup::PrinterDescription, formats(model)),
        (AttributeGroup::PrinterStatus, status(machine, now)),
        (AttributeGroup::JobTemplate, paper()),
        (AttributeGroup::JobTemplate, choices(model)),
    ];
    let attributes = groups.into_iter().flat_map(|(group, attributes)| {
        attributes.into_iter().filter(move |one| requested.wants(&one.name, group))
    });
    Response::new(client.header, Status::SUCCESSFUL_OK)
        .group(GroupTag::PRINTER, attributes.collect())
}

fn description(machine: &Machine, client: &Client) -> Vec<Attribute> {
    let model = &machine.model;
    vec![
        Attribute::name(names::PRINTER_NAME, &model.name),
        Attribute::name(names::PRINTER_DNS_SD_NAME, &model.name),
        Attribute::text(names::PRINTER_INFO, &model.name),
        Attribute::text(names::PRINTER_LOCATION, &model.location),
        Attribute::text(names::PRINTER_MAKE_AND_MODEL, "Virtual MFP"),
        Attribute::text(names::PRINTER_DEVICE_ID, &device_id(model)),
        Attribute::uri(names::PRINTER_UUID, machine.uuid()),
        Attribute::uri(names::PRINTER_MORE_INFO, &client.web_page()),
        Attribute::new(names::PRINTER_GEO_LOCATION, unknown()),
        Attribute::text(names::PRINTER_ORGANIZATION, ""),
        Attribute::text(names::PRINTER_ORGANIZATIONAL_UNIT, ""),
        Attribute::name(names::PRINTER_FIRMWARE_NAME, "virtual-mfp"),
        Attribute::text(names::PRINTER_FIRMWARE_STRING_VERSION, env!("CARGO_PKG_VERSION")),
        Attribute::integer(names::PRINTER_CONFIG_CHANGE_TIME, 1),
    ]
}

fn unknown() -> Value {
    Value::OutOfBand(ipp_codec::OutOfBand::UNKNOWN)
}

fn device_id(model: &Model) -> String {
    let language = |format: &String| match format.as_str() {
        "application/pdf" => Some("PDF"),
        "image/pwg-raster" => Some("PWGRaster"),
        "image/urf" => Some("URF"),
        "image/jpeg" => Some("JPEG"),
        "application/postscript" => Some("PS"),
        _ => None,
    };
    let languages: Vec<&str> = model.formats.iter().filter_map(language).collect();
    format!("MFG:Virtual;MDL:MFP;CMD:{};", languages.join(","))
}

/// The three lists have one entry for each way to reach the printer (RFC 8011 section 5.4.1).
fn addresses(client: &Client, tls: bool) -> Vec<Attribute> {
    let schemes: &[(&str, &str)] =
        if tls { &[("ipps", "tls"), ("ipp", "none")] } else { &[("ipp", "none")] };
    let uris = schemes.iter().map(|(scheme, _)| Value::uri(&client.uri(scheme)));
    let security = schemes.iter().map(|(_, security)| *security);
    let authentication = schemes.iter().map(|_| "requesting-user-name");
    vec![
        Attribute::set(names::PRINTER_URI_SUPPORTED, uris),
        Attribute::keywords(names::URI_SECURITY_SUPPORTED, security),
        Attribute::keywords(names::URI_AUTHENTICATION_SUPPORTED, authentication),
    ]
}

fn abilities(model: &Model) -> Vec<Attribute> {
    let language = |name| Attribute::new(name, Value::language("en"));
    let charset = |name| Attribute::new(name, Value::charset("utf-8"));
    let operations = OPERATIONS.iter().map(|operation| i32::from(operation.code()));
    let wait = i32::try_from(DOCUMENT_WAIT_SECONDS).unwrap_or(i32::MAX);
    let creation = [names::JOB_NAME, names::IPP_ATTRIBUTE_FIDELITY, names::DOCUMENT_NAME];
    vec![
        charset(names::CHARSET_CONFIGURED),
        charset(names::CHARSET_SUPPORTED),
        language(names::NATURAL_LANGUAGE_CONFIGURED),
        language(names::GENERATED_NATURAL_LANGUAGE_SUPPORTED),
        Attribute::keywords(names::IPP_VERSIONS_SUPPORTED, ["1.1", "2.0"]),
        Attribute::keywords(names::IPP_FEATURES_SUPPORTED, ["ipp-everywhere"]),
        Attribute::enumerations(names::OPERATIONS_SUPPORTED, operations),
        Attribute::keywords(names::COMPRESSION_SUPPORTED, ["none"]),
        Attribute::boolean(names::COLOR_SUPPORTED, model.color),
        Attribute::boolean(names::MULTIPLE_DOCUMENT_JOBS_SUPPORTED, false),
        Attribute::integer(names::MULTIPLE_OPERATION_TIME_OUT, wait),
        Attribute::keyword(names::MULTIPLE_OPERATION_TIME_OUT_ACTION, "abort-job"),
        Attribute::keyword(names::PDL_OVERRIDE_SUPPORTED, "attempted"),
        Attribute::boolean(names::PREFERRED_ATTRIBUTES_SUPPORTED, false),
        Attribute::boolean(names::JOB_IDS_SUPPORTED, true),
        Attribute::keywords(
            names::JOB_CREATION_ATTRIBUTES_SUPPORTED,
            creation.into_iter().chain(template::KNOWN),
        ),
        Attribute::keywords(names::WHICH_JOBS_SUPPORTED, ["completed", "not-completed", "all"]),
        Attribute::keywords(names::PRINTER_GET_ATTRIBUTES_SUPPORTED, [names::DOCUMENT_FORMAT]),
        Attribute::keywords(names::IDENTIFY_ACTIONS_SUPPORTED, ["display", "sound"]),
        Attribute::keywords(names::IDENTIFY_ACTIONS_DEFAULT, ["display"]),
    ]
}

fn formats(model: &Model) -> Vec<Attribute> {
    let default = model.formats.first().map_or(UNKNOWN_FORMAT, String::as_str);
    let takes = |format: &str| model.formats.iter().any(|own| own == format);
    let all = model.formats.iter().map(String::as_str).chain([UNKNOWN_FORMAT]);
    let mut attributes = vec![
        Attribute::mime_type(names::DOCUMENT_FORMAT_DEFAULT, default),
        Attribute::mime_types(names::DOCUMENT_FORMAT_SUPPORTED, all),
    ];
    let resolutions = || template::RESOLUTIONS.iter().map(|dots| Value::dots_per_inch(*dots));
    if takes("application/pdf") {
        let sizes = Value::range(0, 2_097_151);
        attributes.push(Attribute::new(names::PDF_K_OCTETS_SUPPORTED, sizes));
        let versions = ["adobe-1.3", "adobe-1.4", "adobe-1.5", "adobe-1.6", "iso-32000-1_2008"];
        attributes.push(Attribute::keywords(names::PDF_VERSIONS_SUPPORTED, versions));
    }
    if takes("image/pwg-raster") {
        let name = names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED;
        attributes.push(Attribute::set(name, resolutions()));
        attributes.push(Attribute::keyword(names::PWG_RASTER_DOCUMENT_SHEET_BACK, "normal"));
        let types: &[&str] = if model.color { &["sgray_8", "srgb_8"] } else { &["sgray_8"] };
        let name = names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED;
        attributes.push(Attribute::keywords(name, types.iter().copied()));
    }
    if takes("image/urf") {
        let color: &[&str] = if model.color { &["W8", "SRGB24"] } else { &["W8"] };
        let rest = ["CP999", "RS300-600", "V1.4"];
        let duplex = model.two_sided.then_some("DM1");
        let all = color.iter().copied().chain(duplex).chain(rest);
        attributes.push(Attribute::keywords(names::URF_SUPPORTED, all));
    }
    if takes("image/jpeg") {
        let sizes = Value::range(0, 1_048_576);
        attributes.push(Attribute::new(names::JPEG_K_OCTETS_SUPPORTED, sizes));
    }
    attributes
}

fn status(machine: &Machine, now: Timestamp) -> Vec<Attribute> {
    let state = machine.printer_state();
    let reasons = machine.printer_state_reasons();
    let reasons = || reasons.iter().map(String::as_str);
    let speed = i32::try_from(machine.pages_per_minute).unwrap_or(i32::MAX);
    let date = DateTime::from_unix_seconds(now.seconds());
    let queued = i32::try_from(machine.open_jobs().count()).unwrap_or(i32::MAX);
    let mut attributes = vec![
        Attribute::enumeration(names::PRINTER_STATE, state.code()),
        Attribute::keywords(names::PRINTER_STATE_REASONS, reasons()),
        Attribute::text(names::PRINTER_STATE_MESSAGE, &reasons().collect::<Vec<_>>().join(", ")),
        Attribute::boolean(names::PRINTER_IS_ACCEPTING_JOBS, machine.is_accepting()),
        Attribute::integer(names::PRINTER_UP_TIME, machine.up_time(now)),
        Attribute::date_time(names::PRINTER_CURRENT_TIME, date),
        Attribute::integer(names::PRINTER_STATE_CHANGE_TIME, machine.state_change_time()),
        Attribute::integer(names::QUEUED_JOB_COUNT, queued),
        Attribute::integer(names::PAGES_PER_MINUTE, speed),
    ];
    if machine.model.color {
        attributes.push(Attribute::integer(names::PAGES_PER_MINUTE_COLOR, speed));
    }
    attributes
}

fn paper() -> Vec<Attribute> {
    let sizes = media::SIZES;
    let size_names = |sizes: &[(&'static str, i32, i32)]| {
        sizes.iter().map(|(name, ..)| *name).collect::<Vec<_>>()
    };
    let ready = sizes.iter().zip(media::SOURCES);
    let ready = ready.map(|(size, source)| media::collection(*size, Some(source)));
    let margins = [
        names::MEDIA_BOTTOM_MARGIN_SUPPORTED,
        names::MEDIA_LEFT_MARGIN_SUPPORTED,
        names::MEDIA_RIGHT_MARGIN_SUPPORTED,
        names::MEDIA_TOP_MARGIN_SUPPORTED,
    ];
    let members = [
        names::MEDIA_BOTTOM_MARGIN,
        names::MEDIA_LEFT_MARGIN,
        names::MEDIA_RIGHT_MARGIN,
        names::MEDIA_SIZE,
        names::MEDIA_SIZE_NAME,
        names::MEDIA_SOURCE,
        names::MEDIA_TOP_MARGIN,
        names::MEDIA_TYPE,
    ];
    let database = sizes.iter().map(|size| media::collection(*size, None));
    let mut attributes = vec![
        Attribute::keyword(names::MEDIA_DEFAULT, sizes[0].0),
        Attribute::keywords(names::MEDIA_SUPPORTED, size_names(&sizes)),
        Attribute::keywords(names::MEDIA_READY, size_names(&sizes[..media::READY])),
        Attribute::new(names::MEDIA_COL_DEFAULT, media::collection(sizes[0], None)),
        Attribute::set(names::MEDIA_COL_READY, ready),
        Attribute::set(names::MEDIA_COL_DATABASE, database),
        Attribute::keywords(names::MEDIA_COL_SUPPORTED, members),
        Attribute::set(names::MEDIA_SIZE_SUPPORTED, sizes.into_iter().map(media::size)),
        Attribute::keywords(
            names::MEDIA_SOURCE_SUPPORTED,
            ["auto"].into_iter().chain(media::SOURCES),
        ),
        Attribute::keywords(names::MEDIA_TYPE_SUPPORTED, media::TYPES),
    ];
    attributes.extend(margins.map(|name| Attribute::integer(name, media::MARGIN)));
    attributes
}

fn choices(model: &Model) -> Vec<Attribute> {
    let resolutions = template::RESOLUTIONS.iter().map(|dots| Value::dots_per_inch(*dots));
    let handling = "separate-documents-collated-copies";
    vec![
        Attribute::integer(names::COPIES_DEFAULT, 1),
        Attribute::new(names::COPIES_SUPPORTED, Value::range(1, template::COPIES_MAX)),
        Attribute::enumeration(names::FINISHINGS_DEFAULT, template::FINISHINGS[0]),
        Attribute::enumerations(names::FINISHINGS_SUPPORTED, template::FINISHINGS),
        Attribute::integer(names::JOB_PRIORITY_DEFAULT, 50),
        Attribute::integer(names::JOB_PRIORITY_SUPPORTED, 100),
        Attribute::keyword(names::MULTIPLE_DOCUMENT_HANDLING_DEFAULT, handling),
        Attribute::keywords(names::MULTIPLE_DOCUMENT_HANDLING_SUPPORTED, [handling]),
        Attribute::integer(names::NUMBER_UP_DEFAULT, 1),
        Attribute::integer(names::NUMBER_UP_SUPPORTED, 1),
        Attribute::enumeration(names::ORIENTATION_REQUESTED_DEFAULT, template::ORIENTATIONS[0]),
        Attribute::enumerations(names::ORIENTATION_REQUESTED_SUPPORTED, template::ORIENTATIONS),
        Attribute::keyword(names::OUTPUT_BIN_DEFAULT, template::OUTPUT_BIN),
        Attribute::keywords(names::OUTPUT_BIN_SUPPORTED, [template::OUTPUT_BIN]),
        Attribute::boolean(names::PAGE_RANGES_SUPPORTED, true),
        Attribute::keyword(names::PRINT_COLOR_MODE_DEFAULT, "auto"),
        Attribute::keywords(
            names::PRINT_COLOR_MODE_SUPPORTED,
            template::color_modes(model).iter().copied(),
        ),
        Attribute::keyword(names::PRINT_CONTENT_OPTIMIZE_DEFAULT, "auto"),
        Attribute::keywords(names::PRINT_CONTENT_OPTIMIZE_SUPPORTED, ["auto"]),
        Attribute::enumeration(names::PRINT_QUALITY_DEFAULT, 4),
        Attribute::enumerations(names::PRINT_QUALITY_SUPPORTED, template::QUALITIES),
        Attribute::keyword(names::PRINT_RENDERING_INTENT_DEFAULT, "auto"),
        Attribute::keywords(names::PRINT_RENDERING_INTENT_SUPPORTED, ["auto"]),
        Attribute::keyword(names::PRINT_SCALING_DEFAULT, "auto"),
        Attribute::keywords(names::PRINT_SCALING_SUPPORTED, template::SCALINGS),
        Attribute::new(names::PRINTER_RESOLUTION_DEFAULT, Value::dots_per_inch(600)),
        Attribute::set(names::PRINTER_RESOLUTION_SUPPORTED, resolutions),
        Attribute::keyword(names::SIDES_DEFAULT, "one-sided"),
        Attribute::keywords(names::SIDES_SUPPORTED, template::sides(model).iter().copied()),
    ]
}
