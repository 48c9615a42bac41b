//! What a printer says that it can do, and how it is. Nothing in it is trusted: every list is cut, every
//! string is bounded, and what cannot be a keyword is left out.

use ipp_codec::registry::PrinterState;
use ipp_codec::{Attribute, GroupTag, Operation, Reply, Value, names};
use print_core::Keyword;
use serde_json::json;

use super::raster::Raster;

/// The most values kept of one attribute.
pub(super) const VALUES_MAX: usize = 500;

/// What a delivery wants to know of a printer. `media-col-database` is left out: it alone can be larger
/// than everything else, and nothing here reads it.
pub const REQUESTED: [&str; 35] = [
    names::COLOR_SUPPORTED,
    names::COPIES_SUPPORTED,
    names::DOCUMENT_FORMAT_SUPPORTED,
    names::FINISHINGS_SUPPORTED,
    names::JOB_K_OCTETS_SUPPORTED,
    names::JPEG_K_OCTETS_SUPPORTED,
    names::JPEG_X_DIMENSION_SUPPORTED,
    names::JPEG_Y_DIMENSION_SUPPORTED,
    names::MEDIA_READY,
    names::MEDIA_SOURCE_SUPPORTED,
    names::MEDIA_SUPPORTED,
    names::MEDIA_TYPE_SUPPORTED,
    names::MULTIPLE_DOCUMENT_HANDLING_SUPPORTED,
    names::NUMBER_UP_SUPPORTED,
    names::OPERATIONS_SUPPORTED,
    names::ORIENTATION_REQUESTED_SUPPORTED,
    names::PAGE_RANGES_SUPPORTED,
    names::PAGES_PER_MINUTE,
    names::PAGES_PER_MINUTE_COLOR,
    names::PDF_K_OCTETS_SUPPORTED,
    names::PRINT_COLOR_MODE_SUPPORTED,
    names::PRINT_QUALITY_SUPPORTED,
    names::PRINT_SCALING_SUPPORTED,
    names::PRINTER_CONFIG_CHANGE_TIME,
    names::PRINTER_IS_ACCEPTING_JOBS,
    names::PRINTER_MAKE_AND_MODEL,
    names::PRINTER_STATE,
    names::PRINTER_STATE_REASONS,
    names::PRINTER_UP_TIME,
    names::PRINTER_UUID,
    names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED,
    names::PWG_RASTER_DOCUMENT_SHEET_BACK,
    names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED,
    names::SIDES_SUPPORTED,
    names::URF_SUPPORTED,
];

/// What is read again at every release.
pub const REQUESTED_CONDITION: [&str; 6] = [
    names::PRINTER_CONFIG_CHANGE_TIME,
    names::PRINTER_IS_ACCEPTING_JOBS,
    names::PRINTER_STATE,
    names::PRINTER_STATE_REASONS,
    names::PRINTER_UP_TIME,
    names::PRINTER_UUID,
];

/// How a printer is right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `printer-state`.
    pub state: PrinterState,
    /// `printer-state-reasons` without `none`.
    pub state_reasons: Vec<Keyword>,
    /// `printer-is-accepting-jobs`; a printer that does not say is taken at its best.
    pub accepting: bool,
    /// `printer-uuid`.
    pub uuid: Option<String>,
    /// `printer-up-time` in seconds.
    pub up_time: Option<i32>,
    /// `printer-config-change-time`: when it moves, everything else is to be read again.
    pub config_change_time: Option<i32>,
}

impl Condition {
    /// The reasons as a printer's row keeps them: with commas between them.
    pub fn reasons_text(&self) -> String {
        let words: Vec<&str> = self.state_reasons.iter().map(Keyword::as_str).collect();
        words.join(",")
    }

