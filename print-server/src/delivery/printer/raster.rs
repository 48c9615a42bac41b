//! What a printer asks of documents that are ready-made pixels, and how fast it is.

use ipp_codec::{GroupTag, Reply, Value, names};
use serde_json::json;

use super::facts::{VALUES_MAX, keywords};

/// What a printer asks of raster documents, and how fast it is: a queue tells its clients the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raster {
    /// `pwg-raster-document-resolution-supported`, those with as many dots across as along, an inch.
    pub resolutions: Vec<i32>,
    /// `pwg-raster-document-type-supported`.
    pub types: Vec<String>,
    /// `pwg-raster-document-sheet-back`.
    pub sheet_back: Option<String>,
    /// `urf-supported`.
    pub urf: Vec<String>,
    /// `pages-per-minute`.
    pub pages_per_minute: Option<i32>,
    /// `pages-per-minute-color`.
    pub pages_per_minute_color: Option<i32>,
}

impl Raster {
    /// Reads a reply to Get-Printer-Attributes.
    pub fn of(reply: &Reply) -> Self {
        let get = |name| reply.get(GroupTag::PRINTER, name);
        let resolutions = get(names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED);
        let values = resolutions.into_iter().flat_map(|attribute| &attribute.values);
        let dots = |value: &Value| match value {
            Value::Resolution(dots) => {
                Some(dots.feed).filter(|dots| *value == Value::dots_per_inch(*dots))
            }
            _ => None,
        };
        Self {
            resolutions: values.filter_map(dots).take(VALUES_MAX).collect(),
            types: keywords(get(names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED)),
            sheet_back: keywords(get(names::PWG_RASTER_DOCUMENT_SHEET_BACK)).pop(),
            urf: keywords(get(names::URF_SUPPORTED)),
            pages_per_minute: reply.integer(GroupTag::PRINTER, names::PAGES_PER_MINUTE),
            pages_per_minute_color: reply.integer(GroupTag::PRINTER, names::PAGES_PER_MINUTE_COLOR),
        }
    }

    /// As the printer's row keeps it.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            names::PAGES_PER_MINUTE: self.pages_per_minute,
            names::PAGES_PER_MINUTE_COLOR: self.pages_per_minute_color,
            names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED: self.resolutions,
            names::PWG_RASTER_DOCUMENT_SHEET_BACK: self.sheet_back,
            names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED: self.types,
            names::URF_SUPPORTED: self.urf,
        })
    }
}
