//! One of the directories: copied again and again by itself, with a clock of its own for its outages.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use print_core::{CardReading, Clock, Login, PersonId, Timestamp};
use store::{DirectoryState, Store};
use tracing::{info, warn};

use super::file::FilePeople;
use super::ldap::LdapPeople;
use super::{Asked, SignInError, SyncError, Synced};
use crate::config::{self, LongOutage};
use crate::keys::Keys;

/// How often a file of people is looked at for changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A directory that did not answer is asked for a sign of life so often, and copied as soon as it gives one.
const PROBE_EVERY: Duration = Duration::from_secs(2);
/// What it said was not followed: it is asked again so soon, and then less and less often.
const TRY_AGAIN_FIRST: Duration = Duration::from_secs(5);
const HOUR: i64 = 3_600 * 1_000_000;
/// People of a directory that was not copied for so long are noted when they tap.
const NOTED_AFTER: i64 = 24 * HOUR;
/// And after so long they print as the configuration says.
const LONG_AFTER: i64 = 72 * HOUR;

/// How far what we know of a directory's people can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// They were copied within a day.
    Fresh,
    /// They were not: what they do is written down.
    Aged,
    /// They were not for three days, and a card opens nothing any more.
    Over,
}

/// A directory.
#[derive(Debug)]
pub struct One {
    /// Its name in the configuration.
    pub name: String,
    source: Source,
    long: LongOutage,
    /// When people were copied last, in microseconds; 0 before anybody knows.
    copied_at: AtomicI64,
    is_away: AtomicBool,
}

#[derive(Debug)]
enum Source {
    File(FilePeople),
    Ldap(Box<LdapPeople>),
}

