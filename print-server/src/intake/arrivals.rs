//! Jobs of this server that wait for a document, and jobs whose document will not come any more. They are
//! few and live for minutes, so memory holds them; after a restart their rows are of an earlier epoch and
//! are aborted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::{JobId, OwnerId};

/// Jobs of one owner that may wait for their documents at the same time. Each makes its owner's tap wait.
const WAITING_MAX: usize = 50;

/// Jobs between Create-Job and their document, and those to be aborted.
#[derive(Debug, Default)]
pub struct Arrivals(Mutex<HashMap<JobId, Expected>>);

#[derive(Debug, Clone, Copy)]
enum Expected {
    /// The document may come.
    Document { owner: OwnerId, since: Instant },
    /// It will not: the row is to be aborted.
    Nothing,
}

impl Arrivals {
    /// Whether so many jobs of `owner` wait for a document that no further one may.
    #[must_use]
    pub fn is_full_for(&self, owner: OwnerId) -> bool {
        let theirs = |expected: &&Expected| match expected {
            Expected::Document { owner: whose, .. } => *whose == owner,
            Expected::Nothing => false,
        };
        self.jobs().values().filter(theirs).count() >= WAITING_MAX
    }

    /// A new job waits for its document.
    pub fn expect_document(&self, job: JobId, owner: OwnerId) {
        self.jobs().insert(job, Expected::Document { owner, since: Instant::now() });
    }

    /// Whether the job was waiting: true for the first document only.
    pub fn begin_document(&self, job: JobId) -> bool {
        let mut jobs = self.jobs();
        let waits = matches!(jobs.get(&job), Some(Expected::Document { .. }));
        if waits {
            jobs.remove(&job);
        }
        waits
    }

    /// The job has ended: it waits for nothing.
    pub fn forget(&self, job: JobId) {
        self.jobs().remove(&job);
    }

    /// Nobody takes care of the job any more; whoever sweeps is to abort it.
    pub fn give_up(&self, job: JobId) {
        self.jobs().insert(job, Expected::Nothing);
    }

    /// Takes out the jobs to be aborted: those given up, and those that have waited for `patience`.
    #[must_use]
    pub fn overdue(&self, patience: Duration) -> Vec<JobId> {
        let mut jobs = self.jobs();
        let is_overdue = |expected: &Expected| match expected {
            Expected::Document { since, .. } => since.elapsed() >= patience,
            Expected::Nothing => true,
        };
        let overdue: Vec<_> =
            jobs.iter().filter(|(_, expected)| is_overdue(expected)).map(|(job, _)| *job).collect();
        for job in &overdue {
            jobs.remove(job);
        }
        overdue
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Expected>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use print_core::PersonId;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_job_has_one_document_and_waits_for_it_for_a_while() {
        let arrivals = Arrivals::default();
        let owner = OwnerId::Person(PersonId::new());
        let (first, second) = (JobId::new(), JobId::new());
        arrivals.expect_document(first, owner);
        arrivals.expect_document(second, owner);
        assert!(arrivals.begin_document(first));
        assert!(!arrivals.begin_document(first));
        assert!(arrivals.overdue(MINUTE).is_empty());
        assert_eq!(arrivals.overdue(Duration::ZERO), [second]);
        assert!(!arrivals.begin_document(second));
    }

    #[test]
    fn what_was_given_up_is_swept_and_gets_no_document() {
        let arrivals = Arrivals::default();
        let job = JobId::new();
        arrivals.expect_document(job, OwnerId::Person(PersonId::new()));
        arrivals.give_up(job);
        assert!(!arrivals.begin_document(job));
        assert_eq!(arrivals.overdue(MINUTE), [job]);
        assert!(arrivals.overdue(MINUTE).is_empty());
    }

    #[test]
    fn nobody_can_make_another_wait_for_ever_more_documents() {
        let arrivals = Arrivals::default();
        let (anna, bo) = (OwnerId::Person(PersonId::new()), OwnerId::Person(PersonId::new()));
        for _ in 0..WAITING_MAX {
            assert!(!arrivals.is_full_for(anna));
            arrivals.expect_document(JobId::new(), anna);
        }
        assert!(arrivals.is_full_for(anna) && !arrivals.is_full_for(bo));
    }
}
