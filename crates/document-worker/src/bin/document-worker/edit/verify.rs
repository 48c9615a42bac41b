//! Whether what was written shows what was there before. It is opened as any file of a stranger: its pages
//! are counted, their sizes compared, and each of them is drawn small, before and after.

use std::sync::Arc;

use document_worker::{EditOrder, Flag, Medium, RasterColor};
use hayro::RenderCache;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;

use super::objects::Doubt;
use super::together::{Layout, POINTS, layout};
use crate::pdf::{paper, tree_flags, wrapping_flags};
use crate::render::{Canvas, Side};

/// The longest side of a page that is drawn to be looked at, in pixels: A4 at about 60 dots an inch.
const SIDE_PIXELS: f64 = 700.0;

/// Of pages that share a side the edges fall differently: squares of so many pixels are compared, ...
const BLOCK: usize = 8;

/// ... and their means may differ by so much, of 255.
const DIFFERENCE_MAX: usize = 24;

const CHANNELS: usize = 4;

/// Sizes in hundredths of a millimetre may differ by what a file's decimals lose.
const LENGTH_LOST: u32 = 2;

/// Compares the file with the pages that it was made of.
pub fn same(pages: &[&Page<'_>], order: &EditOrder, file: &Arc<Vec<u8>>) -> Result<(), Doubt> {
    let written = Pdf::new(Arc::clone(file)).map_err(|_| Doubt)?;
    let count = u32::try_from(pages.len()).map_err(|_| Doubt)?;
    let sides = count.div_ceil(u32::from(order.number_up));
    let all = sides * u32::from(order.copies) + order.blanks(count);
    let found = written.pages();
    let is_regular = tree_flags(&written, all).is_empty();
    let mut flags = wrapping_flags(file);
    // The word may stand in a page's content, which is copied as it is.
    flags.remove(&Flag::Encrypted);
    if !is_regular || !flags.is_empty() || found.len() != all as usize {
        return Err(Doubt);
    }
    let first_copy = &found[..sides as usize];
    if order.number_up > 1 {
        alike(&layout(pages, order), first_copy)?;
    } else {
        equal(pages, first_copy)?;
    }
    // The other copies name the same contents.
    let period = if order.blanks(count) > 0 { sides + 1 } else { sides } as usize;
    let repeats = found.iter().enumerate().all(|(index, page)| {
        let of_first = (index % period).min(sides as usize - 1);
        near(page, &first_copy[of_first])
    });
    if repeats { Ok(()) } else { Err(Doubt) }
}

fn near(one: &Page<'_>, other: &Page<'_>) -> bool {
    let (one, other) = (paper(one), paper(other));
    one.x_dimension.abs_diff(other.x_dimension) <= LENGTH_LOST
        && one.y_dimension.abs_diff(other.y_dimension) <= LENGTH_LOST
}

/// Pages that were copied as they are: the same pixels.
fn equal(before: &[&Page<'_>], after: &[Page<'_>]) -> Result<(), Doubt> {
    let (old_cache, new_cache) = (RenderCache::new(), RenderCache::new());
    let (mut old, mut new) = (Canvas::new(RasterColor::Srgb), Canvas::new(RasterColor::Srgb));
    for (before, after) in before.iter().zip(after) {
        if !near(before, after) {
            return Err(Doubt);
        }
        let (before, after) = (small(before), small(after));
        let one = old.draw(&before, &old_cache, 0, before.height);
        let other = new.draw(&after, &new_cache, 0, after.height);
        if one.data_as_u8_slice() != other.data_as_u8_slice() {
            return Err(Doubt);
        }
    }
    Ok(())
}

/// Pages that share a side: each square of pixels nearly the same.
fn alike(before: &[Layout<'_, '_>], after: &[Page<'_>]) -> Result<(), Doubt> {
    let (old_cache, new_cache) = (RenderCache::new(), RenderCache::new());
    let (mut old, mut new) = (Canvas::new(RasterColor::Srgb), Canvas::new(RasterColor::Srgb));
    for (before, after) in before.iter().zip(after) {
        let scale = SIDE_PIXELS / before.size.0.max(before.size.1).max(1.0);
        let pages = before.pages.iter().map(|(page, place)| {
            // The canvas brings a page's own space to its upper left corner by itself.
            (*page, Affine::scale(scale) * *place * own(page).inverse())
        });
        let expected = side(before.size, scale, pages.collect());
        let shown = side(before.size, scale, vec![(after, Affine::scale(scale / POINTS))]);
        let one = old.draw(&expected, &old_cache, 0, expected.height);
        let other = new.draw(&shown, &new_cache, 0, shown.height);
        let width = usize::from(expected.width);
        if !blocks_alike(one.data_as_u8_slice(), other.data_as_u8_slice(), width) {
            return Err(Doubt);
        }
    }
    Ok(())
}

fn own(page: &Page<'_>) -> Affine {
    use hayro::hayro_interpret::util::TransformExt;
    page.initial_transform(true).to_kurbo()
}

/// A page alone, small.
fn small<'a>(page: &'a Page<'a>) -> Side<'a> {
    let (width, height) = page.render_dimensions();
    let size = (f64::from(width), f64::from(height));
    let scale = (SIDE_PIXELS / size.0.max(size.1).max(1.0)).min(1.0);
    side(size, scale, vec![(page, Affine::scale(scale))])
}

fn side<'a>(size: (f64, f64), scale: f64, pages: Vec<(&'a Page<'a>, Affine)>) -> Side<'a> {
    let medium = Medium { name: String::new(), x_dimension: 0, y_dimension: 0 };
    // A cast of floats saturates; both are a thousand at most.
    let pixels = |length: f64| (length * scale).ceil().max(1.0) as u16;
    Side { medium, width: pixels(size.0), height: pixels(size.1), pages }
}

fn blocks_alike(one: &[u8], other: &[u8], width: usize) -> bool {
    let row = width * CHANNELS;
    let bands = one.chunks(row * BLOCK).zip(other.chunks(row * BLOCK));
    one.len() == other.len()
        && bands.into_iter().all(|(one, other)| {
            (0..width).step_by(BLOCK).all(|left| {
                let (from, to) = (left * CHANNELS, (left + BLOCK).min(width) * CHANNELS);
                let mean = |pixels: &[u8], channel: usize| {
                    let rows = pixels.chunks_exact(row).map(|row| &row[from..to]);
                    let values = rows.flat_map(|row| row.iter().skip(channel).step_by(CHANNELS));
                    let (count, sum) =
                        values.fold((0, 0), |(n, sum), byte| (n + 1, sum + usize::from(*byte)));
                    sum / usize::max(count, 1)
                };
                (0..3).all(|channel| {
                    mean(one, channel).abs_diff(mean(other, channel)) <= DIFFERENCE_MAX
                })
            })
        })
}
