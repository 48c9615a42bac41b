//! PWG raster documents (PWG 5102.4): pages of one grey, in any resolution and colour space, made of long
//! runs, so that a page of any size is a few kilobytes.

/// The header of a page, in bytes.
const HEADER_BYTES: usize = 1_796;
/// A row is repeated so often at most.
const ROWS_MAX: u32 = 256;
/// A pixel is repeated so often at most.
const PIXELS_MAX: u32 = 128;

/// A colour space with its bits, as `pwg-raster-document-type-supported` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RasterType {
    /// `black_1`.
    Black1,
    /// `cmyk_8`.
    Cmyk8,
    /// `sgray_8`.
    Sgray8,
    /// `srgb_8`.
    Srgb8,
    /// `srgb_16`.
    Srgb16,
}

impl RasterType {
    /// The type whose keyword this is; `-` may stand for `_`.
    pub fn of_keyword(keyword: &str) -> Option<RasterType> {
        Some(match keyword.replace('-', "_").as_str() {
            "black_1" => RasterType::Black1,
            "cmyk_8" => RasterType::Cmyk8,
            "sgray_8" => RasterType::Sgray8,
            "srgb_8" => RasterType::Srgb8,
            "srgb_16" => RasterType::Srgb16,
            _ => return None,
        })
    }

    /// `cupsColorSpace`, colours, and bits of each.
    fn layout(self) -> (u32, u32, u32) {
        match self {
            RasterType::Black1 => (3, 1, 1),
            RasterType::Cmyk8 => (6, 4, 8),
            RasterType::Sgray8 => (18, 1, 8),
            RasterType::Srgb8 => (19, 3, 8),
            RasterType::Srgb16 => (19, 3, 16),
        }
    }
}

/// A document of so many pages of `points` (1/72 inch, width and height), in dots an inch.
pub fn pwg_raster(pages: u32, points: (u32, u32), dots: u32, kind: RasterType) -> Vec<u8> {
    let (width, height) = (points.0 * dots / 72, points.1 * dots / 72);
    let (space, colors, bits) = kind.layout();
    let bytes_per_line = (width * colors * bits).div_ceil(8);
    let mut header = [0; HEADER_BYTES];
    header[..9].copy_from_slice(b"PwgRaster");
    for (at, value) in [
        (276, dots),
        (280, dots),
        (340, 1),
        (352, points.0),
        (356, points.1),
        (372, width),
        (376, height),
        (384, bits),
        (388, bits * colors),
        (392, bytes_per_line),
        (400, space),
        (420, colors),
        (452, pages),
        (456, 1),
        (460, 1),
    ] {
        header[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    // Pixels of less than a byte are packed: a run is of whole bytes then.
    let units = if bits == 1 { bytes_per_line } else { width };
    let unit = vec![0x80; (bits * colors).div_ceil(8) as usize];
    let row: Vec<u8> =
        runs(units, PIXELS_MAX).flat_map(|run| [&[run][..], &unit].concat()).collect();
    let rows: Vec<u8> =
        runs(height, ROWS_MAX).flat_map(|run| [&[run][..], &row].concat()).collect();
    let mut document = b"RaS2".to_vec();
    for _ in 0..pages {
        document.extend(header);
        document.extend(&rows);
    }
    document
}

/// `total` in runs of at most `longest`, each as its byte: one less than its length.
fn runs(total: u32, longest: u32) -> impl Iterator<Item = u8> {
    let starts = (0..total).step_by(longest as usize);
    starts.map(move |start| u8::try_from((total - start).min(longest) - 1).expect("a short run"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_every_pixel_in_long_runs() {
        let document = pwg_raster(2, (595, 842), 600, RasterType::Srgb8);
        assert!(document.starts_with(b"RaS2PwgRaster\0"));
        assert!(document.len() < 20_000, "{}", document.len());
        let (width, height) = (595 * 600 / 72, 842 * 600 / 72);
        assert_eq!(runs(width, PIXELS_MAX).map(|run| u32::from(run) + 1).sum::<u32>(), width);
        assert_eq!(runs(height, ROWS_MAX).map(|run| u32::from(run) + 1).sum::<u32>(), height);
    }

    #[test]
    fn types_are_known_by_their_keywords() {
        assert_eq!(RasterType::of_keyword("black-1"), Some(RasterType::Black1));
        assert_eq!(RasterType::of_keyword("srgb_16"), Some(RasterType::Srgb16));
        assert_eq!(RasterType::of_keyword("purple_8"), None);
    }
}
