//! Who taps at another printer takes over what the first one has not heard of yet.

use print_core::{JobEvent, JobState};
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
        self.hold_again(attempt).await
    }

    /// Ends an attempt whose gate is shut, so that its printer never hears of it. The task that was to deliver it
    /// wakes up by that too, and may have ended it before: then the job is held as well. `false`: something else
    /// became of it.
    async fn hold_again(&self, attempt: &AttemptRecord) -> Result<bool, StoreError> {
        let ended = self.parts.store.end_attempt(EndAttempt {
            attempt: attempt.id,
            fence: attempt.fence,
            event: JobEvent::HandBack,
            usage: NOTHING,
            at: self.parts.clock.now(),
            reason: keyword(Reason::TakenElsewhere),
            goes_on: true,
        });
        let is_back = match ended.await? {
            Ended::Done(_) => true,
            Ended::AlreadyEnded | Ended::LostFence => {
                let job = self.parts.store.job(attempt.job).await?;
                job.state == JobState::Held && job.fence == attempt.fence
            }
        };
        if is_back {
            info!(job.id = %attempt.job, "A job was taken back from a printer that had not heard of it");
            self.parts.changes.job(attempt.job);
        }
        Ok(is_back)
    }
}

#[cfg(test)]
mod tests {
    use print_core::{JobState, Ticket};
    use real_parts::virtual_mfp::Mfp;
    use serde_json::json;

    use crate::delivery::tests::house::{House, quick};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_job_that_its_own_delivery_hands_back_first_is_taken_back_all_the_same() {
        let mfp = Mfp::start();
        mfp.fault(json!({ "fault": "asleep" }));
        let (_house, server) = House::open_with(quick()).await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(1, Ticket::default()).await;
        server.release(&[job], printer).await;
        let [attempt] =
            <[_; 1]>::try_from(server.store.attempts_of_job(job).await.unwrap()).unwrap();
        let live = server.deliveries.live.get(job).expect("it waits for its printer");
        assert!(live.take_back());
        server.is(job, JobState::Held).await;
        assert!(server.deliveries.hold_again(&attempt).await.unwrap());
        // Let go once more, it is somebody else's to end.
        server.claim(&[job], printer).await;
        assert!(!server.deliveries.hold_again(&attempt).await.unwrap());
        mfp.clear();
        assert_eq!(mfp.impressions_out(), 0);
    }
}
