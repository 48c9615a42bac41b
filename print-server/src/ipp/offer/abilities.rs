//! What printers can do for a job, as a selection from what queues may offer.

use ipp_codec::names;
use serde_json::Value as Json;
use store::{OfferedAbilities, Printer, Queue, ReleaseMode};

use super::options::{self, Medium};
use crate::delivery::rules::raster::is_drawable;
use crate::ipp::document_format::TAKEN;

/// How fast a printer is that does not say, in sides a minute.
const PAGES_PER_MINUTE: i32 = 20;

/// What a printer can do, or the printers of a queue together. Every list is in the order of the tables in
/// [`options`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abilities {
    /// Document formats.
    pub formats: Vec<&'static str>,
    /// Whether it prints in colour.
    pub color: bool,
    /// `print-color-mode`.
    pub color_modes: Vec<&'static str>,
    /// `sides`.
    pub sides: Vec<&'static str>,
    /// Paper sizes.
    pub media: Vec<Medium>,
    /// Paper sizes that are loaded.
    pub media_ready: Vec<Medium>,
    /// `media-source`.
    pub media_sources: Vec<&'static str>,
    /// `media-type`.
    pub media_types: Vec<&'static str>,
    /// `finishings`.
    pub finishings: Vec<i32>,
    /// `print-quality`.
    pub qualities: Vec<i32>,
    /// `orientation-requested`.
    pub orientations: Vec<i32>,
    /// `print-scaling`.
    pub scalings: Vec<&'static str>,
    /// `number-up`.
    pub number_up: Vec<i32>,
    /// Whether some of the pages can be printed.
    pub page_ranges: bool,
    /// The most copies.
    pub copies_max: i32,
    /// Dots an inch of raster documents.
    pub raster_resolutions: Vec<i32>,
    /// Colour spaces of raster documents.
    pub raster_types: Vec<&'static str>,
    /// How the back sides of raster documents are turned.
    pub sheet_back: &'static str,
    /// Sides a minute.
    pub pages_per_minute: i32,
    /// Sides a minute in colour.
    pub pages_per_minute_color: i32,
}

impl Abilities {
    /// What is offered as long as no printer has said anything: what an office printer can do.
    #[must_use]
    pub fn assumed() -> Self {
        Self {
            formats: TAKEN.to_vec(),
            color: true,
            color_modes: options::COLOR_MODES.to_vec(),
            sides: options::SIDES.to_vec(),
            media: options::MEDIA[..options::MEDIA_COMMON].to_vec(),
            media_ready: vec![options::MEDIA[0]],
            media_sources: options::MEDIA_SOURCES[..1].to_vec(),
            media_types: options::MEDIA_TYPES.to_vec(),
            finishings: options::FINISHINGS[..1].to_vec(),
            qualities: options::QUALITIES.to_vec(),
            orientations: options::ORIENTATIONS.to_vec(),
            scalings: options::SCALINGS.to_vec(),
            number_up: options::NUMBER_UP[..1].to_vec(),
            page_ranges: true,
            copies_max: options::COPIES_MAX,
            raster_resolutions: options::RESOLUTIONS[1..3].to_vec(),
            raster_types: options::RASTER_TYPES[1..3].to_vec(),
            sheet_back: options::SHEET_BACKS[0],
            pages_per_minute: PAGES_PER_MINUTE,
            pages_per_minute_color: PAGES_PER_MINUTE,
        }
    }

    /// What the queue's printers can do together, as the queue wants it: those that have said what they
    /// can do count. A queue that prints at a tap has every printer that takes jobs. `can_draw`: whether this
    /// server can turn documents into pixels.
    #[must_use]
    pub fn of_queue(queue: &Queue, printers: &[Printer], can_draw: bool) -> Self {
        let belongs = |printer: &&Printer| match queue.release {
            ReleaseMode::AtOnce(id) => printer.id == id,
            ReleaseMode::Tap => printer.enabled,
        };
        let known = printers.iter().filter(belongs);
        let known: Vec<Self> =
            known.filter_map(|printer| Self::of_printer(printer, can_draw)).collect();
        Self::together(&known, queue.offer.abilities)
    }

    /// What a printer has said that it can do; none when it never has.
    #[must_use]
    pub fn of_printer(printer: &Printer, can_draw: bool) -> Option<Self> {
        let said = &printer.health.as_ref()?.attributes;
        said.is_object().then(|| Self::read(said, can_draw))
    }

