//! A PDF written anew, for printers that take PDF and cannot be asked for what the job wants: a choice of
//! pages, copies, several pages on a side. Also what printers would count differently goes so: the new file
//! has exactly the pages that were counted.
//!
//! Black-and-white is not among it. Nothing that a file says keeps a printer from mixing its black from
//! colours; pixels without colour do.

use document_worker::{DOCUMENT_BYTES_MAX, EditOrder};
use ipp_codec::{Attribute, names};
use print_core::Ticket;

use super::form::{
    are_for_single_sheets, color_mode, copies, cosmetic, finishings, media, number_up, sides,
    takes_document,
};
use super::outcome::Reason;
use super::raster::papers;
use crate::delivery::printer::facts::Facts;

/// What is written anew, and what it becomes.
pub const FORMAT: &str = "application/pdf";

/// How the document is to be written anew for this printer, and the job attributes beside it.
pub fn order(
    ticket: &Ticket,
    size_bytes: u64,
    facts: &Facts,
) -> Result<(EditOrder, Vec<Attribute>), Reason> {
    takes_document(FORMAT, size_bytes, facts)?;
    if size_bytes > DOCUMENT_BYTES_MAX {
        return Err(Reason::DocumentTooLarge);
    }
    let mut attributes = Vec::new();
    let own_copies = copies(ticket.copies, FORMAT, facts, &mut attributes).is_err();
    if own_copies {
        if !are_for_single_sheets(&ticket.finishings) {
            return Err(Reason::CopiesNotSupported);
        }
        if facts.copies_max.is_some() {
            // Said, because the printer's own default may be another.
            attributes.push(Attribute::integer(names::COPIES, 1));
        }
    }
    let asked_up = number_up(ticket.number_up, facts);
    // The printer would put pages of two copies on one side.
    let own_up = asked_up.is_err() || own_copies && ticket.number_up.is_some_and(|up| up > 1);
    if !own_up {
        attributes.extend(asked_up?);
    }
    let two_sided = sides(ticket, facts)?;
    let is_two_sided = two_sided.is_some() && ticket.sides.is_two_sided();
    attributes.extend(two_sided);
    attributes.extend(color_mode(ticket.print_color_mode, facts)?);
    media(ticket, facts, &mut attributes)?;
    attributes.extend(finishings(&ticket.finishings, facts)?);
    cosmetic(ticket, facts, &mut attributes);
    let ranges = ticket.page_ranges.iter().map(|range| (range.first, range.last));
    let order = EditOrder {
        page_ranges: ranges.collect(),
        copies: if own_copies { ticket.copies.max(1) } else { 1 },
        two_sided: is_two_sided,
        number_up: if own_up { ticket.number_up.unwrap_or(1) } else { 1 },
        media: papers(ticket, facts),
    };
    if order.is_possible() { Ok((order, attributes)) } else { Err(Reason::MediaNotSupported) }
}
