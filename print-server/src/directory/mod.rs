//! Where people come from and where passwords are checked.
//!
//! People, departments, groups and cards are copied into the store, so that a tap is decided locally. A
//! password is asked of the directory itself and remembered for five minutes under a keyed hash. There may be
//! several directories; each is copied, and may be away, by itself.

mod brake;
mod cards;
mod domains;
mod file;
mod ldap;
mod one;
mod outage;
mod passwords;
mod write;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join_all;
use print_core::{CardReading, Clock, Login, PersonId};
use store::{Store, StoreError};
use tokio::sync::watch;
use tracing::warn;

pub use cards::{card_lookups, lookups_of, new_card, part_lookup};
pub use domains::{Domains, Meant};
pub use file::{hash_password, look_through};
pub use one::Standing;
pub use outage::Health;

use crate::config;
use crate::keys::Keys;
use brake::Brake;
use one::{One, Tools};
use outage::LookedAt;
use passwords::{Begun, Learned, Passwords};

/// Passwords in a file that are checked at the same time: each takes a core for a while, and 19 MiB. A flood
/// of sign-ins waits here and not in our memory.
const FILE_CHECKS_MAX: usize = 4;
/// Passwords that directory servers are asked for at the same time: they do the work, we wait.
const LDAP_CHECKS_MAX: usize = 32;

/// Why an account lets nobody in, although the password is right. Directories say so to nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// It is disabled.
    Disabled,
    /// Its time is over.
    Expired,
    /// Its password has to be changed first.
    PasswordOld,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password or disabled account: a stranger must not learn which.
    #[error("name or password is wrong")]
    Wrong,
    /// Too many failures of this account or this address.
    #[error("too many wrong passwords")]
    Throttled,
    /// People of several directories have this name, and it does not say which is meant.
    #[error("several people have this name")]
    Ambiguous,
    /// The password is right, the account is not open.
    #[error("the account cannot be used: {0:?}")]
    Barred(Barred),
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

/// What the directories say of a card that the store does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// One of them knows it: the store is worth another look.
    Known,
    /// None of them does.
    Unknown,
    /// One of them does not answer, and none of the others knows it.
    Unreachable,
}

/// The sources of people and the judges of passwords.
#[derive(Debug)]
pub struct Directory {
    all: Vec<One>,
    domains: Arc<Domains>,
    tools: Tools,
    passwords: Passwords,
    looked_at: LookedAt,
}

