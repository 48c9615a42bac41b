//! The code of a bitmap, the same in both formats (PWG 5102.4 section 4.4).

use std::io::{BufRead, Read};

use document_worker::PageColor;

use super::Damage;
use super::headers::Bitmap;

/// Ends a row. Readers fill the rest with white, though the standard knows no such code; one that
/// takes it for 129 literal pixels gets out of step.
const FILL: u8 = 128;

/// The most units in one literal, of at most 15 colours in 16 bits.
const LITERAL_BYTES_MAX: usize = 128 * 30;

/// What reading a page has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRead {
    /// The page's colour, as far as it was read.
    pub color: PageColor,
    /// A row was ended by [`FILL`].
    pub ambiguous: bool,
    /// Why reading ended early.
    pub damage: Option<Damage>,
}

/// Reads a page's rows to its end or to the first damage.
pub fn read(document: &mut impl BufRead, bitmap: &Bitmap) -> PageRead {
    let mut read = PageRead { color: bitmap.pixels.blank(), ambiguous: false, damage: None };
    read.damage = rows(document, bitmap, &mut read).err();
    read
}

fn rows(document: &mut impl BufRead, bitmap: &Bitmap, read: &mut PageRead) -> Result<(), Damage> {
    let row_bytes = bitmap.pixels.row_bytes(bitmap.width);
    let mut done = 0;
    while done < bitmap.height {
        // A row that is repeated over the page's end is cut there.
        done = done.saturating_add(u32::from(byte(document)?) + 1);
        row(document, bitmap, row_bytes, read)?;
    }
    Ok(())
}

fn row(
    document: &mut impl BufRead,
    bitmap: &Bitmap,
    row_bytes: u64,
    read: &mut PageRead,
) -> Result<(), Damage> {
    let unit_bytes = bitmap.pixels.unit_bytes();
    let mut coded = [0; LITERAL_BYTES_MAX];
    let mut filled = 0;
    while filled < row_bytes {
        let (units, coded_units) = match byte(document)? {
            FILL => {
                read.ambiguous = true;
                return Ok(());
            }
            run @ 0..FILL => (usize::from(run) + 1, 1),
            literal => (257 - usize::from(literal), 257 - usize::from(literal)),
        };
        let coded = coded.get_mut(..coded_units * unit_bytes).ok_or(Damage::Broken)?;
        document.read_exact(coded).map_err(|_| Damage::Cut)?;
        if read.color == PageColor::Monochrome && bitmap.pixels.have_color(coded) {
            read.color = PageColor::Color;
        }
        filled += (units * unit_bytes) as u64;
    }
    // Some readers cut what runs over, others go on with it: nobody knows what would be printed.
    if filled > row_bytes { Err(Damage::Broken) } else { Ok(()) }
}

fn byte(document: &mut impl Read) -> Result<u8, Damage> {
    let mut byte = [0];
    document.read_exact(&mut byte).map_err(|_| Damage::Cut)?;
    Ok(byte[0])
}
