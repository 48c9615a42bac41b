//! The jobs that wait to be looked into, and the lanes that do it. The list is in memory; what does not fit
//! into it, and what an earlier run left, is found again in the store.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use document_worker::{Facts, Failure, Inspection, Limit, Source, SourceFailed, Worker};
use print_core::JobId;
use store::{JobRecord, Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::{debug, warn};

use super::findings;
use crate::changes::Changes;
use crate::keys::{DocumentKey, KeyError, Keys, WrappedKey};
use crate::metrics::Metrics;
use crate::release::Hurry;
use crate::spool::{Location, Reader, Spool, SpoolError};

/// Jobs that wait in memory; more are found in the store.
const WAITING_MAX: usize = 4_096;
/// Jobs read from the store at once.
const STEP: u32 = 200;
/// How long a client's answer waits for the pages of a document that may need a password.
const ANSWER_WAIT: Duration = Duration::from_millis(100);
/// While jobs come much faster than they are looked into, a lane rests that long behind each document: a
/// process costs far more than taking a small job in does, and a flood is to be taken in almost as fast as if
/// nobody looked.
const FLOOD_REST: Duration = Duration::from_millis(24);
/// So many jobs that came while a lane looked into one are a flood.
const FLOOD_JOBS: u64 = 8;
/// A document waits that long at most for people who stand at a printer.
const TAPS_FIRST: Duration = Duration::from_millis(500);
/// After a failure of the store or of the machine.
const BREATH: Duration = Duration::from_secs(5);

/// What looking into documents needs.
#[derive(Debug)]
pub struct InspectorParts {
    /// Rows.
    pub store: Store,
    /// Documents.
    pub spool: Spool,
    /// Keys.
    pub keys: Arc<Keys>,
    /// Who is told of changes.
    pub changes: Changes,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Taps go first.
    pub hurry: Hurry,
    /// The processes; nothing where documents are not looked into.
    pub workplace: Option<Workplace>,
}

/// Where documents are looked into.
#[derive(Debug)]
pub struct Workplace {
    worker: Worker,
    /// How many in the background.
    lanes: usize,
}

/// Looks into documents.
#[derive(Debug)]
pub struct Inspector {
    parts: InspectorParts,
    waiting: Mutex<Waiting>,
    wake: Notify,
    /// How many jobs have come.
    asked: AtomicU64,
}

#[derive(Debug)]
struct Waiting {
    jobs: VecDeque<JobId>,
    /// The store may know of more.
    is_more: bool,
}

/// Why a document was not looked into.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("no process can look into documents on this machine now")]
    Unavailable,
}

/// A document as it comes out of the spool.
struct FromSpool(Reader);

impl Source for FromSpool {
    async fn next(&mut self) -> Result<Option<Bytes>, SourceFailed> {
        self.0.next().await.map_err(|error| {
            warn!(%error, "A document broke off while it was being looked into");
            SourceFailed
        })
    }
}

/// How documents are looked into on this machine: `at_once` of them, or half as many as it has processors;
/// the other half takes jobs in. Nothing where none is to be, or the program is missing.
#[must_use]
pub fn workplace(at_once: Option<usize>) -> Option<Workplace> {
    let half = || thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2);
    let at_once = at_once.unwrap_or_else(half);
    if at_once == 0 {
        return None;
    }
    // One place more, for documents whose clients wait.
    Worker::beside_this_program(at_once + 1)
        .inspect_err(|error| warn!(%error, "The pages of documents are not counted"))
        .map(|worker| Workplace { worker, lanes: at_once })
        .ok()
}

impl Inspector {
    /// An inspector that first looks for what an earlier run left.
    #[must_use]
    pub fn new(parts: InspectorParts) -> Self {
        let waiting = Mutex::new(Waiting { jobs: VecDeque::new(), is_more: true });
        Self { parts, waiting, wake: Notify::new(), asked: AtomicU64::new(0) }
    }

    /// A document has come.
    pub fn ask(&self, job: JobId) {
        if self.parts.workplace.is_none() {
            return;
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.waiting();
        if waiting.jobs.len() < WAITING_MAX {
            waiting.jobs.push_back(job);
        } else {
            waiting.is_more = true;
        }
        drop(waiting);
        self.wake.notify_one();
    }

    /// Whether the document in this place needs a password, as far as that is found out within a tenth of
    /// a second. For documents that may be encrypted, before their client has its answer.
    pub async fn needs_password(&self, location: &Location, job: JobId, key: &DocumentKey) -> bool {
        let Some(Workplace { worker, .. }) = &self.parts.workplace else { return false };
        let count = async {
            let reader = self.parts.spool.read(location, job, key).await.ok()?;
            worker.inspect(FromSpool(reader)).await.counted().await.err()
        };
        matches!(tokio::time::timeout(ANSWER_WAIT, count).await, Ok(Some(Failure::Password)))
    }

    /// Looks into documents until the server stops.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut lanes_at_work = JoinSet::new();
        let lanes = self.parts.workplace.as_ref().map_or(0, |workplace| workplace.lanes);
        for _ in 0..lanes {
            lanes_at_work.spawn(Arc::clone(&self).lane());
        }
        let _ = stop.wait_for(|stopping| *stopping).await;
        // Documents that are being looked into now are looked into again after the next start.
        lanes_at_work.shutdown().await;
    }

