//! The front door: starts, stops, cancels and recovers deliveries.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use document_worker::Worker;
use print_core::{AttemptId, Clock, JobId, OwnerId, PrinterId, TimeZone, Timestamp};
use rustls::ClientConfig;
use store::{AttemptRecord, ClaimRequest, ClaimedJob, JobsToClaim, Opener, Store, StoreError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tracing::{error, info, warn};

use super::live::{LiveJobs, Progress, Wish};
use super::machine::{Enrolled, Kept, Machine};
use super::printer::address::Address;
use super::printer::client::Client;
use super::printer::reach::Reach;
use super::printer::trust::TrustError;
use super::rules::outcome::{Outcome, Reason};
use super::settings::DeliverySettings;
use super::work::Work;
use crate::changes::Changes;
use crate::keys::Keys;
use crate::spool::Spool;

/// What deliveries are made of.
pub struct DeliveryParts {
    /// Where every step is committed.
    pub store: Store,
    /// Where the documents are.
    pub spool: Spool,
    /// What opens them.
    pub keys: Arc<Keys>,
    /// Where documents are drawn for printers that take pixels; nothing where none can be.
    pub renderer: Option<Worker>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Which day it is for finance.
    pub zone: TimeZone,
    /// Who is told after each step.
    pub changes: Changes,
    /// How long is waited for what.
    pub settings: DeliverySettings,
    /// Called once for each attempt that ended.
    pub observe: Arc<dyn Fn(&Outcome) + Send + Sync>,
}

/// What the owner's word did, and has begun to do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Released {
    /// The jobs that it let go, in their order.
    pub jobs: Vec<(JobId, AttemptId)>,
    /// What the same tap had let go before.
    pub earlier: Vec<AttemptRecord>,
    /// The owner's jobs that were arriving when the owner tapped, and still are.
    pub arriving: Vec<JobId>,
    /// The owner's jobs that wait for their pages to be counted, where the word leaves such alone.
    pub uncounted: Vec<JobId>,
    /// When the tap was first heard of.
    pub tapped_at: Timestamp,
}

