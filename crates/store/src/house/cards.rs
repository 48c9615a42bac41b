//! Cards: the thing in the hand, found by keyed hashes of what a reader may give.

use print_core::{CardId, PersonId, Timestamp};

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::{Repeated, statements};
use crate::database::value::{Row, values};
use crate::house::people::{self, Person, person_columns};
use crate::store::Store;

/// One form of a card's number, under the installation's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLookup {
    /// The kind of number; numbers of different kinds are never compared.
    pub kind: String,
    /// How many bits the number has.
    pub bits: i32,
    /// The keyed hash.
    pub lookup: Vec<u8>,
}

/// A card to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// Its key; the number is sealed for it.
    pub id: CardId,
    /// Whose it is.
    pub person: PersonId,
    /// Where we have it from: a directory, an administrator, the person.
    pub source: String,
    /// The number as it was read, sealed.
    pub sealed: Vec<u8>,
    /// All that pages show of the number.
    pub last4: String,
    /// What people call the card.
    pub label: String,
    /// Every form that a reader may give, at least one.
    pub lookups: Vec<CardLookup>,
}

/// A card we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Our own key.
    pub id: CardId,
    /// Whose it is.
    pub person: PersonId,
    /// Where we have it from.
    pub source: String,
    /// All that pages show of the number.
    pub last4: String,
    /// What people call the card.
    pub label: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Since when it opens nothing.
    pub blocked_at: Option<Timestamp>,
}

/// A card and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOwner {
    /// The card.
    pub card: Card,
    /// Its person.
    pub person: Person,
}

macro_rules! card_columns {
    () => {
        "c.id, c.person, c.source, c.last4, c.label, c.added_at, c.blocked_at"
    };
}

statements! {
    ADD = "INSERT INTO card (id, person, source, sealed, last4, label, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADD_LOOKUP = "INSERT INTO card_lookup (kind, bits, lookup, card) VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, bits, lookup) DO NOTHING";
    HOLDER = "SELECT c.id, c.person FROM card_lookup l JOIN card c ON c.id = l.card
        WHERE l.kind = $1 AND l.bits = $2 AND l.lookup = $3";
    BLOCK = "UPDATE card SET blocked_at = $2 WHERE id = $1";
    OF_PERSON = concat!("SELECT ", card_columns!(), " FROM card c WHERE c.person = $1
        ORDER BY c.added_at, c.id LIMIT 100");
    REMOVE_LOOKUPS = "DELETE FROM card_lookup WHERE card = $1";
    REMOVE = "DELETE FROM card WHERE id = $1";
}

