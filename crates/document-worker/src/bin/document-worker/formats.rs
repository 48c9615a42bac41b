//! Which format a document has. Only its bytes count, never what somebody called it.

use std::io::{BufReader, Read};

use document_worker::sandbox::LockedIn;
use document_worker::{DOCUMENT_BYTES_MAX, Failure, Format};

use crate::{jpeg, pdf, raster};

/// So much of a document tells its format. PDF readers look for its mark in the first 1,024 bytes.
const HEAD_BYTES: u64 = 2_048;

/// The mark of a PDF may stand so far from the beginning.
const JUNK_BYTES_MAX: usize = 1_024;

const PDF_MARK: &[u8] = b"%PDF-";
const JPEG_MARK: &[u8] = b"\xff\xd8\xff";
const URF_MARK: &[u8] = b"UNIRAST\0";

/// PWG 5102.4 section 4.2 and 4.3: the mark is shared with CUPS raster, the class is not.
const PWG_MARK: &[u8] = b"RaS2PwgRaster\0";

/// Reads a document and says what is inside.
pub fn look(mut document: impl Read, locked: &LockedIn) -> Result<(), Failure> {
    let mut head = Vec::new();
    // A pipe fails only with the server at its other end.
    (&mut document).take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| Failure::Source)?;
    let format = recognise(&head);
    let all = std::io::Cursor::new(head).chain(document);
    match format {
        Some(Format::PwgRaster) => raster::look(BufReader::new(all), Format::PwgRaster),
        Some(Format::Urf) => raster::look(BufReader::new(all), Format::Urf),
        Some(Format::Jpeg) => jpeg::look(&whole(all)?, locked),
        Some(Format::Pdf) => pdf::look(whole(all)?, locked),
        None => Err(Failure::Unsupported),
    }
}

/// A document that is drawn, in memory.
pub enum Whole {
    /// A PDF.
    Pdf(Vec<u8>),
    /// A JPEG picture.
    Jpeg(Vec<u8>),
}

/// Reads a document that is to be drawn. Pixels that are ready-made are not drawn again.
pub fn whole_document(document: impl Read) -> Result<Whole, Failure> {
    let bytes = whole(document)?;
    match recognise(&bytes[..bytes.len().min(HEAD_BYTES as usize)]) {
        Some(Format::Pdf) => Ok(Whole::Pdf(bytes)),
        Some(Format::Jpeg) => Ok(Whole::Jpeg(bytes)),
        Some(Format::PwgRaster | Format::Urf) | None => Err(Failure::Unsupported),
    }
}

/// The format that these first bytes begin; `None` for one that is not read.
fn recognise(head: &[u8]) -> Option<Format> {
    if head.starts_with(PWG_MARK) {
        Some(Format::PwgRaster)
    } else if head.starts_with(URF_MARK) {
        Some(Format::Urf)
    } else if head.starts_with(JPEG_MARK) {
        Some(Format::Jpeg)
    } else {
        let area = head.get(..JUNK_BYTES_MAX + PDF_MARK.len()).unwrap_or(head);
        let marked = area.windows(PDF_MARK.len()).any(|window| window == PDF_MARK);
        marked.then_some(Format::Pdf)
    }
}

fn whole(document: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    document.take(DOCUMENT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_| Failure::Source)?;
    if bytes.len() as u64 > DOCUMENT_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let mut late = vec![0; JUNK_BYTES_MAX];
        late.extend(b"%PDF-1.7");
        let mut too_late = vec![0; JUNK_BYTES_MAX + 1];
        too_late.extend(b"%PDF-1.7");
        for (head, format) in [
            (b"%PDF-1.4\n".as_slice(), Some(Format::Pdf)),
            (b"GIF89a\0\0%PDF-1.4".as_slice(), Some(Format::Pdf)),
            (&late, Some(Format::Pdf)),
            (&too_late, None),
            (b"RaS2PwgRaster\0".as_slice(), Some(Format::PwgRaster)),
            (b"RaS2\0\0\0\0".as_slice(), None),
            (b"UNIRAST\0\0\0\0\x01".as_slice(), Some(Format::Urf)),
            (b"\xff\xd8\xff\xe0".as_slice(), Some(Format::Jpeg)),
            (b"%!PS-Adobe-3.0".as_slice(), None),
            (b"\x1b%-12345X@PJL".as_slice(), None),
            (b"".as_slice(), None),
        ] {
            assert_eq!(recognise(head), format, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
