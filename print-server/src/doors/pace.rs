//! How fast jobs and refusals may come: from one address, and by one door for one owner. Who prints without
//! end, by mistake or on purpose, waits a minute; the others are served.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::OwnerId;
use store::Door;

use super::Origin;
use crate::config::{Limits, OwnLimits, own};

/// What is counted begins anew after this time.
const WINDOW: Duration = Duration::from_secs(60);
/// Whom a count is kept of. When there are more, ended windows are forgotten, and then all.
const ENTRIES_MAX: usize = 20_000;

/// Counts by key, each within its minute.
#[derive(Debug)]
struct Counts<K>(Mutex<HashMap<K, (Instant, u32)>>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Counts<K> {
    /// How many there were in this minute.
    fn so_far(&self, key: &K, now: Instant) -> u32 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(key).filter(|(since, _)| now.duration_since(*since) < WINDOW).map_or(0, |c| c.1)
    }

    /// One more.
    fn add(&self, key: K, now: Instant) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= ENTRIES_MAX {
            counts.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        }
        if counts.len() >= ENTRIES_MAX {
            counts.clear();
        }
        let count = counts.entry(key).or_insert((now, 0));
        if now.duration_since(count.0) >= WINDOW {
            *count = (now, 0);
        }
        count.1 = count.1.saturating_add(1);
    }
}

/// What came in the last minute.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    networks: Vec<OwnLimits>,
    jobs_by_origin: Counts<Origin>,
    jobs_by_owner: Counts<(Door, OwnerId)>,
    refusals: Counts<(Door, Origin)>,
}

impl Pace {
    /// Nothing has come yet.
    #[must_use]
    pub fn new(limits: Limits, networks: Vec<OwnLimits>) -> Self {
        Self {
            limits,
            networks,
            jobs_by_origin: Counts::default(),
            jobs_by_owner: Counts::default(),
            refusals: Counts::default(),
        }
    }

    /// Whether one more job may come now.
    #[must_use]
    pub fn admits_job(&self, door: Door, owner: OwnerId, address: IpAddr) -> bool {
        self.admits_job_at(door, owner, address, Instant::now())
    }

    fn admits_job_at(&self, door: Door, owner: OwnerId, address: IpAddr, now: Instant) -> bool {
        let by_address = own(&self.networks, address, |one| one.jobs_per_minute);
        let by_address = by_address.unwrap_or(self.limits.jobs_per_address_minute);
        let by_owner = self.limits.jobs_per_owner_minute;
        let is_over = |limit: u32, count: u32| limit > 0 && count >= limit;
        let is_fast = |origin: Origin| {
            is_over(origin.limit(by_address), self.jobs_by_origin.so_far(&origin, now))
        };
        if Origin::all(address).any(is_fast)
            || is_over(by_owner, self.jobs_by_owner.so_far(&(door, owner), now))
        {
            return false;
        }
        true
    }

    /// One job comes.
    pub fn job(&self, door: Door, owner: OwnerId, address: IpAddr) {
        self.job_at(door, owner, address, Instant::now());
    }

    fn job_at(&self, door: Door, owner: OwnerId, address: IpAddr, now: Instant) {
        Origin::all(address).for_each(|origin| self.jobs_by_origin.add(origin, now));
        self.jobs_by_owner.add((door, owner), now);
    }

    /// Whether so much was refused to this address at this door that it is not even looked at.
    #[must_use]
    pub fn is_guessing(&self, door: Door, address: IpAddr) -> bool {
        let limit = own(&self.networks, address, |one| one.refusals_per_minute);
        let limit = limit.unwrap_or(self.limits.refusals_per_address_minute);
        let now = Instant::now();
        Origin::all(address)
            .any(|origin| self.refusals.so_far(&(door, origin), now) >= origin.limit(limit))
    }

    /// Something was refused at this door.
    pub fn refused(&self, door: Door, address: IpAddr) {
        let now = Instant::now();
        Origin::all(address).for_each(|origin| self.refusals.add((door, origin), now));
    }
}

#[cfg(test)]
mod tests {
    use print_core::PersonId;

    use super::*;
    use crate::doors::Network;

    fn pace() -> Pace {
        let limits = Limits {
            jobs_per_owner_minute: 3,
            jobs_per_address_minute: 5,
            refusals_per_address_minute: 2,
            ..Limits::default()
        };
        let hospital = OwnLimits {
            addresses: vec![Network::parse("192.0.2.0/24").unwrap()],
            connections_max: None,
            jobs_per_minute: Some(0),
            refusals_per_minute: Some(100),
        };
        Pace::new(limits, vec![hospital])
    }

    fn comes(pace: &Pace, door: Door, owner: OwnerId, address: IpAddr, now: Instant) -> bool {
        let admitted = pace.admits_job_at(door, owner, address, now);
        if admitted {
            pace.job_at(door, owner, address, now);
        }
        admitted
    }

    fn somebody() -> OwnerId {
        OwnerId::Person(PersonId::new())
    }

    #[test]
    fn an_owner_has_a_pace_at_each_door_and_begins_anew_after_a_minute() {
        let (pace, anna, now) = (pace(), somebody(), Instant::now());
        let address = IpAddr::from([198, 51, 100, 1]);
        let jobs = |door, now| (0..9).filter(|_| comes(&pace, door, anna, address, now)).count();
        assert_eq!(jobs(Door::Link, now), 3);
        assert_eq!(jobs(Door::Basic, now), 2, "the address has five");
        assert_eq!(jobs(Door::Link, now + WINDOW), 3);
    }

    #[test]
    fn five_hundred_people_behind_one_address_of_a_configured_network_are_all_served() {
        let (pace, now) = (pace(), Instant::now());
        let (hospital, elsewhere) = (IpAddr::from([192, 0, 2, 7]), IpAddr::from([203, 0, 113, 7]));
        let served = |address| {
            let people = std::iter::repeat_with(somebody).take(500);
            people.filter(|one| comes(&pace, Door::Link, *one, address, now)).count()
        };
        assert_eq!(served(hospital), 500);
        assert_eq!(served(elsewhere), 5);
    }

    #[test]
    fn whoever_guesses_is_not_looked_at_for_a_minute() {
        let pace = pace();
        let (hospital, elsewhere) = (IpAddr::from([192, 0, 2, 7]), IpAddr::from([203, 0, 113, 7]));
        for address in [hospital, elsewhere] {
            (0..2).for_each(|_| pace.refused(Door::Link, address));
        }
        assert!(pace.is_guessing(Door::Link, elsewhere));
        assert!(!pace.is_guessing(Door::Basic, elsewhere), "each door has its own count");
        assert!(!pace.is_guessing(Door::Link, hospital));
    }

    #[test]
    fn another_address_of_the_same_subnet_helps_whoever_guesses_or_floods_only_a_little() {
        let (pace, now) = (pace(), Instant::now());
        let from = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]);
        let guesses = (0..100).take_while(|host| {
            pace.refused(Door::Link, from(*host));
            !pace.is_guessing(Door::Link, from(host + 1))
        });
        assert_eq!(guesses.count(), 15, "two for each of eight addresses");
        assert!(!pace.is_guessing(Door::Link, IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1])));
        let comes = |host: &u16| comes(&pace, Door::Link, somebody(), from(*host), now);
        assert_eq!((0..100).filter(comes).count(), 40);
    }

    #[test]
    fn many_addresses_cannot_fill_memory() {
        let (counts, now) = (Counts::default(), Instant::now());
        for number in 0..=ENTRIES_MAX {
            counts.add(number, now);
        }
        assert!(counts.0.lock().unwrap().len() <= ENTRIES_MAX);
    }
}
