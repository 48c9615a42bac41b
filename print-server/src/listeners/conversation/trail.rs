//! What is kept of taps: for the helpdesk and the audit trail.

use print_core::PersonId;
use serde_json::json;
use store::{AuditEvent, CardOwner, Opener, TapKey, TapRecord};
use tracing::warn;

use super::Conversation;
use crate::release::TapRefusal;

impl Conversation {
    /// Keeps a tap that opened nothing; what somebody's own card did not open stands in the audit trail, too.
    pub(super) async fn record_refused(&self, key: &TapKey, refusal: &TapRefusal) {
        let owner = refusal.owner();
        let known = owner.map(|owner| (owner.person.id, Opener::Card(owner.card.id)));
        self.record(key, known, refusal.outcome()).await;
        let Some(CardOwner { card, person }) = owner else { return };
        let event = AuditEvent {
            at: self.listener.parts.clock.now(),
            actor: format!("station:{}", self.station.id),
            event: "tap-refused".to_owned(),
            object: format!("card:{}", card.id),
            outcome: refusal.outcome().to_owned(),
            detail: json!({ "person": person.id.to_string(), "last4": card.last4 }),
        };
        if let Err(error) = self.listener.parts.store.append_audit(&event).await {
            warn!(%error, "A refused tap could not be audited");
        }
    }

    /// Keeps the tap for whoever asks later what became of it.
    pub(super) async fn record(
        &self,
        key: &TapKey,
        owner: Option<(PersonId, Opener)>,
        outcome: &str,
    ) {
        let record = TapRecord {
            key: key.clone(),
            at: self.listener.parts.clock.now(),
            person: owner.map(|(person, _)| person),
            opener: owner.map(|(_, opener)| opener),
            outcome: outcome.to_owned(),
        };
        if let Err(error) = self.listener.parts.store.record_tap(&record).await {
            warn!(%error, "A tap could not be kept for the helpdesk");
        }
    }
}
