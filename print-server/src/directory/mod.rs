//! Where people come from and where passwords are checked.
//!
//! People, departments, groups and cards are copied into the store, so that a tap is decided locally. A
//! password is asked of the directory itself and remembered for five minutes under a keyed hash.

mod file;
mod passwords;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use print_core::{CardReading, Clock, Login, PersonId};
use store::{CardLookup, NewCard, Store, StoreError};
use tokio::sync::watch;
use tracing::{info, warn};

pub use file::hash_password;

use crate::config;
use crate::keys::Keys;
use file::FilePeople;
use passwords::{Passwords, Remembered};

/// How often a file of people is looked at for changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);

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
    /// The directory does not answer, or not as it should.
    #[error("the directory: {0}")]
    Directory(String),
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
}

impl Directory {
    /// The directory that the configuration names.
    #[must_use]
    pub fn new(
        config: &config::Directory,
        store: Store,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SyncError> {
        let source = match config {
            config::Directory::File(file) => Source::File(FilePeople::new(file.path.clone())),
            config::Directory::Ldap(_) => {
                return Err(SyncError::Directory("LDAP is not built into this server".into()));
            }
        };
        Ok(Self { source, store, keys, clock, passwords: Passwords::default() })
    }

    /// Copies people, departments, groups and cards into the store.
    ///
    /// # Errors
    /// [`SyncError`]; nothing was changed by a source that could not be read whole.
    pub async fn sync(&self) -> Result<Synced, SyncError> {
        match &self.source {
            Source::File(people) => {
                people.sync(&self.store, &self.keys, self.clock.now()).await
            }
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
        match self.passwords.look_up(login, &mark, address) {
            Remembered::Right(person) => return self.still_welcome(person).await,
            Remembered::Throttled => return Err(SignInError::Throttled),
            Remembered::Nothing => {}
        }
        let checked = match &self.source {
            Source::File(people) => people.check(&self.store, login, password).await,
        };
        match checked {
            Ok(person) => {
                self.passwords.remember(login, mark, person);
                self.still_welcome(person).await
            }
            Err(SignInError::Wrong) => {
                self.passwords.failed(login, address);
                Err(SignInError::Wrong)
            }
            Err(error) => Err(error),
        }
    }

    /// What the pages call the directory.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.source {
            Source::File(people) => people.name(),
        }
    }

    /// Whether the directory answers now.
    pub async fn answers(&self) -> bool {
        match &self.source {
            Source::File(people) => people.is_readable().await,
        }
    }

    /// Copies people now and whenever the source says that it is time, until the server stops.
    pub async fn keep_in_step(&self, mut stop: watch::Receiver<bool>) {
        let mut seen = None;
        loop {
            let Source::File(people) = &self.source;
            let changed = people.changed_at().await;
            if changed != seen {
                match self.sync().await {
                    Ok(synced) => info!(?synced, "Copied people from the directory"),
                    Err(error) => warn!(%error, "People could not be copied; the old ones stay"),
                }
                seen = changed;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn still_welcome(&self, person: PersonId) -> Result<PersonId, SignInError> {
        let person = self.store.person(person).await?;
        if person.disabled { Err(SignInError::Wrong) } else { Ok(person.id) }
    }
}

/// Every form under which a reader may give this card.
#[must_use]
pub fn card_lookups(keys: &Keys, reading: &CardReading) -> Vec<CardLookup> {
    let (kind, bits) = (reading.kind(), reading.bits());
    let lookup = |form: Vec<u8>| CardLookup {
        kind: kind.as_str().to_owned(),
        bits,
        lookup: keys.card_lookup(kind, bits, &form).to_vec(),
    };
    reading.forms().into_iter().map(lookup).collect()
}

/// A card as it is put into the store: sealed, and found by its look-ups only.
#[must_use]
pub fn new_card(
    keys: &Keys,
    person: PersonId,
    source: &str,
    label: &str,
    reading: &CardReading,
) -> NewCard {
    let id = print_core::CardId::new();
    NewCard {
        id,
        person,
        source: source.to_owned(),
        sealed: keys.seal_card(id, reading.bytes()),
        last4: reading.last4(),
        label: label.to_owned(),
        lookups: card_lookups(keys, reading),
    }
}
