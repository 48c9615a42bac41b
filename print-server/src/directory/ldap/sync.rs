//! Everybody in the directory, copied into the store.
//!
//! The directory is read whole before anything is written, and what it says is followed only when it
//! is plausible: a base that is suddenly empty must not lock a whole university out of its printers.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::PoisonError;
use std::time::Duration;

use print_core::{CardForm, Timestamp};
use store::{DirectoryPerson, Person, Store, StoreError};
use tracing::{info, warn};

use super::connection::{Connection, Failure};
use super::entry::{Described, attributes, describe, key};
use super::groups::{Asked, Groups};
use super::rows::{departments, person};
use super::search::Question;
use super::source::{LdapPeople, SOURCE};
use crate::directory::brake::{Brake, is_too_many};
use crate::directory::write::{Row, disable, known_people, write};
use crate::directory::{SyncError, Synced};
use crate::keys::Keys;

/// The time for everybody, and for everybody who may not use the service any more.
const READING_LIMIT: Duration = Duration::from_secs(300);
/// The time for the groups that hold one group.
const GROUP_LIMIT: Duration = Duration::from_secs(10);
/// Everybody, as the directory describes them.
struct Everybody {
    people: Vec<(Described, Vec<String>)>,
    gone: HashSet<String>,
}

impl Everybody {
    fn is_gone(&self, described: &Described) -> bool {
        self.gone.contains(&described.key)
    }
}

