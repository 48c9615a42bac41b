//! Jobs of machines at a station: any member sees those that came since they joined, and takes one, once.
//! No tap lets them go by itself: what a colleague printed goes by a member's hand only.

use print_core::{JobId, OwnerId, PersonId, StationId};
use station_protocol::Line;
use store::{JobRecord, Machine, Membership, Opener, Store, StoreError};

/// The machines whose jobs a person may take.
#[derive(Debug, Default)]
pub struct Machines(Vec<Membership>);

/// Some of the chosen jobs, by whose they are.
#[derive(Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Whose they are.
    pub owner: OwnerId,
    /// Which.
    pub jobs: Vec<JobId>,
}

impl Machines {
    /// The person's machines, read now. A code in place of a card opens nobody's jobs but its owner's.
    pub async fn of(store: &Store, person: PersonId, opener: Opener) -> Result<Self, StoreError> {
        match opener {
            Opener::Card(_) => store.machines_of(person).await.map(Self),
            Opener::Code(_) => Ok(Self::default()),
        }
    }

    /// The machines as owners of jobs.
    pub fn owners(&self) -> impl Iterator<Item = OwnerId> {
        self.0.iter().map(|membership| OwnerId::Group(membership.machine.id))
    }

    /// Their held jobs that can be let go at this station with this card, the newest of each machine first.
    pub async fn jobs(
        &self,
        store: &Store,
        station: StationId,
        opener: Opener,
        limit: u32,
    ) -> Result<Vec<JobRecord>, StoreError> {
        let mut all = Vec::new();
        for owner in self.owners() {
            let jobs = store.jobs_for_station(owner, station, opener, limit).await?;
            all.extend(jobs.into_iter().rev().filter(|job| self.opens(job).is_some()));
        }
        Ok(all)
    }

    /// What a station shows of where the job comes from; none when it is a person's own.
    pub fn origin(&self, job: &JobRecord) -> Option<Line> {
        let machine = self.opens(job)?;
        Some(Line::cut(match &job.claimed_name {
            Some(name) => format!("{} ({name})", machine.name),
            None => machine.name.clone(),
        }))
    }

    /// The chosen jobs by whose they are. What is neither the person's nor of a machine of theirs stays
    /// with the person, to whom it will not be given.
    pub async fn sort(
        &self,
        store: &Store,
        person: OwnerId,
        jobs: Vec<JobId>,
    ) -> Result<Vec<Chosen>, StoreError> {
        let mut sorted = vec![Chosen { owner: person, jobs: Vec::new() }];
        if self.0.is_empty() {
            sorted[0].jobs = jobs;
            return Ok(sorted);
        }
        for job in jobs {
            let owner = match store.job(job).await {
                Ok(job) if self.opens(&job).is_some() => job.owner,
                Ok(_) | Err(StoreError::NotFound) => person,
                Err(error) => return Err(error),
            };
            match sorted.iter_mut().find(|chosen| chosen.owner == owner) {
                Some(chosen) => chosen.jobs.push(job),
                None => sorted.push(Chosen { owner, jobs: vec![job] }),
            }
        }
        if sorted.len() > 1 {
            sorted.retain(|chosen| !chosen.jobs.is_empty());
        }
        Ok(sorted)
    }

    /// The machine that the job came from, where the person may fetch it.
    #[must_use]
    pub fn opens(&self, job: &JobRecord) -> Option<&Machine> {
        let OwnerId::Group(id) = job.owner else { return None };
        let membership = self.0.iter().find(|membership| membership.machine.id == id)?;
        (job.created_at >= membership.since).then_some(&membership.machine)
    }
}
