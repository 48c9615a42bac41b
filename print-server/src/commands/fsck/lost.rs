//! Jobs whose documents are gone for good, as after a restore of the database without its spool.

use std::sync::Arc;

use print_core::{Clock, JobId, Keyword};
use store::{AuditEvent, Cancelled, Store, StoreError};

/// Ends jobs that nobody can print any more. Their owners see them as cancelled by the operator.
#[derive(Debug)]
pub struct Undertaker {
    store: Store,
    clock: Arc<dyn Clock>,
    ended: u64,
}

impl Undertaker {
    /// One that has ended nothing yet.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, ended: 0 }
    }

    /// How many jobs it has ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.ended
    }

    /// Ends the job and forgets its document. `false`: a printer has it, and the server must ask that
    /// printer first.
    ///
    /// # Errors
    /// When the database cannot be written; the job is then ended at the next run.
    pub async fn end(&mut self, job: JobId) -> Result<bool, StoreError> {
        let reason = Keyword::parse("job-canceled-by-operator").expect("a registered keyword");
        let at = self.clock.now();
        if self.store.cancel_job(job, &reason, at).await? == Cancelled::AskPrinter {
            return Ok(false);
        }
        let event = AuditEvent {
            at,
            actor: format!("os:{}", rustix::process::getuid().as_raw()),
            event: "job-end-lost".into(),
            object: format!("job:{job}"),
            outcome: "done".into(),
            detail: serde_json::Value::Null,
        };
        self.store.append_audit(&event).await?;
        self.store.destroy_document(job).await?;
        self.ended += 1;
        Ok(true)
    }
}
