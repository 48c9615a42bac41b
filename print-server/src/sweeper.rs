//! What time does to jobs: held ones expire, unfinished ones are given up, documents are shredded.

use std::sync::Arc;
use std::time::Duration;

use print_core::{AccountingDay, Clock, Keyword, TimeZone};
use store::{DueDocument, Store, StoreError};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::arrivals::Arrivals;
use crate::catalogue::Catalogue;
use crate::changes::Changes;
use crate::keys::Keys;
use crate::listeners::admission::Admission;
use crate::metrics::Metrics;
use crate::orphans;
use crate::spool::{Location, Spool};

/// How often the sweeper looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Rows in one step, so that a sweep never stands in the way of a print.
const STEP: u32 = 100;
/// Looks between two looks for old day keys: about an hour.
const LOOKS_PER_DAY_SWEEP: u32 = 1_800;

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
        self.remove_orphans().await;
        let mut looks = 0_u32;
        loop {
            if let Err(error) = self.sweep().await {
                warn!(%error, "The sweeper could not finish; it looks again soon");
            }
            if looks.is_multiple_of(LOOKS_PER_DAY_SWEEP)
                && let Err(error) = self.keep_day_keys().await
            {
                warn!(%error, "The keys of past days could not be read");
            }
            looks = looks.wrapping_add(1);
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Once, at the start. It walks a folder, so it has a thread of its own.
    async fn remove_orphans(&self) {
        let (store, spool) = (self.store.clone(), self.spool.clone());
        let runtime = tokio::runtime::Handle::current();
        let walk = tokio::task::spawn_blocking(move || {
            runtime.block_on(orphans::remove(&store, &spool));
        });
        if let Err(error) = walk.await {
            warn!(%error, "The walk through the spool broke off");
        }
    }

    async fn sweep(&self) -> Result<(), StoreError> {
        self.store.renew_lease().await?;
        self.catalogue.refresh().await?;
        for job in self.store.expire_due(self.clock.now(), STEP).await? {
            info!(job.id = %job, "A held job expired");
            self.changes.job(job);
        }
        for job in self.arrivals.overdue(self.patience) {
            let reason = Keyword::parse("aborted-by-system").expect("a registered keyword");
            if self.store.abort_incoming(job, &reason, self.clock.now()).await? {
                info!(job.id = %job, "A job whose document never came was given up");
                self.changes.job(job);
            }
        }
        for job in self.store.abort_stale_incoming(STEP).await? {
            info!(job.id = %job, "A job of a server that is gone was given up");
        }
        for due in self.store.documents_due(self.clock.now(), STEP).await? {
            self.shred(&due).await?;
        }
        let jobs = self.store.job_counts().await?;
        self.metrics.set_levels(&jobs, self.spool.free_bytes(), self.admission.open());
        Ok(())
    }

    /// The key goes first: what is left without it is noise, wherever a copy of it may be.
    async fn shred(&self, due: &DueDocument) -> Result<(), StoreError> {
        self.store.destroy_document(due.job).await?;
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
