//! What an earlier tap of the same person has let go, here or at another printer.

use print_core::{JobId, PrinterId};
use station_protocol::JOBS_MAX;
use store::{AttemptRecord, JobsToClaim};
use tracing::warn;

use super::Session;
use crate::release::word::Wishes;

/// Who taps here takes over what has waited at another printer for so long. Taps at the same moment share:
/// nobody is at two places within it, and jobs must not go to and fro between two stations.
const WAITED_MICROS: i64 = 3_000_000;

impl Session {
    /// What another tap of the same person has let go and is not over is shown here too, so that it can be
    /// stopped here. What another printer has not heard of yet is taken back, and goes here where everything
    /// does. It is no part of the release: without it the session is as good.
    pub(super) async fn follow_running(&mut self) {
        let limit = u32::try_from(JOBS_MAX).unwrap_or(u32::MAX);
        let running =
            self.parts.store.running_attempts(self.owner(), self.open.opener, limit).await;
        let running = match running {
            Ok(running) => running,
            Err(error) => {
                warn!(%error, "What is on its way for a person could not be read");
                return;
            }
        };
        let mut back = Vec::new();
        for attempt in &running {
            if self.has_waited_elsewhere(attempt) {
                match self.parts.deliveries.take_back(attempt).await {
                    Ok(true) => back.push(attempt.job),
                    Ok(false) => {}
                    Err(error) => warn!(%error, "A job could not be taken back from a printer"),
                }
            }
        }
        let running: Vec<_> =
            running.into_iter().filter(|attempt| !back.contains(&attempt.job)).collect();
        self.track_earlier(&running);
        if let Some(printer) = self.only_printer()
            && !back.is_empty()
        {
            self.go_here(printer, back).await;
        }
    }

    fn has_waited_elsewhere(&self, attempt: &AttemptRecord) -> bool {
        let waited = self.parts.clock.now().micros_since(attempt.claimed_at);
        !self.open.station.printers.contains(&attempt.printer) && waited >= WAITED_MICROS
    }

    /// Jobs that were taken back go with this tap. When that fails they are held, and shown.
    async fn go_here(&mut self, printer: PrinterId, jobs: Vec<JobId>) {
        match self.claim(self.owner(), printer, JobsToClaim::List(jobs), &Wishes::default()).await {
            Ok(released) => {
                self.count_first(self.owner(), printer, released.uncounted, &Wishes::default())
            }
            Err(error) => warn!(%error, "Jobs that were taken back could not be let go here"),
        }
    }
}
