//! What time does to jobs: held ones expire, unfinished ones are given up, documents are shredded.

use std::sync::Arc;
use std::time::Duration;

use print_core::{AccountingDay, Clock, Keyword, TimeZone};
use store::{DueDocument, Store, StoreError};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::catalogue::Catalogue;
use crate::changes::Changes;
use crate::intake::arrivals::Arrivals;
use crate::intake::doubts::Doubts;
use crate::keys::Keys;
use crate::listeners::admission::Admission;
use crate::metrics::Metrics;
use crate::spool::{Location, Spool};
use crate::upkeep::orphans;

/// How often the sweeper looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The pause while more than one step is waiting.
const BREATH: Duration = Duration::from_millis(50);
/// Rows in one step, so that a sweep never stands in the way of a print.
const STEP: u32 = 100;
/// Looks between two looks for old day keys: about an hour.
const LOOKS_PER_DAY_SWEEP: u32 = 1_800;

/// The pause before what could not be cleaned is tried again.
const ORPHANS_AGAIN: Duration = Duration::from_secs(600);

/// Notices are kept for 90 days.
const NOTICES_KEPT_SECONDS: i64 = 90 * 24 * 3_600;

/// What the sweeper needs.
#[derive(Debug, Clone)]
pub struct Sweeper {
    /// Rows.
    pub store: Store,
    /// Documents.
    pub spool: Spool,
    /// Keys.
    pub keys: Arc<Keys>,
    /// Jobs that wait for their document.
    pub arrivals: Arc<Arrivals>,
    /// Jobs of which nobody knows whether they are there.
    pub doubts: Arc<Doubts>,
    /// How long they may wait.
    pub patience: Duration,
    /// The queues, read anew at each look.
    pub catalogue: Catalogue,
    /// Who is told of changes.
    pub changes: Changes,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The zone of the books.
    pub zone: TimeZone,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Open connections.
    pub admission: Admission,
}

impl Sweeper {
    /// Sweeps until the server stops.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        // A walk through a large spool takes minutes, and nothing else waits for it.
        let upkeep = async { tokio::join!(self.remove_orphans(), self.look_again_and_again()) };
        tokio::select! {
            _ = upkeep => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
        // The next start knows nothing of them.
        done("withdraw jobs that were refused", self.withdraw().await);
    }

    async fn look_again_and_again(&self) {
        let mut looks = 0_u32;
        loop {
            let more = self.sweep().await;
            if looks.is_multiple_of(LOOKS_PER_DAY_SWEEP) {
                done("keep the keys of days", self.keep_day_keys().await);
                done("forget old notices", self.forget_notices().await);
            }
            looks = looks.wrapping_add(1);
            tokio::time::sleep(if more { BREATH } else { LOOK_EVERY }).await;
        }
    }

