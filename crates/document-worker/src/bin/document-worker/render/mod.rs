//! Draws a document page by page and writes it as raster while it draws: at any time a part of one
//! page is in memory, however long the document is. Copies of what is drawn are kept as long as they are
//! small: the second copy of a document then costs nothing.

mod bands;
mod canvas;
mod dots;
mod grid;
mod headers;
mod jpeg;
mod picture;
mod rows;
mod sheets;
mod sides;

use std::io::{self, Write};

use document_worker::sandbox::LockedIn;
use document_worker::{
    Failure, Frames, PAGE_CPU_S, PAGES_MAX, RasterFormat, RenderOrder, SheetBack,
};
use hayro::RenderCache;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

pub use self::canvas::Canvas;
pub use self::grid::Grid;
pub use self::sheets::choose;
pub use self::sides::{Side, lengths, lengths_of, sides, to_lengths};
use crate::formats::{self, Whole};

/// Draws the document on standard input to standard output.
pub fn draw(order: &RenderOrder, locked: &LockedIn) -> Result<(), Failure> {
    let (document, is_picture) = match formats::whole_document(std::io::stdin().lock())? {
        Whole::Pdf(document) => (document, false),
        Whole::Jpeg(picture) => (picture::as_document(&picture)?, true),
    };
    let pdf = open(document)?;
    let pages = wanted(&pdf, |page| order.wants(page))?;
    let sides = sides(&pages, is_picture, order);
    let mut frames = Frames::new(std::io::stdout().lock());
    let drawn = if order.format == RasterFormat::Jpeg {
        let [side] = sides.as_slice() else { return Err(Failure::TooManyPages) };
        let picture = jpeg::picture(order, side, &RenderCache::new())?;
        frames.bytes().extend_from_slice(&picture);
        frames.flush()
    } else {
        let mut drawing = Drawing::new(order, &sides, locked);
        drawing.write(&mut frames)
    };
    // Nobody reads any more: then nobody needs to know.
    if drawn.and_then(|()| frames.end()).is_err() {
        std::process::exit(0);
    }
    Ok(())
}

/// Opens a PDF.
pub fn open(document: Vec<u8>) -> Result<Pdf, Failure> {
    Pdf::new(document).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Failure::Password,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Failure::Unreadable,
    })
}

/// The pages that are wanted, in their order.
pub fn wanted(pdf: &Pdf, wants: impl Fn(u32) -> bool) -> Result<Vec<&Page<'_>>, Failure> {
    if pdf.pages().len() > PAGES_MAX as usize {
        return Err(Failure::TooManyPages);
    }
    let pages = (1..).zip(pdf.pages().iter());
    let pages: Vec<_> = pages.filter(|(number, _)| wants(*number)).map(|(_, page)| page).collect();
    if pages.is_empty() { Err(Failure::NoPages) } else { Ok(pages) }
}

/// A document that is being drawn.
struct Drawing<'o, 'a> {
    order: &'o RenderOrder,
    sides: &'o [Side<'a>],
    locked: &'o LockedIn,
    canvas: Canvas,
    cache: RenderCache<'a>,
    /// The pages of the raster document.
    total: usize,
}

impl<'o, 'a> Drawing<'o, 'a> {
    fn new(order: &'o RenderOrder, sides: &'o [Side<'a>], locked: &'o LockedIn) -> Self {
        let copies = usize::from(order.copies);
        Drawing {
            order,
            sides,
            locked,
            canvas: Canvas::new(order.color),
            cache: RenderCache::new(),
            total: copies * sides.len() + if has_blanks(order, sides) { copies - 1 } else { 0 },
        }
    }

    fn write<W: Write>(&mut self, frames: &mut Frames<W>) -> io::Result<()> {
        headers::start(self.order, self.total, frames.bytes());
        // Copies go out one whole document after the other, so that only what fits into memory need not be
        // drawn again for each; the processor time of the whole is for all of them.
        let mut drawn: Option<Vec<u8>> = None;
        for copy in 1..=self.order.copies {
            if let Some(drawn) = &drawn {
                frames.again(drawn)?;
            } else {
                if self.order.copies > 1 {
                    frames.keep()?;
                }
                self.copy(frames)?;
                drawn = frames.kept()?;
            }
            if copy < self.order.copies
                && has_blanks(self.order, self.sides)
                && let Some(last) = self.sides.last()
            {
                self.page(&last.empty(), self.sides.len(), frames)?;
            }
        }
        Ok(())
    }

    /// Draws each side once.
    fn copy<W: Write>(&mut self, frames: &mut Frames<W>) -> io::Result<()> {
        let sides = self.sides;
        for (index, side) in sides.iter().enumerate() {
            // The kernel never refuses a limit below the hard one.
            let _ = self.locked.allow_cpu(PAGE_CPU_S);
            self.page(side, index, frames)?;
        }
        Ok(())
    }

    /// Writes a page of the raster document: header and pixels.
    fn page<W: Write>(
        &mut self,
        side: &Side<'a>,
        index: usize,
        frames: &mut Frames<W>,
    ) -> io::Result<()> {
        let turn = turn(self.order, index);
        headers::page(self.order, side, turn, self.total, frames.bytes());
        bands::write(self.order, side, turn, &mut self.canvas, &self.cache, frames)
    }
}

/// Whether a copy would begin on the back of the one before.
fn has_blanks(order: &RenderOrder, sides: &[Side<'_>]) -> bool {
    order.sides != document_worker::Sides::One && sides.len() % 2 == 1
}

/// How the side of this index is turned: every other one is a back.
fn turn(order: &RenderOrder, index: usize) -> (i32, i32) {
    let back = if index % 2 == 1 { order.sheet_back } else { SheetBack::Normal };
    back.transform(order.sides)
}
