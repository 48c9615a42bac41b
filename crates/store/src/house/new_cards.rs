//! Cards that come: one by one, from the directory, and as a list of thousands.
//!
//! A card, the notice to its owner and the row of the audit trail are one commit. What the directory says is
//! told by its copy as a whole.

use std::collections::{HashMap, HashSet};

use print_core::{CardId, PersonId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::{Repeated, Statement, statements};
use crate::database::value::{Row, Value, values};
use crate::house::cards::{self, CardLookup, CardSource, event};
use crate::notices::{self, NoticeKind};
use crate::store::Store;

/// A card to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// Its key; the number is sealed for it.
    pub id: CardId,
    /// Whose it is.
    pub person: PersonId,
    /// Where we have it from. What neither the directory nor the person says opens no earlier job until the
    /// person confirms it.
    pub source: CardSource,
    /// The number as it was read, sealed.
    pub sealed: Vec<u8>,
    /// All that pages show of the number.
    pub last4: String,
    /// What people call the card.
    pub label: String,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// Every form that a reader may give, at least one.
    pub lookups: Vec<CardLookup>,
}

/// What became of a list of cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportedCards {
    /// So many were added; the others their people had already.
    Added(usize),
    /// Nothing was added, because the cards at these places are somebody else's.
    Taken(Vec<usize>),
}

statements! {
    // `$4` is now: a card for a time that is over is free to be given again, to anybody.
    HOLDER = "SELECT c.id, c.person,
            CASE WHEN c.source = 'temporary' AND c.expires_at <= $4
                THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END
        FROM card_lookup l JOIN card c ON c.id = l.card
        WHERE l.kind = $1 AND l.bits = $2 AND l.lookup = $3";
    ADD_LOOKUP = "INSERT INTO card_lookup (kind, bits, lookup, card) VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, bits, lookup) DO NOTHING";
    NAME_ORIGIN = "INSERT INTO card_origin (card, directory)
        SELECT c.id, CAST($2 AS TEXT) FROM card c WHERE c.id = $1 AND c.source = 'directory'
        ON CONFLICT DO NOTHING";
    GUARDED = "UPDATE card SET trusted_from = (SELECT MAX(a.guarded_from) FROM account a
            WHERE a.person = card.person AND a.directory = $2)
        WHERE id = $1";
}

