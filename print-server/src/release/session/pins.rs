//! PINs at a station: asked for in addition to the tap, tried a few times, never kept.

use print_core::{JobId, JobState, OwnerId};
use station_protocol::JobPin;
use store::{AuditEvent, JobRecord, NoticeKind, PasswordTry, StoreError};
use texts::sentences::PinRefusal;
use tracing::{info, warn};

use super::{ReleaseError, Session};
use crate::pins::is_right;

/// A job that its PIN keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRefused {
    /// The job.
    pub job: JobId,
    /// Its title, for whoever stands there.
    pub title: String,
    /// Why.
    pub why: PinRefusal,
}

impl Session {
    /// Those of the chosen jobs whose right PIN was typed. Only jobs that this person may take are tried:
    /// nobody else's can be locked or guessed at.
    pub(super) async fn prove(
        &mut self,
        chosen: &[JobId],
        pins: &[JobPin],
    ) -> Result<Vec<JobId>, ReleaseError> {
        let mut proven = Vec::new();
        let may_be_again = !std::mem::replace(&mut self.has_chosen, true);
        let at_hand = self.parts.pins.clone();
        let _turn = if pins.is_empty() { None } else { at_hand.turn(&self.open.key).await };
        for JobPin { job, pin } in pins {
            let job: JobId = job.parse().map_err(|_| ReleaseError::NotHere)?;
            if !chosen.contains(&job) || proven.contains(&job) {
                continue;
            }
            let Some(record) = self.waits_for_pin(job).await? else { continue };
            if may_be_again && let Some(why) = self.parts.pins.told(&self.open.key, record.id, pin)
            {
                return Err(self.refused(&record, why));
            }
            if !record.password_wait {
                self.prove_own(&record, pin).await?;
                continue;
            }
            let now = self.parts.clock.now();
            let left = match self.parts.store.try_password(job, now).await? {
                None => continue,
                Some(PasswordTry::Locked) => return Err(self.refused(&record, PinRefusal::Locked)),
                Some(PasswordTry::Counted { password, left }) => {
                    if is_right(&self.parts.keys, job, &password, pin.as_str()) {
                        self.parts.store.password_was_right(job).await?;
                        proven.push(job);
                        continue;
                    }
                    left
                }
            };
            let why = PinRefusal::Wrong { left };
            self.parts.pins.keep(&self.open.key, job, pin, why);
            self.note_wrong_pin(&record, left).await;
            return Err(self.refused(&record, why));
        }
        proven.extend(self.opened_by_own_pin(chosen).await?);
        Ok(proven)
    }

    /// Whoever has a copy of the card must not destroy what it does not open.
    pub(super) async fn prove_for_deletion(
        &mut self,
        job: &JobRecord,
        typed: &[JobPin],
    ) -> Result<(), ReleaseError> {
        self.read_own_pin(&[job]).await?;
        let is_own = self.own_pin.is_wanted_for(job);
        if !is_own && !job.password_wait || self.prove(&[job.id], typed).await?.contains(&job.id) {
            return Ok(());
        }
        let why = if is_own { PinRefusal::OwnMissing } else { PinRefusal::NotAsked };
        Err(self.refused(job, why))
    }

    /// Whoever chose a job that its PIN kept is told so. Only stations of an earlier version, which know no
    /// PINs, choose such a job without one.
    pub(super) async fn refuse_unasked(&self, chosen: &[JobId]) -> Result<(), ReleaseError> {
        let has_word = |job: &JobId| {
            self.counting.contains(*job) || self.tracked.iter().any(|tracked| tracked.job == *job)
        };
        for job in chosen.iter().filter(|job| !has_word(job)) {
            if let Some(record) = self.waits_for_pin(*job).await? {
                let is_own = !record.password_wait;
                let why = if is_own { PinRefusal::OwnMissing } else { PinRefusal::NotAsked };
                return Err(self.refused(&record, why));
            }
        }
        Ok(())
    }

    /// The job, when this person may take it and only its PIN is missing, or the person's.
    pub(super) async fn waits_for_pin(&self, job: JobId) -> Result<Option<JobRecord>, StoreError> {
        let record = self.may_take(job).await?;
        Ok(record.filter(|record| {
            let waits = record.password_wait || self.own_pin.is_wanted_for(record);
            waits && record.state == JobState::Held
        }))
    }

    pub(super) fn refused(&self, job: &JobRecord, why: PinRefusal) -> ReleaseError {
        ReleaseError::Pin(PinRefused { job: job.id, title: self.title(job), why })
    }

    /// Keeps who typed it, where and for which job, and tells the owner of a job that is locked now.
    async fn note_wrong_pin(&self, job: &JobRecord, left: u32) {
        let (at, station) = (self.parts.clock.now(), self.open.station.id);
        info!(job.id = %job.id, left, "A wrong PIN was typed");
        let outcome = if left == 0 { "refused: wrong PIN, locked" } else { "refused: wrong PIN" };
        let event = AuditEvent {
            at,
            actor: format!("person:{}", self.open.person.id),
            event: "job-password".into(),
            object: format!("job:{}", job.id),
            outcome: outcome.into(),
            detail: serde_json::json!({ "station": station.to_string() }),
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
        if let (0, OwnerId::Person(owner)) = (left, job.owner)
            && let Err(error) = self.parts.store.tell(owner, NoticeKind::PinLocked, at).await
        {
            warn!(%error, "The notice of a locked job could not be kept");
        }
    }
}

impl PinRefused {
    /// The job, when its owner may type another PIN for it here.
    #[must_use]
    pub fn asks_again(&self) -> Option<JobId> {
        let (PinRefusal::Wrong { left } | PinRefusal::OwnWrong { left }) = self.why else {
            return None;
        };
        (left > 0).then_some(self.job)
    }
}
