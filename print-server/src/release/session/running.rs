//! What a person wants of jobs that are on their way.

use print_core::{JobId, Keyword, OwnerId};
use station_protocol::{FinishAt, Id};
use store::{Cancelled, NewRequest, RequestKind, StoreError};
use tokio::time::Instant;

use super::{ReleaseError, Session};

impl Session {
    /// Whoever let a job go wants it to stop. Its owner's is cancelled; one that somebody else fetches for the
    /// owner is held again.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] when the job was not started in this session.
    pub async fn stop(&mut self, job: &Id) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let job: JobId = job.parse().map_err(|_| ReleaseError::NotHere)?;
        let is_started = self.tracked.iter().any(|tracked| tracked.job == job);
        if !is_started && !self.counting.contains(job) {
            return Err(ReleaseError::NotHere);
        }
        let owner = self.parts.store.job(job).await?.owner;
        if matches!(owner, OwnerId::Person(_)) && owner != self.owner() {
            self.write_down("job-stop", job, "held again").await;
            // One that is being counted has not been let go: its word is taken back.
            if !self.counting.take_back(job) {
                self.hold_again(job).await?;
            }
            self.parts.changes.job(job);
            return Ok(());
        }
        if !self.parts.deliveries.cancel(job) {
            let reason = Keyword::parse("job-canceled-by-user");
            let reason = reason.expect("a registered keyword");
            let (store, now) = (&self.parts.store, self.parts.clock.now());
            if store.cancel_job(job, &reason, now).await? == Cancelled::AskPrinter {
                // Another node delivers it; that one finds the request and asks the printer.
                let request = NewRequest {
                    kind: RequestKind::Cancel,
                    job,
                    printer: None,
                    actor: format!("person:{}", self.open.person.id),
                    at: now,
                };
                store.insert_request(&request).await?;
            }
        }
        self.parts.changes.job(job);
        Ok(())
    }

    /// The owner says where a started job that stands still is to come out. One that is to come out elsewhere
    /// is ended here, and held again when the printer has confirmed that.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] when the job is not on its way in this session.
    pub async fn finish(&mut self, job: &Id, at: FinishAt) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let job: JobId = job.parse().map_err(|_| ReleaseError::NotHere)?;
        let tracked = self.tracked.iter().find(|tracked| tracked.job == job && !tracked.over);
        let printer = tracked.ok_or(ReleaseError::NotHere)?.printer;
        match at {
            FinishAt::Here => {
                // A machine's job belongs to its group, not to whoever gave the word.
                let owner = self.parts.store.job(job).await?.owner;
                self.parts.deliveries.finish_here(owner, job, printer);
            }
            FinishAt::Elsewhere => self.hold_again(job).await?,
        }
        self.parts.changes.job(job);
        Ok(())
    }

    /// Ends what is on its way, so that the job is held again when the printer has confirmed that.
    async fn hold_again(&self, job: JobId) -> Result<(), StoreError> {
        if self.parts.deliveries.finish_elsewhere(job) {
            return Ok(());
        }
        // Another node delivers it; that one finds the request and asks the printer.
        let request = NewRequest {
            kind: RequestKind::Hold,
            job,
            printer: None,
            actor: format!("person:{}", self.open.person.id),
            at: self.parts.clock.now(),
        };
        self.parts.store.insert_request(&request).await?;
        Ok(())
    }
}