    /// Reads what a printer's row keeps. What a printer does not say is judged as the delivery does,
    /// which refuses what cannot be relied on.
    fn read(said: &Json, can_draw: bool) -> Self {
        let words = |name: &str, table: &[&'static str]| {
            let has = |word: &&'static str| list(said, name).any(|one| one.as_str() == Some(word));
            table.iter().copied().filter(has).collect::<Vec<_>>()
        };
        let numbers = |name: &str, table: &[i32]| {
            let has = |n: &i32| list(said, name).any(|one| one.as_i64() == Some(i64::from(*n)));
            table.iter().copied().filter(has).collect::<Vec<_>>()
        };
        let media = |name: &str| {
            let has = |m: &Medium| list(said, name).any(|one| one.as_str() == Some(m.0));
            options::MEDIA.iter().copied().filter(has).collect::<Vec<_>>()
        };
        let says_media = list(said, names::MEDIA_SUPPORTED).next().is_some();
        let assumed = Self::assumed();
        let color = said[names::COLOR_SUPPORTED].as_bool();
        let pages_per_minute = integer(said, names::PAGES_PER_MINUTE).unwrap_or(PAGES_PER_MINUTE);
        let listed = words(names::DOCUMENT_FORMAT_SUPPORTED, &TAKEN);
        let raster_types = words(names::PWG_RASTER_DOCUMENT_TYPE_SUPPORTED, &options::RASTER_TYPES);
        let raster_resolutions =
            numbers(names::PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED, &options::RESOLUTIONS);
        // A printer that does not say which pixels it wants cannot be sent any.
        let pixels = !raster_types.is_empty() && !raster_resolutions.is_empty();
        let is_raster = |format: &str| matches!(format, "image/pwg-raster" | "image/urf");
        let takes =
            |format: &&'static str| listed.contains(format) && (pixels || !is_raster(format));
        // What is drawn for a printer, it takes; without the program that draws, nothing is.
        let takes_pixels =
            takes(&"image/pwg-raster") || says_urf(said) && listed.contains(&"image/urf");
        let gets_pixels = can_draw && takes_pixels;
        let drawn = |format: &&'static str| gets_pixels && is_drawable(format);
        // What is drawn or written anew has its pages chosen and put together before it goes out.
        let is_made = gets_pixels || listed.contains(&"application/pdf");
        let formats = TAKEN.iter().copied().filter(|format| takes(format) || drawn(format));
        Self {
            formats: formats.collect(),
            color: color != Some(false),
            color_modes: color_modes(color, said),
            sides: at_least("one-sided", words(names::SIDES_SUPPORTED, &options::SIDES)),
            media: if says_media { media(names::MEDIA_SUPPORTED) } else { assumed.media },
            media_ready: media(names::MEDIA_READY),
            media_sources: at_least(
                "auto",
                words(names::MEDIA_SOURCE_SUPPORTED, &options::MEDIA_SOURCES),
            ),
            media_types: at_least(
                "auto",
                words(names::MEDIA_TYPE_SUPPORTED, &options::MEDIA_TYPES),
            ),
            finishings: at_least(3, numbers(names::FINISHINGS_SUPPORTED, &options::FINISHINGS)),
            qualities: numbers(names::PRINT_QUALITY_SUPPORTED, &options::QUALITIES),
            orientations: numbers(names::ORIENTATION_REQUESTED_SUPPORTED, &options::ORIENTATIONS),
            scalings: at_least("auto", words(names::PRINT_SCALING_SUPPORTED, &options::SCALINGS)),
            number_up: if is_made {
                options::NUMBER_UP.to_vec()
            } else {
                at_least(1, number_up(said))
            },
            page_ranges: is_made || said[names::PAGE_RANGES_SUPPORTED].as_bool().unwrap_or(false),
            copies_max: if is_made {
                options::COPIES_MAX
            } else {
                integer(said, names::COPIES_SUPPORTED).unwrap_or(1).clamp(1, options::COPIES_MAX)
            },
            raster_resolutions,
            raster_types,
            sheet_back: options::SHEET_BACKS
                .into_iter()
                .find(|word| said[names::PWG_RASTER_DOCUMENT_SHEET_BACK].as_str() == Some(word))
                .unwrap_or(options::SHEET_BACKS[0]),
            pages_per_minute,
            pages_per_minute_color: integer(said, names::PAGES_PER_MINUTE_COLOR)
                .unwrap_or(pages_per_minute),
        }
    }

