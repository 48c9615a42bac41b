//! In which form a printer gets a job: as it is, with the options the printer knows; else written anew as a
//! PDF in which the options are; else drawn as pixels that it takes; or not at all.
//!
//! An option that decides about paper or price is never dropped in silence: where the printer cannot
//! follow it, the job stays held and its owner reads why.

use document_worker::{EditOrder, RenderOrder};
use ipp_codec::{Attribute, Member, Value, names};
use print_core::{PrintColorMode, Sides, Ticket};

use super::outcome::Reason;
use super::{edit, raster};
use crate::delivery::printer::facts::{Facts, essence};

/// `finishings`: none.
const FINISHINGS_NONE: i32 = 3;

/// What the printer is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// The document as it was taken in.
    PassThrough {
        /// `document-format`.
        format: String,
        /// The job attributes.
        attributes: Vec<Attribute>,
    },
    /// The PDF written anew by this order; where that leaves a doubt, what stands beside it.
    Edited {
        /// How.
        order: EditOrder,
        /// The job attributes.
        attributes: Vec<Attribute>,
        /// The document drawn, or why it stays held.
        otherwise: Result<Drawn, Reason>,
    },
    /// The document drawn.
    Raster(Drawn),
    /// Nothing; the job stays held.
    Refuse(Reason),
}

/// What is drawn, and what is asked beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// How.
    pub order: RenderOrder,
    /// The job attributes.
    pub attributes: Vec<Attribute>,
}

/// Attributes whose loss changes paper or price. A printer that says it ignores one does not get the
/// document.
pub const DECISIVE: [&str; 9] = [
    names::COPIES,
    names::FINISHINGS,
    names::MEDIA,
    names::MEDIA_COL,
    names::MULTIPLE_DOCUMENT_HANDLING,
    names::NUMBER_UP,
    names::PAGE_RANGES,
    names::PRINT_COLOR_MODE,
    names::SIDES,
];

/// What the choice hangs on besides the ticket and the printer's word.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `document-format`.
    pub format: &'a str,
    /// The document's length.
    pub size_bytes: u64,
    /// Printers could print other pages of it than were counted: it never goes out as it is.
    pub irregular: bool,
    /// The printer's administrator wants pixels only.
    pub always_raster: bool,
    /// Documents can be drawn here.
    pub can_draw: bool,
    /// How many of its pages are wanted, when they are counted.
    pub pages: Option<u32>,
    /// It was looked into, and not one of its pages has colour.
    pub is_black: bool,
}

/// The form in which this printer takes the job.
pub fn choose(ticket: &Ticket, asked: &Asked<'_>, facts: &Facts) -> Form {
    let format = essence(asked.format);
    let drawable = asked.can_draw && raster::is_drawable(&format);
    let as_it_is = if asked.irregular {
        Err(Reason::DocumentIrregular)
    } else {
        attributes(ticket, &format, asked.size_bytes, facts)
    };
    let refused = match as_it_is {
        Ok(attributes) if !(asked.always_raster && drawable) => {
            return Form::PassThrough { format, attributes };
        }
        Ok(_) => None,
        Err(reason) => Some(reason),
    };
    if !drawable {
        return Form::Refuse(refused.unwrap_or(Reason::DrawingUnavailable));
    }
    // One side has no back. Each copy of it would begin on a sheet of its own behind an empty one.
    let sides =
        asked.pages.map(|pages| pages.div_ceil(u32::from(ticket.number_up.unwrap_or(1)).max(1)));
    let alone = (sides == Some(1)).then(|| Ticket { sides: Sides::OneSided, ..ticket.clone() });
    let ticket = alone.as_ref().unwrap_or(ticket);
    let drawn = raster::order(ticket, asked, sides, facts);
    let otherwise = drawn.map_err(|reason| match refused {
        // What keeps the pixels back says more than that the document itself is not taken.
        None | Some(Reason::DocumentFormatNotSupported) => reason,
        Some(refused) => refused,
    });
    let edited = if asked.always_raster || format != edit::FORMAT {
        None
    } else {
        edit::order(ticket, asked.size_bytes, facts).ok()
    };
    match (edited, otherwise) {
        (Some((order, attributes)), otherwise) => Form::Edited { order, attributes, otherwise },
        (None, Ok(drawn)) => Form::Raster(drawn),
        (None, Err(reason)) => Form::Refuse(reason),
    }
}

fn attributes(
    ticket: &Ticket,
    format: &str,
    size_bytes: u64,
    facts: &Facts,
) -> Result<Vec<Attribute>, Reason> {
    takes_document(format, size_bytes, facts)?;
    let mut chosen = Vec::new();
    copies(ticket.copies, format, facts, &mut chosen)?;
    chosen.extend(sides(ticket, facts)?);
    chosen.extend(color_mode(ticket.print_color_mode, facts)?);
    media(ticket, facts, &mut chosen)?;
    chosen.extend(page_ranges(ticket, facts)?);
    chosen.extend(finishings(&ticket.finishings, facts)?);
    chosen.extend(number_up(ticket.number_up, facts)?);
    cosmetic(ticket, facts, &mut chosen);
    Ok(chosen)
}

