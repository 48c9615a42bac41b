//! Identify-Printer (PWG 5100.13 section 5.1): "which of them is this?"
//!
//! A queue has no lamp and no voice. What it can do is to show, where administrators look: one line in the
//! log and in the audit trail, at most once a minute for each address, since anybody may ask.

use ipp_codec::{Attribute, Response, Status, Violation, names};
use print_core::JobName;
use store::AuditEvent;
use tracing::{info, warn};

use super::ok;
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::offer::description::IDENTIFY_ACTION;

pub(super) async fn identify(
    front: &Front,
    ask: &Ask<'_>,
    actions: &[String],
    message: Option<&str>,
) -> Result<Response, Refusal> {
    let queue = front.queue(ask)?;
    let other = actions.iter().map(String::as_str).filter(|action| *action != IDENTIFY_ACTION);
    let other: Vec<&str> = other.collect();
    if !other.is_empty() {
        let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
        let attribute = Attribute::keywords(names::IDENTIFY_ACTIONS, other);
        let text = "a queue can only show something to its administrators";
        return Err(Violation::of_attribute(status, text, &attribute).into());
    }
    let address = ask.peer.address.ip();
    if front.is_seldom(address, "identify") {
        info!(queue = %queue.name, %address, "Somebody asks which queue this is");
        let message = message.map(JobName::from_client);
        let event = AuditEvent {
            at: front.now(),
            actor: format!("address:{address}"),
            event: "identify".into(),
            object: format!("queue:{}", queue.name),
            outcome: "shown".into(),
            detail: serde_json::json!({ "message": message.as_ref().map(JobName::as_str) }),
        };
        if let Err(error) = front.parts.store.append_audit(&event).await {
            warn!(%error, "A question for the queue could not be audited");
        }
    }
    Ok(ok(ask))
}
