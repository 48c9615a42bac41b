//! What a person wants of a job that is on its way.

use station_protocol::{FinishAt, Id};

use super::{Conversation, End};

impl Conversation {
    /// The job is to stop.
    pub(super) async fn stop(&mut self, job: &Id) -> Result<(), End> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let tap = session.tap();
        let stopped = session.stop(job).await;
        self.obeyed(Some(tap), stopped).await
    }

    /// The job stands still, and is to come out here or elsewhere.
    pub(super) async fn finish(&mut self, job: &Id, at: FinishAt) -> Result<(), End> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let tap = session.tap();
        let finished = session.finish(job, at).await;
        self.obeyed(Some(tap), finished).await
    }
}
