//! Everybody in the directory, copied into the store; or what changed since.
//!
//! The directory is read before anything is written, and what it says is followed only when it is plausible: a
//! base that is suddenly empty must not lock a whole university out of its printers.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::PoisonError;
use std::time::Duration;

use print_core::{CardForm, DepartmentId, Timestamp};
use store::{Account, DirectoryPerson, NewAccount, Store, StoreError};
use tracing::{info, warn};

use super::changes::{Mark, NotRead, Position};
use super::connection::{Connection, Failure};
use super::entry::{Described, attributes, describe, key};
use super::groups::{Asked, Groups};
use super::rows::{account, departments};
use super::search::Question;
use super::source::LdapPeople;
use crate::directory::brake::{Brake, is_too_many};
use crate::directory::one::Tools;
use crate::directory::write::{Row, disable, known_accounts, write};
use crate::directory::{SyncError, Synced};

/// The time for everybody, and for everybody who may not use the service any more.
pub(super) const READING_LIMIT: Duration = Duration::from_secs(300);
/// The time for the groups that hold one group.
pub(super) const GROUP_LIMIT: Duration = Duration::from_secs(10);

/// People as the directory describes them, with their groups.
pub(super) struct Reading {
    people: Vec<(Described, Vec<String>)>,
    /// Keys of entries that are gone; none when everybody was read, and gone is who was not met.
    gone: Option<HashSet<String>>,
}

impl Reading {
    /// These changed, and those are gone.
    pub(super) fn changes(people: Vec<(Described, Vec<String>)>, gone: HashSet<String>) -> Self {
        Self { people, gone: Some(gone) }
    }

    /// Nothing changed.
    pub(super) fn nothing() -> Self {
        Self::changes(Vec::new(), HashSet::new())
    }

    /// Whether the account is gone, among those that we know.
    fn is_gone(&self, met: &HashSet<&str>, key: &str) -> bool {
        match &self.gone {
            None => !met.contains(key),
            Some(gone) => gone.contains(key) && !met.contains(key),
        }
    }

    fn met(&self) -> HashSet<&str> {
        self.people.iter().map(|(person, _)| person.key.as_str()).collect()
    }

    /// Whoever shares what should tell them from everybody else is linked to nobody: it would be a guess.
    fn drop_shared_links(&mut self) {
        let mut times: HashMap<String, usize> = HashMap::new();
        for (person, _) in self.people.iter().filter(|(person, _)| !person.closed) {
            if let Some(link) = &person.link {
                *times.entry(link.clone()).or_default() += 1;
            }
        }
        let is_shared = |link: &String| times.get(link).is_some_and(|times| *times > 1);
        let mut shared = 0;
        for (person, _) in &mut self.people {
            if person.link.as_ref().is_some_and(is_shared) {
                person.link = None;
                shared += 1;
            }
        }
        if shared > 0 {
            warn!(shared, "People of one directory share what should link them to another");
        }
    }
}

type Known = HashMap<String, Account>;

impl LdapPeople {
    /// Copies people, departments, groups and cards into the store.
    ///
    /// # Errors
    /// [`SyncError::Brake`] when the directory's answer is not to be followed, and
    /// [`SyncError::Directory`] when it does not answer: nothing was changed. [`SyncError::Store`]: the
    /// next copy does the rest.
    pub async fn sync(&self, tools: &Tools) -> Result<Synced, SyncError> {
        let now = tools.clock.now();
        let checked = self.read_and_check(tools).await;
        self.brakes.tell(&tools.store, now, &checked).await?;
        let (everybody, known, mark) = checked?;
        let synced = self.write_reading(tools, &everybody, &known).await?;
        self.set_mark(mark);
        Ok(synced)
    }

    /// Copies what changed since the last copy, where the server can tell it; everybody otherwise.
    ///
    /// # Errors
    /// As [`LdapPeople::sync`].
    pub async fn sync_changes(&self, tools: &Tools) -> Result<Synced, SyncError> {
        let now = tools.clock.now();
        let form = tools.store.card_form().await?;
        let mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(mark) = mark.filter(|mark| mark.is_good(now, form.as_ref())) else {
            return self.sync(tools).await;
        };
        let connection = self.keeper.own_connection().await.map_err(not_read)?;
        let read = self.read_changes(&connection, form.as_ref(), &mark, now).await;
        let (changes, position) = match read {
            Ok(read) => read,
            Err(NotRead::Whole) => return self.sync(tools).await,
            Err(NotRead::Failed(failure)) => {
                self.keeper.note(&connection, &failure);
                return Err(not_read(failure));
            }
        };
        let known = known_accounts(&tools.store, self.name()).await?;
        let checked = self.brake_check(&changes, &known);
        self.brakes.tell(&tools.store, now, &checked).await?;
        checked?;
        let synced = self.write_reading(tools, &changes, &known).await?;
        self.set_mark(Some(mark.moved(position)));
        Ok(synced)
    }

