//! What is in a document: its true format and its pages, read like a printer would.

mod pdf;
mod raster;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Lines of plain text on one page.
const LINES_PER_PAGE: u32 = 66;

/// A document that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its format, found by its first bytes.
    pub format: &'static str,
    /// Its pages; never 0.
    pub pages: u32,
}

/// Why a document cannot be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing this machine knows.
    UnknownFormat,
    /// It begins as a known format and cannot be read, or has no page.
    Broken,
    /// It wants a password.
    Password,
}

impl Unreadable {
    /// The `job-state-reasons` keyword.
    pub fn reason(self) -> &'static str {
        match self {
            Unreadable::UnknownFormat => "unsupported-document-format",
            Unreadable::Broken => "document-format-error",
            Unreadable::Password => "document-password-error",
        }
    }
}

/// Finds a document's format and counts its pages. The first bytes decide; `said` is what the
/// client called it and decides only for plain text, which has no mark.
///
/// # Errors
/// When the document cannot be printed.
pub fn count(file: &Path, said: &str) -> Result<Counted, Unreadable> {
    let mut document = File::open(file).map_err(|_| Unreadable::Broken)?;
    let mut first = [0; 1024];
    let length = read_some(&mut document, &mut first);
    let first = &first[..length];
    let again = || File::open(file).map(BufReader::new).map_err(|_| Unreadable::Broken);
    let format = format_of(first, said)?;
    let pages = match format {
        "application/pdf" => pdf::pages(std::fs::read(file).map_err(|_| Unreadable::Broken)?)?,
        "image/pwg-raster" => raster::pwg_pages(again()?)?,
        "image/urf" => raster::urf_pages(again()?)?,
        "text/plain" => text_pages(again()?)?,
        _ => 1,
    };
    if pages == 0 { Err(Unreadable::Broken) } else { Ok(Counted { format, pages }) }
}

fn format_of(first: &[u8], said: &str) -> Result<&'static str, Unreadable> {
    // A PDF may have up to a kilobyte of anything before its mark (ISO 32000-1 annex H.3.4.1).
    let is_pdf = first.windows(5).any(|window| window == b"%PDF-");
    match first {
        [b'R', b'a', b'S', b'2', ..] => Ok("image/pwg-raster"),
        [b'U', b'N', b'I', b'R', b'A', b'S', b'T', 0, ..] => Ok("image/urf"),
        [0xff, 0xd8, 0xff, ..] => Ok("image/jpeg"),
        _ if is_pdf => Ok("application/pdf"),
        [] => Err(Unreadable::Broken),
        _ if said == "text/plain" => Ok("text/plain"),
        _ if ["application/pdf", "image/jpeg", "image/urf", "image/pwg-raster"].contains(&said) => {
            Err(Unreadable::Broken)
        }
        _ => Err(Unreadable::UnknownFormat),
    }
}

fn read_some(document: &mut impl Read, buffer: &mut [u8]) -> usize {
    let mut length = 0;
    while length < buffer.len() {
        match document.read(&mut buffer[length..]) {
            Ok(more) if more > 0 => length += more,
            _ => break,
        }
    }
    length
}

fn text_pages(mut document: impl Read) -> Result<u32, Unreadable> {
    let (mut pages, mut lines, mut in_line) = (0_u32, 0_u32, false);
    let mut buffer = [0; 16 * 1024];
    loop {
        let length = document.read(&mut buffer).map_err(|_| Unreadable::Broken)?;
        if length == 0 {
            break;
        }
        for byte in &buffer[..length] {
            in_line = !matches!(byte, b'\n' | b'\x0c');
            match byte {
                b'\n' => lines += 1,
                b'\x0c' => lines = LINES_PER_PAGE,
                _ => {}
            }
            if lines == LINES_PER_PAGE {
                (pages, lines) = (pages + 1, 0);
            }
        }
    }
    Ok(pages + u32::from(lines > 0 || in_line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_fills_pages_of_66_lines() {
        let table = [
            (String::new(), 0),
            ("a".to_owned(), 1),
            ("a\n".repeat(66), 1),
            ("a\n".repeat(67), 2),
            (format!("{}a", "a\n".repeat(66)), 2),
            ("a\x0cb".to_owned(), 2),
        ];
        for (text, pages) in table {
            assert_eq!(text_pages(text.as_bytes()), Ok(pages), "{} bytes", text.len());
        }
    }

    #[test]
    fn the_first_bytes_decide_what_a_document_is() {
        assert_eq!(format_of(b"%PDF-1.7", "text/plain"), Ok("application/pdf"));
        assert_eq!(format_of(b"RaS2PwgRaster", ""), Ok("image/pwg-raster"));
        assert_eq!(format_of(b"hello", "text/plain"), Ok("text/plain"));
        assert_eq!(format_of(b"hello", "application/pdf"), Err(Unreadable::Broken));
        assert_eq!(format_of(b"hello", ""), Err(Unreadable::UnknownFormat));
    }
}
