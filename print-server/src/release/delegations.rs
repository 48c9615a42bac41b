//! Jobs that a delegate may fetch at a station: shown apart, let go only when they are named, paid by their
//! owner. What decides stands in the statements that list and claim; here only what is shown of it.

use print_core::{JobId, OwnerId, PersonId, StationId};
use station_protocol::Line;
use store::{Delegation, JobRecord, Opener, Store, StoreError};

use super::machines::Chosen;
use super::rules::Rules;

/// The owners who let a person fetch their jobs.
#[derive(Debug, Default)]
pub struct Delegations(Vec<Delegation>);

impl Delegations {
    /// The person's, read now. A code in place of a card opens nobody's jobs but its owner's.
    pub async fn of(store: &Store, person: PersonId, opener: Opener) -> Result<Self, StoreError> {
        match opener {
            Opener::Card(_) => store.delegations_to(person).await.map(Self),
            Opener::Code(_) => Ok(Self::default()),
        }
    }

    /// Their held jobs that can be let go at this station with this card, the newest first.
    pub async fn jobs(
        &self,
        store: &Store,
        station: StationId,
        opener: Opener,
        limit: u32,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let Some(Delegation { person, .. }) = self.0.first() else { return Ok(Vec::new()) };
        let mut all = store.jobs_for_delegate(*person, station, opener, limit).await?;
        all.reverse();
        Ok(all)
    }

    /// By whose word the person may fetch the job.
    #[must_use]
    pub fn opens(&self, job: &JobRecord, rules: &Rules) -> Option<&Delegation> {
        let OwnerId::Person(owner) = job.owner else { return None };
        let lets_in = rules.of_queue(job.queue).delegates && !job.no_delegates;
        if rules.is_confidential(job) || job.password_wait || !lets_in {
            return None;
        }
        let is_new = |delegation: &Delegation| {
            let since = delegation.trusted_from.filter(|_| delegation.waits_for_owner());
            since.is_none_or(|since| job.created_at >= since)
        };
        self.0.iter().find(|delegation| delegation.owner == owner && is_new(delegation))
    }

    /// What a station shows of whose job it is; none when it is no such job.
    #[must_use]
    pub fn origin(&self, job: &JobRecord, rules: &Rules) -> Option<Line> {
        self.opens(job, rules).map(|delegation| Line::cut(&delegation.owner_name))
    }

    /// Takes those of the chosen jobs out that are such an owner's, by whose they are, as they were listed.
    pub fn take_out(&self, listed: &[JobRecord], jobs: &mut Vec<JobId>) -> Vec<Chosen> {
        let mut taken: Vec<Chosen> = Vec::new();
        jobs.retain(|job| {
            let owner = listed.iter().find(|record| record.id == *job).map(|record| record.owner);
            let is_such = |owner: &OwnerId| {
                self.0.iter().any(|delegation| OwnerId::Person(delegation.owner) == *owner)
            };
            let Some(owner) = owner.filter(is_such) else { return true };
            match taken.iter_mut().find(|chosen| chosen.owner == owner) {
                Some(chosen) => chosen.jobs.push(*job),
                None => taken.push(Chosen { owner, jobs: vec![*job] }),
            }
            false
        });
        taken
    }
}
