//! People as their source describes them, into the store.

use std::collections::{HashMap, HashSet};

use print_core::{CardId, CardNumber, PersonId};
use store::{CardSource, DirectoryPerson, Person, Store, StoreError};
use tracing::warn;

use super::{lookups_of, new_card};
use crate::keys::Keys;

/// The source of cards that a directory or a file of people gave. Only these are removed again.
pub const CARD_SOURCE: CardSource = CardSource::Directory;
/// People in one page of the store's list.
const STORE_PAGE: u32 = 1_000;
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
    pub cards: Vec<CardNumber>,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Written {
    /// Our keys of those who could be written, by the directory's keys.
    pub people: HashMap<String, PersonId>,
    /// Cards that are somebody else's.
    pub cards_refused: usize,
}

/// Everybody in the store who came from this source, by the source's key.
///
/// # Errors
/// What the store answers.
pub async fn known_people(
    store: &Store,
    source: &str,
) -> Result<HashMap<String, Person>, StoreError> {
    let (mut known, mut after) = (HashMap::new(), None);
    loop {
        let page = store.people("", after, STORE_PAGE).await?;
        let Some(last) = page.last() else { return Ok(known) };
        after = Some(last.id);
        let ours = page.into_iter().filter(|person| person.source == source);
        known.extend(ours.map(|person| (person.key.clone(), person)));
    }
}

/// Disables somebody whom the source has no longer, and forgets their cards of the source.
///
/// # Errors
/// What the store answers.
pub async fn disable(store: &Store, person: &Person) -> Result<(), StoreError> {
    if !person.disabled {
        store.put_person(&without_rights(person)).await?;
    }
    remove_cards(store, person.id, &person.source, &HashSet::new()).await
}

fn without_rights(person: &Person) -> DirectoryPerson {
    DirectoryPerson {
        source: person.source.clone(),
        key: person.key.clone(),
        login: person.login.clone(),
        name: person.name.clone(),
        mail: person.mail.clone(),
        language: person.language,
        department: person.department,
        disabled: true,
        groups: Vec::new(),
    }
}

/// Removes the person's cards of the source but those that are kept.
async fn remove_cards(
    store: &Store,
    person: PersonId,
    source: &str,
    kept: &HashSet<CardId>,
) -> Result<(), StoreError> {
    for card in store.cards_of(person).await? {
        if card.source == CARD_SOURCE && !kept.contains(&card.id) {
            store.remove_card_of_source(card.id, person, source).await?;
        }
    }
    Ok(())
}

/// Writes people, then their cards.
///
/// # Errors
/// What the store answers. What was written until then stays: each person is whole.
pub async fn write(store: &Store, keys: &Keys, rows: &[Row]) -> Result<Written, StoreError> {
    let known = rows.iter().filter_map(|row| Some((row.person.key.clone(), row.known?)));
    let mut written = Written { people: known.collect(), ..Written::default() };
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
    let people: Vec<_> =
        rows.iter().filter_map(|row| Some((*written.people.get(&row.person.key)?, row))).collect();
    let cards_refused = put_cards(store, keys, &people).await?;
    Ok(Written { cards_refused, ..written })
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

/// Gives these people exactly the cards of their rows, and says how many are somebody else's. What is no longer somebody's goes first, because it may be another's now.
async fn put_cards(
    store: &Store,
    keys: &Keys,
    people: &[(PersonId, &Row)],
) -> Result<usize, StoreError> {
    let mut missing = Vec::new();
    for (person, row) in people {
        let mut kept = HashSet::new();
        for number in &row.cards {
            match store.find_card(&lookups_of(keys, number)).await {
                Ok(Some(known)) if known.person.id == *person => {
                    kept.insert(known.card.id);
                }
                Ok(_) | Err(StoreError::Conflict) => missing.push((*person, number)),
                Err(error) => return Err(error),
            }
        }
        remove_cards(store, *person, &row.person.source, &kept).await?;
    }
    let mut refused = 0;
    for page in missing.chunks(PAGE) {
        let new = |(person, number): &(PersonId, &CardNumber)| {
            new_card(keys, *person, CARD_SOURCE, "", number)
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