    /// At the start, until it went through. It walks a folder, so it has a thread of its own.
    async fn remove_orphans(&self) {
        loop {
            let (store, spool) = (self.store.clone(), self.spool.clone());
            let runtime = tokio::runtime::Handle::current();
            let walk = move || runtime.block_on(orphans::remove(&store, &spool));
            match tokio::task::spawn_blocking(walk).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => warn!(%error, "The walk through the spool broke off"),
            }
            tokio::time::sleep(ORPHANS_AGAIN).await;
        }
    }

    /// Does each kind of work once, whatever became of the others. Answers whether more is waiting.
    async fn sweep(&self) -> bool {
        // First of all: while it waits, its owner could let it go and its copy, too.
        done("withdraw jobs that were refused", self.withdraw().await);
        done("read queues and holidays", self.catalogue.refresh().await);
        let expired = done("expire held jobs", self.expire().await);
        let told = done("tell of held jobs that expire soon", self.tell_of_expiry().await);
        done("give up jobs without a document", self.give_up().await);
        let stale = done("give up jobs of servers that are gone", self.give_up_stale().await);
        let shredded = done("shred documents", self.shred_due().await);
        done("count jobs", self.measure().await);
        [expired, told, stale, shredded].into_iter().flatten().any(|rows| rows == STEP as usize)
    }

    async fn expire(&self) -> Result<usize, StoreError> {
        let expired = self.store.expire_due(self.clock.now(), STEP).await?;
        for job in &expired {
            info!(job.id = %job, "A held job expired");
            self.changes.job(*job);
        }
        Ok(expired.len())
    }

    async fn tell_of_expiry(&self) -> Result<usize, StoreError> {
        self.store.tell_of_expiry(self.clock.now(), STEP).await
    }

    /// Step by step, so that nothing waits for it.
    async fn forget_notices(&self) -> Result<(), StoreError> {
        let before = self.clock.now().plus_seconds(-NOTICES_KEPT_SECONDS);
        while self.store.forget_notices(before, STEP).await? == u64::from(STEP) {
            tokio::time::sleep(BREATH).await;
        }
        Ok(())
    }

    async fn withdraw(&self) -> Result<(), StoreError> {
        for job in self.doubts.settle(&self.store, &self.spool, self.clock.now()).await? {
            self.changes.job(job);
        }
        Ok(())
    }

    async fn give_up(&self) -> Result<(), StoreError> {
        let reason = Keyword::parse("aborted-by-system").expect("a registered keyword");
        let mut result = Ok(());
        for job in self.arrivals.overdue(self.patience) {
            match self.store.abort_incoming(job, &reason, None, self.clock.now()).await {
                Ok(true) => {
                    info!(job.id = %job, "A job whose document never came was given up");
                    self.changes.job(job);
                }
                Ok(false) => {}
                Err(error) => {
                    self.arrivals.give_up(job);
                    result = Err(error);
                }
            }
        }
        result
    }

    async fn give_up_stale(&self) -> Result<usize, StoreError> {
        let stale = self.store.abort_stale_incoming(STEP).await?;
        for job in &stale {
            info!(job.id = %job, "A job of a server that is gone was given up");
            self.changes.job(*job);
        }
        Ok(stale.len())
    }

    async fn shred_due(&self) -> Result<usize, StoreError> {
        let due = self.store.documents_due(self.clock.now(), STEP).await?;
        for document in &due {
            self.shred(document).await?;
        }
        Ok(due.len())
    }

    async fn measure(&self) -> Result<(), StoreError> {
        let jobs = self.store.job_counts().await?;
        self.metrics.set_levels(&jobs, self.spool.free_bytes(), self.admission.open());
        Ok(())
    }

    /// The key goes first: what is left without it is noise, wherever a copy of it may be.
    async fn shred(&self, due: &DueDocument) -> Result<(), StoreError> {
        if !self.store.destroy_document(due.job).await? {
            // Its owner wants it once more since the list was made.
            return Ok(());
        }
        let Some(location) = &due.location else { return Ok(()) };
        match Location::parse(&location.kind, &location.id) {
            Ok(location) => {
                if let Err(error) = self.spool.remove(&location).await {
                    warn!(%error, job.id = %due.job, "A shredded document stays as noise on disk");
                }
            }
            Err(error) => warn!(%error, job.id = %due.job, "A document has no place we know"),
        }
        Ok(())
    }

    /// Makes the keys of today and tomorrow, and destroys those of past days that have no document left.
    async fn keep_day_keys(&self) -> Result<(), StoreError> {
        let today = self.zone.accounting_day(self.clock.now());
        // The first documents of tomorrow must not wait for a key to be made durable.
        for day in [today, AccountingDay::from_number(today.number() + 1)] {
            if let Err(error) = self.keys.prepare_day(day) {
                warn!(%error, %day, "The key of a day could not be made beforehand");
            }
        }
        let days = match self.keys.days() {
            Ok(days) => days,
            Err(error) => {
                warn!(%error, "The keys of past days could not be listed");
                return Ok(());
            }
        };
        let used = self.store.days_in_use().await?;
        for day in days {
            let past = day.number() < today.number() - 1;
            if past && !used.contains(&day) {
                match self.keys.destroy_day(day, today) {
                    Ok(()) => info!(%day, "The key of a past day was destroyed"),
                    Err(error) => warn!(%error, %day, "The key of a past day is still there"),
                }
            }
        }
        Ok(())
    }
}

/// What a step gave; the log has what went wrong, and the next look tries again.
fn done<T>(work: &str, result: Result<T, StoreError>) -> Option<T> {
    result.inspect_err(|error| warn!(%error, "The sweeper could not {work}")).ok()
}
