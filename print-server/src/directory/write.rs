//! People as their source describes them, into the store.

use std::collections::{HashMap, HashSet};

use print_core::{CardId, CardNumber, PersonId};
use store::{
    Account, CardSource, DirectoryPerson, Language, NewAccount, Placed, Store, StoreError,
};
use tracing::warn;

use super::{lookups_of, new_card};
use crate::keys::Keys;

/// The source of cards that a directory or a file of people gave. Only these are removed again.
pub const CARD_SOURCE: CardSource = CardSource::Directory;
/// Accounts in one page of the store's list.
const STORE_PAGE: u32 = 1_000;
/// People in one transaction: few, so that a tap never waits long for the database.
const PAGE: usize = 100;

/// One account to be written.
#[derive(Debug)]
pub struct Row {
    /// What is written.
    pub account: NewAccount,
    /// Whose it is, when the store says all this already; the cards are looked at nevertheless.
    pub known: Option<PersonId>,
    /// All cards that the person has by the directory.
    pub cards: Vec<CardNumber>,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Written {
    /// Our keys of those who could be written, by the directory's keys.
    pub people: HashMap<String, PersonId>,
    /// The directory's keys of accounts that are to be another person's, and cannot yet.
    pub waiting: HashSet<String>,
    /// Cards that are somebody else's.
    pub cards_refused: usize,
}

/// The accounts of this directory in the store, by the directory's key.
///
/// # Errors
/// What the store answers.
pub async fn known_accounts(
    store: &Store,
    directory: &str,
) -> Result<HashMap<String, Account>, StoreError> {
    let (mut known, mut after) = (HashMap::new(), String::new());
    loop {
        let page = store.accounts(directory, &after, STORE_PAGE).await?;
        let Some(last) = page.last() else { return Ok(known) };
        after.clone_from(&last.key);
        known.extend(page.into_iter().map(|account| (account.key.clone(), account)));
    }
}

/// Closes an account that the directory has no longer, and forgets the cards that it gave.
///
/// # Errors
/// What the store answers.
pub async fn disable(store: &Store, account: &Account) -> Result<(), StoreError> {
    if !account.disabled {
        store.put_account(&without_rights(account)).await?;
    }
    remove_cards(store, account.person, &account.directory, &HashSet::new()).await
}

/// Closes an account that the directory still has, but lets nobody use. Its cards then say so, unless they are
/// those of somebody who has another account.
///
/// # Errors
/// What the store answers.
pub async fn close(store: &Store, account: &Account) -> Result<(), StoreError> {
    match account.link {
        Some(_) => disable(store, account).await,
        None => store.put_account(&without_rights(account)).await.map(drop),
    }
}

fn without_rights(account: &Account) -> NewAccount {
    NewAccount {
        link: account.link.clone(),
        person: DirectoryPerson {
            source: account.directory.clone(),
            key: account.key.clone(),
            login: account.login.clone(),
            name: account.name.clone(),
            mail: account.mail.clone(),
            language: Language::default(),
            department: account.department,
            disabled: true,
            groups: Vec::new(),
        },
    }
}

/// Removes the person's cards of the directory but those that are kept.
async fn remove_cards(
    store: &Store,
    person: PersonId,
    source: &str,
    kept: &HashSet<CardId>,
) -> Result<(), StoreError> {
    for card in store.cards_of_directory(person, source).await? {
        if !kept.contains(&card) {
            store.remove_card_of_source(card, person, source).await?;
        }
    }
    Ok(())
}

/// Writes people, then their cards.
///
/// # Errors
/// What the store answers. What was written until then stays: each person is whole.
pub async fn write(store: &Store, keys: &Keys, rows: &[Row]) -> Result<Written, StoreError> {
    let known = rows.iter().filter_map(|row| Some((row.account.person.key.clone(), row.known?)));
    let mut written = Written { people: known.collect(), ..Written::default() };
    let mut conflicts = Vec::new();
    let new: Vec<_> = rows.iter().filter(|row| row.known.is_none()).collect();
    for page in new.chunks(PAGE) {
        let accounts: Vec<_> = page.iter().map(|row| row.account.clone()).collect();
        match store.put_accounts(&accounts).await {
            Ok(placed) => keep(&mut written, page, placed),
            Err(StoreError::Conflict) => {
                for &row in page {
                    match store.put_account(&row.account).await {
                        Ok(placed) => keep(&mut written, &[row], vec![placed]),
                        Err(StoreError::Conflict) => conflicts.push(row),
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
    }
    exchange_logins(store, &mut written, &conflicts).await?;
    let mut people = Vec::new();
    for row in rows {
        people.extend(written.people.get(&row.account.person.key).map(|person| (*person, row)));
    }
    let cards_refused = put_cards(store, keys, &people).await?;
    Ok(Written { cards_refused, ..written })
}

fn keep(written: &mut Written, rows: &[&Row], placed: Vec<Placed>) {
    for (row, placed) in rows.iter().zip(placed) {
        let key = &row.account.person.key;
        written.people.insert(key.clone(), placed.person);
        if placed.waits {
            written.waiting.insert(key.clone());
        }
    }
}

/// People whose logins other people had a moment ago. All let go of their old ones first: two may have
/// exchanged theirs. Whoever then still wants somebody else's login stays disabled.
async fn exchange_logins(
    store: &Store,
    written: &mut Written,
    rows: &[&Row],
) -> Result<(), StoreError> {
    for row in rows {
        let NewAccount { person, link } = row.account.clone();
        let closed = NewAccount { person: DirectoryPerson { disabled: true, ..person }, link };
        store.put_account(&closed).await?;
    }
    for row in rows {
        match store.put_account(&row.account).await {
            Ok(placed) => keep(written, &[row], vec![placed]),
            Err(StoreError::Conflict) => {
                let DirectoryPerson { key, login, .. } = &row.account.person;
                warn!(%login, key, "Two people of the directory have one login; the second cannot use it");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives these people exactly the cards that the directory's rows have, and says how many are somebody else's. What
/// is no longer somebody's goes first, because it may be another's now.
async fn put_cards(
    store: &Store,
    keys: &Keys,
    people: &[(PersonId, &Row)],
) -> Result<usize, StoreError> {
    let mut missing = Vec::new();
    for (person, row) in people {
        let directory = &row.account.person.source;
        let own: HashSet<_> =
            store.cards_of_directory(*person, directory).await?.into_iter().collect();
        let mut kept = HashSet::new();
        for number in &row.cards {
            match store.find_card(&lookups_of(keys, number)).await {
                Ok(Some(known)) if known.person.id == *person => {
                    kept.insert(known.card.id);
                    if known.card.waits_for_owner() {
                        store.vouch_for_card(known.card.id, *person).await?;
                    }
                    // Another directory gave it; this one has it, too.
                    if known.card.source == CARD_SOURCE && !own.contains(&known.card.id) {
                        missing.push((*person, directory, number));
                    }
                }
                Ok(_) | Err(StoreError::Conflict) => missing.push((*person, directory, number)),
                Err(error) => return Err(error),
            }
        }
        remove_cards(store, *person, directory, &kept).await?;
    }
    let mut refused = 0;
    for page in missing.chunks(PAGE) {
        let new = |(person, _, number): &(PersonId, &String, &CardNumber)| {
            new_card(keys, *person, CARD_SOURCE, "", number)
        };
        let cards: Vec<_> = page.iter().map(new).collect();
        // All rows are one directory's.
        let Some((_, directory, _)) = page.first() else { continue };
        for (added, (person, ..)) in store.add_cards(directory, &cards).await?.iter().zip(page) {
            if added.is_none() {
                warn!(%person, "A card of the directory is somebody else's already");
                refused += 1;
            }
        }
    }
    Ok(refused)
}