    fn set_mark(&self, mark: Option<Mark>) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    /// The keys that we know and the server has not told to be there.
    pub(super) fn absent(&self, present: &HashSet<String>) -> HashSet<String> {
        let known = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        known.keys().filter(|key| !present.contains(*key)).cloned().collect()
    }

    async fn read_and_check(
        &self,
        tools: &Tools,
    ) -> Result<(Reading, Known, Option<Mark>), SyncError> {
        let store = &tools.store;
        let (form, now) = (store.card_form().await?, tools.clock.now());
        let connection = self.keeper.own_connection().await.map_err(not_read)?;
        // What changes while everybody is read is read once more afterwards.
        let position = self.position(&connection).await;
        let position = self.noting(&connection, position)?;
        let read = self.read_everybody(&connection, form.as_ref(), now).await;
        let everybody = self.noting(&connection, read)?;
        let known = known_accounts(store, self.name()).await?;
        self.brake_check(&everybody, &known)?;
        let mark = |position: Position| Mark::whole(position, now, form.as_ref());
        Ok((everybody, known, position.map(mark)))
    }

    fn noting<T>(&self, connection: &Connection, read: Result<T, Failure>) -> Result<T, SyncError> {
        if let Err(failure) = &read {
            self.keeper.note(connection, failure);
        }
        read.map_err(not_read)
    }

    /// The keys of people who may not use the service any more, by the configuration's filter.
    pub(super) async fn closed_keys(
        &self,
        connection: &Connection,
    ) -> Result<HashSet<String>, Failure> {
        if self.config.disabled_filter.is_none() {
            return Ok(HashSet::new());
        }
        let question = Question::all(&self.config.base, self.gone(), &[&self.config.key_attribute]);
        let found = connection.search(&question, READING_LIMIT).await?;
        Ok(found.entries.iter().filter_map(|entry| key(&self.config, entry)).collect())
    }

    async fn read_everybody(
        &self,
        connection: &Connection,
        form: Option<&CardForm>,
        now: Timestamp,
    ) -> Result<Reading, Failure> {
        let (config, base) = (&self.config, &self.config.base);
        let question = Question::all(base, config.person_filter.clone(), &attributes(config));
        let found = connection.search(&question, READING_LIMIT).await?;
        if found.referrals > 0 {
            info!(
                referrals = found.referrals,
                "The directory points to others, which are not asked"
            );
        }
        let closed = self.closed_keys(connection).await?;
        let mut groups = Groups::new(Asked::Own(connection, GROUP_LIMIT), self.group_base());
        let (entries, mut people, mut nobody) = (found.entries, Vec::new(), 0);
        for entry in &entries {
            let Some(mut described) = describe(config, form, entry, now) else {
                nobody += 1;
                continue;
            };
            described.closed |= closed.contains(&described.key);
            let names = groups.names(&described.groups).await?;
            people.push((described, names));
        }
        if nobody > 0 {
            warn!(entries = nobody, "Entries of the directory have no key or no usable login");
        }
        let mut everybody = Reading { people, gone: None };
        everybody.drop_shared_links();
        Ok(everybody)
    }

    /// The brake.
    fn brake_check(&self, reading: &Reading, known: &Known) -> Result<(), SyncError> {
        if reading.gone.is_none() && reading.people.is_empty() {
            return Err(SyncError::Brake(Brake::Nobody));
        }
        let met = reading.met();
        let closed = reading.people.iter().filter(|(person, _)| person.closed);
        let closed: HashSet<_> = closed.map(|(person, _)| person.key.as_str()).collect();
        let enabled = || known.values().filter(|account| !account.disabled);
        let known = enabled().count();
        let goes = |account: &&Account| {
            closed.contains(account.key.as_str()) || reading.is_gone(&met, &account.key)
        };
        let gone = enabled().filter(goes).count();
        let percent = self.config.brake_percent;
        if is_too_many(gone, known, percent) {
            return Err(SyncError::Brake(Brake::TooMany { gone, known, percent }));
        }
        Ok(())
    }

