//! Ends connections that keep us waiting: a request's header must arrive within seconds, a connection
//! between two requests may rest longer. Documents have a deadline of their own, by their rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

const RESTING: u8 = 0;
const HEADER: u8 = 1;
const WORKING: u8 = 2;

/// What one connection is doing, shared by its stream, its service and its watchdog.
#[derive(Debug, Clone)]
pub struct Watch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    born: Instant,
    phase: AtomicU8,
    since_ms: AtomicU64,
}

impl Watch {
    /// A new connection: its first header is awaited.
    #[must_use]
    pub fn new() -> Self {
        let shared = Shared {
            born: Instant::now(),
            phase: AtomicU8::new(HEADER),
            since_ms: AtomicU64::new(0),
        };
        Self(Arc::new(shared))
    }

    fn enter(&self, phase: u8) {
        let elapsed = u64::try_from(self.0.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.since_ms.store(elapsed, Ordering::Relaxed);
        self.0.phase.store(phase, Ordering::Release);
    }

    /// Bytes arrived: if the connection rested, a header has begun.
    pub fn bytes_arrived(&self) {
        if self.0.phase.load(Ordering::Acquire) == RESTING {
            self.enter(HEADER);
        }
    }

    /// Some of an answer could leave: whoever reads an answer, or follows one that goes on, does not
    /// rest. Whoever reads nothing does.
    pub fn bytes_left(&self) {
        if self.0.phase.load(Ordering::Acquire) == RESTING {
            self.enter(RESTING);
        }
    }

    /// The header is here; the request is being worked on until the guard is dropped.
    #[must_use]
    pub fn working(&self) -> Working {
        self.enter(WORKING);
        Working(self.clone())
    }

    /// Returns when the connection has kept us waiting too long.
    pub async fn expired(&self, header: Duration, rest: Duration) {
        loop {
            let since = Duration::from_millis(self.0.since_ms.load(Ordering::Relaxed));
            let limit = match self.0.phase.load(Ordering::Acquire) {
                HEADER => header,
                RESTING => rest,
                _ => Duration::MAX,
            };
            let waited = self.0.born.elapsed().saturating_sub(since);
            if waited >= limit {
                return;
            }
            tokio::time::sleep((limit - waited).min(Duration::from_secs(1))).await;
        }
    }
}

/// A request that is being worked on.
#[derive(Debug)]
pub struct Working(Watch);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.enter(RESTING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Duration = Duration::from_millis(20);
    const REST: Duration = Duration::from_millis(200);

    async fn lasted(watch: &Watch) -> Duration {
        let start = Instant::now();
        watch.expired(HEADER, REST).await;
        start.elapsed()
    }

    #[tokio::test]
    async fn a_header_must_come_soon_and_a_rest_may_last() {
        assert!(lasted(&Watch::new()).await < REST);

        let resting = Watch::new();
        drop(resting.working());
        assert!(lasted(&resting).await >= REST - HEADER);

        let beginning = Watch::new();
        drop(beginning.working());
        beginning.bytes_arrived();
        assert!(lasted(&beginning).await < REST);
    }

    #[tokio::test]
    async fn whoever_takes_of_an_answer_does_not_rest_and_does_not_begin_a_header() {
        let watch = Watch::new();
        drop(watch.working());
        tokio::time::sleep(REST).await;
        watch.bytes_left();
        let lasted = lasted(&watch).await;
        assert!(lasted >= REST - HEADER, "{lasted:?}");
    }

    #[tokio::test]
    async fn work_is_not_cut_short() {
        let watch = Watch::new();
        let _working = watch.working();
        let waited = tokio::time::timeout(2 * REST, watch.expired(HEADER, REST)).await;
        assert!(waited.is_err());
    }
}
