//! What the jobs under way are doing, in memory: for the station's progress bar, and for cancelling.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print_core::{JobId, Keyword, OwnerId, PrinterId};
use tokio::sync::{SetOnce, watch};

use super::printer::body::Sent;

/// What is happening to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// In line for its printer.
    Waiting,
    /// The printer does not answer yet: it is asleep, and waking up.
    Waking,
    /// The printer answers that it is busy.
    Busy,
    /// The document is on its way.
    Sending,
    /// The printer has the document.
    Printing,
    /// The printer has stopped: no paper, a jam, an open cover.
    Stopped,
    /// The printer was asked to cancel the job.
    Canceling,
}

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is happening.
    pub step: Step,
    /// Printed sides that the printer has reported so far.
    pub impressions: Option<u32>,
    /// What the printer says about itself and the job.
    pub reasons: Vec<Keyword>,
    /// It has stood still for so long that the owner may want to print elsewhere.
    pub offer_cancel: bool,
}

/// One job under way.
#[derive(Debug)]
pub struct Live {
    progress: Mutex<Progress>,
    cancel: watch::Sender<bool>,
    sent: SetOnce<Sent>,
}

impl Live {
    /// How far the job has come.
    pub fn progress(&self) -> Progress {
        lock(&self.progress).clone()
    }

    /// Changes the progress; says whether it is another one now.
    pub fn change(&self, change: impl FnOnce(&mut Progress)) -> bool {
        let mut progress = lock(&self.progress);
        let before = progress.clone();
        change(&mut progress);
        *progress != before
    }

    /// The document has a connection to go by; of several tries, the first counts.
    pub fn leaves(&self, sent: Sent) {
        // An error means that there was one before.
        let _ = self.sent.set(sent);
    }

    /// Waits until the document's first byte is on its way, which may be never.
    pub async fn has_left(&self) {
        self.sent.wait().await.begins().await;
    }

    /// The owner wants the job gone.
    pub fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Whether the owner wants the job gone.
    pub fn is_cancelled(&self) -> bool {
        *self.cancel.borrow()
    }

    /// Waits until the owner wants the job gone.
    pub async fn cancelled(&self) {
        // The sender lives in `self`, so that the channel cannot end before the wait does.
        let _ = self.cancel.subscribe().wait_for(|cancel| *cancel).await;
    }
}

/// Every job under way in this process.
#[derive(Debug, Default)]
pub struct LiveJobs {
    jobs: Mutex<HashMap<JobId, Arc<Live>>>,
    seen: Mutex<HashMap<(OwnerId, PrinterId), Instant>>,
}

impl LiveJobs {
    /// Puts a job in line.
    pub fn begin(&self, job: JobId) -> Arc<Live> {
        let progress = Progress {
            step: Step::Waiting,
            impressions: None,
            reasons: Vec::new(),
            offer_cancel: false,
        };
        let (progress, cancel) = (Mutex::new(progress), watch::Sender::new(false));
        let live = Arc::new(Live { progress, cancel, sent: SetOnce::new() });
        lock(&self.jobs).insert(job, live.clone());
        live
    }

    /// Takes a job out, unless a later attempt has put it in again.
    pub fn end(&self, job: JobId, live: &Arc<Live>) {
        let mut jobs = lock(&self.jobs);
        if jobs.get(&job).is_some_and(|current| Arc::ptr_eq(current, live)) {
            jobs.remove(&job);
        }
    }

    /// How far a job has come; `None` when it is not under way here.
    pub fn progress(&self, job: JobId) -> Option<Progress> {
        lock(&self.jobs).get(&job).map(|live| live.progress())
    }

    /// A job as it is under way here, to be waited for.
    pub fn get(&self, job: JobId) -> Option<Arc<Live>> {
        lock(&self.jobs).get(&job).cloned()
    }

    /// Whether a task of this process works on the job. One that broke off has let go of it.
    pub fn is_under_way(&self, job: JobId) -> bool {
        lock(&self.jobs).get(&job).is_some_and(|live| Arc::strong_count(live) > 1)
    }

    /// Asks for a job's end; says whether it is under way here.
    pub fn cancel(&self, job: JobId) -> bool {
        let found = lock(&self.jobs).get(&job).cloned();
        found.is_some_and(|live| {
            live.cancel();
            true
        })
    }

    /// Notes that the owner stands at the printer. What is older than `forget` is dropped.
    pub fn owner_seen(&self, owner: OwnerId, printer: PrinterId, forget: Duration) {
        let mut seen = lock(&self.seen);
        seen.retain(|_, at| at.elapsed() < forget);
        seen.insert((owner, printer), Instant::now());
    }

    /// When the owner was last noticed at the printer.
    pub fn last_seen(&self, owner: OwnerId, printer: PrinterId) -> Option<Instant> {
        lock(&self.seen).get(&(owner, printer)).copied()
    }
}

/// Nothing panics while it holds one of these locks half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cancelled_job_is_told_and_a_finished_one_is_gone() {
        let jobs = LiveJobs::default();
        let job = JobId::new();
        let live = jobs.begin(job);
        assert!(jobs.is_under_way(job) && !live.is_cancelled());
        assert!(jobs.cancel(job));
        live.cancelled().await;
        jobs.end(job, &live);
        assert!(!jobs.cancel(job));
        assert_eq!(jobs.progress(job), None);
        drop(jobs.begin(job));
        assert!(!jobs.is_under_way(job), "whoever worked on it has broken off");
    }

    #[test]
    fn an_earlier_attempt_does_not_take_out_a_later_one() {
        let jobs = LiveJobs::default();
        let job = JobId::new();
        let earlier = jobs.begin(job);
        let later = jobs.begin(job);
        jobs.end(job, &earlier);
        assert!(jobs.progress(job).is_some());
        jobs.end(job, &later);
        assert!(jobs.progress(job).is_none());
    }
}