/// `application/octet-stream` in the printer's list is no capability: it means "I guess".
pub(super) fn takes_document(format: &str, size_bytes: u64, facts: &Facts) -> Result<(), Reason> {
    let listed = facts.formats.iter().any(|supported| supported == format);
    if !listed || format == "application/octet-stream" {
        return Err(Reason::DocumentFormatNotSupported);
    }
    let of_format = match format {
        "application/pdf" => facts.pdf_k_octets_max,
        "image/jpeg" => facts.jpeg_k_octets_max,
        _ => None,
    };
    let limits = [of_format, facts.job_k_octets_max];
    let k_octets = size_bytes.div_ceil(1024);
    // Some printers say 0 where they mean that there is no limit.
    let limits = limits.into_iter().flatten().filter_map(|k| u64::try_from(k).ok());
    match limits.filter(|k| *k > 0).min() {
        Some(limit) if k_octets > limit => Err(Reason::DocumentTooLarge),
        _ => Ok(()),
    }
}

pub(super) fn copies(
    copies: u16,
    format: &str,
    facts: &Facts,
    chosen: &mut Vec<Attribute>,
) -> Result<(), Reason> {
    let copies = i32::from(copies.max(1));
    let Some(copies_max) = facts.copies_max else {
        return if copies == 1 { Ok(()) } else { Err(Reason::CopiesNotSupported) };
    };
    // Raster streams are pages, not a document: many printers make one copy of them, whatever is asked.
    let honours = !matches!(format, "image/pwg-raster" | "image/urf");
    if copies > 1 && (!honours || copies > copies_max) {
        return Err(Reason::CopiesNotSupported);
    }
    chosen.push(Attribute::integer(names::COPIES, copies));
    let collated = "separate-documents-collated-copies";
    if copies > 1 && facts.document_handling.iter().any(|handling| handling == collated) {
        chosen.push(Attribute::keyword(names::MULTIPLE_DOCUMENT_HANDLING, collated));
    }
    Ok(())
}

/// Two sides that only the queue's default wanted are no reason to refuse a printer that has one.
pub(super) fn sides(ticket: &Ticket, facts: &Facts) -> Result<Option<Attribute>, Reason> {
    let sides = ticket.sides;
    if facts.sides.iter().any(|supported| supported == sides.as_str()) {
        return Ok(Some(Attribute::keyword(names::SIDES, sides.as_str())));
    }
    let asked = sides.is_two_sided() && !ticket.sides_by_default;
    if asked { Err(Reason::SidesNotSupported) } else { Ok(None) }
}

pub(super) fn color_mode(mode: PrintColorMode, facts: &Facts) -> Result<Option<Attribute>, Reason> {
    let known = |keyword: &str| facts.color_modes.iter().any(|supported| supported == keyword);
    let attribute = |keyword: &str| Attribute::keyword(names::PRINT_COLOR_MODE, keyword);
    match mode {
        PrintColorMode::Auto => Ok(Some("auto").filter(|keyword| known(keyword)).map(attribute)),
        PrintColorMode::Color if facts.color == Some(false) => Err(Reason::ColorNotSupported),
        PrintColorMode::Color => {
            Ok(["color", "auto"].into_iter().find(|keyword| known(keyword)).map(attribute))
        }
        PrintColorMode::Monochrome => {
            // PWG 5100.13 section 6.2.3; the last one mixes grey from colours and may be metered so.
            let modes = ["monochrome", "auto-monochrome", "process-monochrome"];
            let found = modes.into_iter().find(|keyword| known(keyword));
            if found.is_none() && facts.color != Some(false) {
                return Err(Reason::MonochromeNotSupported);
            }
            Ok(found.map(attribute))
        }
    }
}