    /// Reads a reply to Get-Printer-Attributes.
    pub fn of(reply: &Reply) -> Self {
        let tag = GroupTag::PRINTER;
        let state = reply.integer(tag, names::PRINTER_STATE).map(PrinterState::new);
        Self {
            state: state.unwrap_or(PrinterState::IDLE),
            state_reasons: reasons(reply.get(tag, names::PRINTER_STATE_REASONS)),
            accepting: reply.boolean(tag, names::PRINTER_IS_ACCEPTING_JOBS).unwrap_or(true),
            uuid: reply.string(tag, names::PRINTER_UUID),
            up_time: reply.integer(tag, names::PRINTER_UP_TIME),
            config_change_time: reply.integer(tag, names::PRINTER_CONFIG_CHANGE_TIME),
        }
    }
}

/// What a printer can do. An empty list means that it did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How it was when it was asked.
    pub condition: Condition,
    /// `printer-make-and-model`.
    pub make_and_model: Option<String>,
    /// `operations-supported`.
    pub operations: Vec<Operation>,
    /// `document-format-supported`, in lower case and without parameters.
    pub formats: Vec<String>,
    /// `color-supported`, or a colour mode that says so; `None` when it says neither.
    pub color: Option<bool>,
    /// `print-color-mode-supported`.
    pub color_modes: Vec<String>,
    /// `sides-supported`.
    pub sides: Vec<String>,
    /// The upper end of `copies-supported`.
    pub copies_max: Option<i32>,
    /// `multiple-document-handling-supported`.
    pub document_handling: Vec<String>,
    /// `media-supported`.
    pub media: Vec<String>,
    /// `media-ready`.
    pub media_ready: Vec<String>,
    /// `media-source-supported`.
    pub media_sources: Vec<String>,
    /// `media-type-supported`.
    pub media_types: Vec<String>,
    /// `page-ranges-supported`.
    pub page_ranges: bool,
    /// `finishings-supported`.
    pub finishings: Vec<i32>,
    /// `print-quality-supported`.
    pub qualities: Vec<i32>,
    /// `orientation-requested-supported`.
    pub orientations: Vec<i32>,
    /// `number-up-supported`: numbers and ranges, both ends included.
    pub number_up: Vec<(i32, i32)>,
    /// `print-scaling-supported`.
    pub scalings: Vec<String>,
    /// What it asks of PWG raster, and how fast it is.
    pub raster: Raster,
    /// The upper end of `job-k-octets-supported`.
    pub job_k_octets_max: Option<i32>,
    /// The upper end of `pdf-k-octets-supported`.
    pub pdf_k_octets_max: Option<i32>,
    /// The upper end of `jpeg-k-octets-supported`.
    pub jpeg_k_octets_max: Option<i32>,
    /// The upper ends of `jpeg-x-dimension-supported` and `jpeg-y-dimension-supported`, in pixels.
    pub jpeg_pixels_max: (Option<i32>, Option<i32>),
}

