//! The lanes: each looks into one document after the other, and lets people who stand at printers, and
//! whoever sends jobs, go first.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use print_core::OwnerId;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{error, warn};

use super::inspector::{Inspector, LookError, Looked};
use super::waiting::{OWNER_WAITING_MAX, Taken, Which};

/// Jobs read from the store at once.
const STEP: usize = 1_024;
/// So many jobs that came while a lane looked into one are a flood.
const FLOOD_JOBS: u64 = 8;

/// How much is left to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// A document waits that long at most for people who stand at a printer.
    pub taps_first: Duration,
    /// While jobs come much faster than they are looked into, a lane rests that long behind each document: a
    /// process costs far more than taking a small job in does, and a flood is to be taken in almost as fast
    /// as if nobody looked.
    pub flood_rest: Duration,
    /// After a failure of the store, of the machine, or of a lane.
    pub breath: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            taps_first: Duration::from_millis(500),
            flood_rest: Duration::from_millis(24),
            breath: Duration::from_secs(5),
        }
    }
}

/// A document that is being looked into. Whatever ends it, its place in the lines is free again; without a
/// result when a lane breaks off.
struct AtWork<'a> {
    inspector: &'a Inspector,
    taken: Taken,
    begun: Instant,
    has_result: bool,
}

impl Inspector {
    /// Looks into documents until the server stops.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut lanes = JoinSet::new();
        if let Some(workplace) = &self.parts.workplace {
            let any = std::iter::repeat_n(Which::Any, workplace.lanes);
            for which in any.chain([Which::Wanted]) {
                let inspector = Arc::clone(&self);
                let lane = move || Arc::clone(&inspector).lane(which);
                lanes.spawn(keep_going(workplace.pace.breath, lane));
            }
        }
        let _ = stop.wait_for(|stopping| *stopping).await;
        // Documents that are being looked into now are looked into again after the next start.
        lanes.shutdown().await;
    }

    async fn lane(self: Arc<Self>, which: Which) {
        let Some(pace) = self.parts.workplace.as_ref().map(|workplace| workplace.pace) else {
            return;
        };
        loop {
            let worked = if which == Which::Any && self.begins_search() {
                self.search().await
            } else if let Some(at_work) = self.next(which) {
                self.work(at_work, which, pace).await
            } else {
                self.wait(which).await;
                Ok(())
            };
            if let Err(error) = worked {
                warn!(%error, "Documents could not be looked into");
                tokio::time::sleep(pace.breath).await;
            }
        }
    }

    fn next(&self, which: Which) -> Option<AtWork<'_>> {
        let share = self.parts.workplace.as_ref()?.share();
        let mut waiting = self.waiting();
        let taken = waiting.take(which, share)?;
        if waiting.jobs() > 0 {
            // One call wakes one lane only, and several may have come since.
            self.wake.notify_one();
            self.wake_wanted.notify_one();
        }
        Some(AtWork { inspector: self, taken, begun: Instant::now(), has_result: false })
    }

    async fn work(
        &self,
        mut at_work: AtWork<'_>,
        which: Which,
        pace: Pace,
    ) -> Result<(), LookError> {
        let Taken { owner, job } = at_work.taken;
        self.let_taps_go_first(owner).await;
        // Waiting for others costs its owner nothing.
        at_work.begun = Instant::now();
        let before = self.asked();
        let looked = self.look(job).await;
        at_work.has_result = !matches!(looked, Ok(Looked::BrokeOff));
        drop(at_work);
        if which == Which::Any && self.asked() - before > FLOOD_JOBS {
            tokio::time::sleep(pace.flood_rest).await;
        }
        looked.map(drop)
    }

    /// Whether it is time to ask the store for more; only one lane is told so.
    fn begins_search(&self) -> bool {
        let now = Instant::now();
        let mut waiting = self.waiting();
        let is_due = waiting.search_in(now) == Some(Duration::ZERO);
        if is_due {
            waiting.searching(now);
        }
        is_due
    }

    /// Waits for the next document, or until the store is to be asked.
    async fn wait(&self, which: Which) {
        if which == Which::Wanted {
            return self.wake_wanted.notified().await;
        }
        let search_in = self.waiting().search_in(Instant::now());
        match search_in {
            None => self.wake.notified().await,
            // Too late means that it is time to ask.
            Some(wait) => drop(tokio::time::timeout(wait, self.wake.notified()).await),
        }
    }

    async fn search(&self) -> Result<(), LookError> {
        let found = self.parts.store.uncounted(STEP, OWNER_WAITING_MAX).await;
        let mut waiting = self.waiting();
        let found = found.inspect_err(|_| waiting.find_again())?;
        let mut of_each: HashMap<OwnerId, usize> = HashMap::new();
        found.iter().for_each(|(_, owner)| *of_each.entry(*owner).or_default() += 1);
        // Behind a step, or an owner's part of it, that is full there may be more.
        if found.len() >= STEP || of_each.values().any(|count| *count >= OWNER_WAITING_MAX) {
            waiting.find_again();
        }
        for (job, owner) in found {
            waiting.add(owner, job);
        }
        drop(waiting);
        self.wake.notify_one();
        Ok(())
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let spent = self.begun.elapsed();
        self.inspector.waiting().done(self.taken, spent, self.has_result);
        // Its owner's next one may have waited for this place.
        self.inspector.wake.notify_one();
        self.inspector.wake_wanted.notify_one();
    }
}

/// Does something for ever: what breaks off is begun anew, after a breath.
async fn keep_going<F: Future<Output = ()>>(breath: Duration, begin: impl Fn() -> F) {
    // What a panic leaves is put right by its guards; the lines have no other state.
    while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
        error!("Looking into documents broke off and begins anew; one document stays unknown");
        tokio::time::sleep(breath).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_lane_that_panics_is_begun_anew() {
        let begun = AtomicUsize::new(0);
        let begin = || async {
            assert!(begun.fetch_add(1, Ordering::SeqCst) >= 2, "it breaks off twice");
        };
        keep_going(Duration::ZERO, begin).await;
        assert_eq!(begun.into_inner(), 3);
    }
}
