//! What a printer wants its pages to be drawn like.

use serde::{Deserialize, Serialize};

/// Hundredths of a millimetre in an inch.
const PER_INCH: u64 = 2_540;

/// Finer than any office printer takes ready-made pixels.
const RESOLUTION_MAX: u32 = 1_200;

/// The drawing library counts pixels in 16 bits.
const PIXELS_MAX: u32 = 65_535;

/// More choices of paper than any machine has trays.
const MEDIA_MAX: usize = 500;

/// More pages on one side nobody could read.
pub(crate) const NUMBER_UP_MAX: u16 = 16;

/// A picture is in memory as a whole, which a document's page is not: A3 at 300 dots an inch has half of it.
const PICTURE_PIXELS_MAX: u32 = 36_000_000;

/// The format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RasterFormat {
    /// PWG raster, PWG 5102.4.
    PwgRaster,
    /// URF, Apple raster.
    Urf,
    /// One picture; for a document that has one side only.
    Jpeg,
}

impl RasterFormat {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            RasterFormat::PwgRaster => "image/pwg-raster",
            RasterFormat::Urf => "image/urf",
            RasterFormat::Jpeg => "image/jpeg",
        }
    }
}

/// What a pixel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RasterColor {
    /// `srgb_8`, `SRGB24`.
    Srgb,
    /// `sgray_8`, `W8`: 255 is white.
    Grey,
    /// `black_8`: 0 is white. PWG raster only.
    Black,
    /// `black_1`: a bit a pixel, 0 is white; greys become dots. PWG raster only.
    Bilevel,
}

/// `sides`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// `one-sided`.
    One,
    /// `two-sided-long-edge`.
    LongEdge,
    /// `two-sided-short-edge`.
    ShortEdge,
}

/// How the printer wants back sides: `pwg-raster-document-sheet-back`, or the `DM` of `urf-supported`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SheetBack {
    /// As front sides; `DM1`.
    Normal,
    /// Mirrored; `DM2`.
    Flipped,
    /// Upside down for the long edge; `DM3`.
    Rotated,
    /// Upside down for the short edge; `DM4`.
    ManualTumble,
}

impl SheetBack {
    /// How back sides are turned, across and along the way of the paper: -1 is backwards (PWG 5102.4
    /// table 9). Pixels and header both follow it.
    pub fn transform(self, sides: Sides) -> (i32, i32) {
        match (self, sides) {
            (SheetBack::Flipped, Sides::LongEdge) => (1, -1),
            (SheetBack::Flipped, Sides::ShortEdge) => (-1, 1),
            (SheetBack::Rotated, Sides::LongEdge) => (-1, -1),
            (SheetBack::ManualTumble, Sides::ShortEdge) => (-1, -1),
            _ => (1, 1),
        }
    }
}

/// `print-scaling` (PWG 5100.13 section 6.2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Pages keep their size and shrink only where they would not fit; pictures fill the paper within
    /// its margins.
    Auto,
    /// As large as fits.
    Fit,
    /// Large enough to leave nothing empty.
    Fill,
    /// Never.
    None,
}

/// A size of paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medium {
    /// Its self-describing name (PWG 5101.1), at most 63 bytes.
    pub name: String,
    /// Its width in hundredths of a millimetre.
    pub x_dimension: u32,
    /// Its height in hundredths of a millimetre.
    pub y_dimension: u32,
}

impl Medium {
    /// Its whole area in pixels, rounded down as CUPS does: printers compare.
    pub fn pixels(&self, resolution: u32) -> (u32, u32) {
        let pixels = |dimension: u32| {
            let pixels = u64::from(dimension) * u64::from(resolution) / PER_INCH;
            u32::try_from(pixels).unwrap_or(u32::MAX)
        };
        (pixels(self.x_dimension), pixels(self.y_dimension))
    }
}

/// What is to be drawn, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderOrder {
    /// The format to write.
    pub format: RasterFormat,
    /// Dots an inch, the same in both directions.
    pub resolution: u32,
    /// What a pixel is.
    pub color: RasterColor,
    /// The papers to choose from. A page gets the first one of its own size, lying or standing, else
    /// the first one of all.
    pub media: Vec<Medium>,
    /// How many sides of a sheet get pages.
    pub sides: Sides,
    /// How the printer wants back sides.
    pub sheet_back: SheetBack,
    /// So many times the whole document, one after the other.
    pub copies: u16,
    /// The first and last pages of what is wanted, counted from 1; all when there is none.
    pub page_ranges: Vec<(u32, u32)>,
    /// How pages are made to fit.
    pub scaling: Scaling,
    /// `print-quality` as the header says it; 0 leaves it to the printer.
    pub quality: u8,
    /// `number-up`: so many pages on one side, from left to right and then downwards.
    #[serde(default = "one")]
    pub number_up: u16,
}

/// One page on a side.
pub(crate) fn one() -> u16 {
    1
}

/// An order that cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be drawn by this order")]
pub struct OrderError;

impl RenderOrder {
    /// How many empty backs stand between the copies of so many pages: each copy begins on a sheet of its own.
    #[must_use]
    pub fn blanks(&self, pages: u32) -> u32 {
        blanks(pages, self.number_up, self.copies, self.sides != Sides::One)
    }

    /// The order as the program's argument. Nothing in it is about a person or a document's content.
    pub fn to_argument(&self) -> String {
        serde_json::to_string(self).expect("numbers, names and lists of them are always JSON")
    }

    /// Reads an order.
    ///
    /// # Errors
    /// When it is none, or one of its numbers is out of all measure.
    pub fn parse(text: &str) -> Result<RenderOrder, OrderError> {
        let order: RenderOrder = serde_json::from_str(text).map_err(|_| OrderError)?;
        order.is_possible().then_some(order).ok_or(OrderError)
    }

