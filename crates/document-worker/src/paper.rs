//! The paper of a document's pages.

use serde::{Deserialize, Serialize};

/// Hundredths of a millimetre in an inch.
const PER_INCH: f64 = 2540.0;

/// PostScript points in an inch.
const POINTS_PER_INCH: f64 = 72.0;

/// The size of a page in hundredths of a millimetre, as IPP's `x-dimension` and `y-dimension`
/// (PWG 5100.7). A page that lies on its side is wider than high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PaperSize {
    /// The width as the reader sees the page.
    pub x_dimension: u32,
    /// The height as the reader sees the page.
    pub y_dimension: u32,
}

impl PaperSize {
    /// A size given in PostScript points, 72 an inch. Sizes out of every measure become the largest
    /// or smallest that can be said.
    pub fn from_points(width: f64, height: f64) -> PaperSize {
        let scale = PER_INCH / POINTS_PER_INCH;
        PaperSize { x_dimension: whole(width * scale), y_dimension: whole(height * scale) }
    }

    /// A size given in pixels; `None` when a resolution is 0.
    pub fn from_pixels(pixels: (u32, u32), per_inch: (u32, u32)) -> Option<PaperSize> {
        if per_inch.0 == 0 || per_inch.1 == 0 {
            return None;
        }
        Some(PaperSize {
            x_dimension: whole(f64::from(pixels.0) * PER_INCH / f64::from(per_inch.0)),
            y_dimension: whole(f64::from(pixels.1) * PER_INCH / f64::from(per_inch.1)),
        })
    }
}

/// So many pages of one size, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRun {
    /// How many pages; at least one.
    pub pages: u32,
    /// Their size; `None` when the document does not say, as a picture does not.
    pub size: Option<PaperSize>,
}

/// The sizes of all pages in their order; equal neighbours are kept once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Papers(Vec<PaperRun>);

impl Papers {
    /// Adds the next page.
    pub fn push(&mut self, size: Option<PaperSize>) {
        match self.0.last_mut() {
            Some(run) if run.size == size => run.pages = run.pages.saturating_add(1),
            _ => self.0.push(PaperRun { pages: 1, size }),
        }
    }

    /// The pages in runs of one size.
    pub fn runs(&self) -> &[PaperRun] {
        &self.0
    }

    /// How many pages have been added.
    pub fn pages(&self) -> u32 {
        self.0.iter().fold(0, |sum, run| sum.saturating_add(run.pages))
    }
}

/// Rounds; negative and impossible numbers become 0, too large ones the largest.
fn whole(number: f64) -> u32 {
    // A cast of floats saturates, and makes 0 of what is no number.
    number.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_pixels_become_hundredths_of_a_millimetre() {
        let a4 = PaperSize { x_dimension: 20_990, y_dimension: 29_704 };
        assert_eq!(PaperSize::from_points(595.0, 842.0), a4);
        let letter = PaperSize { x_dimension: 21_590, y_dimension: 27_940 };
        assert_eq!(PaperSize::from_points(612.0, 792.0), letter);
        assert_eq!(PaperSize::from_pixels((2_550, 3_300), (300, 300)), Some(letter));
        assert_eq!(PaperSize::from_pixels((2_550, 3_300), (300, 0)), None);
    }

    #[test]
    fn impossible_sizes_are_bounded() {
        let bounded = PaperSize { x_dimension: 0, y_dimension: u32::MAX };
        assert_eq!(PaperSize::from_points(f64::NAN, f64::INFINITY), bounded);
    }

    #[test]
    fn equal_neighbours_are_kept_once() {
        let (wide, high) =
            (PaperSize::from_points(842.0, 595.0), PaperSize::from_points(595.0, 842.0));
        let mut papers = Papers::default();
        for size in [Some(high), Some(high), Some(wide), None] {
            papers.push(size);
        }
        let pages: Vec<_> = papers.runs().iter().map(|run| run.pages).collect();
        assert_eq!(pages, [2, 1, 1]);
        assert_eq!(papers.pages(), 4);
    }
}
