//! Looks into one document after the other. Which one is next is in [`super::waiting`], when in
//! [`super::lanes`]. The lines are in memory; what does not fit into them, and what an earlier run left, is
//! found again in the store.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use document_worker::{Facts, Failure, Inspection, Limit, Source, SourceFailed, Worker};
use print_core::{JobId, OwnerId};
use store::{JobRecord, Store, StoreError};
use tokio::sync::{Notify, watch};
use tracing::{debug, warn};

use super::findings;
use super::lanes::Pace;
use super::waiting::{Share, Waiting};
use crate::changes::Changes;
use crate::keys::{DocumentKey, KeyError, Keys, WrappedKey};
use crate::metrics::Metrics;
use crate::release::Hurry;
use crate::spool::{Location, Reader, Spool, SpoolError};

/// How long a client's answer waits for the pages of a document that may need a password.
const ANSWER_WAIT: Duration = Duration::from_millis(100);

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
    /// How many in the background. There is one lane more, for documents that somebody at a printer waits for.
    pub(super) lanes: usize,
    pub(super) pace: Pace,
}

/// Looks into documents.
#[derive(Debug)]
pub struct Inspector {
    pub(super) parts: InspectorParts,
    waiting: Mutex<Waiting>,
    /// Whose documents people at printers wait for, and how many do.
    wanted: watch::Sender<HashMap<OwnerId, usize>>,
    pub(super) wake: Notify,
    pub(super) wake_wanted: Notify,
    /// How many jobs have come.
    asked: AtomicU64,
}

/// Somebody at a printer waits for an owner's documents, until it is dropped.
#[derive(Debug)]
pub struct Wanted {
    inspector: Arc<Inspector>,
    owner: OwnerId,
}

/// Why a document was not looked into.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("no process can look into documents on this machine now")]
    Unavailable,
}

/// What came of looking into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// What can be known is known.
    Known,
    /// The document broke off on its way out of the spool: trying again at once would not help.
    BrokeOff,
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
    // One place more for documents whose clients wait, one for those that people at printers wait for.
    Worker::beside_this_program(at_once + 2)
        .inspect_err(|error| warn!(%error, "The pages of documents are not counted"))
        .map(|worker| Workplace::new(worker, at_once, Pace::default()))
        .ok()
}

impl Workplace {
    /// So many lanes at this pace; `worker` has two places more than there are lanes.
    #[must_use]
    pub fn new(worker: Worker, lanes: usize, pace: Pace) -> Self {
        Self { worker, lanes, pace }
    }

    /// One owner leaves one lane to the others, if there is more than one, and always the lane for documents
    /// that people wait for. With a single lane, what its owner waits for still has the other one while an
    /// earlier document of theirs is being looked into.
    pub(super) fn share(&self) -> Share {
        let any = self.lanes.saturating_sub(1).max(1);
        Share { any, wanted: self.lanes.max(2) }
    }
}

impl Inspector {
    /// An inspector that first looks for what an earlier run left.
    #[must_use]
    pub fn new(parts: InspectorParts) -> Self {
        Self {
            parts,
            waiting: Mutex::new(Waiting::new()),
            wanted: watch::Sender::default(),
            wake: Notify::new(),
            wake_wanted: Notify::new(),
            asked: AtomicU64::new(0),
        }
    }

    /// Whether documents are looked into at all.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        self.parts.workplace.is_some()
    }

    /// A document has come.
    pub fn ask(&self, owner: OwnerId, job: JobId) {
        if !self.is_at_work() {
            return;
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.waiting().add(owner, job);
        self.wake.notify_one();
    }

    /// Somebody stands at a printer and waits for what is in this owner's documents: they go before all
    /// others, and wait neither for taps nor for a flood. What is found is told as a change of the job.
    #[must_use]
    pub fn want(self: &Arc<Self>, owner: OwnerId, jobs: &[JobId]) -> Wanted {
        self.wanted.send_modify(|wanted| *wanted.entry(owner).or_default() += 1);
        let mut waiting = self.waiting();
        jobs.iter().for_each(|job| waiting.want(owner, *job));
        drop(waiting);
        self.wake_wanted.notify_one();
        self.wake.notify_one();
        Wanted { inspector: Arc::clone(self), owner }
    }

    /// How many jobs have come so far.
    pub(super) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
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

    /// Looks into one document and keeps what is found. One that has ended meanwhile is left alone.
    pub(super) async fn look(&self, id: JobId) -> Result<Looked, LookError> {
        let job = match self.parts.store.job(id).await {
            Err(StoreError::NotFound) => return Ok(Looked::Known),
            job => job?,
        };
        if job.pages.is_some() || job.document_fault.is_some() {
            return Ok(Looked::Known);
        }
        let mut result = self.facts(&job).await?;
        if let Err(Failure::TooComplex(Limit::Wall | Limit::Killed)) = result {
            // The machine may have been busy with something else.
            result = self.facts(&job).await?;
        }
        match &result {
            Err(Failure::Unavailable) => {
                self.waiting().find_again();
                return Err(LookError::Unavailable);
            }
            Err(Failure::Blocked) => {
                warn!(job.id = %id, "A document made its reader try what is forbidden; it was stopped");
            }
            Err(failure) => debug!(job.id = %id, %failure, "The pages of a document are not known"),
            Ok(_) => {}
        }
        let Some(facts) = findings::kept(&result) else { return Ok(Looked::BrokeOff) };
        self.let_taps_go_first(job.owner).await;
        self.parts.store.keep_facts(id, &facts).await?;
        self.parts.metrics.looked_into(facts.pages.is_some());
        self.parts.changes.job(id);
        Ok(Looked::Known)
    }

    /// People who tap go first, for a moment; unless one of them waits for this owner's documents.
    pub(super) async fn let_taps_go_first(&self, owner: OwnerId) {
        let Some(workplace) = &self.parts.workplace else { return };
        let mut wanted = self.wanted.subscribe();
        tokio::select! {
            () = self.parts.hurry.over(workplace.pace.taps_first) => {}
            _ = wanted.wait_for(|wanted| wanted.contains_key(&owner)) => {}
        }
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
    pub(super) fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.inspector.wanted.send_modify(|wanted| match wanted.get_mut(&self.owner) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(wanted.remove(&self.owner)),
        });
    }
}