impl Directory {
    /// The directories that the configuration names; nobody is asked yet.
    ///
    /// # Errors
    /// [`SyncError::Directory`] when a setting is of no use: the text says which.
    pub fn new(
        configs: &[config::Directory],
        store: Store,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SyncError> {
        let all = configs.iter().map(One::new).collect::<Result<Vec<_>, _>>()?;
        let domains = Domains::new(configs.iter().map(config::Directory::names).collect());
        let checks_max =
            if all.iter().any(One::is_server) { LDAP_CHECKS_MAX } else { FILE_CHECKS_MAX };
        Ok(Self {
            all,
            domains: Arc::new(domains),
            tools: Tools { store, keys, clock },
            passwords: Passwords::new(checks_max),
            looked_at: LookedAt::default(),
        })
    }

    /// The same with other limits on wrong passwords from one address in a minute.
    #[must_use]
    pub fn with_limits(self, per_address: u32, networks: Vec<config::OwnLimits>) -> Self {
        Self { passwords: self.passwords.with_limits(per_address, networks), ..self }
    }

    /// What the people of each directory are called by.
    #[must_use]
    pub fn domains(&self) -> &Arc<Domains> {
        &self.domains
    }

    /// Copies people, departments, groups and cards of every directory into the store.
    ///
    /// # Errors
    /// [`SyncError`] of the first directory that could not be copied, after the others were.
    pub async fn sync(&self) -> Result<Synced, SyncError> {
        let mut sum = Synced::default();
        let mut failed = None;
        for one in &self.all {
            match one.sync(&self.tools).await {
                Ok(synced) => {
                    sum.people += synced.people;
                    sum.disabled += synced.disabled;
                    sum.cards_refused += synced.cards_refused;
                }
                Err(error) => {
                    let directory = &one.name;
                    warn!(%directory, %error, "A directory could not be copied");
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(sum), Err)
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
        let mark = self.tools.keys.password_mark(login.as_str(), password);
        let attempt = match self.passwords.begin(login, &mark, address).await {
            Begun::Known(learned) => return self.answer(login, learned).await,
            Begun::Throttled => return Err(SignInError::Throttled),
            Begun::Check(attempt) => attempt,
        };
        let learned = match self.check(login, password).await {
            Ok(person) => Learned::Right(person),
            Err(SignInError::Wrong) => Learned::Wrong,
            Err(SignInError::Unreachable) => Learned::Unreachable,
            Err(SignInError::Barred(why)) => Learned::Barred(why),
            Err(error) => return Err(error),
        };
        attempt.learned(learned);
        self.answer(login, learned).await
    }

    /// Asks the directories that the name may be of; each is asked for the password once.
    async fn check(&self, login: &Login, password: &str) -> Result<PersonId, SignInError> {
        let Meant { directory, login: own } = self.domains.meant(login);
        let (names, own) = match directory {
            Some(directory) => (vec![directory], own),
            None => {
                if let Err(StoreError::Conflict) = self.tools.store.person_by_login(login).await {
                    return Err(SignInError::Ambiguous);
                }
                (self.tools.store.directories_of_login(login).await?, own)
            }
        };
        let mut answer = SignInError::Wrong;
        // A name that was not met yet may be new in any of them.
        let may_be = |one: &&One| names.is_empty() || names.contains(&one.name);
        for one in self.all.iter().filter(may_be) {
            // Nothing of it is worth a place in the state of every connection.
            match Box::pin(one.check(&self.tools, &own, password)).await {
                Ok(person) => return Ok(person),
                Err(SignInError::Wrong) => {}
                Err(error @ SignInError::Store(_)) => return Err(error),
                Err(error) => answer = error,
            }
        }
        Err(answer)
    }

    async fn answer(&self, login: &Login, learned: Learned) -> Result<PersonId, SignInError> {
        match learned {
            // What was right a moment ago may be somebody else's account by now.
            Learned::Right(person) => {
                match self.domains.still_has(&self.tools.store, login, person).await? {
                    true => Ok(person),
                    false => Err(SignInError::Wrong),
                }
            }
            Learned::Wrong => Err(SignInError::Wrong),
            Learned::Barred(why) => Err(SignInError::Barred(why)),
            Learned::Unreachable => Err(SignInError::Unreachable),
        }
    }

    /// Whether every directory answers now.
    #[cfg(test)]
    pub async fn answers(&self) -> bool {
        join_all(self.all.iter().map(One::answers)).await.into_iter().all(|answers| answers)
    }

    /// Asks the directories for a card that the store does not know: it may be new.
    pub async fn find_unknown_card(&self, reading: &CardReading) -> Asked {
        let asked = self.all.iter().map(|one| one.find_unknown_card(&self.tools, reading));
        let answers = join_all(asked).await;
        if answers.contains(&Asked::Known) {
            Asked::Known
        } else if answers.contains(&Asked::Unreachable) {
            Asked::Unreachable
        } else {
            Asked::Unknown
        }
    }

    /// Copies people now and whenever it is time, until the server stops.
    pub async fn keep_in_step(&self, mut stop: watch::Receiver<bool>) {
        let keep = async {
            self.recall().await;
            join_all(self.all.iter().map(|one| one.keep_in_step(&self.tools))).await;
        };
        // What is cut off in the middle of a transaction was not done.
        tokio::select! {
            () = keep => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
    }
}