/// Paper that the printer knows but has not loaded is sent all the same: it stops, says what it needs,
/// and goes on when the owner has put it in.
pub(super) fn media(
    ticket: &Ticket,
    facts: &Facts,
    chosen: &mut Vec<Attribute>,
) -> Result<(), Reason> {
    let name = ticket.media.as_ref().map(|media| media.as_str());
    if let Some(name) = name {
        let said = !facts.media.is_empty() || !facts.media_ready.is_empty();
        let known = facts.media.iter().chain(&facts.media_ready).any(|media| media == name);
        if said && !known {
            return Err(Reason::MediaNotSupported);
        }
    }
    let Some(source) = ticket.media_source.as_ref().map(|source| source.as_str()) else {
        chosen.extend(name.map(|name| Attribute::keyword(names::MEDIA, name)));
        return Ok(());
    };
    if !facts.media_sources.iter().any(|known| known == source) {
        return Err(Reason::MediaNotSupported);
    }
    // A request has either media or media-col (PWG 5100.7 section 6.3), so the size goes inside.
    let mut members = vec![Member::new(names::MEDIA_SOURCE, Value::keyword(source))];
    if let Some(name) = name {
        let (x, y) = dimensions(name).ok_or(Reason::MediaNotSupported)?;
        let size = vec![
            Member::new(names::X_DIMENSION, Value::Integer(x)),
            Member::new(names::Y_DIMENSION, Value::Integer(y)),
        ];
        members.insert(0, Member::new(names::MEDIA_SIZE, Value::Collection(size)));
    }
    chosen.push(Attribute::collection(names::MEDIA_COL, members));
    Ok(())
}

/// Width and height of a self-describing name (PWG 5101.1 section 5), in hundredths of a millimetre.
pub(super) fn dimensions(media: &str) -> Option<(i32, i32)> {
    let size = media.rsplit('_').next()?;
    let (number, per_unit) = match (size.strip_suffix("mm"), size.strip_suffix("in")) {
        (Some(number), _) => (number, 100),
        (_, Some(number)) => (number, 2_540),
        _ => return None,
    };
    let (x, y) = number.split_once('x')?;
    Some((hundredths(x, per_unit)?, hundredths(y, per_unit)?))
}

/// A decimal number times `per_unit`, without floating point: 8.5 inches are 21,590.
fn hundredths(number: &str, per_unit: i64) -> Option<i32> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let scale = 10_i64.pow(u32::try_from(fraction.len()).ok()?);
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? };
    let units = whole.parse::<i64>().ok()? * scale + fraction;
    i32::try_from((units * per_unit + scale / 2) / scale).ok()
}

fn page_ranges(ticket: &Ticket, facts: &Facts) -> Result<Option<Attribute>, Reason> {
    if ticket.page_ranges.is_empty() {
        return Ok(None);
    }
    if !facts.page_ranges {
        return Err(Reason::PageRangesNotSupported);
    }
    let end = |page: u32| i32::try_from(page).unwrap_or(i32::MAX);
    let ranges = ticket.page_ranges.iter().map(|r| Value::range(end(r.first), end(r.last)));
    Ok(Some(Attribute::set(names::PAGE_RANGES, ranges)))
}

/// `finishings` that are done to each sheet: punched holes (PWG 5100.1). All others join sheets or follow
/// the whole, and copies that lie one behind the other in one document would become one booklet.
pub(super) fn are_for_single_sheets(finishings: &[i32]) -> bool {
    let punches =
        |finishing: &i32| matches!(finishing, 5 | 70..=93) || *finishing == FINISHINGS_NONE;
    finishings.iter().all(punches)
}

pub(super) fn finishings(finishings: &[i32], facts: &Facts) -> Result<Option<Attribute>, Reason> {
    let wanted: Vec<i32> = finishings.iter().copied().filter(|f| *f != FINISHINGS_NONE).collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    if !wanted.iter().all(|finishing| facts.finishings.contains(finishing)) {
        return Err(Reason::FinishingsNotSupported);
    }
    Ok(Some(Attribute::enumerations(names::FINISHINGS, wanted)))
}

pub(super) fn number_up(
    number_up: Option<u16>,
    facts: &Facts,
) -> Result<Option<Attribute>, Reason> {
    let Some(number) = number_up.map(i32::from).filter(|number| *number > 1) else {
        return Ok(None);
    };
    if facts.number_up.iter().any(|(lower, upper)| (*lower..=*upper).contains(&number)) {
        return Ok(Some(Attribute::integer(names::NUMBER_UP, number)));
    }
    Err(Reason::NumberUpNotSupported)
}

/// What changes how it looks, and neither paper nor price, is asked for where it is known.
pub(super) fn cosmetic(ticket: &Ticket, facts: &Facts, chosen: &mut Vec<Attribute>) {
    if let Some(quality) = ticket.print_quality.filter(|q| facts.qualities.contains(q)) {
        chosen.push(Attribute::enumeration(names::PRINT_QUALITY, quality));
    }
    let orientation = ticket.orientation_requested;
    if let Some(orientation) = orientation.filter(|o| facts.orientations.contains(o)) {
        chosen.push(Attribute::enumeration(names::ORIENTATION_REQUESTED, orientation));
    }
    let scaling = ticket.print_scaling.as_ref().map(|scaling| scaling.as_str());
    if let Some(scaling) = scaling.filter(|s| facts.scalings.iter().any(|known| known == s)) {
        chosen.push(Attribute::keyword(names::PRINT_SCALING, scaling));
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
pub(super) mod tests;
