//! Draws a document page by page and writes it as raster while it draws: at any time a part of one
//! page is in memory, however long the document is.

mod bands;
mod headers;
mod picture;
mod rows;
mod sheets;

use document_worker::sandbox::LockedIn;
use document_worker::{Failure, Frames, PAGE_CPU_S, PAGES_MAX, RenderOrder, SheetBack};
use hayro::RenderCache;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use self::bands::Side;
use self::sheets::Placed;
use crate::formats::{self, Whole};
use crate::pdf::paper;

/// Draws the document on standard input to standard output.
pub fn draw(order: &RenderOrder, locked: &LockedIn) -> Result<(), Failure> {
    let (document, is_picture) = match formats::whole_document(std::io::stdin().lock())? {
        Whole::Pdf(document) => (document, false),
        Whole::Jpeg(picture) => (picture::as_document(&picture)?, true),
    };
    let pdf = Pdf::new(document).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Failure::Password,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Failure::Unreadable,
    })?;
    let pages = wanted(&pdf, order)?;
    let mut frames = Frames::new(std::io::stdout().lock());
    let drawn = sides(order, &pages, is_picture, locked, &mut frames);
    // Nobody reads any more: then nobody needs to know.
    if drawn.and_then(|()| frames.end()).is_err() {
        std::process::exit(0);
    }
    Ok(())
}

/// The pages that are wanted, in their order.
fn wanted<'a>(pdf: &'a Pdf, order: &RenderOrder) -> Result<Vec<&'a Page<'a>>, Failure> {
    if pdf.pages().len() > PAGES_MAX as usize {
        return Err(Failure::TooManyPages);
    }
    let pages = (1..).zip(pdf.pages().iter());
    let pages: Vec<_> =
        pages.filter(|(number, _)| order.wants(*number)).map(|(_, page)| page).collect();
    if pages.is_empty() { Err(Failure::NoPages) } else { Ok(pages) }
}

fn sides<W: std::io::Write>(
    order: &RenderOrder,
    pages: &[&Page<'_>],
    is_picture: bool,
    locked: &LockedIn,
    frames: &mut Frames<W>,
) -> std::io::Result<()> {
    let placed: Vec<Placed> = pages
        .iter()
        .map(|page| Placed::new(paper(page), page.render_dimensions(), is_picture, order))
        .collect();
    // A copy that would begin on the back of the one before begins on a sheet of its own.
    let blanks = order.blanks(u32::try_from(pages.len()).unwrap_or(u32::MAX)) as usize;
    let one_more = blanks > 0;
    let total = usize::from(order.copies) * pages.len() + blanks;
    headers::start(order, total, frames.bytes());
    let cache = RenderCache::new();
    // Copies go out one whole document after the other, so that only what fits into memory need not be drawn
    // again for each; the processor time of the whole is for all of them.
    let mut drawn: Option<Vec<u8>> = None;
    for copy in 1..=order.copies {
        if let Some(drawn) = &drawn {
            frames.again(drawn)?;
        } else {
            if order.copies > 1 {
                frames.keep()?;
            }
            for (index, (page, placed)) in pages.iter().zip(&placed).enumerate() {
                // The kernel never refuses a limit below the hard one.
                let _ = locked.allow_cpu(PAGE_CPU_S);
                let turn = turn(order, index);
                headers::page(order, placed, turn, total, frames.bytes());
                bands::write(order, placed, turn, Side::Page(page, &cache), frames)?;
            }
            drawn = frames.kept()?;
        }
        if one_more
            && copy < order.copies
            && let Some(last) = placed.last()
        {
            let turn = turn(order, pages.len());
            headers::page(order, last, turn, total, frames.bytes());
            bands::write(order, last, turn, Side::Blank, frames)?;
        }
    }
    Ok(())
}

/// How the side of this index is turned: every other one is a back.
fn turn(order: &RenderOrder, index: usize) -> (i32, i32) {
    let back = if index % 2 == 1 { order.sheet_back } else { SheetBack::Normal };
    back.transform(order.sides)
}