/// All forms of a number in one question: somebody stands there and waits.
pub(crate) static FIND: Repeated = Repeated::new(
    concat!(
        "SELECT ",
        card_columns!(),
        ", ",
        person_columns!(),
        " FROM card_lookup l JOIN card c ON c.id = l.card JOIN person p ON p.id = c.person
        WHERE l.kind = $1 AND l.bits = $2 AND l.lookup IN ("
    ),
    "#",
    ")",
    2,
);

fn read(row: &mut Row) -> Result<Card> {
    Ok(Card {
        id: row.parsed()?,
        person: row.parsed()?,
        source: row.text()?,
        last4: row.text()?,
        label: row.text()?,
        added_at: row.time()?,
        blocked_at: row.opt_time()?,
    })
}

/// Adds the card, unless a form of its number belongs to somebody else: then nothing is written.
async fn add(
    transaction: &mut Transaction,
    card: &NewCard,
    now: Timestamp,
) -> Result<Option<CardId>> {
    let mut known = None;
    for CardLookup { kind, bits, lookup } in &card.lookups {
        let values = values![kind, *bits, lookup.clone()];
        if let Some(mut row) = transaction.row(HOLDER, values).await? {
            let (holder, person): (CardId, PersonId) = (row.parsed()?, row.parsed()?);
            if person != card.person {
                return Ok(None);
            }
            known = Some(holder);
        }
    }
    if known.is_none() {
        let NewCard { id, person, source, sealed, last4, label, .. } = card;
        let values = values![*id, *person, source, sealed.clone(), last4, label, now];
        transaction.change(ADD, values).await?;
    }
    let id = known.unwrap_or(card.id);
    for CardLookup { kind, bits, lookup } in &card.lookups {
        transaction.change(ADD_LOOKUP, values![kind, *bits, lookup.clone(), id]).await?;
    }
    Ok(Some(id))
}

async fn remove(transaction: &mut Transaction, card: CardId) -> Result<()> {
    transaction.change(REMOVE_LOOKUPS, values![card]).await?;
    match transaction.change(REMOVE, values![card]).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

impl Store {
    /// Adds the card. A card that the person has already is left as it is, with the forms added.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a form of the number belongs to somebody else.
    pub async fn add_card(&self, card: &NewCard) -> Result<CardId> {
        let now = self.now();
        let added = transact!(self.pool(), |transaction| add(transaction, card, now).await?)?;
        added.ok_or(StoreError::Conflict)
    }

    /// The same for a page of cards in one transaction; none for each that belongs to somebody else.
    pub async fn add_cards(&self, cards: &[NewCard]) -> Result<Vec<Option<CardId>>> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let mut added = Vec::with_capacity(cards.len());
            for card in cards {
                added.push(add(transaction, card, now).await?);
            }
            added
        })
    }

    /// The card that any of these forms names, with its person.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the forms name cards of two people: then it is nobody's.
    pub async fn find_card(&self, forms: &[CardLookup]) -> Result<Option<CardOwner>> {
        let mut found: Option<CardOwner> = None;
        for alike in forms.chunk_by(|one, next| (&one.kind, one.bits) == (&next.kind, next.bits)) {
            let fixed = values![&alike[0].kind, alike[0].bits];
            let lookups = alike.iter().map(|form| form.lookup.clone().into());
            for (statement, values) in FIND.of_keys(&fixed, lookups) {
                for mut row in self.pool().rows(statement, values).await? {
                    let next = CardOwner { card: read(&mut row)?, person: people::read(&mut row)? };
                    match &found {
                        Some(first) if first.person.id != next.person.id => {
                            return Err(StoreError::Conflict);
                        }
                        Some(_) => {}
                        None => found = Some(next),
                    }
                }
            }
        }
        Ok(found)
    }

    /// Makes the card open nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such card.
    pub async fn block_card(&self, card: CardId) -> Result<()> {
        self.set_blocked(card, Some(self.now())).await
    }

    /// Makes the card open its person's jobs again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such card.
    pub async fn unblock_card(&self, card: CardId) -> Result<()> {
        self.set_blocked(card, None).await
    }

    async fn set_blocked(&self, card: CardId, at: Option<Timestamp>) -> Result<()> {
        match self.change(BLOCK, values![card, at]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// The person's cards, the oldest first.
    pub async fn cards_of(&self, person: PersonId) -> Result<Vec<Card>> {
        let rows = self.pool().rows(OF_PERSON, values![person]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// Forgets the card.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such card.
    pub async fn remove_card(&self, card: CardId) -> Result<()> {
        transact!(self.pool(), |transaction| remove(transaction, card).await?)
    }

    /// Forgets a card that its source has no longer. The trail says so in the same commit: who opened
    /// somebody's jobs yesterday and does so no longer must be found.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such card.
    pub async fn remove_card_of_source(
        &self,
        card: CardId,
        person: PersonId,
        source: &str,
    ) -> Result<()> {
        let event = AuditEvent {
            at: self.now(),
            actor: "system".into(),
            event: "card-remove".into(),
            object: format!("card:{card}"),
            outcome: "done".into(),
            detail: serde_json::json!({ "person": person.to_string(), "source": source }),
        };
        transact!(self.pool(), |transaction| {
            remove(transaction, card).await?;
            audit::append(transaction, &event).await?;
        })
    }
}
