//! What a printer that takes ready-made pixels wants them to be like, and what is asked of it beside them:
//! copies, ranges of pages and sizes are in the pixels, and are not asked for a second time.

use document_worker::{
    DOCUMENT_BYTES_MAX, Medium, RasterColor, RasterFormat, RenderOrder, Scaling, SheetBack, Sides,
};
use ipp_codec::{Attribute, names};
use print_core::{PrintColorMode, Ticket};

use super::form::{
    Asked, Drawn, are_for_single_sheets, color_mode, copies, dimensions, finishings, media, sides,
    takes_document,
};
use super::outcome::Reason;
use crate::delivery::printer::facts::Facts;

/// What can be drawn.
const DRAWABLE: [&str; 2] = ["application/pdf", "image/jpeg"];

/// Finer than this no page is drawn: a person sees no more, and every step costs four times as much.
const RESOLUTION_MAX: u32 = 600;

/// What is fine enough for an ordinary page.
const RESOLUTION_USUAL: u32 = 300;

/// How fine a picture may be, the best first: it is in memory as a whole.
const PICTURE_RESOLUTIONS: [u32; 4] = [300, 200, 150, 100];

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

/// How the document is to be drawn for this printer, and the job attributes beside it. `sides`: how many sides
/// each copy becomes, where that is known.
pub fn order(
    ticket: &Ticket,
    asked: &Asked<'_>,
    sides: Option<u32>,
    facts: &Facts,
) -> Result<Drawn, Reason> {
    if asked.size_bytes > DOCUMENT_BYTES_MAX {
        return Err(Reason::DocumentTooLarge);
    }
    let offers: Vec<Offer> = [urf(facts), pwg(facts)].into_iter().flatten().collect();
    let drawn = in_pixels(ticket, asked.is_black, &offers, facts);
    let Err(reason) = drawn else { return drawn };
    // A picture is the last that is tried.
    match picture(ticket, asked.is_black, sides, facts) {
        Err(Reason::DocumentFormatNotSupported) => Err(reason),
        Err(of_picture) if offers.is_empty() => Err(of_picture),
        Err(_) => Err(reason),
        drawn => drawn,
    }
}

fn in_pixels(
    ticket: &Ticket,
    is_black: bool,
    offers: &[Offer],
    facts: &Facts,
) -> Result<Drawn, Reason> {
    if offers.is_empty() {
        return Err(Reason::DocumentFormatNotSupported);
    }
    if ticket.copies > 1 && !are_for_single_sheets(&ticket.finishings) {
        return Err(Reason::CopiesNotSupported);
    }
    let mut attributes = Vec::new();
    if facts.copies_max.is_some() {
        // Said, because the printer's own default may be another.
        attributes.push(Attribute::integer(names::COPIES, 1));
    }
    attributes.extend(common(ticket, facts)?);
    let wishes = color_wishes(ticket.print_color_mode, is_black, facts)?;
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
    let order =
        RenderOrder { copies: ticket.copies.max(1), ..drawing(ticket, offer, color, facts) };
    possible(order, attributes)
}

/// One side as a picture. Several would have to be sent as several jobs, and after a crash nobody could tell
/// which of them came out.
fn picture(
    ticket: &Ticket,
    is_black: bool,
    sides: Option<u32>,
    facts: &Facts,
) -> Result<Drawn, Reason> {
    const FORMAT: &str = "image/jpeg";
    takes_document(FORMAT, 0, facts)?;
    if sides != Some(1) {
        return Err(Reason::SinglePagesOnly);
    }
    let mut attributes = Vec::new();
    copies(ticket.copies, FORMAT, facts, &mut attributes)?;
    attributes.extend(common(ticket, facts)?);
    let color = color_wishes(ticket.print_color_mode, is_black, facts)?.first().copied();
    let color = color.unwrap_or(RasterColor::Grey);
    let offer = Offer {
        format: RasterFormat::Jpeg,
        resolutions: vec![RESOLUTION_USUAL],
        colors: vec![color],
        sheet_back: SheetBack::Normal,
    };
    let order = RenderOrder { sides: Sides::One, ..drawing(ticket, &offer, color, facts) };
    let (x_max, y_max) = facts.jpeg_pixels_max;
    let within = |pixels: u32, most: Option<i32>| {
        most.and_then(|most| u32::try_from(most).ok())
            .is_none_or(|most| most == 0 || pixels <= most)
    };
    // Coarser where the printer takes no more pixels, or the paper is large.
    let fits = |resolution: &u32| {
        let order = RenderOrder { resolution: *resolution, ..order.clone() };
        let pixels = order.media.iter().map(|medium| medium.pixels(*resolution));
        order.is_possible()
            && pixels
                .into_iter()
                .all(|(width, height)| within(width, x_max) && within(height, y_max))
    };
    let resolution = PICTURE_RESOLUTIONS.into_iter().find(fits).ok_or(Reason::MediaNotSupported)?;
    possible(RenderOrder { resolution, ..order }, attributes)
}

fn possible(order: RenderOrder, attributes: Vec<Attribute>) -> Result<Drawn, Reason> {
    let drawn = Drawn { order, attributes };
    if drawn.order.is_possible() { Ok(drawn) } else { Err(Reason::MediaNotSupported) }
}

/// The order for one copy.
fn drawing(ticket: &Ticket, offer: &Offer, color: RasterColor, facts: &Facts) -> RenderOrder {
    let two_sided = facts.sides.iter().any(|side| side == ticket.sides.as_str());
    let ranges = ticket.page_ranges.iter().map(|range| (range.first, range.last));
    RenderOrder {
        format: offer.format,
        resolution: resolution(&offer.resolutions, ticket.print_quality),
        color,
        media: papers(ticket, facts),
        sides: if two_sided { drawn_sides(ticket.sides) } else { Sides::One },
        sheet_back: offer.sheet_back,
        copies: 1,
        page_ranges: ranges.collect(),
        scaling: scaling(ticket),
        quality: ticket.print_quality.and_then(|q| u8::try_from(q).ok()).unwrap_or(0),
        number_up: ticket.number_up.unwrap_or(1).max(1),
    }
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
        ("black_1", RasterColor::Bilevel),
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
    const GREY: &[RasterColor] = &[RasterColor::Grey, RasterColor::Black, RasterColor::Bilevel];
    const GREY_FIRST: &[RasterColor] =
        &[RasterColor::Grey, RasterColor::Black, RasterColor::Srgb, RasterColor::Bilevel];
    const ANY: &[RasterColor] =
        &[RasterColor::Srgb, RasterColor::Grey, RasterColor::Black, RasterColor::Bilevel];
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
pub(super) fn papers(ticket: &Ticket, facts: &Facts) -> Vec<Medium> {
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

/// What is asked of every printer beside pixels.
fn common(ticket: &Ticket, facts: &Facts) -> Result<Vec<Attribute>, Reason> {
    let mut chosen = Vec::new();
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
