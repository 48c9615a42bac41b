//! What stands before the document and before each page's bitmap.

use document_worker::{RasterColor, RasterFormat, RenderOrder, Sides};

use super::sides::Side;

/// PWG 5102.4 section 4.3.
const PWG_HEADER_BYTES: usize = 1_796;

const URF_HEADER_BYTES: usize = 32;

/// Hundredths of a millimetre in an inch, and points.
const PER_INCH: u64 = 2_540;
const POINTS_PER_INCH: u64 = 72;

/// White as `AlternatePrimary` says it.
const NO_COLOR: u32 = 0x00ff_ffff;

/// Writes the document's mark. `total`: the pages that follow.
pub fn start(order: &RenderOrder, total: usize, out: &mut Vec<u8>) {
    match order.format {
        RasterFormat::PwgRaster => out.extend_from_slice(b"RaS2"),
        RasterFormat::Urf => {
            out.extend_from_slice(b"UNIRAST\0");
            out.extend_from_slice(&count(total).to_be_bytes());
        }
        // A picture brings its own.
        RasterFormat::Jpeg => {}
    }
}

/// Writes a page's header. `turn`: how its pixels are turned.
pub fn page(
    order: &RenderOrder,
    side: &Side<'_>,
    turn: (i32, i32),
    total: usize,
    out: &mut Vec<u8>,
) {
    match order.format {
        RasterFormat::PwgRaster => pwg(order, side, turn, total, out),
        RasterFormat::Urf => urf(order, side, out),
        RasterFormat::Jpeg => {}
    }
}

/// PWG 5102.4 table 2; what is not named here is 0, which leaves it to the printer and its ticket.
fn pwg(order: &RenderOrder, side: &Side<'_>, turn: (i32, i32), total: usize, out: &mut Vec<u8>) {
    let mut header = [0; PWG_HEADER_BYTES];
    let (width, height) = (u32::from(side.width), u32::from(side.height));
    let (space, channels, bits) = match order.color {
        RasterColor::Srgb => (19, 3, 8),
        RasterColor::Grey => (18, 1, 8),
        RasterColor::Black => (3, 1, 8),
        RasterColor::Bilevel => (3, 1, 1),
    };
    let points = |dimension: u32| {
        let points = u64::from(dimension) * POINTS_PER_INCH + PER_INCH / 2;
        u32::try_from(points / PER_INCH).unwrap_or(u32::MAX)
    };
    text(&mut header, 0, "PwgRaster");
    text(&mut header, 1_732, &side.medium.name);
    for (offset, value) in [
        (272, u32::from(order.sides != Sides::One)),
        (276, order.resolution),
        (280, order.resolution),
        // NumCopies: pages that are to come twice stand there twice.
        (340, 1),
        (352, points(side.medium.x_dimension)),
        (356, points(side.medium.y_dimension)),
        (368, u32::from(order.sides == Sides::ShortEdge)),
        (372, width),
        (376, height),
        (384, bits),
        (388, bits * channels),
        (392, (width * bits * channels).div_ceil(8)),
        (400, space),
        (420, channels),
        (452, count(total)),
        (456, turn.0.cast_unsigned()),
        (460, turn.1.cast_unsigned()),
        // ImageBox: the whole page.
        (472, width),
        (476, height),
        (480, NO_COLOR),
        (484, u32::from(order.quality)),
    ] {
        header[offset..offset + 4].copy_from_slice(&value.to_be_bytes());
    }
    out.extend_from_slice(&header);
}

fn urf(order: &RenderOrder, side: &Side<'_>, out: &mut Vec<u8>) {
    let mut header = [0; URF_HEADER_BYTES];
    header[0] = if order.color == RasterColor::Srgb { 24 } else { 8 };
    header[1] = u8::from(order.color == RasterColor::Srgb);
    header[2] = match order.sides {
        Sides::One => 1,
        Sides::ShortEdge => 2,
        Sides::LongEdge => 3,
    };
    header[3] = order.quality;
    let (width, height) = (u32::from(side.width), u32::from(side.height));
    header[12..16].copy_from_slice(&width.to_be_bytes());
    header[16..20].copy_from_slice(&height.to_be_bytes());
    header[20..24].copy_from_slice(&order.resolution.to_be_bytes());
    out.extend_from_slice(&header);
}

/// Text of at most 63 bytes with zeros behind it.
fn text(header: &mut [u8], offset: usize, text: &str) {
    let bytes = text.as_bytes();
    header[offset..offset + bytes.len()].copy_from_slice(bytes);
}

fn count(pages: usize) -> u32 {
    u32::try_from(pages).unwrap_or(0)
}
