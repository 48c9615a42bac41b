//! Jobs made by Create-Job on this server whose document has not begun to arrive. They are few and live
//! for minutes, so memory holds them; after a restart their rows are of an earlier epoch and are aborted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::JobId;

/// The jobs that wait for a document.
#[derive(Debug, Default)]
pub struct Arrivals(Mutex<HashMap<JobId, Instant>>);

impl Arrivals {
    /// A new job waits for its document.
    pub fn expect_document(&self, job: JobId) {
        self.waiting().insert(job, Instant::now());
    }

    /// Whether the job was waiting: true for the first document only.
    pub fn begin_document(&self, job: JobId) -> bool {
        self.waiting().remove(&job).is_some()
    }

    /// Takes out the jobs that have waited for `patience` or longer.
    #[must_use]
    pub fn overdue(&self, patience: Duration) -> Vec<JobId> {
        let mut waiting = self.waiting();
        let overdue: Vec<_> =
            waiting.iter().filter(|(_, since)| since.elapsed() >= patience).map(|(j, _)| *j).collect();
        for job in &overdue {
            waiting.remove(job);
        }
        overdue
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_one_document_and_waits_for_it_for_a_while() {
        let arrivals = Arrivals::default();
        let (first, second) = (JobId::new(), JobId::new());
        arrivals.expect_document(first);
        arrivals.expect_document(second);
        assert!(arrivals.begin_document(first));
        assert!(!arrivals.begin_document(first));
        assert!(arrivals.overdue(Duration::from_secs(60)).is_empty());
        assert_eq!(arrivals.overdue(Duration::ZERO), [second]);
        assert!(!arrivals.begin_document(second));
    }
}