    /// What any or all of these can do.
    #[must_use]
    pub fn together(printers: &[Self], which: OfferedAbilities) -> Self {
        if printers.is_empty() {
            return Self::assumed();
        }
        let any = which == OfferedAbilities::Union;
        let flag = |of: fn(&Self) -> bool| {
            if any { printers.iter().any(of) } else { printers.iter().all(of) }
        };
        let number = |of: fn(&Self) -> i32| {
            let numbers = printers.iter().map(of);
            if any { numbers.max() } else { numbers.min() }.unwrap_or(1)
        };
        let words = |table: &[&'static str], of: fn(&Self) -> &Vec<&'static str>| {
            select(table, printers, of, any)
        };
        let numbers = |table: &[i32], of: fn(&Self) -> &Vec<i32>| select(table, printers, of, any);
        let mut media = select(&options::MEDIA, printers, |p| &p.media, any);
        if media.is_empty() {
            // A queue without paper is one that no client understands.
            media.push(options::MEDIA[0]);
        }
        let mut media_ready = select(&options::MEDIA, printers, |p| &p.media_ready, any);
        media_ready.retain(|medium| media.contains(medium));
        if media_ready.is_empty() {
            media_ready.push(media[0]);
        }
        Self {
            formats: words(&TAKEN, |p| &p.formats),
            color: flag(|p| p.color),
            color_modes: words(&options::COLOR_MODES, |p| &p.color_modes),
            sides: words(&options::SIDES, |p| &p.sides),
            media,
            media_ready,
            media_sources: words(&options::MEDIA_SOURCES, |p| &p.media_sources),
            media_types: words(&options::MEDIA_TYPES, |p| &p.media_types),
            finishings: numbers(&options::FINISHINGS, |p| &p.finishings),
            qualities: at_least(4, numbers(&options::QUALITIES, |p| &p.qualities)),
            orientations: at_least(3, numbers(&options::ORIENTATIONS, |p| &p.orientations)),
            scalings: words(&options::SCALINGS, |p| &p.scalings),
            number_up: numbers(&options::NUMBER_UP, |p| &p.number_up),
            page_ranges: flag(|p| p.page_ranges),
            copies_max: number(|p| p.copies_max),
            raster_resolutions: numbers(&options::RESOLUTIONS, |p| &p.raster_resolutions),
            raster_types: words(&options::RASTER_TYPES, |p| &p.raster_types),
            sheet_back: sheet_back(printers),
            pages_per_minute: number(|p| p.pages_per_minute),
            pages_per_minute_color: number(|p| p.pages_per_minute_color),
        }
    }
}

fn list<'a>(said: &'a Json, name: &str) -> impl Iterator<Item = &'a Json> {
    said[name].as_array().into_iter().flatten()
}

fn integer(said: &Json, name: &str) -> Option<i32> {
    said[name].as_i64().and_then(|number| i32::try_from(number).ok())
}

/// Whether the printer says which Apple raster it wants: without a resolution and a kind of pixels that we make
/// nothing can be drawn.
fn says_urf(said: &Json) -> bool {
    let words = || list(said, names::URF_SUPPORTED).filter_map(Json::as_str);
    let depth = |word: &str| matches!(word.split('-').next(), Some("W8" | "SRGB24"));
    words().any(|word| word.starts_with("RS")) && words().any(depth)
}

/// As the delivery judges colour: `auto` always goes, the others where the printer knows the mode.
fn color_modes(color: Option<bool>, said: &Json) -> Vec<&'static str> {
    let known = |mode: &str| {
        list(said, names::PRINT_COLOR_MODE_SUPPORTED).any(|one| one.as_str() == Some(mode))
    };
    let grey = ["monochrome", "auto-monochrome", "process-monochrome"].into_iter().any(known);
    let can = |mode: &&'static str| match *mode {
        "color" => color != Some(false),
        "monochrome" => grey || color == Some(false),
        _ => true,
    };
    options::COLOR_MODES.into_iter().filter(can).collect()
}

/// `number-up` as a printer's row keeps it: pairs of both ends.
fn number_up(said: &Json) -> Vec<i32> {
    let within = |n: &i32| {
        list(said, names::NUMBER_UP_SUPPORTED).any(|pair| {
            let end = |index: usize| pair[index].as_i64();
            let n = i64::from(*n);
            end(0).is_some_and(|lower| lower <= n) && end(1).is_some_and(|upper| n <= upper)
        })
    };
    options::NUMBER_UP.into_iter().filter(within).collect()
}

/// How the back sides of raster documents are to be turned. Printers that differ cannot all be pleased by
/// one stream of pixels.
fn sheet_back(printers: &[Abilities]) -> &'static str {
    let mut wanted = printers.iter().filter(|p| !p.raster_types.is_empty()).map(|p| p.sheet_back);
    let first = wanted.next().unwrap_or(options::SHEET_BACKS[0]);
    if wanted.all(|other| other == first) { first } else { options::SHEET_BACKS[0] }
}

/// The list with the value that every printer can do, before the others.
fn at_least<T: PartialEq>(value: T, mut list: Vec<T>) -> Vec<T> {
    if !list.contains(&value) {
        list.insert(0, value);
    }
    list
}

fn select<T: PartialEq + Copy>(
    table: &[T],
    printers: &[Abilities],
    of: fn(&Abilities) -> &Vec<T>,
    any: bool,
) -> Vec<T> {
    let can = |value: &T| match any {
        true => printers.iter().any(|printer| of(printer).contains(value)),
        false => printers.iter().all(|printer| of(printer).contains(value)),
    };
    table.iter().copied().filter(can).collect()
}

#[cfg(test)]
#[path = "abilities_tests.rs"]
mod tests;
