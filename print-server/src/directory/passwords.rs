//! Passwords that were right a moment ago, those that are being checked, and accounts that failed too often.
//!
//! Our own brake is tighter than a directory's lock-out, so that this product is no tool to lock people
//! out of their accounts. For each name one password is checked at a time: what is under way counts before
//! its answer is known, and whoever waits with the same password is told what the first one learned. Only
//! keyed hashes are remembered, and only in memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::{Login, PersonId, names};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::Barred;
use crate::config::{OwnLimits, own};
use crate::doors::Origin;
use crate::keys::same;

/// How long a right password is not asked again.
const REMEMBERED_FOR: Duration = Duration::from_secs(300);
/// The window in which failures are counted.
const FAILURES_WITHIN: Duration = Duration::from_secs(60);
/// Failures of one account in that time; a directory locks it after five at the earliest.
const FAILURES_PER_LOGIN: usize = 3;
/// Failures from one address in that time: many people may share one.
const FAILURES_PER_ADDRESS: u32 = 100;
/// No more failures of one account or address are kept: no limit is higher.
const FAILURES_KEPT_MAX: usize = 10_000;
/// Accounts and addresses in memory; when they are more, the oldest are forgotten.
const ENTRIES_MAX: usize = 20_000;

/// The keyed hash of a name and a password.
pub type Mark = [u8; 32];

/// What a check told, to whoever asked and to everybody who waited for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// The password is this person's.
    Right(PersonId),
    /// It is not.
    Wrong,
    /// It is somebody's whom the directory lets nowhere in.
    Barred(Barred),
    /// The directory said neither.
    Unreachable,
}

/// Where a sign-in begins.
#[derive(Debug)]
pub enum Begun<'a> {
    /// The answer is known already.
    Known(Learned),
    /// Too many failures; the directory is not asked.
    Throttled,
    /// The directory is to be asked now.
    Check(Attempt<'a>),
}

/// The memory of one server, and the places for checks that go on at the same time.
#[derive(Debug)]
pub struct Passwords {
    memory: Mutex<Memory>,
    places: Semaphore,
}

/// How many wrong passwords a minute are taken from one address.
#[derive(Debug)]
struct FailureLimits {
    per_address: u32,
    networks: Vec<OwnLimits>,
}

impl Default for FailureLimits {
    fn default() -> Self {
        Self { per_address: FAILURES_PER_ADDRESS, networks: Vec::new() }
    }
}

impl FailureLimits {
    fn of(&self, address: IpAddr) -> u32 {
        own(&self.networks, address, |one| one.refusals_per_minute).unwrap_or(self.per_address)
    }
}

#[derive(Debug, Default)]
struct Memory {
    right: HashMap<String, Right>,
    failures_by_login: HashMap<String, Vec<Instant>>,
    failures_by_origin: HashMap<Origin, Vec<Instant>>,
    limits: FailureLimits,
    under_way: HashMap<String, UnderWay>,
    under_way_by_origin: HashMap<Origin, usize>,
}

struct Right {
    mark: Mark,
    person: PersonId,
    until: Instant,
}

struct UnderWay {
    mark: Mark,
    told: watch::Receiver<Option<Learned>>,
}

/// Says nothing of the mark.
impl std::fmt::Debug for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Right").field("person", &self.person).finish_non_exhaustive()
    }
}

/// Says nothing of the mark.
impl std::fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnderWay").finish_non_exhaustive()
    }
}

/// What is known of a name and a password's mark without asking anybody.
enum Known {
    Right(PersonId),
    Throttled,
    /// Another check of this name is under way; whether it is of the same password.
    Busy {
        same: bool,
        told: watch::Receiver<Option<Learned>>,
    },
    Nothing,
}

impl Passwords {
    /// An empty memory; `checks_max` passwords are checked at the same time.
    #[must_use]
    pub fn new(checks_max: usize) -> Self {
        Self { memory: Mutex::default(), places: Semaphore::new(checks_max) }
    }

    /// The same with another limit for each address, and networks that have their own.
    #[must_use]
    pub fn with_limits(self, per_address: u32, networks: Vec<OwnLimits>) -> Self {
        self.memory().limits = FailureLimits { per_address, networks };
        self
    }

