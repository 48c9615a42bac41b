//! The person's own PIN at a station, where a job's queue demands it: typed once, it opens all such jobs of the
//! session. The rule itself stands in the claim's SQL; here it is what is asked and told.

use print_core::{JobId, JobState, Timestamp};
use station_protocol::{Pin, PinWanted, WhosePin};
use store::{AuditEvent, JobRecord, NoticeKind, OwnPinTry, PersonPin, QueuesWithPin, StoreError};
use texts::sentences::PinRefusal;
use tracing::{info, warn};

use super::{ReleaseError, Session};
use crate::proofs::own_pins;

/// What a session knows of its person's PIN.
#[derive(Debug, Default)]
pub struct OwnPin {
    /// The queues that demand it.
    queues: QueuesWithPin,
    /// What the store last said about it.
    known: Option<PersonPin>,
    /// It was typed here: from when on it opens jobs.
    proven: Option<Proven>,
}

/// How far a PIN that was typed opens jobs.
#[derive(Debug, Clone, Copy)]
struct Proven {
    from: Option<Timestamp>,
}

impl Proven {
    fn opens(self, job: &JobRecord) -> bool {
        self.from.is_none_or(|from| from <= job.created_at)
    }
}

impl OwnPin {
    /// Whether the job goes only when the PIN is typed. A job with a PIN of its own is asked for that one.
    pub(super) fn is_wanted_for(&self, job: &JobRecord) -> bool {
        !job.password_wait && self.hides(job)
    }

    /// Whether the job's queue demands the PIN, typed or not.
    pub(super) fn is_demanded_for(&self, job: &JobRecord) -> bool {
        self.queues.keeps(job.queue, job.created_at)
    }

    /// Whether nothing of what the job is called may be said here: its queue demands the PIN, which was not typed.
    /// That is so in each state of the job, and beside a PIN of its own.
    pub(super) fn hides(&self, job: &JobRecord) -> bool {
        self.is_demanded_for(job) && !self.proven.is_some_and(|proven| proven.opens(job))
    }

    /// What the station is told of it.
    pub(super) fn wanted_for(&self, job: &JobRecord) -> Option<PinWanted> {
        if job.state != JobState::Held || !self.is_wanted_for(job) {
            return None;
        }
        Some(match self.known.filter(|pin| pin.opens(job.created_at)) {
            Some(pin) => PinWanted { tries_left: pin.tries_left, whose: WhosePin::Person },
            None => PinWanted { tries_left: 0, whose: WhosePin::PersonMissing },
        })
    }
}

impl Session {
    /// Reads which of these jobs' queues demand the PIN, and where one does, how it stands.
    pub(super) async fn read_own_pin(&mut self, jobs: &[&JobRecord]) -> Result<(), StoreError> {
        if jobs.is_empty() {
            return Ok(());
        }
        self.own_pin.queues = self.parts.pins.queues(&self.parts.store).await?;
        if jobs.iter().any(|job| self.own_pin.is_wanted_for(job)) {
            self.own_pin.known = self.parts.store.own_pin(self.open.person.id).await?;
        }
        Ok(())
    }

    /// Holds what was typed against the person's PIN. Right, it counts until the session ends.
    pub(super) async fn prove_own(
        &mut self,
        job: &JobRecord,
        typed: &Pin,
    ) -> Result<(), ReleaseError> {
        let person = self.open.person.id;
        let (verifier, pin) = match self.parts.store.try_own_pin(person).await? {
            None => return Err(self.refused(job, PinRefusal::OwnMissing)),
            Some(OwnPinTry::Locked) => return Err(self.refused(job, PinRefusal::OwnLocked)),
            Some(OwnPinTry::Counted { verifier, pin }) => (verifier, pin),
        };
        if !own_pins::is_right(&self.parts.keys, person, verifier, typed.as_str()).await {
            let left = pin.tries_left;
            let why = PinRefusal::OwnWrong { left };
            self.parts.pins.keep(&self.open.key, job.id, typed, why);
            self.note_wrong_own_pin(job, left).await;
            return Err(self.refused(job, why));
        }
        self.parts.store.own_pin_was_right(person).await?;
        self.own_pin.proven = Some(Proven { from: pin.opens_from() });
        match self.own_pin.is_wanted_for(job) {
            // Somebody else set it after this job had come.
            true => Err(self.refused(job, PinRefusal::OwnMissing)),
            false => Ok(()),
        }
    }

    /// Those of the chosen jobs that go because the PIN was typed in this session.
    pub(super) async fn opened_by_own_pin(
        &self,
        chosen: &[JobId],
    ) -> Result<Vec<JobId>, StoreError> {
        let Some(proven) = self.own_pin.proven else { return Ok(Vec::new()) };
        let mut opened = Vec::new();
        for job in chosen {
            match self.parts.store.job(*job).await {
                Ok(record) if !record.password_wait && proven.opens(&record) => opened.push(*job),
                Ok(_) | Err(StoreError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(opened)
    }

    /// Keeps who typed it and where, and tells the owner when it is locked now.
    async fn note_wrong_own_pin(&self, job: &JobRecord, left: u32) {
        let (at, person) = (self.parts.clock.now(), self.open.person.id);
        info!(%person, left, "A wrong personal PIN was typed");
        let outcome = if left == 0 { "refused: wrong PIN, locked" } else { "refused: wrong PIN" };
        let event = AuditEvent {
            at,
            actor: format!("person:{person}"),
            event: "own-pin".into(),
            object: format!("person:{person}"),
            outcome: outcome.into(),
            detail: serde_json::json!({
                "station": self.open.station.id.to_string(), "job": job.id.to_string(),
            }),
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
        if left == 0
            && let Err(error) = self.parts.store.tell(person, NoticeKind::OwnPinLocked, at).await
        {
            warn!(%error, "The notice of a locked PIN could not be kept");
        }
    }
}
