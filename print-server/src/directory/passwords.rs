//! Passwords that were right a moment ago, and accounts that failed too often.
//!
//! Our own brake is tighter than a directory's lock-out, so that this product is no tool to lock people
//! out of their accounts. Only keyed hashes are remembered, and only in memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::{Login, PersonId, names};

use crate::keys::same;

/// How long a right password is not asked again.
const REMEMBERED_FOR: Duration = Duration::from_secs(300);
/// The window in which failures are counted.
const FAILURES_WITHIN: Duration = Duration::from_secs(60);
/// Failures of one account in that time; a directory locks it after five at the earliest.
const FAILURES_PER_LOGIN: usize = 3;
/// Failures from one address in that time: many people may share one.
const FAILURES_PER_ADDRESS: usize = 100;
/// Accounts and addresses in memory; when they are more, the oldest are forgotten.
const ENTRIES_MAX: usize = 20_000;

/// What is known without asking the directory.
#[derive(Debug, PartialEq, Eq)]
pub enum Remembered {
    /// This password was right a moment ago.
    Right(PersonId),
    /// Too many failures; the directory is not asked.
    Throttled,
    /// Nothing.
    Nothing,
}

/// The memory of one server.
#[derive(Debug, Default)]
pub struct Passwords(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    right: HashMap<String, Right>,
    failures_by_login: HashMap<String, Vec<Instant>>,
    failures_by_address: HashMap<IpAddr, Vec<Instant>>,
}

struct Right {
    mark: [u8; 32],
    person: PersonId,
    until: Instant,
}

/// Says nothing of the mark.
impl std::fmt::Debug for Right {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Right").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Passwords {
    /// What is known of this name and this password's mark.
    pub fn look_up(&self, login: &Login, mark: &[u8; 32], address: IpAddr) -> Remembered {
        let now = Instant::now();
        let login = names::fold(login.as_str());
        let memory = self.memory();
        if let Some(right) = memory.right.get(&login)
            && right.until > now
            && same(&right.mark, mark)
        {
            return Remembered::Right(right.person);
        }
        let by_login = recent(memory.failures_by_login.get(&login), now);
        let by_address = recent(memory.failures_by_address.get(&address), now);
        if by_login >= FAILURES_PER_LOGIN || by_address >= FAILURES_PER_ADDRESS {
            return Remembered::Throttled;
        }
        Remembered::Nothing
    }

    /// The password with this mark was right.
    pub fn remember(&self, login: &Login, mark: [u8; 32], person: PersonId) {
        let now = Instant::now();
        let mut memory = self.memory();
        let login = names::fold(login.as_str());
        memory.failures_by_login.remove(&login);
        if memory.right.len() >= ENTRIES_MAX {
            memory.right.retain(|_, right| right.until > now);
        }
        if memory.right.len() < ENTRIES_MAX {
            memory.right.insert(login, Right { mark, person, until: now + REMEMBERED_FOR });
        }
    }

    /// A password was wrong.
    pub fn failed(&self, login: &Login, address: IpAddr) {
        let now = Instant::now();
        let mut memory = self.memory();
        let login = names::fold(login.as_str());
        note(&mut memory.failures_by_login, login, now);
        note(&mut memory.failures_by_address, address, now);
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    if times.len() < FAILURES_PER_ADDRESS {
        times.push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(name: &str) -> Login {
        Login::parse(name).expect("a login name")
    }

    #[test]
    fn a_right_password_is_remembered_for_its_owner_only() {
        let passwords = Passwords::default();
        let (here, person) = (IpAddr::from([127, 0, 0, 1]), PersonId::new());
        passwords.remember(&login("anna"), [1; 32], person);
        assert_eq!(passwords.look_up(&login("ANNA"), &[1; 32], here), Remembered::Right(person));
        assert_eq!(passwords.look_up(&login("anna"), &[2; 32], here), Remembered::Nothing);
        assert_eq!(passwords.look_up(&login("bo"), &[1; 32], here), Remembered::Nothing);
    }

    #[test]
    fn three_wrong_passwords_stop_an_account_for_a_minute_but_not_one_that_is_remembered() {
        let passwords = Passwords::default();
        let (here, person) = (IpAddr::from([127, 0, 0, 1]), PersonId::new());
        passwords.remember(&login("anna"), [1; 32], person);
        for _ in 0..FAILURES_PER_LOGIN {
            assert_eq!(passwords.look_up(&login("anna"), &[9; 32], here), Remembered::Nothing);
            passwords.failed(&login("anna"), here);
        }
        assert_eq!(passwords.look_up(&login("anna"), &[9; 32], here), Remembered::Throttled);
        assert_eq!(passwords.look_up(&login("anna"), &[1; 32], here), Remembered::Right(person));
        assert_eq!(passwords.look_up(&login("bo"), &[9; 32], here), Remembered::Nothing);
    }

    #[test]
    fn one_address_cannot_try_everybody() {
        let passwords = Passwords::default();
        let here = IpAddr::from([192, 0, 2, 7]);
        for number in 0..FAILURES_PER_ADDRESS {
            passwords.failed(&login(&format!("person{number}")), here);
        }
        assert_eq!(passwords.look_up(&login("new"), &[9; 32], here), Remembered::Throttled);
        let there = IpAddr::from([192, 0, 2, 8]);
        assert_eq!(passwords.look_up(&login("new"), &[9; 32], there), Remembered::Nothing);
    }
}