impl Facts {
    /// Reads a reply to Get-Printer-Attributes that was asked for [`REQUESTED`].
    pub fn of(reply: &Reply) -> Self {
        let tag = GroupTag::PRINTER;
        let words = |name| keywords(reply.get(tag, name));
        let integers = |name| {
            let found = reply.get(tag, name);
            found.map(|a| a.integers().take(VALUES_MAX).collect::<Vec<i32>>()).unwrap_or_default()
        };
        let upper = |name| ranges(reply.get(tag, name)).into_iter().map(|(_, upper)| upper).max();
        let color_modes = words(names::PRINT_COLOR_MODE_SUPPORTED);
        let says_color = color_modes.iter().any(|mode| mode == "color");
        let color = match reply.boolean(tag, names::COLOR_SUPPORTED) {
            Some(color) => Some(color || says_color),
            None if color_modes.is_empty() => None,
            None => Some(says_color),
        };
        let operations = integers(names::OPERATIONS_SUPPORTED).into_iter();
        Self {
            condition: Condition::of(reply),
            make_and_model: reply.string(tag, names::PRINTER_MAKE_AND_MODEL),
            operations: operations.filter_map(|n| n.try_into().ok()).map(Operation::new).collect(),
            formats: words(names::DOCUMENT_FORMAT_SUPPORTED).iter().map(|f| essence(f)).collect(),
            color,
            color_modes,
            sides: words(names::SIDES_SUPPORTED),
            copies_max: upper(names::COPIES_SUPPORTED),
            document_handling: words(names::MULTIPLE_DOCUMENT_HANDLING_SUPPORTED),
            media: words(names::MEDIA_SUPPORTED),
            media_ready: words(names::MEDIA_READY),
            media_sources: words(names::MEDIA_SOURCE_SUPPORTED),
            media_types: words(names::MEDIA_TYPE_SUPPORTED),
            page_ranges: reply.boolean(tag, names::PAGE_RANGES_SUPPORTED).unwrap_or(false),
            finishings: integers(names::FINISHINGS_SUPPORTED),
            qualities: integers(names::PRINT_QUALITY_SUPPORTED),
            orientations: integers(names::ORIENTATION_REQUESTED_SUPPORTED),
            number_up: ranges(reply.get(tag, names::NUMBER_UP_SUPPORTED)),
            scalings: words(names::PRINT_SCALING_SUPPORTED),
            raster: Raster::of(reply),
            job_k_octets_max: upper(names::JOB_K_OCTETS_SUPPORTED),
            pdf_k_octets_max: upper(names::PDF_K_OCTETS_SUPPORTED),
            jpeg_k_octets_max: upper(names::JPEG_K_OCTETS_SUPPORTED),
            jpeg_pixels_max: (
                upper(names::JPEG_X_DIMENSION_SUPPORTED),
                upper(names::JPEG_Y_DIMENSION_SUPPORTED),
            ),
        }
    }

