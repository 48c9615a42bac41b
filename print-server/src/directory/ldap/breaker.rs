//! Which of several servers is tried: the one that answered last comes first, and one that failed is
//! left alone for a while, so that not every person waits for a dead server's time-out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a server that failed is left alone.
pub const LEFT_ALONE_FOR: Duration = Duration::from_secs(3);

/// What is known about the servers of one directory, by their places in the configuration.
#[derive(Debug)]
pub struct Breakers(Mutex<Known>);

#[derive(Debug)]
struct Known {
    failed_at: Vec<Option<Instant>>,
    last_good: usize,
}

impl Breakers {
    /// For so many servers, none of which has failed.
    #[must_use]
    pub fn new(servers: usize) -> Self {
        Self(Mutex::new(Known { failed_at: vec![None; servers], last_good: 0 }))
    }

    /// The servers that may be tried now, the best first.
    #[must_use]
    pub fn to_try(&self, now: Instant) -> Vec<usize> {
        let known = self.known();
        let rested = |at: Instant| now.duration_since(at) >= LEFT_ALONE_FOR;
        let others = (0..known.failed_at.len()).filter(|server| *server != known.last_good);
        std::iter::once(known.last_good)
            .chain(others)
            .filter(|server| known.failed_at[*server].is_none_or(rested))
            .collect()
    }

    /// The server answered.
    pub fn answered(&self, server: usize) {
        let mut known = self.known();
        known.failed_at[server] = None;
        known.last_good = server;
    }

    /// The server did not answer.
    pub fn failed(&self, server: usize, now: Instant) {
        self.known().failed_at[server] = Some(now);
    }

    /// The servers that failed when they were last tried.
    #[must_use]
    pub fn failed_ones(&self) -> Vec<usize> {
        let known = self.known();
        (0..known.failed_at.len()).filter(|server| known.failed_at[*server].is_some()).collect()
    }

    /// The server answers again; the one that answered people last stays first.
    pub fn is_back(&self, server: usize) {
        self.known().failed_at[server] = None;
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_server_rests_and_the_last_good_one_comes_first() {
        let (breakers, start) = (Breakers::new(3), Instant::now());
        assert_eq!(breakers.to_try(start), [0, 1, 2]);
        breakers.failed(0, start);
        breakers.answered(1);
        assert_eq!(breakers.to_try(start), [1, 2]);
        assert_eq!(breakers.to_try(start + LEFT_ALONE_FOR), [1, 0, 2]);
        breakers.failed(1, start);
        breakers.failed(2, start);
        assert!(breakers.to_try(start + LEFT_ALONE_FOR / 2).is_empty());
        assert_eq!(breakers.failed_ones(), [0, 1, 2]);
        breakers.is_back(2);
        assert_eq!(breakers.to_try(start + LEFT_ALONE_FOR / 2), [2]);
    }
}
