//! The code of a bitmap, the same in PWG raster (PWG 5102.4 section 4.4) and URF: equal rows once, and
//! within a row equal pixels once. Equal is what was drawn equal: looking for it before the pixels are
//! converted leaves most of a page unconverted.

use document_worker::RasterColor;

use super::dots;

/// The bytes of a pixel as it is drawn.
pub const DRAWN_BYTES: usize = 4;

/// A pixel as it is drawn: red, green, blue, and no transparency.
pub type Drawn = [u8; DRAWN_BYTES];

/// A row is repeated so often at most, itself included.
const ROWS_MAX: usize = 256;

/// A run of equal pixels, or of different ones, is no longer.
const RUN_MAX: usize = 128;

/// Pixels that are compared at once.
const WIDE: usize = 4;

/// The rows of one page, as they come.
pub struct Rows {
    color: RasterColor,
    /// How many rows were written.
    written: usize,
    /// The bits of a row of dots.
    bits: Vec<u8>,
}

impl Rows {
    /// No row is written yet.
    pub fn new(color: RasterColor) -> Rows {
        Rows { color, written: 0, bits: Vec::new() }
    }

    /// So many equal rows, in drawn pixels.
    pub fn group(&mut self, drawn: &[u8], times: usize, out: &mut Vec<u8>) {
        let (pixels, _) = drawn.as_chunks::<DRAWN_BYTES>();
        // Grey becomes other dots in every row.
        let most = if self.has_dots(pixels) { 1 } else { ROWS_MAX };
        let mut rest = times;
        while rest > 0 {
            let now = rest.min(most);
            // Of 256 equal rows the byte says 255: the row and so many more.
            out.push(u8::try_from(now - 1).unwrap_or(u8::MAX));
            match self.color {
                RasterColor::Srgb => encode(pixels, |[r, g, b, _]| [*r, *g, *b], out),
                RasterColor::Grey => encode(pixels, |pixel| [dots::grey(pixel)], out),
                RasterColor::Black => encode(pixels, |pixel| [u8::MAX - dots::grey(pixel)], out),
                RasterColor::Bilevel => {
                    dots::row(pixels, self.written, &mut self.bits);
                    encode(self.bits.as_chunks::<1>().0, |byte| *byte, out);
                }
            }
            self.written += now;
            rest -= now;
        }
    }

    fn has_dots(&self, pixels: &[Drawn]) -> bool {
        self.color == RasterColor::Bilevel && !pixels.iter().all(dots::is_pure)
    }
}

/// One row. The code 128, which readers understand differently, is never written.
fn encode<const D: usize, const N: usize>(
    pixels: &[[u8; D]],
    convert: impl Fn(&[u8; D]) -> [u8; N],
    out: &mut Vec<u8>,
) {
    let mut rest = pixels;
    while let Some(first) = rest.first() {
        let window = &rest[..rest.len().min(RUN_MAX)];
        let equal = equal(window, *first);
        let taken = if equal > 1 { equal } else { different(window, rest) };
        // Both counts are 1 to 128.
        let count = u8::try_from(taken).unwrap_or(u8::MAX);
        if equal > 1 || taken == 1 {
            out.push(count - 1);
            out.extend_from_slice(&convert(first));
        } else {
            out.push(0u8.wrapping_sub(count - 1));
            let mut converted = [[0; N]; RUN_MAX];
            for (to, from) in converted.iter_mut().zip(&window[..taken]) {
                *to = convert(from);
            }
            out.extend_from_slice(converted[..taken].as_flattened());
        }
        rest = &rest[taken..];
    }
}

/// How many pixels of the window are like the first, which is one of them.
fn equal<const D: usize>(window: &[[u8; D]], first: [u8; D]) -> usize {
    let (wide, _) = window.as_chunks::<WIDE>();
    let all = [first; WIDE];
    let whole = WIDE * wide.iter().take_while(|pixels| **pixels == all).count();
    whole + window[whole..].iter().take_while(|pixel| **pixel == first).count()
}

/// How many pixels of the window come before two equal ones.
fn different<const D: usize>(window: &[[u8; D]], rest: &[[u8; D]]) -> usize {
    let starts_run = |at: &usize| rest.get(at + 1) == Some(&rest[*at]);
    (1..window.len()).find(starts_run).unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded<const N: usize>(row: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        encode(row.as_chunks::<N>().0, |pixel| *pixel, &mut out);
        out
    }

    #[test]
    fn runs_and_differences_are_coded_as_the_standard_says() {
        assert_eq!(coded::<1>(&[7; 5]), [4, 7]);
        assert_eq!(coded::<1>(&[7]), [0, 7]);
        assert_eq!(coded::<1>(&[1, 2, 3]), [254, 1, 2, 3]);
        assert_eq!(coded::<1>(&[1, 2, 2, 3]), [0, 1, 1, 2, 0, 3]);
        assert_eq!(coded::<1>(&[9; 130]), [127, 9, 1, 9]);
        assert_eq!(coded::<3>(&[1, 2, 3, 4, 5, 6]), [255, 1, 2, 3, 4, 5, 6]);
        let many: Vec<u8> = (0..=255).collect();
        let coded = coded::<1>(&many);
        assert_eq!((coded.len(), coded[0], coded[129]), (258, 129, 129));
    }

    #[test]
    fn equal_rows_are_written_once() {
        let mut rows = Rows::new(RasterColor::Grey);
        let mut out = Vec::new();
        rows.group(&[255; 8], 257, &mut out);
        rows.group(&[0; 8], 1, &mut out);
        assert_eq!(out, [255, 1, 255, 0, 1, 255, 0, 1, 0]);
    }

    #[test]
    fn rows_of_dots_are_written_once_only_where_there_is_no_grey() {
        let mut rows = Rows::new(RasterColor::Bilevel);
        let mut out = Vec::new();
        rows.group(&[255; 64], 3, &mut out);
        rows.group(&[0; 64], 2, &mut out);
        // 16 pixels are 2 bytes; 0 is white.
        assert_eq!(out, [2, 1, 0, 1, 1, 255]);
        out.clear();
        rows.group(&[128; 64], 8, &mut out);
        let rows_written = out.len() / 3;
        assert_eq!(rows_written, 8, "{out:?}");
    }
}
