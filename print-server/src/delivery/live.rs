//! What the jobs under way are doing, in memory: for the station's progress bar, and for cancelling.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print_core::job::EndedBy;
use print_core::{JobId, Keyword, OwnerId, PrinterId};
use tokio::sync::{SetOnce, watch};

use super::printer::body::Sent;
use super::rules::outcome::Reason;

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

/// What the owner wants of a job under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// It is to end.
    Stop,
    /// It is to end here, and be held for another printer.
    Elsewhere,
}

impl Wish {
    /// Whose word the end is. A job that its owner fetches elsewhere stays held.
    pub fn by(self) -> EndedBy {
        match self {
            Self::Stop => EndedBy::Owner,
            Self::Elsewhere => EndedBy::OwnersAbsence,
        }
    }

    /// What the attempt's row keeps of it.
    pub fn reason(self) -> Reason {
        match self {
            Self::Stop => Reason::CanceledByOwner,
            Self::Elsewhere => Reason::FinishedElsewhere,
        }
    }
}

/// Whether the printer may have heard of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// It has not.
    Open,
    /// It may have.
    Passed,
    /// It has not, and never will by this attempt.
    Shut,
}

/// One job under way.
#[derive(Debug)]
pub struct Live {
    progress: Mutex<Progress>,
    wish: watch::Sender<Option<Wish>>,
    sent: SetOnce<Sent>,
    gate: Mutex<Gate>,
    /// When its owner said last that they wait here.
    stayed_at: Mutex<Option<Instant>>,
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

    /// The owner wants the job to end. Who wants it gone does not want it elsewhere.
    pub fn want(&self, wish: Wish) {
        self.wish.send_modify(|before| {
            if *before != Some(Wish::Stop) {
                *before = Some(wish);
            }
        });
    }

    /// How the owner wants the job to end, if at all.
    pub fn wish(&self) -> Option<Wish> {
        *self.wish.borrow()
    }

    /// Whether the owner wants the job to end.
    pub fn is_cancelled(&self) -> bool {
        self.wish().is_some()
    }

    /// Waits until the owner wants the job to end.
    pub async fn cancelled(&self) -> Wish {
        // The sender lives in `self`, so that the channel cannot end before the wait does.
        let wish = self.wish.subscribe().wait_for(Option::is_some).await.map(|wish| *wish);
        wish.ok().flatten().unwrap_or(Wish::Stop)
    }

    /// The printer is about to hear of the job. `false`: it must not, for the job was taken back.
    pub fn passes_gate(&self) -> bool {
        let mut gate = lock(&self.gate);
        if *gate != Gate::Shut {
            *gate = Gate::Passed;
        }
        *gate == Gate::Passed
    }

    /// It has not heard of it after all.
    pub fn came_back(&self) {
        let mut gate = lock(&self.gate);
        if *gate == Gate::Passed {
            *gate = Gate::Open;
        }
    }

    /// Takes the job back before its printer hears of it. `false`: it may have, or somebody has taken it back.
    pub fn take_back(&self) -> bool {
        let mut gate = lock(&self.gate);
        if *gate != Gate::Open {
            return false;
        }
        *gate = Gate::Shut;
        drop(gate);
        // Whatever it waits for, it waits no longer.
        self.want(Wish::Elsewhere);
        true
    }

    /// The owner waits here.
    pub fn stay(&self) {
        *lock(&self.stayed_at) = Some(Instant::now());
    }

    /// Whether the owner is to be asked once more after so long.
    pub fn may_be_asked(&self, after: Duration) -> bool {
        lock(&self.stayed_at).is_none_or(|at| at.elapsed() >= after)
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
        let live = Arc::new(Live {
            progress: Mutex::new(progress),
            wish: watch::Sender::new(None),
            sent: SetOnce::new(),
            gate: Mutex::new(Gate::Open),
            stayed_at: Mutex::default(),
        });
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
    pub fn want(&self, job: JobId, wish: Wish) -> bool {
        let found = lock(&self.jobs).get(&job).cloned();
        found.is_some_and(|live| {
            live.want(wish);
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
        assert!(jobs.want(job, Wish::Stop));
        assert_eq!(live.cancelled().await, Wish::Stop);
        jobs.end(job, &live);
        assert!(!jobs.want(job, Wish::Stop));
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

    #[test]
    fn what_a_printer_may_have_heard_of_is_not_taken_back() {
        let jobs = LiveJobs::default();
        let heard = jobs.begin(JobId::new());
        assert!(heard.passes_gate());
        assert!(!heard.take_back());
        heard.came_back();
        assert!(heard.take_back(), "the printer has refused it");
        assert!(!heard.passes_gate(), "whoever took it back has it");
        assert_eq!(heard.wish(), Some(Wish::Elsewhere));
        heard.want(Wish::Stop);
        heard.want(Wish::Elsewhere);
        assert_eq!(heard.wish(), Some(Wish::Stop));
    }
}
