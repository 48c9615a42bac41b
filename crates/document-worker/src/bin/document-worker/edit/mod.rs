//! Writes a PDF anew: the pages that are wanted, as often and as many on a side as is wanted, in a page
//! tree that every reader counts alike. What was written is opened again and compared page by page with
//! what was there before; where anything is in doubt nothing is written, and the document is drawn instead.

mod objects;
mod pages;
mod together;
mod verify;

use std::sync::Arc;

use document_worker::sandbox::LockedIn;
use document_worker::{EditOrder, FRAME_BYTES_MAX, Failure, Flag, Frames};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::Dict;
use hayro::hayro_syntax::page::Page;

use self::objects::{Doubt, File};
use crate::formats::{self, Whole};
use crate::pdf::{has_print_layers, wrapping_flags};
use crate::render::{open, wanted};

/// Processor time for the whole, in seconds: somebody waits at the printer, which could be drawing.
const CPU_S: u64 = 40;

/// Writes the document on standard input anew to standard output.
pub fn edit(order: &EditOrder, locked: &LockedIn) -> Result<(), Failure> {
    let Whole::Pdf(document) = formats::whole_document(std::io::stdin().lock())? else {
        return Err(Failure::Unsupported);
    };
    // The kernel never refuses a limit below the hard one.
    let _ = locked.allow_cpu(CPU_S);
    let pdf = open(document)?;
    let pages = wanted(&pdf, |page| order.wants(page))?;
    let file = without_doubt(&pdf, &pages, order).map_err(|Doubt| Failure::Doubtful)?;
    let mut frames = Frames::new(std::io::stdout().lock());
    let written = file.chunks(FRAME_BYTES_MAX).try_for_each(|part| {
        frames.bytes().extend_from_slice(part);
        frames.flush()
    });
    // Nobody reads any more: then nobody needs to know.
    if written.and_then(|()| frames.end()).is_err() {
        std::process::exit(0);
    }
    Ok(())
}

/// The new file, compared with the old.
fn without_doubt(pdf: &Pdf, pages: &[&Page<'_>], order: &EditOrder) -> Result<Arc<Vec<u8>>, Doubt> {
    examine(pdf)?;
    let file = Arc::new(write(pdf, pages, order)?);
    verify::same(pages, order, &file)?;
    Ok(file)
}

/// Whether the document has something that would be lost, or that readers understand differently.
fn examine(pdf: &Pdf) -> Result<(), Doubt> {
    if wrapping_flags(pdf.data().as_ref()).contains(&Flag::Truncated) {
        return Err(Doubt);
    }
    if pdf.xref().has_optional_content_groups() && has_print_layers(pdf) {
        return Err(Doubt);
    }
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).unwrap_or_default();
    let form = catalog.get::<Dict<'_>>("AcroForm").unwrap_or_default();
    // Each reader draws the answers by itself.
    let is_left_to_readers = form.get::<bool>("NeedAppearances") == Some(true)
        || form.contains_key("XFA")
        || catalog.get::<bool>("NeedsRendering") == Some(true);
    if is_left_to_readers { Err(Doubt) } else { Ok(()) }
}

fn write(pdf: &Pdf, pages: &[&Page<'_>], order: &EditOrder) -> Result<Vec<u8>, Doubt> {
    let mut file = File::new(pdf.xref(), pdf.data().as_ref());
    let (catalog, tree) = (file.number(), file.number());
    let sides = if order.number_up > 1 {
        together::sides(&mut file, pages, order, tree)?
    } else {
        pages::sides(&mut file, pages, tree)?
    };
    let one_more = order.blanks(u32::try_from(pages.len()).unwrap_or(u32::MAX)) > 0;
    let mut kids = String::new();
    let mut count = 0;
    for copy in 1..=order.copies {
        let blank = (one_more && copy < order.copies).then(|| sides.last().map(pages::Body::empty));
        for body in sides.iter().chain(blank.flatten().as_ref()) {
            // A page object that is listed twice is one page to some readers.
            let page = file.number();
            file.object(page, &body.bytes())?;
            kids.push_str(&format!("{page} 0 R "));
            count += 1;
        }
    }
    file.object(tree, format!("<</Type/Pages/Count {count}/Kids[{kids}]>>").as_bytes())?;
    let body = pages::catalog(&mut file, tree)?;
    file.object(catalog, &body)?;
    file.finish(catalog)
}
