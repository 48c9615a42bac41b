//! A durable document meets the store: what is left behind when the store does not take it.
//!
//! Each call goes on to its end also when its client has gone, so that no document stays without a row, and
//! no row is forgotten of which nobody knows whether it is there.

use std::sync::Arc;

use print_core::{JobId, OwnerId, Timestamp};
use store::{Accepted, NewJob, Store, StoreError, StoredDocument};

use super::doubts::{self, Doubt, Doubts};
use crate::inspect::Inspector;
use crate::spool::{Location, Spool};

/// The way into the store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Handover {
    /// Rows.
    pub store: Store,
    /// Documents.
    pub spool: Spool,
    /// Jobs of which nobody knows whether they are there.
    pub doubts: Arc<Doubts>,
    /// Looks into documents.
    pub inspector: Arc<Inspector>,
}

impl Handover {
    /// Makes the held job of a document that is here.
    ///
    /// # Errors
    /// [`StoreError`]; no job is waiting then, or it is withdrawn as soon as the database is back.
    pub async fn hold(
        &self,
        job: NewJob,
        place: Location,
        stored: StoredDocument,
    ) -> Result<Accepted, StoreError> {
        let own = self.clone();
        to_its_end(async move {
            let new = Box::new(job.clone());
            let taken = own.store.intake(job, stored).await;
            match &taken {
                Ok(accepted) => own.inspector.ask(new.owner, accepted.id),
                Err(error) => own.leave(new.id, Some(new), place, error).await,
            }
            taken
        })
        .await
    }

    /// Makes a job whose document is still to come.
    ///
    /// # Errors
    /// As [`Handover::hold`].
    pub async fn begin_incoming(&self, job: NewJob) -> Result<Accepted, StoreError> {
        let own = self.clone();
        to_its_end(async move {
            let new = Box::new(job.clone());
            let begun = own.store.begin_incoming(job).await;
            if matches!(begun, Err(StoreError::InDoubt)) {
                own.doubts.add(Doubt { job: new.id, new: Some(new), place: None });
            }
            begun
        })
        .await
    }

    /// The document of an arriving job is here. `false`: the job has ended meanwhile.
    ///
    /// # Errors
    /// As [`Handover::hold`].
    pub async fn complete(
        &self,
        (owner, job): (OwnerId, JobId),
        place: Location,
        stored: StoredDocument,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let own = self.clone();
        to_its_end(async move {
            let done = own.store.document_complete(job, stored, now, expires_at).await;
            match &done {
                Ok(true) => own.inspector.ask(owner, job),
                Ok(false) => doubts::remove(&own.spool, job, &place).await,
                Err(error) => own.leave(job, None, place, error).await,
            }
            done
        })
        .await
    }

    /// The store did not take the document, which goes at once where that is certain.
    async fn leave(
        &self,
        job: JobId,
        new: Option<Box<NewJob>>,
        place: Location,
        error: &StoreError,
    ) {
        match error {
            StoreError::InDoubt => self.doubts.add(Doubt { job, new, place: Some(place) }),
            _ => doubts::remove(&self.spool, job, &place).await,
        }
    }
}

/// Ends also when whoever waits for it has gone.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.unwrap_or(Err(StoreError::InDoubt))
}