    async fn lane(self: Arc<Self>) {
        loop {
            let looked = match self.next() {
                Some(job) => {
                    self.parts.hurry.over(TAPS_FIRST).await;
                    let before = self.asked.load(Ordering::Relaxed);
                    let looked = self.look(job).await;
                    if self.asked.load(Ordering::Relaxed) - before > FLOOD_JOBS {
                        tokio::time::sleep(FLOOD_REST).await;
                    }
                    looked
                }
                None => self.find_more().await,
            };
            if let Err(error) = looked {
                warn!(%error, "Documents could not be looked into");
                tokio::time::sleep(BREATH).await;
            }
        }
    }

    fn next(&self) -> Option<JobId> {
        self.waiting().jobs.pop_front()
    }

    /// Asks the store for more, where it may know some; otherwise waits for the next document.
    async fn find_more(&self) -> Result<(), LookError> {
        if !std::mem::take(&mut self.waiting().is_more) {
            self.wake.notified().await;
            return Ok(());
        }
        let found = self.parts.store.uncounted(STEP).await;
        let mut waiting = self.waiting();
        // After a failure, and behind a full step, there may be more.
        waiting.is_more |= found.as_ref().map_or(true, |found| found.len() == STEP as usize);
        waiting.jobs.extend(found?.iter().map(|job| job.id));
        Ok(())
    }

    /// Looks into one document and keeps what is found. One that has ended meanwhile is left alone.
    async fn look(&self, id: JobId) -> Result<(), LookError> {
        let job = match self.parts.store.job(id).await {
            Err(StoreError::NotFound) => return Ok(()),
            job => job?,
        };
        if job.pages.is_some() || job.document_fault.is_some() {
            return Ok(());
        }
        let mut result = self.facts(&job).await?;
        if let Err(Failure::TooComplex(Limit::Wall | Limit::Killed)) = result {
            // The machine may have been busy with something else.
            result = self.facts(&job).await?;
        }
        match &result {
            Err(Failure::Unavailable) => {
                self.waiting().is_more = true;
                return Err(LookError::Unavailable);
            }
            Err(Failure::Blocked) => {
                warn!(job.id = %id, "A document made its reader try what is forbidden; it was stopped");
            }
            Err(failure) => debug!(job.id = %id, %failure, "The pages of a document are not known"),
            Ok(_) => {}
        }
        let Some(facts) = findings::kept(&result) else { return Ok(()) };
        self.parts.hurry.over(TAPS_FIRST).await;
        self.parts.store.keep_facts(id, &facts).await?;
        self.parts.metrics.looked_into(facts.pages.is_some());
        self.parts.changes.job(id);
        Ok(())
    }

    async fn facts(&self, job: &JobRecord) -> Result<Result<Facts, Failure>, LookError> {
        Ok(match self.begin(job).await? {
            Some(mut inspection) => inspection.facts().await,
            None => Err(Failure::Unreadable),
        })
    }

    /// Starts a process on the document; nothing when there is no document that can be read any more.
    async fn begin(&self, job: &JobRecord) -> Result<Option<Inspection>, LookError> {
        let (Some(place), Some(workplace)) = (&job.location, &self.parts.workplace) else {
            return Ok(None);
        };
        let Ok(location) = Location::parse(&place.kind, &place.id) else { return Ok(None) };
        let Some(row) = self.parts.store.document_key(job.id).await? else { return Ok(None) };
        let wrapped = WrappedKey::from_bytes(row.wrapped);
        let key = match self.parts.keys.document_key(job.id, row.day, &wrapped) {
            Err(KeyError::Refused | KeyError::DayDestroyed(_)) => return Ok(None),
            key => key?,
        };
        match self.parts.spool.read(&location, job.id, &key).await {
            Ok(reader) => Ok(Some(workplace.worker.inspect(FromSpool(reader)).await)),
            Err(SpoolError::Missing | SpoolError::Tampered) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Nothing panics while the lock is held, so the list is good also behind a poisoned one.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
