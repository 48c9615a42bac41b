//! Who taps at another printer takes over what the first one has not heard of yet.

use print_core::JobEvent;
use store::{AttemptRecord, AttemptState, EndAttempt, Ended, StoreError};
use tracing::info;

use super::deliveries::Deliveries;
use super::ending::{NOTHING, keyword};
use super::rules::outcome::Reason;

impl Deliveries {
    /// Takes a job back from a printer that has not heard of it: it is held again. `false`: the printer may
    /// have heard of it, or another server brings it there; then it prints where it is.
    ///
    /// # Errors
    /// [`StoreError`] when the end of the attempt cannot be committed; whoever delivers it ends it then.
    pub async fn take_back(&self, attempt: &AttemptRecord) -> Result<bool, StoreError> {
        let Some(live) = self.live.get(attempt.job) else { return Ok(false) };
        if attempt.state != AttemptState::Claimed || !live.take_back() {
            return Ok(false);
        }
        let ended = self.parts.store.end_attempt(EndAttempt {
            attempt: attempt.id,
            fence: attempt.fence,
            event: JobEvent::HandBack,
            usage: NOTHING,
            at: self.parts.clock.now(),
            reason: keyword(Reason::TakenElsewhere),
            goes_on: true,
        });
        let is_back = matches!(ended.await?, Ended::Done(_));
        if is_back {
            info!(job.id = %attempt.job, "A job was taken back from a printer that had not heard of it");
            self.parts.changes.job(attempt.job);
        }
        Ok(is_back)
    }
}
