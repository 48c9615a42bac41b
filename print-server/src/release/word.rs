//! The owner's word at a station: who gave it, and what it lets go.

use print_core::{JobId, OwnerId, PersonId, PrinterId, StationId, Ticket, Timestamp};
use station_protocol::JOBS_MAX;
use store::{ClaimRequest, JobsToClaim, Opener, StoreError, TapKey};

use super::{OpenTap, ReleaseParts};
use crate::delivery::Released;

/// Somebody's word, given by a tap.
#[derive(Debug, Clone)]
pub struct Word {
    pub(super) parts: ReleaseParts,
    key: TapKey,
    station: StationId,
    person: PersonId,
    opener: Opener,
    wishes: Wishes,
}

/// What goes with a word, job by job.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Jobs whose PIN was typed.
    pub proven: Vec<JobId>,
    /// What is to be different from what was asked for at the desk.
    pub tickets: Vec<(JobId, Ticket)>,
    /// Jobs that are held again when they are out.
    pub keep: Vec<JobId>,
    /// Jobs that came out a moment ago and are wanted once more.
    pub again: Vec<(JobId, Timestamp)>,
    /// Whether somebody chose the jobs one by one, and did not just tap.
    pub by_hand: bool,
    /// Jobs that were chosen by somebody who was shown that they are to be named.
    pub named: Vec<JobId>,
}

/// Which jobs a word lets go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letting {
    /// Whatever it is for.
    Everything,
    /// What has been looked into, or cannot be.
    Counted,
}

impl Word {
    /// The word that this tap stands for.
    pub fn of(parts: &ReleaseParts, open: &OpenTap) -> Self {
        Self {
            parts: parts.clone(),
            key: open.key.clone(),
            station: open.station.id,
            person: open.person.id,
            opener: open.opener,
            wishes: Wishes::default(),
        }
    }

    /// The same, with what is wanted of the jobs.
    #[must_use]
    pub fn wanting(mut self, wishes: &Wishes) -> Self {
        self.wishes = wishes.clone();
        self
    }

    /// Lets jobs of an owner go at a printer: the person's own, those of a machine of theirs, or those of
    /// somebody who lets the person fetch them.
    ///
    /// # Errors
    /// What the store answers; then nothing was let go.
    pub async fn let_go(
        &self,
        owner: OwnerId,
        printer: PrinterId,
        jobs: JobsToClaim,
        letting: Letting,
    ) -> Result<Released, StoreError> {
        let parts = &self.parts;
        let now = parts.clock.now();
        let request = ClaimRequest {
            tap: Some(self.key.clone()),
            station: Some(self.station),
            owner,
            member: Some(self.person),
            jobs,
            proven: self.wishes.proven.clone(),
            tickets: self.wishes.tickets.clone(),
            keep: self.wishes.keep.clone(),
            again: self.wishes.again.clone(),
            by_hand: self.wishes.by_hand,
            named: self.wishes.named.clone(),
            printer,
            at: now,
            accounting_day: parts.zone.accounting_day(now),
            limit: u32::try_from(JOBS_MAX).unwrap_or(u32::MAX),
            only_counted: letting == Letting::Counted,
        };
        let released = parts.deliveries.release_with(request, Some(self.opener)).await?;
        parts.deliveries.owner_seen(owner, printer);
        parts.metrics.released(released.jobs.len());
        Ok(released)
    }

    /// Whether the person and the card, or the code, may still open anything.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn holds(&self) -> Result<bool, StoreError> {
        self.parts.store.may_go_on(self.person, self.opener).await
    }
}