    /// Answers from memory, waits for a check of the same name that is under way, or lets a new one begin.
    pub async fn begin(&self, login: &Login, mark: &Mark, address: IpAddr) -> Begun<'_> {
        let login = names::fold(login.as_str());
        loop {
            let known = self.memory().look_up(&login, mark, address);
            let (same, mut told) = match known {
                Known::Right(person) => return Begun::Known(Learned::Right(person)),
                Known::Throttled => return Begun::Throttled,
                Known::Busy { same, told } => (same, told),
                Known::Nothing => {
                    let place = self.places.acquire().await.ok();
                    match self.enter(&login, mark, address, place) {
                        Some(attempt) => return Begun::Check(attempt),
                        // While this one waited for a place, another came first.
                        None => continue,
                    }
                }
            };
            // A check that broke off told nothing: the next one takes its turn.
            if let Ok(learned) = told.wait_for(Option::is_some).await
                && same
                && let Some(learned) = *learned
            {
                return Begun::Known(learned);
            }
        }
    }

    fn enter<'a>(
        &'a self,
        login: &str,
        mark: &Mark,
        address: IpAddr,
        place: Option<SemaphorePermit<'a>>,
    ) -> Option<Attempt<'a>> {
        let mut memory = self.memory();
        if !matches!(memory.look_up(login, mark, address), Known::Nothing) {
            return None;
        }
        let (tell, told) = watch::channel(None);
        memory.under_way.insert(login.to_owned(), UnderWay { mark: *mark, told });
        for origin in Origin::all(address) {
            *memory.under_way_by_origin.entry(origin).or_default() += 1;
        }
        let login = login.to_owned();
        Some(Attempt {
            passwords: self,
            login,
            mark: *mark,
            address,
            tell,
            is_over: false,
            _place: place,
        })
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn look_up(&self, login: &str, mark: &Mark, address: IpAddr) -> Known {
        let now = Instant::now();
        let right = self.right.get(login).filter(|right| same(&right.mark, mark));
        if let Some(right) = right
            && right.until > now
        {
            return Known::Right(right.person);
        }
        let by_login = recent(self.failures_by_login.get(login), now);
        // Each of the few checks that are under way from there may fail too.
        let limit = self.limits.of(address);
        let is_over = |origin: Origin| {
            let failures = recent(self.failures_by_origin.get(&origin), now)
                + self.under_way_by_origin.get(&origin).copied().unwrap_or(0);
            let limit = usize::try_from(origin.limit(limit)).unwrap_or(usize::MAX);
            failures >= limit.min(FAILURES_KEPT_MAX)
        };
        // Whoever guesses must not keep the owner out: the password that was right the last time is asked
        // again, however often others failed.
        let is_guess = right.is_none();
        if is_guess && by_login >= FAILURES_PER_LOGIN || Origin::all(address).any(is_over) {
            return Known::Throttled;
        }
        self.under_way.get(login).map_or(Known::Nothing, |first| Known::Busy {
            same: same(&first.mark, mark),
            told: first.told.clone(),
        })
    }

    fn remember(&mut self, login: &str, mark: Mark, person: PersonId) {
        let now = Instant::now();
        self.failures_by_login.remove(login);
        if self.right.len() >= ENTRIES_MAX {
            self.right.retain(|_, right| right.until > now);
        }
        if self.right.len() < ENTRIES_MAX {
            let right = Right { mark, person, until: now + REMEMBERED_FOR };
            self.right.insert(login.to_owned(), right);
        }
    }

    fn failed(&mut self, login: &str, mark: &Mark, address: IpAddr) {
        let now = Instant::now();
        // It was changed: from now on the old one is a guess like any other.
        if self.right.get(login).is_some_and(|right| same(&right.mark, mark)) {
            self.right.remove(login);
        }
        note(&mut self.failures_by_login, login.to_owned(), now);
        for origin in Origin::all(address) {
            note(&mut self.failures_by_origin, origin, now);
        }
    }

    fn is_over(&mut self, login: &str, address: IpAddr) {
        self.under_way.remove(login);
        for origin in Origin::all(address) {
            let Some(here) = self.under_way_by_origin.get_mut(&origin) else { continue };
            *here -= 1;
            if *here == 0 {
                self.under_way_by_origin.remove(&origin);
            }
        }
    }
}

/// A check of one password of one name, under way until this is told its end or dropped.
#[derive(Debug)]
pub struct Attempt<'a> {
    passwords: &'a Passwords,
    login: String,
    mark: Mark,
    address: IpAddr,
    tell: watch::Sender<Option<Learned>>,
    is_over: bool,
    _place: Option<SemaphorePermit<'a>>,
}

impl Attempt<'_> {
    /// Remembers what the check told, and tells those who wait for it.
    pub fn learned(mut self, learned: Learned) {
        let mut memory = self.passwords.memory();
        match learned {
            Learned::Right(person) => memory.remember(&self.login, self.mark, person),
            Learned::Wrong => memory.failed(&self.login, &self.mark, self.address),
            // Whoever knows the password guesses nothing.
            Learned::Barred(_) | Learned::Unreachable => {}
        }
        // Whoever is told finds it no longer under way, and counted.
        memory.is_over(&self.login, self.address);
        drop(memory);
        self.is_over = true;
        self.tell.send_replace(Some(learned));
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.passwords.memory().is_over(&self.login, self.address);
        }
    }
}

fn recent(failures: Option<&Vec<Instant>>, now: Instant) -> usize {
    let within = |at: &&Instant| now.duration_since(**at) < FAILURES_WITHIN;
    failures.map_or(0, |failures| failures.iter().filter(within).count())
}

fn note<K: std::hash::Hash + Eq>(failures: &mut HashMap<K, Vec<Instant>>, key: K, now: Instant) {
    let within = |at: &Instant| now.duration_since(*at) < FAILURES_WITHIN;
    if failures.len() >= ENTRIES_MAX {
        failures.retain(|_, times| times.iter().any(within));
    }
    let times = failures.entry(key).or_default();
    times.retain(within);
    if times.len() < FAILURES_KEPT_MAX {
        times.push(now);
    }
}

#[cfg(test)]
#[path = "passwords_tests.rs"]
mod tests;
