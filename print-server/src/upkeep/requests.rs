//! What pages and print clients asked of jobs that this server delivers, carried out one by one.
//!
//! Whoever asks writes a row; the server that owns the job's delivery takes it. In the same process it is
//! woken at once, otherwise it looks each second.

use std::sync::Arc;
use std::time::Duration;

use print_core::{Clock, Keyword};
use store::{Cancelled, Request, RequestKind, Store, StoreError};
use tokio::sync::{Notify, watch};
use tracing::{info, warn};

use crate::changes::Changes;
use crate::delivery::Deliveries;

/// How often rows of other processes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Tries to end one job.
const TRIES_MAX: u32 = 10;
/// The pause between two tries.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// Rows taken at once.
const TAKEN_MAX: u32 = 50;

/// Carries out requests.
#[derive(Debug, Clone)]
pub struct Requests {
    /// Rows.
    pub store: Store,
    /// Jobs on their way out.
    pub deliveries: Arc<Deliveries>,
    /// Who is told of changes.
    pub changes: Changes,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the loop.
    pub wake: Arc<Notify>,
}

impl Requests {
    /// Carries out requests until the server stops.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            match self.store.take_requests(TAKEN_MAX).await {
                Ok(requests) => {
                    for request in requests {
                        self.carry_out(&request).await;
                    }
                }
                Err(error) => warn!(%error, "Requests could not be read"),
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn carry_out(&self, request: &Request) {
        let answer = match self.answer(request).await {
            Ok(answer) => answer,
            Err(error) => {
                warn!(%error, request = %request.id, "A request could not be carried out");
                "try-again"
            }
        };
        info!(job.id = %request.job, kind = ?request.kind, answer, "Carried out a request");
        if let Err(error) = self.store.answer_request(request.id, answer).await {
            warn!(%error, "The answer to a request could not be kept");
        }
        self.changes.job(request.job);
    }

    async fn answer(&self, request: &Request) -> Result<&'static str, StoreError> {
        let reason = match request.kind {
            // Owners delete, helpdesk cancels.
            RequestKind::Delete => "job-canceled-by-user",
            RequestKind::Cancel => "job-canceled-by-operator",
            // Who wants it at another printer.
            RequestKind::Hold => {
                let is_asked = self.deliveries.finish_elsewhere(request.job);
                return Ok(if is_asked { "asked-printer" } else { "not-known" });
            }
            RequestKind::Release | RequestKind::Resume => return Ok("not-known"),
        };
        let reason = Keyword::parse(reason).expect("a registered keyword");
        // Between its claim and its line, and between two tries, a job is with nobody for a moment. Who was
        // told that a job ends must not find it printed.
        for _ in 0..TRIES_MAX {
            if self.deliveries.cancel(request.job) {
                return Ok("asked-printer");
            }
            match self.store.cancel_job(request.job, &reason, self.clock.now()).await? {
                Cancelled::Done => return Ok("done"),
                Cancelled::Ended(_) => return Ok("already-ended"),
                Cancelled::AskPrinter => tokio::time::sleep(TRY_AGAIN_AFTER).await,
            }
        }
        Ok("try-again")
    }
}
