//! The sides of paper that a document becomes, with their pages in place.

use document_worker::{Medium, PaperSize, RenderOrder};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;

use super::grid::Grid;
use super::sheets::{PER_INCH, Placed, choose};
use crate::pdf::paper;

/// One side, with pages on it or empty.
pub struct Side<'a> {
    /// The paper.
    pub medium: Medium,
    /// Its width in pixels.
    pub width: u16,
    /// Its height in pixels.
    pub height: u16,
    /// Each page, and the way from it as a reader sees it, in its own units and from its upper left
    /// corner, to pixels.
    pub pages: Vec<(&'a Page<'a>, Affine)>,
}

impl<'a> Side<'a> {
    /// The same paper with nothing on it.
    pub fn empty(&self) -> Side<'a> {
        let medium = self.medium.clone();
        Side { medium, width: self.width, height: self.height, pages: Vec::new() }
    }
}

/// The pages on their sides.
pub fn sides<'a>(pages: &[&'a Page<'a>], is_picture: bool, order: &RenderOrder) -> Vec<Side<'a>> {
    if order.number_up <= 1 {
        return pages.iter().map(|page| alone(page, is_picture, order)).collect();
    }
    pages.chunks(usize::from(order.number_up)).map(|pages| together(pages, order)).collect()
}

fn alone<'a>(page: &'a Page<'a>, is_picture: bool, order: &RenderOrder) -> Side<'a> {
    let Placed { medium, width, height, transform } =
        Placed::new(paper(page), page.render_dimensions(), is_picture, order);
    Side { medium, width, height, pages: vec![(page, transform)] }
}

/// The side's first page decides about the paper and how it is divided.
fn together<'a>(pages: &[&'a Page<'a>], order: &RenderOrder) -> Side<'a> {
    let first = pages.first().map_or((1.0, 1.0), |page| lengths(paper(page)));
    let medium = choose(first, false, &order.media);
    let grid = Grid::new(order.number_up, first, lengths_of(medium));
    let to_pixels = Affine::scale(f64::from(order.resolution) / PER_INCH);
    let placed = pages.iter().enumerate().map(|(index, page)| {
        let place = to_pixels * grid.place(index, lengths(paper(page))) * to_lengths(page);
        (*page, on_whole_pixels(place))
    });
    let (width, height) = medium.pixels(order.resolution);
    // The order was checked: both fit.
    let pixels = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
    Side {
        medium: medium.clone(),
        width: pixels(width),
        height: pixels(height),
        pages: placed.collect(),
    }
}

/// A size in hundredths of a millimetre.
pub fn lengths(size: PaperSize) -> (f64, f64) {
    (f64::from(size.x_dimension.max(1)), f64::from(size.y_dimension.max(1)))
}

/// The same of a paper.
pub fn lengths_of(medium: &Medium) -> (f64, f64) {
    (f64::from(medium.x_dimension), f64::from(medium.y_dimension))
}

/// From a page's own units to hundredths of a millimetre.
pub fn to_lengths(page: &Page<'_>) -> Affine {
    let (width, height) = lengths(paper(page));
    let (x, y) = page.render_dimensions();
    Affine::scale_non_uniform(width / f64::from(x).max(1.0), height / f64::from(y).max(1.0))
}

/// Lines stay as sharp as they are.
fn on_whole_pixels(transform: Affine) -> Affine {
    let [a, b, c, d, x, y] = transform.as_coeffs();
    Affine::new([a, b, c, d, x.round(), y.round()])
}
