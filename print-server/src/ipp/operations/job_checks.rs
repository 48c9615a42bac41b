//! Everything that can be refused before a document is read: Validate-Job's checks, which are exactly those
//! of Print-Job and Create-Job (RFC 8011 section 4.2.3).

use std::sync::Arc;

use ipp_codec::request::JobRequest;
use ipp_codec::{Attribute, Split, Status, Value, Violation, names, split_supported};
use store::Queue;
use texts::Language;

use super::at_once;
use super::job_pins::{audit_pin_in_clear, pin};
use crate::catalogue::Offer;
use crate::doors::Identity;
use crate::intake::allowance::Share;
use crate::ipp::answer::Refusal;
use crate::ipp::document_format::may_be_declared;
use crate::ipp::front::{Ask, Front, language_of};
use crate::ipp::offer::description::{PIN_ACTION, release_action};
use crate::listeners::connection::Peer;
use crate::notices::refused;
use crate::pins::SentPin;

/// A request that passed every check that Validate-Job makes.
pub(super) struct Checked {
    /// The job's queue.
    pub(super) queue: Arc<Queue>,
    /// What it offers.
    pub(super) offer: Arc<Offer>,
    /// Whose job it is.
    pub(super) identity: Identity,
    /// What it asks for, sorted by whether the queue can do it.
    pub(super) split: Split,
    /// What it takes of its owner's allowance.
    pub(super) share: Share,
    /// The PIN that its owner gave it.
    pub(super) pin: Option<SentPin>,
}

/// What counts as an attribute that the job got, besides those of its own group.
const OPERATION_ATTRIBUTES: [&str; 9] = [
    names::COMPRESSION,
    names::DOCUMENT_FORMAT,
    names::DOCUMENT_NAME,
    names::IPP_ATTRIBUTE_FIDELITY,
    names::JOB_MANDATORY_ATTRIBUTES,
    names::JOB_NAME,
    names::JOB_PASSWORD,
    names::JOB_PASSWORD_ENCRYPTION,
    names::JOB_RELEASE_ACTION,
];

/// Everything that can be refused before a document is read.
pub(super) async fn check(
    front: &Front,
    ask: &Ask<'_>,
    job: &JobRequest,
) -> Result<Checked, Refusal> {
    let queue = front.queue(ask)?;
    let identity = front.identify(ask, &queue).await?;
    match may_print(front, ask, job, &queue, &identity).await {
        Ok((offer, split, share, pin)) => Ok(Checked { queue, offer, identity, split, share, pin }),
        Err(refusal) => {
            if matches!(refusal, Refusal::PinInClear) {
                audit_pin_in_clear(front, ask.peer).await;
            }
            let store = &front.parts.store;
            refused::tell(store, identity.owner(), refusal.told(), front.now()).await;
            Err(refusal)
        }
    }
}

/// The same for somebody who is known.
async fn may_print(
    front: &Front,
    ask: &Ask<'_>,
    job: &JobRequest,
    queue: &Arc<Queue>,
    identity: &Identity,
) -> Result<(Arc<Offer>, Split, Share, Option<SentPin>), Refusal> {
    // Clients ask beforehand whether a job would be taken: that is no job yet.
    let counts = ask.request.operation != ipp_codec::Operation::VALIDATE_JOB;
    let sender = Sender { peer: ask.peer, language: language_of(ask.request), counts };
    let share = may_send(front, queue, identity, sender).await?;
    let offer = front.offer(queue);
    let taken = &offer.abilities.formats;
    if job.document_format.as_deref().is_some_and(|format| !may_be_declared(format, taken)) {
        return Err(Refusal::Format);
    }
    if job.compression.as_deref().is_some_and(|compression| compression != "none") {
        return Err(Refusal::Compression);
    }
    let pin = pin(job, queue, ask.peer)?;
    let split = asked(job, &offer)?;
    Ok((offer, split, share, pin))
}

/// Where a job comes from, as far as its checks ask.
#[derive(Debug, Clone, Copy)]
pub(in crate::ipp) struct Sender {
    /// The connection.
    pub peer: Peer,
    /// The language to tell somebody something in.
    pub language: Language,
    /// Whether it is a job, not only a question about one.
    pub counts: bool,
}

/// Whether this queue takes one more job of this owner now, whatever the job is; the share is to be kept
/// until it is there.
pub(in crate::ipp) async fn may_send(
    front: &Front,
    queue: &Queue,
    identity: &Identity,
    sender: Sender,
) -> Result<Share, Refusal> {
    if !queue.enabled {
        return Err(Refusal::QueueClosed);
    }
    at_once::check(front, queue, identity, sender).await?;
    let share = front.parts.allowances.admit(identity.owner()).await?;
    front.admit(sender, identity).await?;
    front.parts.intake.admit()?;
    Ok(share)
}

/// What the job asks for, where the queue may leave out what it cannot do.
fn asked(job: &JobRequest, offer: &Offer) -> Result<Split, Refusal> {
    let known = |attribute: &Attribute| offer.abilities.support(attribute);
    let mut split = split_supported(job.job_attributes.clone(), known);
    match job.job_release_action.as_deref() {
        // The PIN was looked at before.
        Some(PIN_ACTION) | None => {}
        Some(other) if other != release_action(&offer.queue) => {
            split.unsupported.push(Attribute::keyword(names::JOB_RELEASE_ACTION, other));
        }
        Some(_) => {}
    }
    let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
    let refused = split.status(job.ipp_attribute_fidelity) == status;
    let missing = missing(job, &split);
    if refused || !missing.is_empty() {
        let message = "the queue cannot do all that the job asks".into();
        let mut unsupported = split.unsupported;
        for name in missing {
            if !unsupported.iter().any(|attribute| attribute.name == name) {
                unsupported.push(Attribute::new(name, Value::unsupported()));
            }
        }
        return Err(Violation { status, message, unsupported }.into());
    }
    Ok(split)
}

/// Attributes without which the client does not want the job (PWG 5100.7), and which it would not get.
fn missing<'a>(job: &'a JobRequest, split: &Split) -> Vec<&'a str> {
    let unsupported = |name: &str| split.unsupported.iter().any(|a| a.name == name);
    let given = |name: &str| {
        OPERATION_ATTRIBUTES.contains(&name) || split.accepted.iter().any(|a| a.name == name)
    };
    let names = job.job_mandatory_attributes.iter().map(String::as_str);
    names.filter(|name| unsupported(name) || !given(name)).collect()
}
