//! Where people come from and where passwords are checked.
//!
//! People, departments, groups and cards are copied into the store, so that a tap is decided locally. A
//! password is asked of the directory itself and remembered for five minutes under a keyed hash.

mod brake;
mod cards;
mod file;
mod ldap;
mod passwords;
mod write;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use print_core::{CardReading, Clock, Login, PersonId};
use store::{Store, StoreError};
use tokio::sync::watch;
use tracing::{info, warn};

pub use cards::{card_lookups, lookups_of, new_card, part_lookup};
pub use file::{hash_password, look_through};

use crate::config;
use crate::keys::Keys;
use brake::Brake;
use file::FilePeople;
use ldap::LdapPeople;
use passwords::{Begun, Learned, Passwords};

/// How often a file of people is looked at for changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Passwords in a file that are checked at the same time: each takes a core for a while, and 19 MiB. A flood
/// of sign-ins waits here and not in our memory.
const FILE_CHECKS_MAX: usize = 4;
/// Passwords that a directory server is asked for at the same time: it does the work, we wait.
const LDAP_CHECKS_MAX: usize = 32;
/// After a directory server did not answer, it is asked again so soon, and then less and less often.
const TRY_AGAIN_FIRST: Duration = Duration::from_secs(5);

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password or disabled account: a stranger must not learn which.
    #[error("name or password is wrong")]
    Wrong,
    /// Too many failures of this account or this address.
    #[error("too many wrong passwords")]
    Throttled,
    /// The directory does not answer.
    #[error("the directory cannot be reached")]
    Unreachable,
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why people could not be copied. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The file of people.
    #[error("{path}: {problem}")]
    File { path: PathBuf, problem: String },
    /// The directory does not answer, or is not described as it should be.
    #[error("the directory: {0}")]
    Directory(String),
    /// The directory answered something that is not plausible.
    #[error("the directory is not followed: {0}")]
    Brake(Brake),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a copy of the directory changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Synced {
    /// People who were met.
    pub people: usize,
    /// People who are gone and were disabled.
    pub disabled: u64,
    /// Cards that could not be taken: unreadable, or somebody else's already.
    pub cards_refused: usize,
}

/// The source of people and the judge of passwords.
#[derive(Debug)]
pub struct Directory {
    source: Source,
    store: Store,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
}

#[derive(Debug)]
enum Source {
    File(FilePeople),
    Ldap(Box<LdapPeople>),
}

impl Directory {
    /// The directory that the configuration names; nobody is asked yet.
    ///
    /// # Errors
    /// [`SyncError::Directory`] when a setting is of no use: the text says which.
    pub fn new(
        config: &config::Directory,
        store: Store,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SyncError> {
        let source = match config {
            config::Directory::File(file) => Source::File(FilePeople::new(file)),
            config::Directory::Ldap(ldap) => {
                let people = LdapPeople::new(ldap).map_err(SyncError::Directory)?;
                Source::Ldap(Box::new(people))
            }
        };
        let checks_max = match &source {
            Source::File(_) => FILE_CHECKS_MAX,
            Source::Ldap(_) => LDAP_CHECKS_MAX,
        };
        Ok(Self { source, store, keys, clock, passwords: Passwords::new(checks_max) })
    }

    /// The same with other limits on wrong passwords from one address in a minute.
    #[must_use]
    pub fn with_limits(self, per_address: u32, networks: Vec<config::OwnLimits>) -> Self {
        Self { passwords: self.passwords.with_limits(per_address, networks), ..self }
    }

    /// Copies people, departments, groups and cards into the store.
    ///
    /// # Errors
    /// [`SyncError`]; nothing was changed by a source that could not be read whole.
    pub async fn sync(&self) -> Result<Synced, SyncError> {
        let (store, keys, now) = (&self.store, &self.keys, self.clock.now());
        match &self.source {
            Source::File(people) => people.sync(store, keys, now).await,
            Source::Ldap(people) => people.sync(store, keys, now).await,
        }
    }

    /// The person with this name and password.
    ///
    /// # Errors
    /// [`SignInError`]; which of name and password is wrong is not said.
    pub async fn sign_in(
        &self,
        login: &Login,
        password: &str,
        address: IpAddr,
    ) -> Result<PersonId, SignInError> {
        let mark = self.keys.password_mark(login.as_str(), password);
        let attempt = match self.passwords.begin(login, &mark, address).await {
            Begun::Known(learned) => return self.answer(learned).await,
            Begun::Throttled => return Err(SignInError::Throttled),
            Begun::Check(attempt) => attempt,
        };
        let checked = match &self.source {
            Source::File(people) => people.check(&self.store, login, password).await,
            Source::Ldap(people) => people.check(&self.store, &self.keys, login, password).await,
        };
        let learned = match checked {
            Ok(person) => Learned::Right(person),
            Err(SignInError::Wrong) => Learned::Wrong,
            Err(SignInError::Unreachable) => Learned::Unreachable,
            Err(error) => return Err(error),
        };
        attempt.learned(learned);
        self.answer(learned).await
    }

    async fn answer(&self, learned: Learned) -> Result<PersonId, SignInError> {
        match learned {
            Learned::Right(person) => self.still_welcome(person).await,
            Learned::Wrong => Err(SignInError::Wrong),
            Learned::Unreachable => Err(SignInError::Unreachable),
        }
    }

    /// What the pages call the directory.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.source {
            Source::File(people) => people.name(),
            Source::Ldap(people) => people.name(),
        }
    }

    /// Whether the directory answers now.
    pub async fn answers(&self) -> bool {
        match &self.source {
            Source::File(people) => people.is_readable().await,
            Source::Ldap(people) => people.answers().await,
        }
    }

    /// Asks the source for a card that the store does not know: it may be new. Some when the store is
    /// worth another look.
    pub async fn find_unknown_card(&self, reading: &CardReading) -> Option<()> {
        match &self.source {
            // The file is copied as soon as it changes.
            Source::File(_) => None,
            Source::Ldap(people) => {
                people.find_unknown_card(&self.store, &self.keys, reading).await
            }
        }
    }

    /// Copies people now and whenever the source says that it is time, until the server stops.
    pub async fn keep_in_step(&self, mut stop: watch::Receiver<bool>) {
        let keep = async {
            match &self.source {
                Source::File(people) => self.follow_file(people).await,
                Source::Ldap(people) => self.ask_again_and_again(people.interval()).await,
            }
        };
        // What is cut off in the middle of a transaction was not done.
        tokio::select! {
            () = keep => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
    }

    async fn follow_file(&self, people: &FilePeople) {
        let mut seen = None;
        loop {
            let changed = people.changed_at().await;
            if seen != Some(changed) {
                self.copy().await;
                seen = Some(changed);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn ask_again_and_again(&self, interval: Duration) {
        let mut patience = TRY_AGAIN_FIRST;
        loop {
            if self.copy().await {
                patience = TRY_AGAIN_FIRST;
                tokio::time::sleep(interval).await;
            } else {
                patience = patience.min(interval);
                tokio::time::sleep(patience).await;
                patience *= 2;
            }
        }
    }

    async fn copy(&self) -> bool {
        match self.sync().await {
            Ok(synced) => info!(?synced, "Copied people from the directory"),
            Err(error) => {
                warn!(%error, "People could not be copied; the old ones stay");
                return false;
            }
        }
        true
    }

    async fn still_welcome(&self, person: PersonId) -> Result<PersonId, SignInError> {
        let person = self.store.person(person).await?;
        if person.disabled { Err(SignInError::Wrong) } else { Ok(person.id) }
    }
}
