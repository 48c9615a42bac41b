//! Jobs that a tap lets go as soon as their pages are counted, and at the latest when it has waited long
//! enough. The word is given: they go also when the owner has left the station, or somebody else has tapped.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use print_core::{AttemptId, JobId, OwnerId, PrinterId, Timestamp};
use store::{JobsToClaim, StoreError};
use tokio::sync::mpsc::{self, error::TryRecvError};
use tokio::time::Instant;
use tracing::warn;

use super::word::{Letting, Word};
use crate::changes::{Change, ChangeReceiver};

/// A wait that is shorter is not worth a sentence.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// All that wait for their count in one session.
#[derive(Debug, Default)]
pub struct Countings(Vec<Counting>);

impl Countings {
    /// These of one owner wait, too, until then.
    pub fn begin(
        &mut self,
        word: Word,
        owner: OwnerId,
        printer: PrinterId,
        mut jobs: Vec<JobId>,
        until: Instant,
    ) {
        jobs.retain(|job| !self.contains(*job));
        if !jobs.is_empty() {
            self.0.push(Counting::begin(word, owner, printer, jobs, until));
        }
    }

    /// The jobs that wait.
    pub fn jobs(&self) -> impl Iterator<Item = JobId> {
        self.0.iter().flat_map(|counting| counting.jobs.iter().copied())
    }

    /// Whether this one waits.
    pub fn contains(&self, job: JobId) -> bool {
        self.jobs().any(|other| other == job)
    }

    /// The word for this one is taken back: it stays held. `false`: it does not wait.
    pub fn take_back(&self, job: JobId) -> bool {
        let Some(counting) = self.0.iter().find(|counting| counting.jobs.contains(&job)) else {
            return false;
        };
        lock(&counting.taken_back).insert(job);
        true
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many wait so long that the owner should be told.
    pub fn worth_saying(&self) -> usize {
        let long = |counting: &&Counting| counting.begun.elapsed() >= WORTH_SAYING;
        self.0.iter().filter(long).map(|counting| counting.jobs.len()).sum()
    }

    /// What waits no longer since this was last asked, and for which printer it waited.
    pub fn settled(&mut self) -> Vec<(PrinterId, Settled)> {
        let settled = self.0.iter_mut().map(|counting| (counting.printer, counting.settled()));
        let settled = settled.collect();
        self.0.retain(|counting| !counting.jobs.is_empty());
        settled
    }
}

/// Jobs that wait for their count, as the session sees them.
#[derive(Debug)]
pub struct Counting {
    printer: PrinterId,
    jobs: Vec<JobId>,
    begun: Instant,
    settled: mpsc::Receiver<Settled>,
    taken_back: TakenBack,
}

/// Jobs that nobody wants any more: they go out of the wait, and stay held.
type TakenBack = Arc<Mutex<HashSet<JobId>>>;

fn lock(taken_back: &TakenBack) -> MutexGuard<'_, HashSet<JobId>> {
    taken_back.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Jobs that wait no longer.
#[derive(Debug, Default)]
pub struct Settled {
    /// Let go, by these attempts.
    pub released: Vec<(JobId, AttemptId)>,
    /// Not let go, and no longer waited for: cancelled, or let go by another word.
    pub gone: Vec<JobId>,
}

impl Counting {
    /// Waits for the count of these jobs of one owner, until then.
    pub fn begin(
        word: Word,
        owner: OwnerId,
        printer: PrinterId,
        jobs: Vec<JobId>,
        until: Instant,
    ) -> Self {
        // Each message is about one job at least.
        let (tell, settled) = mpsc::channel(jobs.len().max(1));
        let deliveries = word.parts.deliveries.clone();
        let given_at = word.parts.clock.now();
        let taken_back = TakenBack::default();
        let wait = Wait {
            word,
            owner,
            printer,
            jobs: jobs.clone(),
            given_at,
            until,
            tell,
            taken_back: Arc::clone(&taken_back),
        };
        deliveries.spawn(wait.run());
        Self { printer, jobs, begun: Instant::now(), settled, taken_back }
    }

    /// What waits no longer since this was last asked.
    pub fn settled(&mut self) -> Settled {
        let mut all = Settled::default();
        loop {
            match self.settled.try_recv() {
                Ok(Settled { released, gone }) => {
                    self.jobs.retain(|job| {
                        !gone.contains(job) && released.iter().all(|(other, _)| other != job)
                    });
                    all.released.extend(released);
                    all.gone.extend(gone);
                }
                Err(TryRecvError::Empty) => return all,
                Err(TryRecvError::Disconnected) => {
                    all.gone.append(&mut self.jobs);
                    return all;
                }
            }
        }
    }
}

/// The wait itself, which goes on without the session.
struct Wait {
    word: Word,
    owner: OwnerId,
    printer: PrinterId,
    jobs: Vec<JobId>,
    given_at: Timestamp,
    until: Instant,
    tell: mpsc::Sender<Settled>,
    taken_back: TakenBack,
}

impl Wait {
    async fn run(mut self) {
        let _wanted = self.word.parts.inspector.want(self.owner, &self.jobs);
        // Before the first look, so that nothing is missed in between.
        let mut changes = self.word.parts.changes.subscribe();
        let mut stopping = self.word.parts.deliveries.stopping();
        loop {
            let is_over = Instant::now() >= self.until;
            let letting = if is_over { Letting::Everything } else { Letting::Counted };
            match self.look(letting).await {
                Ok(true) => {}
                // The session says so, if there still is one.
                Ok(false) => return,
                Err(error) => warn!(%error, "Jobs that were counted for a tap could not be let go"),
            }
            if self.jobs.is_empty() || is_over {
                return;
            }
            tokio::select! {
                () = concerns(&mut changes, &self.jobs) => {}
                () = tokio::time::sleep_until(self.until) => {}
                // What waits stays held; the tap is said again to the next run.
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Lets go what can go. `false`: the person or the card was blocked meanwhile.
    async fn look(&mut self, letting: Letting) -> Result<bool, StoreError> {
        if !self.word.holds().await? {
            return Ok(false);
        }
        let mut named = Vec::new();
        for job in &self.jobs {
            // One that another word let go since then, and that may have printed, is its owner's to name.
            let uncertain = self.word.parts.store.job(*job).await?.uncertain;
            let is_named = uncertain.is_none_or(|uncertain| uncertain.at <= self.given_at);
            if is_named && !lock(&self.taken_back).contains(job) {
                named.push(*job);
            }
        }
        let list = JobsToClaim::List(named);
        let released = self.word.let_go(self.owner, self.printer, list, letting).await?;
        let is_released = |job: &JobId| released.jobs.iter().any(|(other, _)| other == job);
        let (left, settled): (Vec<_>, Vec<_>) =
            self.jobs.drain(..).partition(|job| released.uncounted.contains(job));
        self.jobs = left;
        if settled.is_empty() {
            return Ok(true);
        }
        let gone = settled.iter().copied().filter(|job| !is_released(job)).collect();
        // An error means that the session is over; what was let go goes on.
        let _ = self.tell.try_send(Settled { released: released.jobs, gone });
        settled.into_iter().for_each(|job| self.word.parts.changes.job(job));
        Ok(true)
    }
}

/// Waits until one of these jobs has changed.
async fn concerns(changes: &mut ChangeReceiver, jobs: &[JobId]) {
    loop {
        match changes.next().await {
            Change::Job(job) if jobs.contains(&job) => return,
            Change::Everything => return,
            _ => {}
        }
    }
}