/// What copying needs.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Rows.
    pub store: Store,
    /// Seals cards.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl One {
    /// The directory that this entry describes; nobody is asked yet.
    ///
    /// # Errors
    /// [`SyncError::Directory`] when a setting is of no use: the text says which.
    pub fn new(config: &config::Directory) -> Result<Self, SyncError> {
        let (source, long) = match config {
            config::Directory::File(file) => {
                (Source::File(FilePeople::new(file)), LongOutage::default())
            }
            config::Directory::Ldap(ldap) | config::Directory::Active(ldap) => {
                let people = LdapPeople::new(ldap).map_err(SyncError::Directory)?;
                (Source::Ldap(Box::new(people)), ldap.after_72_hours)
            }
        };
        let name = config.names().name;
        let (copied_at, is_away) = Default::default();
        Ok(Self { name, source, long, copied_at, is_away })
    }

    /// Whether passwords are asked of a server.
    #[must_use]
    pub fn is_server(&self) -> bool {
        matches!(self.source, Source::Ldap(_))
    }

    /// What the pages call it.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let place = match &self.source {
            Source::File(people) => people.name(),
            Source::Ldap(people) => people.host(),
        };
        if matches!(self.name.as_str(), "file" | "ldap") {
            return place.to_owned();
        }
        format!("{} ({place})", self.name)
    }

    /// Whether it answers now.
    pub async fn answers(&self) -> bool {
        match &self.source {
            Source::File(people) => people.is_readable().await,
            Source::Ldap(people) => people.answers().await,
        }
    }

    /// The person with this name and password.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn check(
        &self,
        tools: &Tools,
        login: &Login,
        password: &str,
    ) -> Result<PersonId, SignInError> {
        match &self.source {
            Source::File(people) => people.check(&tools.store, login, password).await,
            Source::Ldap(people) => people.check(tools, login, password).await,
        }
    }

    /// Asks for a card that the store does not know: it may be new.
    pub async fn find_unknown_card(&self, tools: &Tools, reading: &CardReading) -> Asked {
        match &self.source {
            // The file is copied as soon as it changes.
            Source::File(_) => Asked::Unknown,
            Source::Ldap(people) => people.find_unknown_card(tools, reading).await,
        }
    }

    /// Whether the directory says now that the account with this key is closed. An account that it does not
    /// find proves nothing: an emptied base must lock nobody out.
    pub async fn says_closed(&self, tools: &Tools, key: &str) -> bool {
        match &self.source {
            Source::File(_) => false,
            Source::Ldap(people) => people.says_closed(tools.clock.now(), key).await,
        }
    }

    /// Copies everybody now.
    ///
    /// # Errors
    /// [`SyncError`]; nothing was changed by a source that could not be read whole.
    pub async fn sync(&self, tools: &Tools) -> Result<Synced, SyncError> {
        let Tools { store, keys, clock } = tools;
        let synced = match &self.source {
            Source::File(people) => people.sync(store, keys, clock.now()).await,
            Source::Ldap(people) => people.sync(tools).await,
        };
        self.note(tools, synced).await
    }

    /// Copies what changed since the last copy, where that can be told; everybody otherwise.
    ///
    /// # Errors
    /// As [`One::sync`].
    pub async fn sync_changes(&self, tools: &Tools) -> Result<Synced, SyncError> {
        match &self.source {
            Source::File(_) => self.sync(tools).await,
            Source::Ldap(people) => {
                let synced = people.sync_changes(tools).await;
                self.note(tools, synced).await
            }
        }
    }

    /// Remembers how it went, for the outage clock and the overview.
    async fn note(
        &self,
        tools: &Tools,
        synced: Result<Synced, SyncError>,
    ) -> Result<Synced, SyncError> {
        match &synced {
            Ok(_) => {
                tools.store.directory_copied(&self.name).await?;
                self.is_away.store(false, Ordering::Relaxed);
                self.copied_at.store(tools.clock.now().micros(), Ordering::Relaxed);
            }
            Err(SyncError::Brake(brake)) => {
                tools.store.directory_braked(&self.name, &brake.to_string()).await?;
            }
            Err(_) => self.is_away.store(true, Ordering::Relaxed),
        }
        synced
    }

    /// Takes up when people were copied last, by whichever server. An outage that nobody saw begin begins now.
    pub fn recall(&self, states: &[DirectoryState], now: Timestamp) {
        let known = states.iter().find(|state| state.directory == self.name);
        let at = known.map_or(now, |state| state.copied_at);
        self.copied_at.store(at.micros(), Ordering::Relaxed);
    }

    /// How long ago people were copied, in hours.
    #[must_use]
    pub fn age_hours(&self, now: Timestamp) -> i64 {
        self.age(now) / HOUR
    }

    fn age(&self, now: Timestamp) -> i64 {
        match (self.copied_at.load(Ordering::Relaxed), &self.source) {
            // A file is read whenever it changes: as long as it does not, the copy is as good as it.
            (0, _) | (_, Source::File(_)) => 0,
            (at, Source::Ldap(_)) => now.micros_since(Timestamp::from_micros(at)),
        }
    }

    /// How far what we know of its people can be relied on.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.age(now), self.long) {
            (..NOTED_AFTER, _) => Standing::Fresh,
            (LONG_AFTER.., LongOutage::Refused) => Standing::Over,
            _ => Standing::Aged,
        }
    }

    /// Copies people now and whenever it is time, for ever.
    pub async fn keep_in_step(&self, tools: &Tools) {
        match &self.source {
            Source::File(people) => self.follow_file(tools, people).await,
            Source::Ldap(people) => self.ask_again_and_again(tools, people).await,
        }
    }

    async fn follow_file(&self, tools: &Tools, people: &FilePeople) {
        let mut seen = None;
        loop {
            let changed = people.changed_at().await;
            if seen != Some(changed) {
                self.copy(tools).await;
                seen = Some(changed);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn ask_again_and_again(&self, tools: &Tools, people: &LdapPeople) {
        let interval = people.interval();
        let mut patience = TRY_AGAIN_FIRST;
        loop {
            if self.copy(tools).await {
                patience = TRY_AGAIN_FIRST;
                self.rest(people, interval).await;
            } else if self.is_away.load(Ordering::Relaxed) {
                // Back by itself as soon as it is: nobody has to wait for the next copy.
                tokio::time::sleep(PROBE_EVERY).await;
                while !self.answers().await {
                    tokio::time::sleep(PROBE_EVERY).await;
                }
            } else {
                patience = patience.min(interval);
                tokio::time::sleep(patience).await;
                patience *= 2;
            }
        }
    }

    /// Waits for the next copy. Servers that failed meanwhile are looked at, so that no person waits for them.
    async fn rest(&self, people: &LdapPeople, interval: Duration) {
        let looking = async {
            loop {
                tokio::time::sleep(PROBE_EVERY).await;
                people.look_at_failed_servers().await;
            }
        };
        // The looking has no end of its own.
        let _ = tokio::time::timeout(interval, looking).await;
    }

    async fn copy(&self, tools: &Tools) -> bool {
        let directory = &self.name;
        match self.sync_changes(tools).await {
            Ok(synced) => info!(%directory, ?synced, "Copied people from a directory"),
            Err(error) => {
                warn!(%directory, %error, "People could not be copied; the old ones stay");
                return false;
            }
        }
        true
    }
}
