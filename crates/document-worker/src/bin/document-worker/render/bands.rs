//! The pixels of one side: drawn in bands, so that a page of 600 dots an inch needs no more memory than
//! one of 300, and written row by row.

use std::io::{self, Write};

use document_worker::{Frames, RenderOrder};
use hayro::RenderCache;
use hayro::vello_cpu::Pixmap;

use super::canvas::Canvas;
use super::rows::{DRAWN_BYTES, Rows};
use super::sides::Side;

/// The pixels of a band; A4 with 300 dots an inch is one.
const BAND_BYTES: usize = 40 << 20;

/// Writes a side. `turn`: how it is turned across and along the way of the paper.
pub fn write<'a, W: Write>(
    order: &RenderOrder,
    side: &Side<'a>,
    turn: (i32, i32),
    canvas: &mut Canvas,
    cache: &RenderCache<'a>,
    frames: &mut Frames<W>,
) -> io::Result<()> {
    let mut rows = Rows::new(order.color);
    if side.pages.is_empty() {
        let white = vec![u8::MAX; usize::from(side.width) * DRAWN_BYTES];
        rows.group(&white, usize::from(side.height), frames.bytes());
        return frames.pass_on();
    }
    for (top, height) in bands(side, turn.1 < 0) {
        let pixels = canvas.draw(side, cache, top, height);
        write_band(pixels, turn, &mut rows, frames)?;
    }
    Ok(())
}

/// First row and height of each band, in the order in which they are written.
fn bands(side: &Side<'_>, upwards: bool) -> Vec<(u16, u16)> {
    let row_bytes = usize::from(side.width) * DRAWN_BYTES;
    let most = u16::try_from(BAND_BYTES / row_bytes).unwrap_or(u16::MAX).max(1);
    let tops = (0..side.height).step_by(usize::from(most));
    let mut bands: Vec<_> = tops.map(|top| (top, most.min(side.height - top))).collect();
    if upwards {
        bands.reverse();
    }
    bands
}

fn write_band<W: Write>(
    pixels: &Pixmap,
    turn: (i32, i32),
    rows: &mut Rows,
    frames: &mut Frames<W>,
) -> io::Result<()> {
    let row_bytes = usize::from(pixels.width()) * DRAWN_BYTES;
    let drawn = pixels.data_as_u8_slice();
    let count = usize::from(pixels.height());
    let row = |index: usize| {
        let index = if turn.1 < 0 { count - 1 - index } else { index };
        &drawn[index * row_bytes..(index + 1) * row_bytes]
    };
    let mut mirrored = Vec::new();
    let mut first = 0;
    while first < count {
        let this = row(first);
        let equal = 1 + (first + 1..count).take_while(|next| row(*next) == this).count();
        if turn.0 < 0 {
            mirrored.clear();
            mirrored.extend(this.rchunks_exact(DRAWN_BYTES).flatten());
            rows.group(&mirrored, equal, frames.bytes());
        } else {
            rows.group(this, equal, frames.bytes());
        }
        frames.pass_on()?;
        first += equal;
    }
    Ok(())
}