impl LdapPeople {
    /// Copies people, departments, groups and cards into the store.
    ///
    /// # Errors
    /// [`SyncError::Brake`] when the directory's answer is not to be followed, and
    /// [`SyncError::Directory`] when it does not answer: nothing was changed. [`SyncError::Store`]: the
    /// next copy does the rest.
    pub async fn sync(
        &self,
        store: &Store,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Synced, SyncError> {
        let checked = self.read_and_check(store).await;
        self.brakes.tell(store, now, &checked).await?;
        let (everybody, known) = checked?;
        Ok(self.write_everybody(store, keys, &everybody, &known).await?)
    }

    async fn read_and_check(
        &self,
        store: &Store,
    ) -> Result<(Everybody, HashMap<String, Person>), SyncError> {
        let form = store.card_form().await?;
        let connection = self.keeper.own_connection().await.map_err(not_read)?;
        let read = self.read_everybody(&connection, form.as_ref()).await;
        if let Err(failure) = &read {
            self.keeper.note(&connection, failure);
        }
        let everybody = read.map_err(not_read)?;
        let known = known_people(store, SOURCE).await?;
        self.brake_check(&everybody, &known)?;
        Ok((everybody, known))
    }

    async fn read_everybody(
        &self,
        connection: &Connection,
        form: Option<&CardForm>,
    ) -> Result<Everybody, Failure> {
        let (config, base) = (&self.config, &self.config.base);
        let question = Question::all(base, config.person_filter.clone(), &attributes(config));
        let found = connection.search(&question, READING_LIMIT).await?;
        if found.referrals > 0 {
            info!(
                referrals = found.referrals,
                "The directory points to others, which are not asked"
            );
        }
        let mut gone = HashSet::new();
        if config.disabled_filter.is_some() {
            let question = Question::all(base, self.gone(), &[&config.key_attribute]);
            let found = connection.search(&question, READING_LIMIT).await?;
            gone.extend(found.entries.iter().filter_map(|entry| key(config, entry)));
        }
        let mut groups = Groups::new(Asked::Own(connection, GROUP_LIMIT), self.group_base());
        let (entries, mut people, mut nobody) = (found.entries, Vec::new(), 0);
        for entry in &entries {
            let Some(described) = describe(config, form, entry) else {
                nobody += 1;
                continue;
            };
            let names = groups.names(&described.groups).await?;
            people.push((described, names));
        }
        if nobody > 0 {
            warn!(entries = nobody, "Entries of the directory have no key or no usable login");
        }
        Ok(Everybody { people, gone })
    }

    /// The brake.
    fn brake_check(
        &self,
        everybody: &Everybody,
        known: &HashMap<String, Person>,
    ) -> Result<(), SyncError> {
        if everybody.people.is_empty() {
            return Err(SyncError::Brake(Brake::Nobody));
        }
        let stay = everybody.people.iter().filter(|(described, _)| !everybody.is_gone(described));
        let stay: HashSet<_> = stay.map(|(described, _)| described.key.as_str()).collect();
        let enabled = || known.values().filter(|person| !person.disabled);
        let known = enabled().count();
        let gone = enabled().filter(|person| !stay.contains(person.key.as_str())).count();
        let percent = self.config.brake_percent;
        if is_too_many(gone, known, percent) {
            return Err(SyncError::Brake(Brake::TooMany { gone, known, percent }));
        }
        Ok(())
    }

    async fn write_everybody(
        &self,
        store: &Store,
        keys: &Keys,
        everybody: &Everybody,
        known: &HashMap<String, Person>,
    ) -> Result<Synced, StoreError> {
        let gone = disable_gone(store, everybody, known).await?;
        let codes = everybody.people.iter().filter_map(|(person, _)| person.department.as_ref());
        let departments = departments(store, codes).await?;
        let before = self.written.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (mut rows, mut marks) = (Vec::new(), HashMap::new());
        let mut disabled = gone;
        for (described, groups) in &everybody.people {
            let is_gone = everybody.is_gone(described);
            let mut person = person(described, groups.clone(), &departments, is_gone);
            let known = known.get(&described.key);
            if let Some(known) = known {
                // The person may have chosen another language than the directory's.
                person.language = known.language;
            }
            disabled += u64::from(is_gone && known.is_some_and(|known| !known.disabled));
            let same = known.filter(|known| is_same(known, &person));
            let mut row = Row { person, known: None, cards: described.cards.clone() };
            let (mark, earlier) = (mark(&row), before.get(&described.key));
            marks.insert(described.key.clone(), mark);
            match (same, earlier) {
                (Some(_), Some(earlier)) if *earlier == mark => continue,
                // After a start, reading what is there already costs nobody else anything; writing does.
                (Some(known), None) if store.groups_of(known.id).await? == row.person.groups => {
                    row.known = Some(known.id);
                }
                _ => {}
            }
            rows.push(row);
        }
        let written = write(store, keys, &rows).await?;
        let refused = rows.iter().filter(|row| !written.people.contains_key(&row.person.key));
        for row in refused {
            marks.remove(&row.person.key);
        }
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = marks;
        let unreadable = everybody.people.iter().map(|(person, _)| person.cards_unreadable);
        Ok(Synced {
            people: everybody.people.len(),
            disabled,
            cards_refused: written.cards_refused + unreadable.sum::<usize>(),
        })
    }
}

/// Disables those whom the directory has no longer, before anybody gets their logins and cards.
async fn disable_gone(
    store: &Store,
    everybody: &Everybody,
    known: &HashMap<String, Person>,
) -> Result<u64, StoreError> {
    let met: HashSet<_> = everybody.people.iter().map(|(person, _)| person.key.as_str()).collect();
    let mut count = 0;
    for person in known.values().filter(|person| !met.contains(person.key.as_str())) {
        if !person.disabled {
            disable(store, person).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Whether the store's row says the same; groups and cards are in the mark.
fn is_same(known: &Person, row: &DirectoryPerson) -> bool {
    known.login == row.login
        && known.name == row.name
        && known.mail == row.mail
        && known.department == row.department
        && known.disabled == row.disabled
}

/// A mark of all that is written of a person.
fn mark(row: &Row) -> u64 {
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
    } = &row.person;
    let mut hasher = DefaultHasher::new();
    (key, login.as_str(), name, mail, language, disabled, groups).hash(&mut hasher);
    (department.map(|department| department.to_string()), &row.cards).hash(&mut hasher);
    hasher.finish()
}

fn not_read(failure: Failure) -> SyncError {
    match failure {
        Failure::Refused { code, text } => SyncError::Brake(Brake::Refused { code, text }),
        other => SyncError::Directory(other.to_string()),
    }
}