    /// Whether the printer lists an operation.
    pub fn does(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// Whether a job can be made before its document is sent, so that the printer's number for it is
    /// known before the first byte.
    pub fn makes_jobs_first(&self) -> bool {
        self.does(Operation::CREATE_JOB) && self.does(Operation::SEND_DOCUMENT)
    }

    /// The facts that queues offer and pages show, as the printer's row keeps them.
    pub fn to_json(&self) -> serde_json::Value {
        let operations: Vec<u16> = self.operations.iter().map(|o| o.code()).collect();
        let mut all = json!({
            names::PRINTER_MAKE_AND_MODEL: self.make_and_model,
            names::PRINTER_UUID: self.condition.uuid,
            names::PRINTER_UP_TIME: self.condition.up_time,
            names::PRINTER_IS_ACCEPTING_JOBS: self.condition.accepting,
            names::OPERATIONS_SUPPORTED: operations,
            names::DOCUMENT_FORMAT_SUPPORTED: self.formats,
            names::COLOR_SUPPORTED: self.color,
            names::PRINT_COLOR_MODE_SUPPORTED: self.color_modes,
            names::SIDES_SUPPORTED: self.sides,
            names::COPIES_SUPPORTED: self.copies_max,
            names::PAGE_RANGES_SUPPORTED: self.page_ranges,
            names::FINISHINGS_SUPPORTED: self.finishings,
        });
        for part in [self.choices(), self.raster.to_json()] {
            for (name, value) in part.as_object().into_iter().flatten() {
                all[name.as_str()] = value.clone();
            }
        }
        all
    }

    fn choices(&self) -> serde_json::Value {
        json!({
            names::MEDIA_SUPPORTED: self.media,
            names::MEDIA_READY: self.media_ready,
            names::MEDIA_SOURCE_SUPPORTED: self.media_sources,
            names::MEDIA_TYPE_SUPPORTED: self.media_types,
            names::NUMBER_UP_SUPPORTED: self.number_up,
            names::ORIENTATION_REQUESTED_SUPPORTED: self.orientations,
            names::PRINT_QUALITY_SUPPORTED: self.qualities,
            names::PRINT_SCALING_SUPPORTED: self.scalings,
        })
    }
}

/// A media type in lower case, without its parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The reasons of an attribute that are keywords, without `none`.
pub fn reasons(attribute: Option<&Attribute>) -> Vec<Keyword> {
    let words = keywords(attribute).into_iter().filter(|word| word != "none");
    words.filter_map(|word| Keyword::parse(&word).ok()).take(20).collect()
}

pub(super) fn keywords(attribute: Option<&Attribute>) -> Vec<String> {
    let values = attribute.into_iter().flat_map(Attribute::keywords_as_str);
    let short = values.filter(|value| value.len() <= Keyword::LIMIT);
    short.take(VALUES_MAX).map(str::to_owned).collect()
}

fn ranges(attribute: Option<&Attribute>) -> Vec<(i32, i32)> {
    let values = attribute.into_iter().flat_map(|attribute| &attribute.values);
    let range = |value: &Value| match value {
        Value::Range { lower, upper } => Some((*lower, *upper)),
        other => other.as_integer().map(|number| (number, number)),
    };
    values.filter_map(range).take(VALUES_MAX).collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use ipp_codec::{Group, Message, Status, Version};

    /// A reply with these printer attributes.
    pub fn reply(attributes: Vec<Attribute>) -> Reply {
        Reply::new(Message {
            version: Version::V2_0,
            code: Status::SUCCESSFUL_OK.code(),
            request_id: 1,
            groups: vec![Group::new(GroupTag::PRINTER, attributes)],
        })
    }

    #[test]
    fn a_printer_that_says_nothing_can_nothing_and_is_well() {
        let facts = Facts::of(&reply(Vec::new()));
        assert!(facts.condition.accepting);
        assert_eq!(facts.condition.state, PrinterState::IDLE);
        assert_eq!((facts.color, facts.copies_max), (None, None));
        assert!(!facts.makes_jobs_first());
    }

    #[test]
    fn formats_are_compared_without_case_and_parameters() {
        let types = ["Application/PDF", "text/plain; charset=utf-8"];
        let list = Attribute::mime_types(names::DOCUMENT_FORMAT_SUPPORTED, types);
        assert_eq!(Facts::of(&reply(vec![list])).formats, ["application/pdf", "text/plain"]);
    }

    #[test]
    fn a_color_mode_can_prove_color() {
        let flag = |value| Attribute::boolean(names::COLOR_SUPPORTED, value);
        let modes = |modes: &[&str]| {
            Attribute::keywords(names::PRINT_COLOR_MODE_SUPPORTED, modes.iter().copied())
        };
        let table = [
            (vec![flag(true)], Some(true)),
            (vec![flag(false)], Some(false)),
            (vec![flag(false), modes(&["color"])], Some(true)),
            (vec![modes(&["monochrome"])], Some(false)),
            (vec![], None),
        ];
        for (attributes, color) in table {
            assert_eq!(Facts::of(&reply(attributes.clone())).color, color, "{attributes:?}");
        }
    }

    #[test]
    fn a_hostile_printer_is_cut_short() {
        let many: Vec<String> = (0..5_000).map(|n| format!("media-{n}")).collect();
        let long = "x".repeat(60_000);
        let list = many.iter().map(String::as_str).chain([long.as_str()]);
        let bad = ["none", "media-empty", "a\nb", "toner-low-warning"];
        let facts = Facts::of(&reply(vec![
            Attribute::keywords(names::MEDIA_SUPPORTED, list),
            Attribute::keywords(names::PRINTER_STATE_REASONS, bad),
        ]));
        assert_eq!(facts.media.len(), VALUES_MAX);
        let reasons: Vec<&str> =
            facts.condition.state_reasons.iter().map(Keyword::as_str).collect();
        assert_eq!(reasons, ["media-empty", "toner-low-warning"]);
    }
}
