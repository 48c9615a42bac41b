//! The pages of a PDF.

use hayro_syntax::object::{Array, Dict, Name};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::Unreadable;

/// More pages than this are not counted; no document of an office has them.
const PAGES_MAX: u32 = 10_000;

/// Page trees are flat; a deeper one is an attack on the reader.
const DEPTH_MAX: u32 = 64;

/// Counts what comes out: a page that the tree lists several times is printed several times. A
/// tree that cannot be walked is left to the library, which searches the file for pages.
///
/// # Errors
/// When the file cannot be read or wants a password.
pub fn pages(document: Vec<u8>) -> Result<u32, Unreadable> {
    let pdf = Pdf::new(document).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable::Password,
        _ => Unreadable::Broken,
    })?;
    let root: Option<Dict<'_>> = pdf.xref().get(pdf.xref().root_id());
    let tree: Option<Dict<'_>> = root.and_then(|root| root.get("Pages"));
    let mut listed = 0;
    if let Some(tree) = tree {
        walk(&tree, 0, &mut listed);
    }
    match listed {
        0 => u32::try_from(pdf.pages().len()).map_err(|_| Unreadable::Broken),
        listed => Ok(listed),
    }
}

fn walk(node: &Dict<'_>, depth: u32, pages: &mut u32) {
    if *pages >= PAGES_MAX || depth > DEPTH_MAX {
        return;
    }
    let is_page = node.get::<Name<'_>>("Type").is_some_and(|name| name.as_ref() == b"Page");
    match node.get::<Array<'_>>("Kids") {
        Some(kids) if !is_page => {
            for kid in kids.iter::<Dict<'_>>() {
                walk(&kid, depth + 1, pages);
            }
        }
        _ => *pages += 1,
    }
}
