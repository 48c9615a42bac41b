//! What stands before each page's bitmap.

use std::io::{BufRead, Read};

use document_worker::{Format, PaperSize};

use super::Damage;
use super::pixels::Pixels;

/// PWG 5102.4 section 4.3.
const PWG_HEADER_BYTES: usize = 1_796;
const PWG_MARK_BYTES: usize = 4;
const PWG_CLASS: &[u8] = b"PwgRaster\0";

const URF_HEADER_BYTES: usize = 32;
/// The mark and the number of pages, which writers leave at 0 as they like.
const URF_MARK_BYTES: usize = 12;

/// Wider or higher pages are taken for damage: 2.7 m at 600 dots an inch.
const WIDTH_MAX: u32 = 65_536;
const HEIGHT_MAX: u32 = 200_000;

/// A page's bitmap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What a pixel looks like.
    pub pixels: Pixels,
}

/// What a page's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The bitmap that follows.
    pub bitmap: Bitmap,
    /// The paper.
    pub size: Option<PaperSize>,
    /// The header asks for copies or a separator sheet.
    pub copies_inside: bool,
}

/// Steps over the document's mark.
pub fn start(document: &mut impl BufRead, format: Format) -> Result<(), Damage> {
    let mut mark = [0; URF_MARK_BYTES];
    let length = if format == Format::Urf { URF_MARK_BYTES } else { PWG_MARK_BYTES };
    read(document, &mut mark[..length])
}

/// The next page; `None` at the document's orderly end.
pub fn next(document: &mut impl BufRead, format: Format) -> Result<Option<Page>, Damage> {
    if document.fill_buf().map_err(|_| Damage::Cut)?.is_empty() {
        return Ok(None);
    }
    if format == Format::Urf {
        let mut header = [0; URF_HEADER_BYTES];
        read(document, &mut header)?;
        urf(&header).map(Some)
    } else {
        let mut header = [0; PWG_HEADER_BYTES];
        read(document, &mut header)?;
        pwg(&header).map(Some)
    }
}

/// PWG 5102.4 table 2.
fn pwg(header: &[u8; PWG_HEADER_BYTES]) -> Result<Page, Damage> {
    if !header.starts_with(PWG_CLASS) {
        return Err(Damage::Broken);
    }
    let pixels = Pixels::pwg(number(header, 400), number(header, 384), number(header, 388));
    let bitmap = bitmap(number(header, 372), number(header, 376), pixels)?;
    if u64::from(number(header, 392)) != bitmap.pixels.row_bytes(bitmap.width) {
        return Err(Damage::Broken);
    }
    let dots = (number(header, 276), number(header, 280));
    let (insert_sheet, copies) = (number(header, 300), number(header, 340));
    Ok(Page {
        bitmap,
        size: PaperSize::from_pixels((bitmap.width, bitmap.height), dots),
        copies_inside: copies > 1 || insert_sheet != 0,
    })
}

fn urf(header: &[u8; URF_HEADER_BYTES]) -> Result<Page, Damage> {
    let pixels = Pixels::urf(header[1], header[0]);
    let bitmap = bitmap(number(header, 12), number(header, 16), pixels)?;
    let dots = number(header, 20);
    Ok(Page {
        bitmap,
        size: PaperSize::from_pixels((bitmap.width, bitmap.height), (dots, dots)),
        copies_inside: false,
    })
}

fn bitmap(width: u32, height: u32, pixels: Option<Pixels>) -> Result<Bitmap, Damage> {
    let possible = (1..=WIDTH_MAX).contains(&width) && (1..=HEIGHT_MAX).contains(&height);
    match pixels {
        Some(pixels) if possible => Ok(Bitmap { width, height, pixels }),
        _ => Err(Damage::Broken),
    }
}

fn read(document: &mut impl Read, bytes: &mut [u8]) -> Result<(), Damage> {
    document.read_exact(bytes).map_err(|_| Damage::Cut)
}

/// All numbers of both formats are 32 bits, the highest first.
fn number(header: &[u8], offset: usize) -> u32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&header[offset..offset + 4]);
    u32::from_be_bytes(bytes)
}
