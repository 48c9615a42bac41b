//! Get-Printer-Attributes (RFC 8011 section 4.2.5), CUPS-Get-Printers and CUPS-Get-Default: answered from
//! memory, for anybody.

use std::sync::Arc;

use ipp_codec::registry::printer_attribute_group;
use ipp_codec::{Attribute, DateTime, GroupTag, RequestedAttributes, Response};
use store::Queue;

use super::ok;
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
    if document_format.is_some_and(|format| !may_be_declared(format)) {
        return Err(Refusal::Format);
    }
    let attributes = describe(front, &queue, &ask.base, requested);
    Ok(ok(ask).group(GroupTag::PRINTER, attributes))
}

/// CUPS-Get-Default: the only queue, where there is one.
pub(super) fn default(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
) -> Result<Response, Refusal> {
    let queues = front.parts.catalogue.queues();
    match queues.as_slice() {
        [only] => Ok(ok(ask).group(GroupTag::PRINTER, describe(front, only, &ask.base, requested))),
        _ => Err(Refusal::NoSuchQueue),
    }
}

/// CUPS-Get-Printers: every queue that takes jobs.
pub(super) fn list(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
    limit: Option<i32>,
) -> Response {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let queues = front.parts.catalogue.queues();
    let listed = queues.iter().filter(|queue| queue.enabled).take(limit);
    listed.fold(ok(ask), |response, queue| {
        response.group(GroupTag::PRINTER, describe(front, queue, &ask.base, requested))
    })
}

fn describe(
    front: &Front,
    queue: &Arc<Queue>,
    base: &Base,
    requested: &RequestedAttributes,
) -> Vec<Attribute> {
    let fixed = front.prepared(queue, &base.without_link());
    let link = link_addresses(queue, base);
    let wanted = |attribute: &&Attribute| {
        requested.wants(&attribute.name, printer_attribute_group(&attribute.name))
    };
    let present = present(front, queue);
    let others = |attribute: &&Attribute| !link.iter().any(|own| own.name == attribute.name);
    fixed.iter().filter(others).chain(&link).chain(&present).filter(wanted).cloned().collect()
}

/// Whoever came by a link knows one address, which asks nothing further: its own. It is added here and not
/// kept with what is prepared for everybody.
fn link_addresses(queue: &Queue, base: &Base) -> Vec<Attribute> {
    if base.link.is_none() {
        return Vec::new();
    }
    vec![
        Attribute::uri("printer-uri-supported", &base.queue(&queue.name)),
        Attribute::keyword("uri-security-supported", "tls"),
        Attribute::keyword("uri-authentication-supported", "none"),
    ]
}

/// What changes from moment to moment.
fn present(front: &Front, queue: &Queue) -> Vec<Attribute> {
    const IDLE: i32 = 3;
    const STOPPED: i32 = 5;
    let now = front.now();
    let room = front.parts.intake.room();
    let accepting = queue.enabled && room != Room::Full;
    let reasons: &[&str] = match (queue.enabled, room) {
        (false, _) => &["paused"],
        (true, Room::Full) => &["spool-area-full"],
        (true, Room::Low) => &["spool-area-full-warning"],
        (true, Room::Plenty) => &["none"],
    };
    let (up, started) = (uptime(now), uptime(front.started));
    let date = |at: print_core::Timestamp| DateTime::from_unix_seconds(at.seconds());
    let waiting = front.parts.metrics.jobs_waiting();
    vec![
        Attribute::enumeration("printer-state", if accepting { IDLE } else { STOPPED }),
        Attribute::keywords("printer-state-reasons", reasons.iter().copied()),
        Attribute::boolean("printer-is-accepting-jobs", accepting),
        Attribute::integer("queued-job-count", waiting),
        Attribute::integer("printer-up-time", up),
        Attribute::date_time("printer-current-time", date(now)),
        Attribute::integer("printer-state-change-time", started),
        Attribute::date_time("printer-state-change-date-time", date(front.started)),
        Attribute::integer("printer-config-change-time", started),
        Attribute::date_time("printer-config-change-date-time", date(front.started)),
    ]
}