/// Whose these numbers are, many in one question.
pub(crate) static HOLDERS: Repeated = Repeated::new(
    "SELECT l.lookup, c.id, c.person FROM card_lookup l JOIN card c ON c.id = l.card
        WHERE l.kind = $1 AND l.bits = $2 AND l.lookup IN (",
    "#",
    ")",
    2,
);

pub(crate) static ADD_CARDS: Repeated = Repeated::new(
    "INSERT INTO card (id, person, source, sealed, last4, label, added_at, expires_at, trusted_from)
        VALUES ",
    "(#, #, #, #, #, #, #, #, #)",
    "",
    0,
);

pub(crate) static ADD_LOOKUPS: Repeated = Repeated::new(
    "INSERT INTO card_lookup (kind, bits, lookup, card) VALUES ",
    "(#, #, #, #)",
    "",
    0,
);

fn row(card: &NewCard, now: Timestamp) -> Vec<Value> {
    let NewCard { id, person, source, sealed, last4, label, expires_at, .. } = card;
    let trusted_from = (!source.vouches()).then_some(now);
    let sealed = sealed.clone();
    values![*id, *person, source.as_str(), sealed, last4, label, now, *expires_at, trusted_from]
}

/// Adds the card, unless a form of its number belongs to somebody else: then nothing is written. Says too
/// whether it is new.
async fn add(
    transaction: &mut Transaction,
    card: &NewCard,
    now: Timestamp,
) -> Result<Option<(CardId, bool)>> {
    let mut known = None;
    for CardLookup { kind, bits, lookup } in &card.lookups {
        let values = values![kind, *bits, lookup.clone(), now];
        if let Some(mut row) = transaction.row(HOLDER, values).await? {
            let (holder, person): (CardId, PersonId) = (row.parsed()?, row.parsed()?);
            if row.flag()? {
                cards::remove(transaction, holder).await?;
                let detail = json!({ "person": person.to_string(), "reason": "its time is over" });
                let gone = event("card-remove", holder, detail, ("system", now));
                audit::append(transaction, &gone).await?;
                continue;
            }
            if person != card.person {
                return Ok(None);
            }
            known = Some(holder);
        }
    }
    if known.is_none() {
        transaction.insert_rows(&ADD_CARDS, vec![row(card, now)]).await?;
    }
    let id = known.unwrap_or(card.id);
    for CardLookup { kind, bits, lookup } in &card.lookups {
        transaction.change(ADD_LOOKUP, values![kind, *bits, lookup.clone(), id]).await?;
    }
    Ok(Some((id, known.is_none())))
}

/// Writes down who added the card, and tells its owner where it was not the directory: whoever was signed in
/// may not have been the owner.
async fn tell(
    transaction: &mut Transaction,
    card: &NewCard,
    by: &str,
    now: Timestamp,
) -> Result<()> {
    let told = match card.source {
        CardSource::Directory => None,
        CardSource::Own => Some(NoticeKind::OwnCardAdded),
        CardSource::Import | CardSource::Helpdesk | CardSource::Temporary => {
            Some(NoticeKind::CardAdded)
        }
    };
    if let Some(kind) = told {
        // A list with several cards of a person is told of once.
        let about = match card.source {
            CardSource::Import => format!("list of {}", now.micros()),
            _ => card.id.to_string(),
        };
        notices::tell_about(transaction, card.person, kind, &about, now).await?;
    }
    let mut detail = json!({
        "person": card.person.to_string(), "last4": card.last4, "source": card.source.as_str(),
    });
    if let Some(end) = card.expires_at {
        detail["expires_at"] = json!(end.micros());
    }
    audit::append(transaction, &event("card-add", card.id, detail, (by, now))).await
}

/// The statements that find whose these numbers are.
fn holders_of(lookups: &[&CardLookup]) -> Vec<(Statement, Vec<Value>)> {
    let mut kinds: HashMap<(&str, i32), Vec<Value>> = HashMap::new();
    for lookup in lookups {
        let place = kinds.entry((&lookup.kind, lookup.bits)).or_default();
        place.push(lookup.lookup.clone().into());
    }
    let ask = |((kind, bits), keys)| {
        let fixed: Vec<Value> = values![kind, bits];
        HOLDERS.of_keys(&fixed, keys)
    };
    kinds.into_iter().flat_map(ask).collect()
}

fn holder(mut row: Row) -> Result<(Vec<u8>, (CardId, PersonId))> {
    Ok((row.bytes()?, (row.parsed()?, row.parsed()?)))
}

async fn import(
    transaction: &mut Transaction,
    cards: &[NewCard],
    by: &str,
    now: Timestamp,
) -> Result<ImportedCards> {
    let lookups: Vec<_> = cards.iter().flat_map(|card| &card.lookups).collect();
    let mut holders = HashMap::new();
    for (statement, values) in holders_of(&lookups) {
        let rows = transaction.rows(statement, values).await?.into_iter().map(holder);
        holders.extend(rows.collect::<Result<Vec<_>>>()?);
    }
    let (mut new, mut taken, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (place, card) in cards.iter().enumerate() {
        let held = card.lookups.iter().filter_map(|lookup| holders.get(&lookup.lookup));
        let mut people = held.map(|(_, person)| *person).peekable();
        let is_known = people.peek().is_some();
        let is_double = card.lookups.iter().any(|lookup| !seen.insert(&lookup.lookup));
        if is_double || people.any(|person| person != card.person) {
            taken.push(place);
        } else if !is_known {
            new.push(card);
        }
    }
    if !taken.is_empty() {
        return Ok(ImportedCards::Taken(taken));
    }
    transaction.insert_rows(&ADD_CARDS, new.iter().map(|card| row(card, now)).collect()).await?;
    let lookups = new.iter().flat_map(|card| {
        let row = |form: &CardLookup| values![&form.kind, form.bits, form.lookup.clone(), card.id];
        card.lookups.iter().map(row)
    });
    transaction.insert_rows(&ADD_LOOKUPS, lookups.collect()).await?;
    for card in &new {
        tell(transaction, card, by, now).await?;
    }
    Ok(ImportedCards::Added(new.len()))
}

impl Store {
    /// Adds the card by the word of `by`. A card that the person has already is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a form of the number belongs to somebody else.
    pub async fn add_card(&self, card: &NewCard, by: &str) -> Result<CardId> {
        let now = self.now();
        let added = transact!(self.pool(), |transaction| {
            let added = add(transaction, card, now).await?;
            if let Some((_, true)) = added {
                tell(transaction, card, by, now).await?;
            }
            added
        })?;
        added.map(|(id, _)| id).ok_or(StoreError::Conflict)
    }

    /// A page of a directory's cards in one transaction; none for each that belongs to somebody else. The cards
    /// of an account that joined a person with jobs open these only when the person confirms.
    pub async fn add_cards(
        &self,
        directory: &str,
        cards: &[NewCard],
    ) -> Result<Vec<Option<CardId>>> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let mut added = Vec::with_capacity(cards.len());
            for card in cards {
                let place = add(transaction, card, now).await?;
                if let Some((id, is_new)) = place {
                    transaction.change(NAME_ORIGIN, values![id, directory]).await?;
                    if is_new {
                        transaction.change(GUARDED, values![id, directory]).await?;
                    }
                }
                added.push(place.map(|(id, _)| id));
            }
            added
        })
    }

    /// Adds all cards of a list in one transaction, or none: one that is somebody else's, or that stands in
    /// the list twice, spoils it. `summary` is written down with it.
    pub async fn import_cards(
        &self,
        cards: &[NewCard],
        by: &str,
        summary: &serde_json::Value,
    ) -> Result<ImportedCards> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let imported = import(transaction, cards, by, now).await?;
            if let ImportedCards::Added(count) = imported {
                let mut detail = summary.clone();
                detail["added"] = json!(count);
                let event = AuditEvent {
                    at: now,
                    actor: by.to_owned(),
                    event: "card-import".to_owned(),
                    object: "cards".to_owned(),
                    outcome: "done".to_owned(),
                    detail,
                };
                audit::append(transaction, &event).await?;
            }
            imported
        })
    }

    /// Whose these numbers are, by their keyed hashes; those of nobody are not in it.
    pub async fn card_holders(
        &self,
        lookups: &[&CardLookup],
    ) -> Result<HashMap<Vec<u8>, (CardId, PersonId)>> {
        let mut holders = HashMap::new();
        for (statement, values) in holders_of(lookups) {
            let rows = self.pool().rows(statement, values).await?.into_iter().map(holder);
            holders.extend(rows.collect::<Result<Vec<_>>>()?);
        }
        Ok(holders)
    }
}
