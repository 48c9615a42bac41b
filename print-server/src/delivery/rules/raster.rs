//! What a printer that takes ready-made pixels wants them to be like, and what is asked of it beside them:
//! copies, ranges of pages and sizes are in the pixels, and are not asked for a second time.

use document_worker::{
    DOCUMENT_BYTES_MAX, Medium, RasterColor, RasterFormat, RenderOrder, Scaling, SheetBack, Sides,
};
use ipp_codec::{Attribute, names};
use print_core::{PrintColorMode, Ticket};

use super::form::{Asked, color_mode, dimensions, finishings, media, sides};
use super::outcome::Reason;
use crate::delivery::printer::facts::Facts;

/// What can be drawn.
const DRAWABLE: [&str; 2] = ["application/pdf", "image/jpeg"];

/// Finer than this no page is drawn: a person sees no more, and every step costs four times as much.
const RESOLUTION_MAX: u32 = 600;

/// What is fine enough for an ordinary page.
const RESOLUTION_USUAL: u32 = 300;

/// `print-quality`: draft and high.
const QUALITY_DRAFT: i32 = 3;
const QUALITY_HIGH: i32 = 5;

/// The paper of a printer that does not say what it has: A4, in hundredths of a millimetre.
const USUAL_PAPER: (&str, i32, i32) = ("iso_a4_210x297mm", 21_000, 29_700);

/// The longest name of a paper that fits a page's header.
const PAPER_NAME_MAX: usize = 63;

/// Whether documents of this format can be drawn.
pub fn is_drawable(format: &str) -> bool {
    DRAWABLE.contains(&format)
}

/// How the document is to be drawn for this printer, and the job attributes beside it.
pub fn order(
    ticket: &Ticket,
    asked: &Asked<'_>,
    facts: &Facts,
) -> Result<(RenderOrder, Vec<Attribute>), Reason> {
    let offers: Vec<Offer> = [urf(facts), pwg(facts)].into_iter().flatten().collect();
    if offers.is_empty() {
        return Err(Reason::DocumentFormatNotSupported);
    }
    if asked.size_bytes > DOCUMENT_BYTES_MAX {
        return Err(Reason::DocumentTooLarge);
    }
    if ticket.number_up.is_some_and(|number| number > 1) {
        return Err(Reason::NumberUpNotSupported);
    }
    let attributes = attributes(ticket, facts)?;
    let wishes = color_wishes(ticket.print_color_mode, asked.is_black, facts)?;
    // The right pixels before the better format: a printer may take colour by one of them only.
    let found = wishes.iter().find_map(|color| {
        let offer = offers.iter().find(|offer| offer.colors.contains(color))?;
        Some((offer, *color))
    });
    let Some((offer, color)) = found else {
        let grey = ticket.print_color_mode == PrintColorMode::Monochrome;
        let missing = if grey { Reason::MonochromeNotSupported } else { Reason::ColorNotSupported };
        return Err(missing);
    };
    let two_sided = attributes.iter().any(|attribute| attribute.name == names::SIDES);
    let ranges = ticket.page_ranges.iter().map(|range| (range.first, range.last));
    let order = RenderOrder {
        format: offer.format,
        resolution: resolution(&offer.resolutions, ticket.print_quality),
        color,
        media: papers(ticket, facts),
        sides: if two_sided { drawn_sides(ticket.sides) } else { Sides::One },
        sheet_back: offer.sheet_back,
        copies: ticket.copies.max(1),
        page_ranges: ranges.collect(),
        scaling: scaling(ticket),
        quality: ticket.print_quality.and_then(|q| u8::try_from(q).ok()).unwrap_or(0),
    };
    if order.is_possible() { Ok((order, attributes)) } else { Err(Reason::MediaNotSupported) }
}

/// What a printer says about one raster format.
struct Offer {
    format: RasterFormat,
    /// In dots an inch, the coarsest first; at least one.
    resolutions: Vec<u32>,
    colors: Vec<RasterColor>,
    sheet_back: SheetBack,
}

/// From `urf-supported`: `RS300-600` are resolutions, `DM1` to `DM4` back sides.
fn urf(facts: &Facts) -> Option<Offer> {
    let words = &facts.raster.urf;
    let has = |word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    // `W8-16` takes eight bits and sixteen.
    let has_depth = |wanted: &str| {
        let first = |word: &String| word.split('-').next().unwrap_or_default().to_owned();
        words.iter().any(|word| first(word).eq_ignore_ascii_case(wanted))
    };
    let listed = words.iter().find_map(|word| word.strip_prefix("RS"))?;
    let resolutions = listed.split('-').filter_map(|dots| dots.parse().ok());
    let colors = [("SRGB24", RasterColor::Srgb), ("W8", RasterColor::Grey)];
    let backs = [
        ("DM2", SheetBack::Flipped),
        ("DM3", SheetBack::Rotated),
        ("DM4", SheetBack::ManualTumble),
    ];
    let back = backs.into_iter().find(|(word, _)| has(word));
    offer(
        facts,
        Offer {
            format: RasterFormat::Urf,
            resolutions: resolutions.collect(),
            colors: colors
                .into_iter()
                .filter(|(word, _)| has_depth(word))
                .map(|(_, color)| color)
                .collect(),
            sheet_back: back.map_or(SheetBack::Normal, |(_, back)| back),
        },
    )
}

