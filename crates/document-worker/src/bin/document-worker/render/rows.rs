//! The code of a bitmap, the same in PWG raster (PWG 5102.4 section 4.4) and URF: equal rows once, and
//! within a row equal pixels once.

use document_worker::RasterColor;

use super::bands::convert;

/// A row is repeated so often at most, itself included.
const ROWS_MAX: u32 = 256;

/// A run of equal pixels, or of different ones, is no longer.
const RUN_MAX: usize = 128;

/// The rows of one page, as they come.
pub struct Rows {
    color: RasterColor,
    /// The row that waits for one that differs, as it was drawn.
    drawn: Vec<u8>,
    /// The same in the document's pixels.
    row: Vec<u8>,
    times: u32,
}

impl Rows {
    /// Rows of so many pixels.
    pub fn new(color: RasterColor, width: usize) -> Rows {
        let row = Vec::with_capacity(width * color.bytes());
        Rows { color, drawn: Vec::new(), row, times: 0 }
    }

    /// The next row, in drawn pixels.
    pub fn push(&mut self, drawn: &[u8], out: &mut Vec<u8>) {
        if self.times > 0 && self.times < ROWS_MAX && self.drawn == drawn {
            self.times += 1;
            return;
        }
        self.finish(out);
        self.drawn.clear();
        self.drawn.extend_from_slice(drawn);
        self.times = 1;
    }

    /// Writes what waits.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        // Of 256 equal rows the byte says 255: the row and so many more.
        let Some(more) = self.times.checked_sub(1).and_then(|more| u8::try_from(more).ok()) else {
            return;
        };
        self.times = 0;
        out.push(more);
        convert(&self.drawn, self.color, &mut self.row);
        if self.color.bytes() == 1 {
            encode::<1>(&self.row, out);
        } else {
            encode::<3>(&self.row, out);
        }
    }
}

/// One row of pixels of `N` bytes. The code 128, which readers understand differently, is never written.
fn encode<const N: usize>(row: &[u8], out: &mut Vec<u8>) {
    let (pixels, _) = row.as_chunks::<N>();
    let mut rest = pixels;
    while let Some(first) = rest.first() {
        let window = &rest[..rest.len().min(RUN_MAX)];
        let equal = window.iter().take_while(|pixel| *pixel == first).count();
        let taken = if equal > 1 { equal } else { different(window, rest) };
        // Both counts are 1 to 128.
        let count = u8::try_from(taken).unwrap_or(u8::MAX);
        if equal > 1 || taken == 1 {
            out.push(count - 1);
            out.extend_from_slice(first);
        } else {
            out.push(0u8.wrapping_sub(count - 1));
            out.extend_from_slice(rest[..taken].as_flattened());
        }
        rest = &rest[taken..];
    }
}

/// How many pixels of the window come before two equal ones.
fn different<const N: usize>(window: &[[u8; N]], rest: &[[u8; N]]) -> usize {
    let starts_run = |at: &usize| rest.get(at + 1) == Some(&rest[*at]);
    (1..window.len()).find(starts_run).unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded<const N: usize>(row: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        encode::<N>(row, &mut out);
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
        let mut rows = Rows::new(RasterColor::Grey, 2);
        let mut out = Vec::new();
        for _ in 0..257 {
            rows.push(&[255; 8], &mut out);
        }
        rows.push(&[0; 8], &mut out);
        rows.finish(&mut out);
        assert_eq!(out, [255, 1, 255, 0, 1, 255, 0, 1, 0]);
    }
}