    async fn write_reading(
        &self,
        tools: &Tools,
        reading: &Reading,
        known: &Known,
    ) -> Result<Synced, StoreError> {
        let Tools { store, keys, .. } = tools;
        let mut disabled = disable_gone(store, reading, known).await?;
        let codes = reading.people.iter().filter_map(|(person, _)| person.department.as_ref());
        let departments = departments(store, codes).await?;
        let (rows, mut marks, closed) =
            self.rows_to_write(store, reading, known, &departments).await?;
        disabled += closed;
        let written = write(store, keys, &rows).await?;
        for row in &rows {
            let key = &row.account.person.key;
            if !written.people.contains_key(key) || written.waiting.contains(key) {
                marks.remove(key);
            }
        }
        let mut all = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        match &reading.gone {
            None => *all = marks,
            Some(gone) => {
                all.retain(|key, _| !gone.contains(key));
                all.extend(marks);
            }
        }
        drop(all);
        let unreadable = reading.people.iter().map(|(person, _)| person.cards_unreadable);
        Ok(Synced {
            people: reading.people.len(),
            disabled,
            cards_refused: written.cards_refused + unreadable.sum::<usize>(),
        })
    }

    /// What is not in the store yet; a mark of all that is read; and how many are closed by it.
    async fn rows_to_write(
        &self,
        store: &Store,
        reading: &Reading,
        known: &Known,
        departments: &HashMap<String, DepartmentId>,
    ) -> Result<(Vec<Row>, HashMap<String, u64>, u64), StoreError> {
        let before = self.written.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (mut rows, mut marks, mut closed) = (Vec::new(), HashMap::new(), 0);
        for (described, groups) in &reading.people {
            let account = account(self.name(), described, groups.clone(), departments);
            let known = known.get(&described.key);
            closed += u64::from(described.closed && known.is_some_and(|known| !known.disabled));
            let same = known.filter(|known| is_same(known, &account));
            // Who has another account elsewhere goes on with that one's cards.
            let has_cards = !(described.closed && described.link.is_some());
            let cards = if has_cards { described.cards.clone() } else { Vec::new() };
            let mut row = Row { account, known: None, cards };
            let (mark, earlier) = (mark(&row), before.get(&described.key));
            marks.insert(described.key.clone(), mark);
            match (same, earlier) {
                (Some(_), Some(earlier)) if *earlier == mark => continue,
                // After a start, reading what is there already costs nobody else anything; writing does.
                (Some(known), None) if known.link.is_none() => {
                    let groups = store.groups_of_account(self.name(), &described.key).await?;
                    if groups == row.account.person.groups {
                        row.known = Some(known.person);
                    }
                }
                _ => {}
            }
            rows.push(row);
        }
        Ok((rows, marks, closed))
    }
}

/// Closes the accounts that the directory has no longer, before anybody gets their logins and cards.
async fn disable_gone(store: &Store, reading: &Reading, known: &Known) -> Result<u64, StoreError> {
    let met = reading.met();
    let mut count = 0;
    for account in known.values().filter(|account| reading.is_gone(&met, &account.key)) {
        if !account.disabled {
            disable(store, account).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Whether the store's row says the same; groups and cards are in the mark.
fn is_same(known: &Account, row: &NewAccount) -> bool {
    let NewAccount { person, link } = row;
    known.login == person.login
        && known.name == person.name
        && known.mail == person.mail
        && known.department == person.department
        && known.disabled == person.disabled
        && known.link == *link
}

/// A mark of all that is written of an account.
fn mark(row: &Row) -> u64 {
    let NewAccount { person, link } = &row.account;
    let DirectoryPerson {
        source: _,
        key,
        login,
        name,
        mail,
        language,
        department,
        disabled,
        groups,
    } = person;
    let mut hasher = DefaultHasher::new();
    (key, login.as_str(), name, mail, language, disabled, groups, link).hash(&mut hasher);
    (department.map(|department| department.to_string()), &row.cards).hash(&mut hasher);
    hasher.finish()
}

fn not_read(failure: Failure) -> SyncError {
    match failure {
        Failure::Refused { code, text } => SyncError::Brake(Brake::Refused { code, text }),
        other => SyncError::Directory(other.to_string()),
    }
}
