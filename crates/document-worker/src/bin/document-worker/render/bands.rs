//! The pixels of one side: drawn in bands, so that a page of 600 dots an inch needs no more memory than
//! one of 300, and written row by row.

use std::io::{self, Write};

use document_worker::{Frames, RasterColor, RenderOrder};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use super::rows::Rows;
use super::sheets::Placed;
use crate::pdf::for_paper;

/// The bytes of a pixel as it is drawn.
const DRAWN_BYTES: usize = 4;

/// The pixels of a band; A4 with 300 dots an inch is one.
const BAND_BYTES: usize = 40 << 20;

/// What stands on a side.
pub enum Side<'c, 'a> {
    /// A page.
    Page(&'a Page<'a>, &'c RenderCache<'a>),
    /// Nothing.
    Blank,
}

/// Writes a side. `turn`: how it is turned across and along the way of the paper.
pub fn write<W: Write>(
    order: &RenderOrder,
    placed: &Placed,
    turn: (i32, i32),
    side: Side<'_, '_>,
    frames: &mut Frames<W>,
) -> io::Result<()> {
    let mut rows = Rows::new(order.color, usize::from(placed.width));
    match side {
        Side::Blank => {
            let white = vec![u8::MAX; usize::from(placed.width) * DRAWN_BYTES];
            for _ in 0..placed.height {
                rows.push(&white, frames.bytes());
                frames.pass_on()?;
            }
        }
        Side::Page(page, cache) => {
            for (top, height) in bands(placed, turn.1 < 0) {
                let pixels = draw(page, cache, placed, top, height);
                write_band(&pixels, turn, &mut rows, frames)?;
            }
        }
    }
    rows.finish(frames.bytes());
    frames.pass_on()
}

/// First row and height of each band, in the order in which they are written.
fn bands(placed: &Placed, upwards: bool) -> Vec<(u16, u16)> {
    let row_bytes = usize::from(placed.width) * DRAWN_BYTES;
    let most = u16::try_from(BAND_BYTES / row_bytes).unwrap_or(u16::MAX).max(1);
    let tops = (0..placed.height).step_by(usize::from(most));
    let mut bands: Vec<_> = tops.map(|top| (top, most.min(placed.height - top))).collect();
    if upwards {
        bands.reverse();
    }
    bands
}

fn draw<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    placed: &Placed,
    top: u16,
    height: u16,
) -> Pixmap {
    let mut context = RenderContext::new(placed.width, height);
    let own = page.initial_transform(true).to_kurbo();
    let transform = Affine::translate((0.0, -f64::from(top))) * placed.transform * own;
    let content =
        InterpreterSettings { render_content: for_paper(page), ..InterpreterSettings::default() };
    render_into(page, cache, &content, &RenderSettings::default(), &mut context, transform);
    context.flush();
    let mut pixels = Pixmap::new(placed.width, height);
    let settings =
        RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut pixels, &mut Resources::default(), settings);
    pixels
}

fn write_band<W: Write>(
    pixels: &Pixmap,
    turn: (i32, i32),
    rows: &mut Rows,
    frames: &mut Frames<W>,
) -> io::Result<()> {
    let row_bytes = usize::from(pixels.width()) * DRAWN_BYTES;
    let drawn = pixels.data_as_u8_slice().chunks_exact(row_bytes);
    let mut mirrored = Vec::new();
    let mut push = |row: &[u8]| {
        if turn.0 < 0 {
            mirrored.clear();
            mirrored.extend(row.rchunks_exact(DRAWN_BYTES).flatten());
            rows.push(&mirrored, frames.bytes());
        } else {
            rows.push(row, frames.bytes());
        }
        frames.pass_on()
    };
    if turn.1 < 0 {
        drawn.rev().try_for_each(&mut push)
    } else {
        drawn.into_iter().try_for_each(push)
    }
}

/// Turns drawn pixels into those of the document.
pub fn convert(drawn: &[u8], color: RasterColor, row: &mut Vec<u8>) {
    row.clear();
    let (pixels, _) = drawn.as_chunks::<DRAWN_BYTES>();
    match color {
        RasterColor::Srgb => row.extend(pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b])),
        RasterColor::Grey => row.extend(pixels.iter().map(grey)),
        RasterColor::Black => row.extend(pixels.iter().map(|pixel| u8::MAX - grey(pixel))),
    }
}

/// The lightness of a pixel, by the weights of ITU-R BT.709.
fn grey([red, green, blue, _]: &[u8; DRAWN_BYTES]) -> u8 {
    let sum = 54 * u32::from(*red) + 183 * u32::from(*green) + 19 * u32::from(*blue);
    // The weights have the sum of 256, so this always fits.
    u8::try_from(sum / 256).unwrap_or(u8::MAX)
}