    /// Whether it can be drawn.
    pub fn is_possible(&self) -> bool {
        let drawable = |medium: &Medium| {
            let (width, height) = medium.pixels(self.resolution);
            let range = 1..=PIXELS_MAX;
            medium.name.len() < 64 && range.contains(&width) && range.contains(&height)
        };
        (1..=RESOLUTION_MAX).contains(&self.resolution)
            && (1..=MEDIA_MAX).contains(&self.media.len())
            && self.media.iter().all(drawable)
            && self.copies > 0
            && (1..=NUMBER_UP_MAX).contains(&self.number_up)
            && self.format_has_color()
            && (self.format != RasterFormat::Jpeg || self.is_possible_picture())
    }

    /// Black pixels of 0 for white are known to one format only.
    fn format_has_color(&self) -> bool {
        let blacks = [RasterColor::Black, RasterColor::Bilevel];
        self.format == RasterFormat::PwgRaster || !blacks.contains(&self.color)
    }

    fn is_possible_picture(&self) -> bool {
        let fits = |medium: &Medium| {
            let (width, height) = medium.pixels(self.resolution);
            width.saturating_mul(height) <= PICTURE_PIXELS_MAX
        };
        self.copies == 1 && self.media.iter().all(fits)
    }

    /// Whether a page, counted from 1, is wanted.
    pub fn wants(&self, page: u32) -> bool {
        wants(&self.page_ranges, page)
    }
}

/// Whether a page, counted from 1, is in these ranges; without any, every page is.
pub(crate) fn wants(ranges: &[(u32, u32)], page: u32) -> bool {
    ranges.is_empty() || ranges.iter().any(|(first, last)| (*first..=*last).contains(&page))
}

/// How many empty backs let each copy begin on a sheet of its own.
pub(crate) fn blanks(pages: u32, number_up: u16, copies: u16, two_sided: bool) -> u32 {
    let sides = pages.div_ceil(u32::from(number_up.max(1)));
    if two_sided && sides % 2 == 1 { u32::from(copies).saturating_sub(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> RenderOrder {
        RenderOrder {
            format: RasterFormat::Urf,
            resolution: 300,
            color: RasterColor::Srgb,
            media: vec![Medium {
                name: "iso_a4_210x297mm".to_owned(),
                x_dimension: 21_000,
                y_dimension: 29_700,
            }],
            sides: Sides::One,
            sheet_back: SheetBack::Normal,
            copies: 1,
            page_ranges: vec![(2, 3), (7, 7)],
            scaling: Scaling::Auto,
            quality: 4,
            number_up: 1,
        }
    }

    #[test]
    fn an_order_is_read_as_it_was_given() {
        assert_eq!(RenderOrder::parse(&order().to_argument()), Ok(order()));
        let wanted: Vec<u32> = (1..10).filter(|page| order().wants(*page)).collect();
        assert_eq!(wanted, [2, 3, 7]);
    }

    #[test]
    fn several_pages_on_a_side_leave_fewer_sides_and_other_empty_backs() {
        let order = RenderOrder { copies: 3, sides: Sides::LongEdge, ..order() };
        assert_eq!((order.blanks(3), order.blanks(4)), (2, 0));
        let two_up = RenderOrder { number_up: 2, ..order };
        assert_eq!((two_up.blanks(2), two_up.blanks(3), two_up.blanks(5)), (2, 0, 2));
        // An order of a server that does not know the word yet.
        let text = two_up.to_argument().replace(",\"number_up\":2", "");
        assert_eq!(RenderOrder::parse(&text).map(|order| order.number_up), Ok(1));
    }

    #[test]
    fn papers_have_the_pixels_that_cups_gives_them() {
        let a4 = &order().media[0];
        assert_eq!((a4.pixels(300), a4.pixels(600)), ((2_480, 3_507), (4_960, 7_015)));
        let (name, x_dimension, y_dimension) = ("na_letter_8.5x11in".to_owned(), 21_590, 27_940);
        assert_eq!(Medium { name, x_dimension, y_dimension }.pixels(300), (2_550, 3_300));
    }

    #[test]
    fn impossible_orders_are_refused() {
        let changes: [fn(&mut RenderOrder); 10] = [
            |order| order.resolution = 0,
            |order| order.media.clear(),
            |order| order.media[0].x_dimension = 10_000_000,
            |order| order.media[0].name = "x".repeat(64),
            |order| order.copies = 0,
            |order| order.color = RasterColor::Black,
            |order| order.color = RasterColor::Bilevel,
            |order| order.number_up = 0,
            |order| order.number_up = 17,
            |order| (order.format, order.copies) = (RasterFormat::Jpeg, 2),
        ];
        for change in changes {
            let mut order = order();
            change(&mut order);
            assert_eq!(RenderOrder::parse(&order.to_argument()), Err(OrderError), "{order:?}");
        }
    }

    #[test]
    fn back_sides_are_turned_as_the_standard_says() {
        let table = [
            (SheetBack::Normal, (1, 1), (1, 1)),
            (SheetBack::Flipped, (1, -1), (-1, 1)),
            (SheetBack::Rotated, (-1, -1), (1, 1)),
            (SheetBack::ManualTumble, (1, 1), (-1, -1)),
        ];
        for (back, long, short) in table {
            assert_eq!(back.transform(Sides::LongEdge), long, "{back:?}");
            assert_eq!(back.transform(Sides::ShortEdge), short, "{back:?}");
            assert_eq!(back.transform(Sides::One), (1, 1), "{back:?}");
        }
    }
}
