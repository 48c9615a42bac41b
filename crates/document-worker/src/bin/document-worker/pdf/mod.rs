//! PDF: how many pages it has, on which paper, and which of them have colour.

mod annotations;
mod device;
mod page;
mod reach;
mod tree;
mod wrapping;

use std::panic::{AssertUnwindSafe, catch_unwind};

use document_worker::sandbox::LockedIn;
use document_worker::{
    Counted, Failure, Flag, Format, Line, PAGES_MAX, PageColor, PaperSize, Papers,
};
use hayro::hayro_interpret::InterpreterCache;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

pub use self::annotations::{for_paper, is_for_paper};
use self::device::Enough;
pub use self::tree::flags as tree_flags;
pub use self::wrapping::{flags as wrapping_flags, has_print_layers};
use crate::report::{say, say_color};

/// PDF pages may be given in other units than points (ISO 32000-2 section 7.7.3.3, `UserUnit`).
const USER_UNIT: &[u8] = b"UserUnit";

/// Says what is known about a PDF: the count first, then page by page the colour.
pub fn look(document: Vec<u8>, locked: &LockedIn) -> Result<(), Failure> {
    let mut flags = wrapping::flags(&document);
    let pdf = Pdf::new(document).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Failure::Password,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Failure::Unreadable,
    })?;
    let found = pdf.pages().len();
    if found == 0 {
        return Err(Failure::NoPages);
    }
    let pages = u32::try_from(found).map_err(|_| Failure::TooManyPages)?;
    if pages > PAGES_MAX {
        return Err(Failure::TooManyPages);
    }
    flags.extend(tree::flags(&pdf, pages));
    if pdf.xref().has_optional_content_groups() && wrapping::has_print_layers(&pdf) {
        flags.insert(Flag::PrintLayers);
    }
    // Layers that are hidden on the screen may be there on paper, and of half a document another
    // reader may find more.
    let doubtful = flags.contains(&Flag::PrintLayers) || flags.contains(&Flag::Truncated);
    let mut papers = Papers::default();
    for page in pdf.pages().iter() {
        papers.push(Some(paper(page)));
    }
    say(&Line::Counted(Counted { format: Format::Pdf, pages, papers, flags }));
    if locked.counted().is_ok() {
        colors(&pdf, doubtful);
    }
    Ok(())
}

/// The paper that a page asks for: the crop box within the media box, turned as the page is.
pub fn paper(page: &Page<'_>) -> PaperSize {
    let unit = page.raw().get::<f32>(USER_UNIT).filter(|unit| *unit > 0.0).unwrap_or(1.0);
    let (width, height) = page.render_dimensions();
    PaperSize::from_points(f64::from(width * unit), f64::from(height * unit))
}

fn colors(pdf: &Pdf, doubtful: bool) {
    let mut cache = InterpreterCache::new();
    for page in pdf.pages().iter() {
        // One page that beats the library does not take the others with it.
        let color = catch_unwind(AssertUnwindSafe(|| page::color(page, &cache)));
        say_color(match color {
            Ok(PageColor::Monochrome) if doubtful => PageColor::Unknown,
            Ok(color) => color,
            Err(reason) => {
                // It may hold what was half made.
                cache = InterpreterCache::new();
                if reason.is::<Enough>() { PageColor::Color } else { PageColor::Unknown }
            }
        });
    }
}
