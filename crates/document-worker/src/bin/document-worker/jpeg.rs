//! JPEG pictures: one page, whose paper the printer chooses.

use std::collections::BTreeSet;

use document_worker::sandbox::LockedIn;
use document_worker::{Counted, Failure, Flag, Format, Line, PageColor, Papers};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::color::has_color;
use crate::report::{say, say_color};

/// The mark at a picture's end; cameras put other things behind it.
const END_MARK: &[u8] = b"\xff\xd9";

/// The longest side that the format can say. What does not fit into memory ends the process, and
/// the picture still counts as a page.
const SIDE_MAX: usize = 65_535;

/// Says what is known about a picture.
pub fn look(document: &[u8], locked: &LockedIn) -> Result<(), Failure> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX)
        .set_max_height(SIDE_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut picture = JpegDecoder::new_with_options(ZCursor::new(document), options);
    picture.decode_headers().map_err(|_| Failure::Unreadable)?;
    let info = picture.info().ok_or(Failure::Unreadable)?;
    let mut papers = Papers::default();
    papers.push(None);
    let mut flags = BTreeSet::new();
    if !document.windows(END_MARK.len()).any(|bytes| bytes == END_MARK) {
        flags.insert(Flag::Truncated);
    }
    say(&Line::Counted(Counted { format: Format::Jpeg, pages: 1, papers, flags }));
    if locked.counted().is_err() {
        return Ok(());
    }
    say_color(color(&mut picture, usize::from(info.width)));
    Ok(())
}

fn color(picture: &mut JpegDecoder<ZCursor<&[u8]>>, width: usize) -> PageColor {
    let inks = match picture.input_colorspace() {
        Some(ColorSpace::Luma | ColorSpace::LumaA) => return PageColor::Monochrome,
        Some(ColorSpace::CMYK | ColorSpace::YCCK) => true,
        _ => false,
    };
    match picture.decode() {
        Ok(pixels) if !has_color(&pixels, 3, width) => PageColor::Monochrome,
        // Writers disagree whether a number tells ink or paper, and a deep black has all inks.
        Ok(_) if inks => PageColor::Unknown,
        Ok(_) => PageColor::Color,
        Err(_) => PageColor::Unknown,
    }
}
