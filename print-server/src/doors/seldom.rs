//! What anybody can cause without a password is written to the audit trail once a minute for each
//! address, and for each /64 of IPv6: a trail that strangers can fill hides what matters.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Origin;

/// How long the same thing from the same address is not written again.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Addresses and outcomes in memory. Beyond them nothing is written until a minute has passed.
const ENTRIES_MAX: usize = 1_000;

/// What was written lately.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<HashMap<(Origin, &'static str), Instant>>);

impl Seldom {
    /// Whether `outcome` from `address` is to be written now.
    #[must_use]
    pub fn is_due(&self, address: IpAddr, outcome: &'static str) -> bool {
        self.is_due_at(address, outcome, Instant::now())
    }

    fn is_due_at(&self, address: IpAddr, outcome: &'static str, now: Instant) -> bool {
        let recent = |at: &Instant| now.duration_since(*at) < AGAIN_AFTER;
        let origin = Origin::widest(address);
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.get(&(origin, outcome)).is_some_and(recent) {
            return false;
        }
        if written.len() >= ENTRIES_MAX {
            written.retain(|_, at| recent(at));
        }
        if written.len() >= ENTRIES_MAX {
            return false;
        }
        written.insert((origin, outcome), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_from_one_address_is_written_once_a_minute() {
        let seldom = Seldom::default();
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let now = Instant::now();
        assert!(seldom.is_due_at(here, "wrong", now));
        assert!(!seldom.is_due_at(here, "wrong", now));
        assert!(seldom.is_due_at(here, "throttled", now));
        assert!(seldom.is_due_at(there, "wrong", now));
        assert!(seldom.is_due_at(here, "wrong", now + AGAIN_AFTER));
    }

    #[test]
    fn many_addresses_cannot_fill_memory() {
        let seldom = Seldom::default();
        let now = Instant::now();
        let addresses =
            (0..2 * ENTRIES_MAX as u32).map(|number| IpAddr::from(number.to_be_bytes()));
        let due = addresses.filter(|address| seldom.is_due_at(*address, "wrong", now)).count();
        assert_eq!(due, ENTRIES_MAX);
        let new = IpAddr::from([192, 0, 2, 1]);
        assert!(seldom.is_due_at(new, "wrong", now + AGAIN_AFTER));
    }
}