fn pwg(facts: &Facts) -> Option<Offer> {
    let raster = &facts.raster;
    let has = |word: &str| raster.types.iter().any(|known| known == word);
    let colors = [
        ("srgb_8", RasterColor::Srgb),
        ("sgray_8", RasterColor::Grey),
        ("black_8", RasterColor::Black),
    ];
    let resolutions = raster.resolutions.iter().filter_map(|dots| u32::try_from(*dots).ok());
    offer(
        facts,
        Offer {
            format: RasterFormat::PwgRaster,
            resolutions: resolutions.collect(),
            colors: colors
                .into_iter()
                .filter(|(word, _)| has(word))
                .map(|(_, color)| color)
                .collect(),
            sheet_back: match raster.sheet_back.as_deref() {
                Some("flipped") => SheetBack::Flipped,
                Some("rotated") => SheetBack::Rotated,
                Some("manual-tumble") => SheetBack::ManualTumble,
                _ => SheetBack::Normal,
            },
        },
    )
}

/// The offer, if the printer lists the format and we can meet it.
fn offer(facts: &Facts, mut offer: Offer) -> Option<Offer> {
    let listed = facts.formats.iter().any(|format| format == offer.format.media_type());
    offer.resolutions.retain(|dots| (72..=RESOLUTION_MAX).contains(dots));
    offer.resolutions.sort_unstable();
    let usable = listed && !offer.resolutions.is_empty() && !offer.colors.is_empty();
    usable.then_some(offer)
}

/// The kinds of pixels for this job, the best first. Coloured pixels of a document without colour are three
/// times the bytes, and on many machines each page of them is charged as a coloured one.
fn color_wishes(
    mode: PrintColorMode,
    is_black: bool,
    facts: &Facts,
) -> Result<&'static [RasterColor], Reason> {
    const GREY: &[RasterColor] = &[RasterColor::Grey, RasterColor::Black];
    const GREY_FIRST: &[RasterColor] = &[RasterColor::Grey, RasterColor::Black, RasterColor::Srgb];
    const ANY: &[RasterColor] = &[RasterColor::Srgb, RasterColor::Grey, RasterColor::Black];
    match mode {
        PrintColorMode::Color if facts.color == Some(false) => Err(Reason::ColorNotSupported),
        PrintColorMode::Color => Ok(&ANY[..1]),
        PrintColorMode::Monochrome => Ok(GREY),
        PrintColorMode::Auto if facts.color == Some(false) => Ok(GREY),
        PrintColorMode::Auto if is_black => Ok(GREY_FIRST),
        PrintColorMode::Auto => Ok(ANY),
    }
}

fn resolution(offered: &[u32], quality: Option<i32>) -> u32 {
    let finest = offered.last().copied().unwrap_or(RESOLUTION_USUAL);
    match quality {
        Some(QUALITY_DRAFT) => offered.first().copied().unwrap_or(finest),
        Some(QUALITY_HIGH) => finest,
        _ => offered.iter().copied().find(|dots| *dots >= RESOLUTION_USUAL).unwrap_or(finest),
    }
}

fn drawn_sides(sides: print_core::Sides) -> Sides {
    match sides {
        print_core::Sides::OneSided => Sides::One,
        print_core::Sides::TwoSidedLongEdge => Sides::LongEdge,
        print_core::Sides::TwoSidedShortEdge => Sides::ShortEdge,
    }
}

fn scaling(ticket: &Ticket) -> Scaling {
    match ticket.print_scaling.as_ref().map(|scaling| scaling.as_str()) {
        Some("fit") => Scaling::Fit,
        Some("fill") => Scaling::Fill,
        Some("none") => Scaling::None,
        _ => Scaling::Auto,
    }
}

/// The paper that the ticket names, else what is loaded: each page gets its own size of these.
fn papers(ticket: &Ticket, facts: &Facts) -> Vec<Medium> {
    let paper = |name: &str| {
        let (x, y) = dimensions(name)?;
        (name.len() <= PAPER_NAME_MAX).then(|| medium(name, x, y))
    };
    if let Some(media) = &ticket.media {
        return paper(media.as_str()).into_iter().collect();
    }
    let mut loaded: Vec<Medium> = facts.media_ready.iter().filter_map(|name| paper(name)).collect();
    // A picture has no size of its own, and gets the first: not the envelope that lies in the uppermost tray.
    loaded.sort_by_key(|medium| medium.name != USUAL_PAPER.0);
    if loaded.is_empty() {
        let (name, x, y) = USUAL_PAPER;
        return vec![medium(name, x, y)];
    }
    loaded
}

fn medium(name: &str, x: i32, y: i32) -> Medium {
    let length = |side: i32| u32::try_from(side).unwrap_or(0);
    Medium { name: name.to_owned(), x_dimension: length(x), y_dimension: length(y) }
}

fn attributes(ticket: &Ticket, facts: &Facts) -> Result<Vec<Attribute>, Reason> {
    let mut chosen = Vec::new();
    if facts.copies_max.is_some() {
        // Said, because the printer's own default may be another.
        chosen.push(Attribute::integer(names::COPIES, 1));
    }
    chosen.extend(sides(ticket, facts)?);
    match color_mode(ticket.print_color_mode, facts) {
        Ok(mode) => chosen.extend(mode),
        // The pixels have no colour then, whatever the printer can be told.
        Err(Reason::MonochromeNotSupported) => {}
        Err(reason) => return Err(reason),
    }
    media(ticket, facts, &mut chosen)?;
    chosen.extend(finishings(&ticket.finishings, facts)?);
    if let Some(quality) = ticket.print_quality.filter(|q| facts.qualities.contains(q)) {
        chosen.push(Attribute::enumeration(names::PRINT_QUALITY, quality));
    }
    if facts.scalings.iter().any(|known| known == "none") {
        // The pages have the paper's size already.
        chosen.push(Attribute::keyword(names::PRINT_SCALING, "none"));
    }
    Ok(chosen)
}

#[cfg(test)]
#[path = "raster_tests.rs"]
mod tests;
