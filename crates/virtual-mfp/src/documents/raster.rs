//! The pages of raster documents: PWG raster (PWG 5102.4) and URF. Rows are stepped over, one at a
//! time, in constant memory.

use std::io::{BufRead, Read};

use super::Unreadable;

/// The header of a PWG raster page (PWG 5102.4 section 4.3).
const PWG_HEADER_BYTES: usize = 1_796;

/// The header of a URF page.
const URF_HEADER_BYTES: usize = 32;

/// More pages than this are not counted.
const PAGES_MAX: u32 = 10_000;

/// Wider or higher pages are taken for damage.
const PIXELS_MAX: u32 = 200_000;

/// The size of a page's bitmap.
#[derive(Debug)]
struct Bitmap {
    height: u32,
    bytes_per_line: usize,
    bytes_per_pixel: usize,
}

/// Counts the pages of a PWG raster document.
///
/// # Errors
/// When it is damaged.
pub fn pwg_pages(mut document: impl BufRead) -> Result<u32, Unreadable> {
    let mut mark = [0; 4];
    document.read_exact(&mut mark).map_err(broken)?;
    let mut pages = 0;
    while !at_end(&mut document)? {
        let mut header = [0; PWG_HEADER_BYTES];
        document.read_exact(&mut header).map_err(broken)?;
        // CUPS raster has the same mark and another layout.
        if !header.starts_with(b"PwgRaster\0") {
            return Err(Unreadable::Broken);
        }
        let bits_per_pixel = number(&header, 388);
        let bitmap = bitmap(number(&header, 372), number(&header, 376), bits_per_pixel)?;
        skip_rows(&mut document, &bitmap)?;
        pages = next_page(pages)?;
    }
    Ok(pages)
}

/// Counts the pages of a URF document.
///
/// # Errors
/// When it is damaged.
pub fn urf_pages(mut document: impl BufRead) -> Result<u32, Unreadable> {
    let mut mark = [0; 12];
    document.read_exact(&mut mark).map_err(broken)?;
    let mut pages = 0;
    while !at_end(&mut document)? {
        let mut header = [0; URF_HEADER_BYTES];
        document.read_exact(&mut header).map_err(broken)?;
        let bits_per_pixel = u32::from(header[0]);
        let bitmap = bitmap(number(&header, 12), number(&header, 16), bits_per_pixel)?;
        skip_rows(&mut document, &bitmap)?;
        pages = next_page(pages)?;
    }
    Ok(pages)
}

fn bitmap(width: u32, height: u32, bits_per_pixel: u32) -> Result<Bitmap, Unreadable> {
    let known = [1, 8, 16, 24, 32, 48, 64].contains(&bits_per_pixel);
    if !known || !(1..=PIXELS_MAX).contains(&width) || !(1..=PIXELS_MAX).contains(&height) {
        return Err(Unreadable::Broken);
    }
    let bytes = |bits: u64| usize::try_from(bits.div_ceil(8)).map_err(|_| Unreadable::Broken);
    Ok(Bitmap {
        height,
        bytes_per_line: bytes(u64::from(width) * u64::from(bits_per_pixel))?,
        bytes_per_pixel: bytes(u64::from(bits_per_pixel))?,
    })
}

fn skip_rows(document: &mut impl BufRead, bitmap: &Bitmap) -> Result<(), Unreadable> {
    let mut rows = 0;
    while rows < bitmap.height {
        rows += u32::from(byte(document)?) + 1;
        let mut filled = 0;
        while filled < bitmap.bytes_per_line {
            let (pixels, coded) = match byte(document)? {
                // Everybody's readers fill the rest of the row; the standard does not say.
                128 => break,
                run @ 0..128 => (usize::from(run) + 1, 1),
                literal => (257 - usize::from(literal), 257 - usize::from(literal)),
            };
            skip(document, coded * bitmap.bytes_per_pixel)?;
            filled += pixels * bitmap.bytes_per_pixel;
        }
        if filled > bitmap.bytes_per_line {
            return Err(Unreadable::Broken);
        }
    }
    Ok(())
}

fn next_page(pages: u32) -> Result<u32, Unreadable> {
    if pages < PAGES_MAX { Ok(pages + 1) } else { Err(Unreadable::Broken) }
}

fn at_end(document: &mut impl BufRead) -> Result<bool, Unreadable> {
    Ok(document.fill_buf().map_err(broken)?.is_empty())
}

fn byte(document: &mut impl Read) -> Result<u8, Unreadable> {
    let mut byte = [0];
    document.read_exact(&mut byte).map_err(broken)?;
    Ok(byte[0])
}

fn skip(document: &mut impl Read, length: usize) -> Result<(), Unreadable> {
    // A literal has at most 128 pixels of 8 bytes.
    let mut pixels = [0; 1_024];
    let pixels = pixels.get_mut(..length).ok_or(Unreadable::Broken)?;
    document.read_exact(pixels).map_err(broken)
}

fn number(header: &[u8], offset: usize) -> u32 {
    let mut bytes = [0; 4];
    if let Some(found) = header.get(offset..offset + 4) {
        bytes.copy_from_slice(found);
    }
    u32::from_be_bytes(bytes)
}

fn broken(_: std::io::Error) -> Unreadable {
    Unreadable::Broken
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 4 × 3 grey pixels: two equal rows by a repeat, then one of literals.
    fn pwg_page() -> Vec<u8> {
        let mut page = vec![0; PWG_HEADER_BYTES];
        page[..9].copy_from_slice(b"PwgRaster");
        page[372..376].copy_from_slice(&4_u32.to_be_bytes());
        page[376..380].copy_from_slice(&3_u32.to_be_bytes());
        page[388..392].copy_from_slice(&8_u32.to_be_bytes());
        page.extend([1, 3, 0xff, 0, 253, 1, 2, 3, 4]);
        page
    }

    #[test]
    fn pwg_raster_pages_are_counted_by_their_rows() {
        let mut document = b"RaS2".to_vec();
        document.extend(pwg_page());
        document.extend(pwg_page());
        assert_eq!(pwg_pages(document.as_slice()), Ok(2));
        assert_eq!(pwg_pages(&document[..document.len() - 1]), Err(Unreadable::Broken));
    }

    #[test]
    fn a_row_that_runs_over_its_end_is_damage() {
        let mut document = b"RaS2".to_vec();
        document.extend(pwg_page());
        let run = document.len() - 8;
        document[run] = 4;
        assert_eq!(pwg_pages(document.as_slice()), Err(Unreadable::Broken));
    }

    #[test]
    fn urf_pages_are_counted_whatever_the_file_says() {
        let mut document = b"UNIRAST\0\0\0\0\x09".to_vec();
        let mut page = vec![0; URF_HEADER_BYTES];
        page[0] = 24;
        page[15] = 2;
        page[19] = 1;
        page.extend([0, 128]);
        document.extend(&page);
        document.extend(&page);
        assert_eq!(urf_pages(document.as_slice()), Ok(2));
    }
}
