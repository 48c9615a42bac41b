//! Raster documents, PWG raster (PWG 5102.4) and URF: read row by row in constant memory, whatever
//! their length. The numbers of pages that their headers claim are not believed.

mod headers;
mod pixels;
mod rows;

use std::collections::BTreeSet;
use std::io::BufRead;

use document_worker::{Counted, Failure, Flag, Format, Line, PAGES_MAX, Papers};

use crate::report::{say, say_color};

/// What keeps a raster page from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The document ends within the page.
    Cut,
    /// It breaks the rules of its format.
    Broken,
}

/// Says what is known about a raster document: the colour of each page as it is read, then the count.
pub fn look(mut document: impl BufRead, format: Format) -> Result<(), Failure> {
    let mut papers = Papers::default();
    let mut flags = BTreeSet::new();
    headers::start(&mut document, format).map_err(|_| Failure::Unreadable)?;
    loop {
        let page = match headers::next(&mut document, format) {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(Damage::Cut) => {
                flags.insert(Flag::Truncated);
                break;
            }
            Err(Damage::Broken) => return Err(Failure::Unreadable),
        };
        if papers.pages() == PAGES_MAX {
            return Err(Failure::TooManyPages);
        }
        if page.copies_inside {
            flags.insert(Flag::CopiesInside);
        }
        let read = rows::read(&mut document, &page.bitmap);
        papers.push(page.size);
        say_color(read.color);
        if read.ambiguous {
            flags.insert(Flag::AmbiguousRows);
        }
        match read.damage {
            None => {}
            // A printer prints the part that it has.
            Some(Damage::Cut) => {
                flags.insert(Flag::Truncated);
                break;
            }
            Some(Damage::Broken) => return Err(Failure::Unreadable),
        }
    }
    match papers.pages() {
        0 => Err(Failure::NoPages),
        pages => {
            say(&Line::Counted(Counted { format, pages, papers, flags }));
            Ok(())
        }
    }
}
