//! People as the directory describes them, into the store.

use std::collections::{HashMap, HashSet};

use print_core::{CardReading, DepartmentId, PersonId};
use store::{Department, DirectoryPerson, Store, StoreError};
use tracing::warn;

use super::entry::Described;
use super::source::SOURCE;
use crate::directory::{card_lookups, new_card};
use crate::keys::Keys;

/// The source of cards that a directory gave. Only these are removed again.
pub const CARD_SOURCE: &str = "directory";
/// People in one transaction: few, so that a tap never waits long for the database.
const PAGE: usize = 100;

/// One person to be written.
#[derive(Debug)]
pub struct Row {
    /// What is written.
    pub person: DirectoryPerson,
    /// Our key, when the store says all this already; the cards are looked at nevertheless.
    pub known: Option<PersonId>,
    /// All cards that the person has by the directory.
    pub cards: Vec<CardReading>,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Written {
    /// Our keys of those who could be written, by the directory's keys.
    pub people: HashMap<String, PersonId>,
    /// Cards that are somebody else's.
    pub cards_refused: usize,
}

/// The row of a person.
#[must_use]
pub fn person(
    described: &Described,
    groups: Vec<String>,
    departments: &HashMap<String, DepartmentId>,
    disabled: bool,
) -> DirectoryPerson {
    let code = described.department.as_ref();
    DirectoryPerson {
        source: SOURCE.into(),
        key: described.key.clone(),
        login: described.login.clone(),
        name: described.name.clone(),
        mail: described.mail.clone(),
        language: described.language.unwrap_or_default(),
        department: code.and_then(|code| departments.get(code).copied()),
        disabled,
        groups,
    }
}

/// The departments with these codes; those that nobody has heard of are made, with the code as name.
///
/// # Errors
/// What the store answers.
pub async fn departments<'a>(
    store: &Store,
    codes: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, DepartmentId>, StoreError> {
    let mut departments = HashMap::new();
    for code in codes {
        if departments.contains_key(code) {
            continue;
        }
        let id = match store.department_by_code(code).await? {
            Some(known) => known.id,
            None => {
                let id = DepartmentId::new();
                let (name_sv, name_en) = (code.clone(), code.clone());
                store
                    .put_department(&Department { id, code: code.clone(), name_sv, name_en })
                    .await?;
                id
            }
        };
        departments.insert(code.clone(), id);
    }
    Ok(departments)
}

/// Writes people, then their cards.
///
/// # Errors
/// What the store answers. What was written until then stays: each person is whole.
pub async fn write(store: &Store, keys: &Keys, rows: &[Row]) -> Result<Written, StoreError> {
    let known = rows.iter().filter_map(|row| Some((row.person.key.clone(), row.known?)));
    let mut written = Written { people: known.collect(), cards_refused: 0 };
    let mut conflicts = Vec::new();
    let new: Vec<_> = rows.iter().filter(|row| row.known.is_none()).collect();
    for page in new.chunks(PAGE) {
        let people: Vec<_> = page.iter().map(|row| row.person.clone()).collect();
        match store.put_people(&people).await {
            Ok(ids) => keep(&mut written, page, ids),
            Err(StoreError::Conflict) => {
                for &row in page {
                    match store.put_person(&row.person).await {
                        Ok(id) => keep(&mut written, &[row], vec![id]),
                        Err(StoreError::Conflict) => conflicts.push(row),
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
    }
    exchange_logins(store, &mut written, &conflicts).await?;
    let people: Vec<_> = rows
        .iter()
        .filter_map(|row| Some((*written.people.get(&row.person.key)?, row.cards.as_slice())))
        .collect();
    written.cards_refused = put_cards(store, keys, &people).await?;
    Ok(written)
}

fn keep(written: &mut Written, rows: &[&Row], ids: Vec<PersonId>) {
    let keys = rows.iter().map(|row| row.person.key.clone());
    written.people.extend(keys.zip(ids));
}

/// People whose logins other people had a moment ago. All let go of their old ones first: two may have
/// exchanged theirs. Whoever then still wants somebody else's login stays disabled.
async fn exchange_logins(
    store: &Store,
    written: &mut Written,
    rows: &[&Row],
) -> Result<(), StoreError> {
    for row in rows {
        store.put_person(&DirectoryPerson { disabled: true, ..row.person.clone() }).await?;
    }
    for row in rows {
        match store.put_person(&row.person).await {
            Ok(id) => keep(written, &[row], vec![id]),
            Err(StoreError::Conflict) => {
                let DirectoryPerson { key, login, .. } = &row.person;
                warn!(%login, key, "Two people of the directory have one login; the second cannot use it");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives these people exactly these cards of the directory, and says how many are somebody else's. What
/// is no longer somebody's goes first, because it may be another's now.
async fn put_cards(
    store: &Store,
    keys: &Keys,
    people: &[(PersonId, &[CardReading])],
) -> Result<usize, StoreError> {
    let mut missing = Vec::new();
    for (person, readings) in people {
        let mut kept = HashSet::new();
        for reading in *readings {
            match store.find_card(&card_lookups(keys, reading)).await {
                Ok(Some(known)) if known.person.id == *person => {
                    kept.insert(known.card.id);
                }
                Ok(_) | Err(StoreError::Conflict) => missing.push((*person, reading)),
                Err(error) => return Err(error),
            }
        }
        for card in store.cards_of(*person).await? {
            if card.source == CARD_SOURCE && !kept.contains(&card.id) {
                store.remove_card(card.id).await?;
            }
        }
    }
    let mut refused = 0;
    for page in missing.chunks(PAGE) {
        let new = |(person, reading): &(PersonId, &CardReading)| {
            new_card(keys, *person, CARD_SOURCE, "", reading)
        };
        let cards: Vec<_> = page.iter().map(new).collect();
        for (added, (person, _)) in store.add_cards(&cards).await?.iter().zip(page) {
            if added.is_none() {
                warn!(%person, "A card of the directory is somebody else's already");
                refused += 1;
            }
        }
    }
    Ok(refused)
}