/// Every delivery of this process.
pub struct Deliveries {
    pub(super) parts: DeliveryParts,
    pub(super) live: LiveJobs,
    pub(super) stopping: watch::Sender<bool>,
    tls: Arc<ClientConfig>,
    reach: Arc<Reach>,
    lanes: Mutex<HashMap<PrinterId, mpsc::Sender<Work>>>,
    machines: Mutex<HashMap<PrinterId, Arc<Machine>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Deliveries {
    /// Deliveries with nothing to do yet.
    ///
    /// # Errors
    /// [`TrustError`] when the certificates of authorities for printers cannot be used.
    pub fn new(parts: DeliveryParts) -> Result<Arc<Self>, TrustError> {
        let tls = parts.settings.trust.client_config()?;
        let reach = Arc::new(parts.settings.reach.clone());
        Ok(Arc::new(Self {
            parts,
            live: LiveJobs::default(),
            stopping: watch::Sender::new(false),
            tls,
            reach,
            lanes: Mutex::default(),
            machines: Mutex::default(),
            tasks: Mutex::default(),
        }))
    }

    /// Claims jobs and begins to deliver them, as one: a caller that goes away after the claim's commit
    /// leaves no job behind that is released and that nobody delivers.
    ///
    /// # Errors
    /// As [`Store::claim`].
    pub async fn release(self: &Arc<Self>, request: ClaimRequest) -> Result<Released, StoreError> {
        self.release_with(request, None).await
    }

    /// The same after a tap, which is remembered with its card or code.
    ///
    /// # Errors
    /// As [`Store::claim_with`].
    pub async fn release_with(
        self: &Arc<Self>,
        request: ClaimRequest,
        opener: Option<Opener>,
    ) -> Result<Released, StoreError> {
        let (reply, answer) = oneshot::channel();
        let deliveries = self.clone();
        self.spawn(async move {
            let released = deliveries.let_go(request, opener).await;
            // An error means that the caller has gone away; what was released goes on.
            let _ = reply.send(released);
        });
        // Cut off at the end of the server: the next start finds what was claimed.
        answer.await.unwrap_or(Err(StoreError::Busy))
    }

    /// A tap for everything claims the first job alone and the others right behind it: nobody's first
    /// page waits for the rows of twenty. Whatever ends the server in between leaves the others held.
    async fn let_go(
        self: &Arc<Self>,
        request: ClaimRequest,
        opener: Option<Opener>,
    ) -> Result<Released, StoreError> {
        if request.tap.is_none() || request.jobs != JobsToClaim::All {
            return self.claim_and_start(request, opener).await;
        }
        let first = ClaimRequest { jobs: JobsToClaim::First, ..request.clone() };
        let mut released = self.claim_and_start(first, opener).await?;
        let Some((job, _)) = released.jobs.first() else { return Ok(released) };
        if let Some(live) = self.live.get(*job) {
            // The writer of the database and the processors are the first job's until it is on its way.
            let _ = tokio::time::timeout(FIRST_ALONE, live.has_left()).await;
        }
        if self.is_stopping() {
            return Ok(released);
        }
        // When this fails the owner is told to tap again, which lets the others go.
        let rest = ClaimRequest { limit: request.limit.saturating_sub(1), ..request };
        let rest = self.claim_and_start(rest, opener).await?;
        released.jobs.extend(rest.jobs);
        (released.arriving, released.uncounted) = (rest.arriving, rest.uncounted);
        Ok(released)
    }

    async fn claim_and_start(
        self: &Arc<Self>,
        request: ClaimRequest,
        opener: Option<Opener>,
    ) -> Result<Released, StoreError> {
        let release = self.parts.store.claim_with(request, opener).await?;
        let jobs = release.claimed.iter().map(|claimed| (claimed.job.id, claimed.attempt));
        let released = Released {
            jobs: jobs.collect(),
            earlier: release.earlier,
            arriving: release.arriving,
            uncounted: release.uncounted,
            tapped_at: release.tapped_at,
        };
        self.start(release.claimed);
        Ok(released)
    }

    /// Puts claimed jobs in line for their printers, in this order, and returns at once.
    pub fn start(self: &Arc<Self>, claimed: Vec<ClaimedJob>) {
        for claimed in claimed {
            let tap_at = claimed.claimed_at;
            self.start_try(claimed, tap_at, 1);
        }
    }

    /// Puts one try in line.
    pub(super) fn start_try(self: &Arc<Self>, claimed: ClaimedJob, tap_at: Timestamp, tries: u8) {
        let work = self.work(claimed, tap_at, tries);
        let Some(printer) = work.claimed.job.printer else {
            error!(job.id = %work.job(), "A claim names no printer; its attempt stays open");
            return;
        };
        let refused = if self.is_stopping() {
            // A lane that opens now would be closed by nobody.
            Some(mpsc::error::TrySendError::Closed(work))
        } else {
            let mut lanes = lock(&self.lanes);
            let lane = lanes.entry(printer).or_insert_with(|| self.open_lane(printer));
            if lane.is_closed() {
                // Its task broke off; the jobs that were in line are found by the next look.
                *lane = self.open_lane(printer);
            }
            lane.try_send(work).err()
        };
        let (work, reason) = match refused {
            None => return,
            Some(mpsc::error::TrySendError::Full(work)) => (work, Reason::PrinterBusy),
            Some(mpsc::error::TrySendError::Closed(work)) => (work, Reason::ServerStopping),
        };
        let deliveries = self.clone();
        self.spawn(async move { deliveries.hand_back(&work, reason).await });
    }

    /// The attempt as this process holds it.
    pub(super) fn work(&self, claimed: ClaimedJob, tap_at: Timestamp, tries: u8) -> Work {
        let live = self.live.begin(claimed.job.id);
        let (started, first_byte, blanks) = (Instant::now(), OnceLock::new(), OnceLock::new());
        Work { claimed, live, started, tap_at, tries, first_byte, blanks }
    }

    /// Asks for a job's end. True: it is under way in this process, and its end arrives through the
    /// store. False: it is not, and the store can end it.
    pub fn cancel(&self, job: JobId) -> bool {
        self.live.want(job, Wish::Stop)
    }

    /// Asks for a job's end here, so that it can be printed elsewhere. True: it is under way in this process,
    /// and is held again when the printer has confirmed that it ended.
    pub fn finish_elsewhere(&self, job: JobId) -> bool {
        self.live.want(job, Wish::Elsewhere)
    }

    /// The owner of a job that stands still waits here until it goes on.
    pub fn finish_here(&self, owner: OwnerId, job: JobId, printer: PrinterId) {
        self.owner_seen(owner, printer);
        if let Some(live) = self.live.get(job) {
            live.stay();
            live.change(|progress| progress.offer_cancel = false);
            self.parts.changes.job(job);
        }
    }

    /// Notes that the owner stands at the printer: a tap, a touch.
    pub fn owner_seen(&self, owner: OwnerId, printer: PrinterId) {
        self.live.owner_seen(owner, printer, self.parts.settings.owner_absent * 4);
    }

    /// How far a job has come, when it is under way in this process.
    pub fn progress(&self, job: JobId) -> Option<Progress> {
        self.live.progress(job)
    }

    /// Takes over every attempt that an earlier run, or a node whose lease has ended, left open, and
    /// settles each with its printer in the background. To be called at the start, before new jobs come
    /// in; [`Deliveries::make_rounds`] calls it again for what dead nodes leave. Says how many were taken
    /// over.
    ///
    /// # Errors
    /// [`StoreError`] when the attempts cannot be read or taken over.
    pub async fn recover(self: &Arc<Self>) -> Result<usize, StoreError> {
        let mut taken = 0;
        loop {
            let open = self.parts.store.open_attempts(OPEN_ATTEMPTS_PAGE).await?;
            let before = taken;
            for record in open {
                taken += usize::from(self.take_over(record).await?);
            }
            if taken == before {
                break;
            }
        }
        if taken > 0 {
            info!(attempts = taken, "Attempts of an earlier run are settled with their printers");
        }
        Ok(taken)
    }

    /// Takes one attempt over and settles it in the background. `false`: somebody else was faster, or it
    /// has ended.
    async fn take_over(self: &Arc<Self>, record: AttemptRecord) -> Result<bool, StoreError> {
        let Some(fence) = self.parts.store.adopt(record.id, record.fence).await? else {
            return Ok(false);
        };
        let claimed = self.claimed(&record, fence).await?;
        let work = self.work(claimed, record.claimed_at, 1);
        let deliveries = self.clone();
        self.spawn(async move { deliveries.take_up(work, record).await });
        Ok(true)
    }

    /// Takes up attempts of this very process that no task of it carries out: the answer to a commit was
    /// lost, a task broke off, or the database took no step. An attempt has to be missed in two looks,
    /// because a claim is committed a moment before its delivery begins. Gives what was missed now.
    ///
    /// # Errors
    /// [`StoreError`] when the attempts cannot be read or taken over.
    pub(super) async fn take_up_lost(
        self: &Arc<Self>,
        missed_before: &HashSet<AttemptId>,
    ) -> Result<HashSet<AttemptId>, StoreError> {
        let mut missed = HashSet::new();
        for record in self.parts.store.my_open_attempts().await? {
            if self.live.is_under_way(record.job) {
                continue;
            }
            if !missed_before.contains(&record.id) {
                missed.insert(record.id);
                continue;
            }
            warn!(job.id = %record.job, "An attempt of ours was lost and is settled with its printer");
            self.take_over(record).await?;
        }
        Ok(missed)
    }

    /// What the claim of an open attempt froze. The document's key may be gone, when the job was
    /// cancelled meanwhile: what was printed is booked all the same.
    async fn claimed(&self, record: &AttemptRecord, fence: i64) -> Result<ClaimedJob, StoreError> {
        match self.parts.store.claimed_job(record.id).await {
            Ok(claimed) => Ok(ClaimedJob { fence, ..claimed }),
            Err(StoreError::NotFound) => Ok(ClaimedJob {
                job: self.parts.store.job(record.job).await?,
                attempt: record.id,
                fence,
                mark: record.mark,
                ticket: record.ticket.clone(),
                keep: record.keep,
                delegate: record.delegate,
                wrapped_key: Vec::new(),
                key_day: record.accounting_day,
                facts: None,
                claimed_at: record.claimed_at,
                station: record.station,
            }),
            Err(error) => Err(error),
        }
    }

    /// Starts nothing new, hands back what no printer has yet, and gives the rest `grace` to end. What
    /// is not over then stays open in the store; the next start settles it.
    pub async fn stop(&self, grace: Duration) {
        self.stopping.send_replace(true);
        // The lanes drain what is in line and end when their senders are gone.
        lock(&self.lanes).clear();
        let deadline = tokio::time::Instant::now() + grace;
        loop {
            let mut tasks = std::mem::take(&mut *lock(&self.tasks));
            if tasks.is_empty() {
                return;
            }
            let all = async { while tasks.join_next().await.is_some() {} };
            if tokio::time::timeout_at(deadline, all).await.is_err() {
                // What these started while they were waited for is ended in the next round.
                warn!(deliveries = tasks.len(), "Deliveries are left to the next start");
                tasks.shutdown().await;
            }
        }
    }

    /// The printer of a row, as it is remembered while its address and certificate stay the same. `None`:
    /// its address is none.
    pub(super) fn machine(&self, printer: &store::Printer) -> Option<Arc<Machine>> {
        let mut machines = lock(&self.machines);
        let certificate = printer.machine.certificate_sha256;
        if let Some(machine) = machines.get(&printer.id)
            && machine.client.address().uri() == printer.uri
            && machine.certificate_sha256 == certificate
        {
            return Some(machine.clone());
        }
        let address = Address::parse(&printer.uri).ok()?;
        let tls = match certificate {
            Some(sha256) => {
                let trust = self.parts.settings.trust.with_pin(address.host(), sha256);
                trust.client_config().ok()?
            }
            None => self.tls.clone(),
        };
        let deadlines = self.parts.settings.deadlines();
        let client = Client::new(address, self.reach.clone(), tls, deadlines);
        let machine = Arc::new(Machine::new(printer.id, client, certificate));
        machines.insert(printer.id, machine.clone());
        Some(machine)
    }

    /// A printer whose row was read a moment ago.
    pub(super) fn known_machine(&self, printer: PrinterId) -> Option<(Arc<Machine>, Enrolled)> {
        let machine = lock(&self.machines).get(&printer)?.clone();
        let enrolled = machine.enrolled(self.parts.settings.condition_kept)?;
        Some((machine, enrolled))
    }

    /// How long what is learnt of printers is used again.
    pub(super) fn kept(&self) -> Kept {
        let settings = &self.parts.settings;
        Kept { facts: settings.facts_kept, condition: settings.condition_kept }
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Turns true when the server stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Runs a task that [`Deliveries::stop`] waits for.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                error!(%error, "A delivery broke off; its attempt is settled soon");
            }
        }
        tasks.spawn(task);
    }
}

/// The first job of a tap has the server to itself for at most so long: a printer that wakes up first
/// must not keep the other jobs from being claimed.
const FIRST_ALONE: Duration = Duration::from_millis(25);

/// How many open attempts are read at once.
const OPEN_ATTEMPTS_PAGE: u32 = 500;

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries").field("live", &self.live).finish_non_exhaustive()
    }
}

impl fmt::Debug for DeliveryParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryParts").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
