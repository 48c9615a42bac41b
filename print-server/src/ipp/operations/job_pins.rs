//! The PIN that comes with a job (`job-password`, PWG 5100.11): taken, or refused before the document is
//! read. A client that asks for a PIN never gets a job without one.

use ipp_codec::request::JobRequest;
use ipp_codec::{Attribute, Status, Value, Violation, names};
use store::{AuditEvent, Queue};
use tracing::warn;

use crate::ipp::answer::Refusal;
use crate::ipp::front::Front;
use crate::ipp::offer::description::{PIN_ACTION, holds};
use crate::listeners::connection::Peer;
use crate::pins::{BadPin, SentPin};

/// The PIN of a job that comes to `queue` from `peer`; none when the client wants none.
pub(super) fn pin(job: &JobRequest, queue: &Queue, peer: Peer) -> Result<Option<SentPin>, Refusal> {
    let is_named = job.job_release_action.as_deref() == Some(PIN_ACTION);
    let is_wanted = is_named || job.job_password.is_some() || job.job_password_encryption.is_some();
    if !is_wanted {
        return Ok(None);
    }
    if !holds(queue) {
        let nobody = "this queue prints at once and asks nobody for a PIN; print without one";
        return Err(not_taken(nobody, Vec::new()));
    }
    // A hash of some digits is as good as the digits for whoever reads it on its way.
    if !peer.tls {
        return Err(Refusal::PinInClear);
    }
    let Some(sent) = &job.job_password else {
        return Err(not_taken("the PIN itself is missing: job-password", Vec::new()));
    };
    // PWG 5100.11 has the client say how it is protected; a guess could lock its owner out.
    let Some(encryption) = &job.job_password_encryption else {
        let missing = "it is not said how the PIN is protected: job-password-encryption";
        return Err(not_taken(missing, Vec::new()));
    };
    SentPin::parse(encryption, sent).map(Some).map_err(|bad| {
        let named = Attribute::keyword(names::JOB_PASSWORD_ENCRYPTION, encryption);
        not_taken(&bad.to_string(), if bad == BadPin::Encryption { vec![named] } else { vec![] })
    })
}

/// The refusal with the attribute that is not supported: the PIN's, without its value, where no other is
/// named.
fn not_taken(message: &str, named: Vec<Attribute>) -> Refusal {
    violation(message.to_owned(), named).into()
}

/// See [`not_taken`].
pub(in crate::ipp) fn violation(message: String, named: Vec<Attribute>) -> Violation {
    let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
    let pin = || vec![Attribute::new(names::JOB_PASSWORD, Value::unsupported())];
    Violation { status, message, unsupported: if named.is_empty() { pin() } else { named } }
}

/// Notes that somebody sent a PIN where others could read it, now and then for each address.
pub(super) async fn audit_pin_in_clear(front: &Front, peer: Peer) {
    let (address, outcome) = (peer.address.ip(), "refused: PIN in the clear");
    if !front.is_seldom(address, outcome) {
        return;
    }
    let event = AuditEvent {
        at: front.now(),
        actor: format!("address:{address}"),
        event: "job-password".into(),
        object: "job".into(),
        outcome: outcome.into(),
        detail: serde_json::Value::Null,
    };
    if let Err(error) = front.parts.store.append_audit(&event).await {
        warn!(%error, outcome, "An audit event could not be kept");
    }
}
