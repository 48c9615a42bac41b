//! Get-Printer-Attributes (RFC 8011 section 4.2.5), CUPS-Get-Printers and CUPS-Get-Default: answered from
//! memory, for anybody.

use std::sync::Arc;

use ipp_codec::registry::printer_attribute_group;
use ipp_codec::{
    Attribute, DateTime, EncodedGroup, GroupTag, RequestedAttributes, Response, names,
};
use store::Queue;

use super::ok;
use crate::catalogue::Offer;
use crate::ipp::answer::Refusal;
use crate::ipp::document_format::may_be_declared;
use crate::ipp::front::{Ask, Front};
use crate::ipp::job_attributes::uptime;
use crate::ipp::places::Base;
use crate::spool::Room;

pub(super) fn attributes(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
    document_format: Option<&str>,
) -> Result<Response, Refusal> {
    let queue = front.queue(ask)?;
    let taken = &front.offer(&queue).abilities.formats;
    if document_format.is_some_and(|format| !may_be_declared(format, taken)) {
        return Err(Refusal::Format);
    }
    Ok(ok(ask).encoded_group(describe(front, &queue, &ask.base, requested)?))
}

/// CUPS-Get-Default: the only queue, where there is one.
pub(super) fn default(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
) -> Result<Response, Refusal> {
    let queues = front.parts.catalogue.queues();
    match queues.as_slice() {
        [only] => Ok(ok(ask).encoded_group(describe(front, only, &ask.base, requested)?)),
        _ => Err(Refusal::NoSuchQueue),
    }
}

/// CUPS-Get-Printers: every queue that takes jobs.
pub(super) fn list(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
    limit: Option<i32>,
) -> Result<Response, Refusal> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let queues = front.parts.catalogue.queues();
    let mut listed = queues.iter().filter(|queue| queue.enabled).take(limit);
    listed.try_fold(ok(ask), |response, queue| {
        Ok(response.encoded_group(describe(front, queue, &ask.base, requested)?))
    })
}

fn describe(
    front: &Front,
    queue: &Arc<Queue>,
    base: &Base,
    requested: &RequestedAttributes,
) -> Result<EncodedGroup, Refusal> {
    let offer = front.offer(queue);
    let fixed = front.prepared(&offer, &base.without_link())?;
    let link = link_addresses(queue, base);
    let mut group = EncodedGroup::new(GroupTag::PRINTER)?;
    for prepared in fixed.iter() {
        let name = prepared.encoded.name();
        if requested.wants(name, prepared.group) && !link.iter().any(|own| own.name == name) {
            group.push(&prepared.encoded);
        }
    }
    for attribute in link.iter().chain(&present(front, &offer)) {
        if requested.wants(&attribute.name, printer_attribute_group(&attribute.name)) {
            group.encode(attribute)?;
        }
    }
    Ok(group)
}

/// Whoever came by a link knows one address, which asks nothing further: its own. It is added here and not
/// kept with what is prepared for everybody.
fn link_addresses(queue: &Queue, base: &Base) -> Vec<Attribute> {
    if base.link.is_none() {
        return Vec::new();
    }
    vec![
        Attribute::uri(names::PRINTER_URI_SUPPORTED, &base.queue(&queue.name)),
        Attribute::keyword(names::URI_SECURITY_SUPPORTED, "tls"),
        Attribute::keyword(names::URI_AUTHENTICATION_SUPPORTED, "none"),
    ]
}

/// The only `printer-state-reasons` of a queue. That room gets scarce is for administrators, who read it in
/// health and metrics: CUPS takes `spool-area-full-warning` for a printer that is busy, and keeps its jobs.
fn reason(enabled: bool, room: Room) -> &'static str {
    match (enabled, room) {
        (false, _) => "paused",
        (true, Room::Full) => "spool-area-full",
        (true, Room::Low | Room::Plenty) => "none",
    }
}

/// What changes from moment to moment.
fn present(front: &Front, offer: &Offer) -> Vec<Attribute> {
    let queue = &offer.queue;
    const IDLE: i32 = 3;
    const STOPPED: i32 = 5;
    let now = front.now();
    let room = front.parts.intake.room();
    let accepting = queue.enabled && room != Room::Full;
    let (up, started) = (uptime(now), uptime(front.started));
    let date = |at: print_core::Timestamp| DateTime::from_unix_seconds(at.seconds());
    let waiting = front.parts.metrics.jobs_waiting();
    let changed = offer.changed_at;
    vec![
        Attribute::enumeration(names::PRINTER_STATE, if accepting { IDLE } else { STOPPED }),
        Attribute::keywords(names::PRINTER_STATE_REASONS, [reason(queue.enabled, room)]),
        Attribute::text(names::PRINTER_STATE_MESSAGE, ""),
        Attribute::boolean(names::PRINTER_IS_ACCEPTING_JOBS, accepting),
        Attribute::integer(names::QUEUED_JOB_COUNT, waiting),
        Attribute::integer(names::PRINTER_UP_TIME, up),
        Attribute::date_time(names::PRINTER_CURRENT_TIME, date(now)),
        Attribute::integer(names::PRINTER_STATE_CHANGE_TIME, started),
        Attribute::date_time(names::PRINTER_STATE_CHANGE_DATE_TIME, date(front.started)),
        Attribute::integer(names::PRINTER_CONFIG_CHANGE_TIME, uptime(changed)),
        Attribute::date_time(names::PRINTER_CONFIG_CHANGE_DATE_TIME, date(changed)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_stopped_by_a_full_spool_only() {
        assert_eq!(reason(true, Room::Full), "spool-area-full");
        assert_eq!(reason(true, Room::Low), "none");
        assert_eq!(reason(false, Room::Full), "paused");
    }
}
