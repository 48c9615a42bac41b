//! Queues that print at once, without a tap: for labels, wristbands and applications. Nobody stands at the printer
//! who could be asked, so each has a list of people and machines, and somebody has to pay.

use print_core::AccountRefusal;
use store::{AtOnce, AuditEvent, Queue, ReleaseMode};
use tracing::warn;

use super::job_checks::Sender;
use crate::doors::Identity;
use crate::ipp::answer::Refusal;
use crate::ipp::front::Front;

/// Whether this owner may print on this queue without a tap; on a queue that waits for taps everybody may.
pub(super) async fn check(
    front: &Front,
    queue: &Queue,
    identity: &Identity,
    sender: Sender,
) -> Result<(), Refusal> {
    let ReleaseMode::AtOnce(printer) = queue.release else { return Ok(()) };
    let (refusal, outcome) =
        match front.parts.store.may_print_at_once(queue.id, identity.owner()).await? {
            AtOnce::May => return Ok(()),
            AtOnce::NotOnList => (Refusal::NotAllowed, "refused: not on the list"),
            AtOnce::NobodyPays => {
                (Refusal::Account(AccountRefusal::InfoNeeded), "refused: nobody pays")
            }
        };
    let address = sender.peer.address.ip();
    if sender.counts && front.is_seldom(address, outcome) {
        let event = AuditEvent {
            at: front.now(),
            actor: identity.actor(),
            event: "job-at-once".into(),
            object: format!("queue:{}", queue.name),
            outcome: outcome.into(),
            detail: serde_json::json!({
                "printer": printer.to_string(),
                "address": address.to_string(),
            }),
        };
        if let Err(error) = front.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
    }
    Err(refusal)
}
