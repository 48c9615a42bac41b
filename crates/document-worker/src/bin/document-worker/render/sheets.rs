//! Which paper a page gets, and where on it the page stands when it is alone there.

use document_worker::{Medium, PaperSize, RenderOrder, Scaling};
use hayro::kurbo::Affine;

/// So far a page and a paper of its own size may differ, in hundredths of a millimetre: five points.
const TOLERANCE: f64 = 176.0;

/// What printers cannot print along the edges; a picture that fills the paper stays within.
const PICTURE_MARGIN: f64 = 500.0;

/// Hundredths of a millimetre in an inch.
pub const PER_INCH: f64 = 2_540.0;

/// A page on its paper.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The paper.
    pub medium: Medium,
    /// Its width in pixels.
    pub width: u16,
    /// Its height in pixels.
    pub height: u16,
    /// From the page as a reader sees it, in its own units and from its upper left corner, to pixels.
    pub transform: Affine,
}

impl Placed {
    /// Places a page of this size, which has so many units of its own.
    pub fn new(
        size: PaperSize,
        units: (f32, f32),
        is_picture: bool,
        order: &RenderOrder,
    ) -> Placed {
        let page = (f64::from(size.x_dimension.max(1)), f64::from(size.y_dimension.max(1)));
        let medium = choose(page, is_picture, &order.media);
        let paper = (f64::from(medium.x_dimension), f64::from(medium.y_dimension));
        let turned = is_turned(page, paper);
        let standing = if turned { (page.1, page.0) } else { page };
        let scale = scale(standing, paper, is_picture, order.scaling);
        let (width, height) = medium.pixels(order.resolution);
        let units = (f64::from(units.0).max(1.0), f64::from(units.1).max(1.0));
        // Units to hundredths of a millimetre to pixels.
        let to_pixels = f64::from(order.resolution) / PER_INCH * scale;
        let across = page.0 / units.0 * to_pixels;
        let along = page.1 / units.1 * to_pixels;
        let turn = if turned { quarter(page.0 * to_pixels) } else { Affine::IDENTITY };
        // Whole pixels, so that lines stay as sharp as they are.
        let free = |pixels: u32, used: f64| ((f64::from(pixels) - used * to_pixels) / 2.0).trunc();
        let centre = (free(width, standing.0), free(height, standing.1));
        let transform = Affine::translate(centre) * turn * Affine::scale_non_uniform(across, along);
        // The order was checked: both fit.
        let pixels = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
        Placed { medium: medium.clone(), width: pixels(width), height: pixels(height), transform }
    }
}

/// The first paper of the page's own size, lying or standing; else the first of all.
pub fn choose(page: (f64, f64), is_picture: bool, media: &[Medium]) -> &Medium {
    let fits = |medium: &&Medium| {
        let (x, y) = (f64::from(medium.x_dimension), f64::from(medium.y_dimension));
        let near = |one: f64, other: f64| (one - other).abs() <= TOLERANCE;
        (near(page.0, x) && near(page.1, y)) || (near(page.0, y) && near(page.1, x))
    };
    let own = if is_picture { None } else { media.iter().find(fits) };
    own.unwrap_or(&media[0])
}

/// A quarter to the left, for what is so wide: its upper edge comes to lie along the left one.
pub fn quarter(width: f64) -> Affine {
    Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width])
}

/// A page that lies goes onto standing paper turned, and the other way round.
pub fn is_turned(page: (f64, f64), paper: (f64, f64)) -> bool {
    (page.0 > page.1) != (paper.0 > paper.1) && page.0 != page.1 && paper.0 != paper.1
}

fn scale(page: (f64, f64), paper: (f64, f64), is_picture: bool, scaling: Scaling) -> f64 {
    let fit = (paper.0 / page.0).min(paper.1 / page.1);
    let fits = page.0 <= paper.0 + TOLERANCE && page.1 <= paper.1 + TOLERANCE;
    let inner = |side: f64| (side - 2.0 * PICTURE_MARGIN).max(side / 2.0);
    match scaling {
        Scaling::Fill => (paper.0 / page.0).max(paper.1 / page.1),
        Scaling::Fit => fit,
        Scaling::None => 1.0,
        Scaling::Auto if is_picture => (inner(paper.0) / page.0).min(inner(paper.1) / page.1),
        Scaling::Auto if fits => 1.0,
        Scaling::Auto => fit,
    }
}

#[cfg(test)]
mod tests {
    use document_worker::{RasterColor, RasterFormat, SheetBack, Sides};
    use hayro::kurbo::Point;

    use super::*;

    fn order(scaling: Scaling) -> RenderOrder {
        let medium = |name: &str, x_dimension, y_dimension| Medium {
            name: name.to_owned(),
            x_dimension,
            y_dimension,
        };
        RenderOrder {
            format: RasterFormat::PwgRaster,
            resolution: 254,
            color: RasterColor::Grey,
            media: vec![
                medium("iso_a4_210x297mm", 21_000, 29_700),
                medium("na_letter_8.5x11in", 21_590, 27_940),
            ],
            sides: Sides::One,
            sheet_back: SheetBack::Normal,
            copies: 1,
            page_ranges: Vec::new(),
            scaling,
            quality: 0,
            number_up: 1,
        }
    }

    /// The paper, and where the page's upper left and lower right corners come to stand.
    fn place(x: u32, y: u32, scaling: Scaling) -> (String, Point, Point) {
        let size = PaperSize { x_dimension: x, y_dimension: y };
        // A tenth of a millimetre is a pixel, and here a unit.
        let placed = Placed::new(size, (x as f32 / 10.0, y as f32 / 10.0), false, &order(scaling));
        let corner = |x: u32, y: u32| {
            let point = Point::new(f64::from(x) / 10.0, f64::from(y) / 10.0);
            (placed.transform * point).round()
        };
        (placed.medium.name.clone(), corner(0, 0), corner(x, y))
    }

    #[test]
    fn a_page_gets_paper_of_its_size_at_its_own_size() {
        let (name, first, last) = place(21_000, 29_700, Scaling::Auto);
        assert_eq!(name, "iso_a4_210x297mm");
        assert_eq!((first, last), (Point::new(0.0, 0.0), Point::new(2_100.0, 2_970.0)));
        assert_eq!(place(21_590, 27_940, Scaling::Auto).0, "na_letter_8.5x11in");
    }

    #[test]
    fn a_lying_page_is_turned_to_the_left() {
        let (_, first, last) = place(29_700, 21_000, Scaling::Auto);
        // Its upper left corner is the paper's lower left one.
        assert_eq!((first, last), (Point::new(0.0, 2_970.0), Point::new(2_100.0, 0.0)));
    }

    #[test]
    fn other_sizes_are_made_to_fit_or_stay_as_is_asked() {
        let height = |x, y, scaling| {
            let (_, first, last) = place(x, y, scaling);
            (last.y - first.y).abs()
        };
        // A3 shrinks, A5 stays.
        assert_eq!(height(29_700, 42_000, Scaling::Auto), 2_970.0);
        assert_eq!(height(14_800, 21_000, Scaling::Auto), 2_100.0);
        assert_eq!(height(14_800, 21_000, Scaling::Fit), 2_970.0);
        assert_eq!(height(29_700, 42_000, Scaling::None), 4_200.0);
        assert_eq!(height(10_000, 10_000, Scaling::Fill), 2_970.0);
    }
}
