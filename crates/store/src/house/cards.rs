//! Cards: the thing in the hand, found by keyed hashes of what a reader may give.

use print_core::{CardId, PersonId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::{Repeated, statements};
use crate::database::value::{Row, values};
use crate::house::people::{self, Person, person_columns};
use crate::notices::{self, NoticeKind};
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

/// A card we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Our own key.
    pub id: CardId,
    /// Whose it is.
    pub person: PersonId,
    /// Where we have it from.
    pub source: CardSource,
    /// All that pages show of the number.
    pub last4: String,
    /// What people call the card.
    pub label: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Since when it opens nothing.
    pub blocked_at: Option<Timestamp>,
    /// From when on it opens nothing, where that was settled when it was added.
    pub expires_at: Option<Timestamp>,
    /// When it was last held to a reader, to the hour.
    pub used_at: Option<Timestamp>,
    /// Since when somebody else than its owner or the directory has vouched for it.
    pub trusted_from: Option<Timestamp>,
    /// When its owner said that it is theirs.
    pub confirmed_at: Option<Timestamp>,
}

impl Card {
    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it opens only jobs that came after it was added, until its owner says that it is theirs.
    #[must_use]
    pub fn waits_for_owner(&self) -> bool {
        self.trusted_from.is_some() && self.confirmed_at.is_none()
    }
}

/// Where we have a card from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardSource {
    /// The directory, which takes it away again.
    Directory,
    /// A list that an administrator imported.
    Import,
    /// The person.
    Own,
    /// Somebody who may administer people.
    Helpdesk,
    /// The same, for a time.
    Temporary,
}

impl CardSource {
    /// Every source.
    pub const ALL: [Self; 5] =
        [Self::Directory, Self::Import, Self::Own, Self::Helpdesk, Self::Temporary];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Import => "import",
            Self::Own => "self",
            Self::Helpdesk => "helpdesk",
            Self::Temporary => "temporary",
        }
    }

    /// Whether the owner need not be asked: the directory is the house's own word, and people know their own.
    pub(crate) fn vouches(self) -> bool {
        matches!(self, Self::Directory | Self::Own)
    }

    fn from_word(word: &str) -> Self {
        // Earlier releases wrote "administrator".
        Self::ALL.into_iter().find(|source| source.as_str() == word).unwrap_or(Self::Helpdesk)
    }
}

/// What can be done to a card that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardChange {
    /// It opens nothing any more.
    Block,
    /// It opens jobs again: by anybody else's word than the owner's only those that come from now on.
    Unblock,
    /// The owner says that it is theirs: it opens all their jobs.
    Confirm,
    /// It is forgotten. One of the directory's would come back with its next copy, and stays.
    Remove,
}

impl CardChange {
    fn event(self) -> &'static str {
        match self {
            Self::Block => "card-block",
            Self::Unblock => "card-unblock",
            Self::Confirm => "card-confirm",
            Self::Remove => "card-remove",
        }
    }
}

/// A card and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardOwner {
    /// The card.
    pub card: Card,
    /// Its person.
    pub person: Person,
}

/// When a card was last used is known to the hour: it is not worth a write for each tap.
const USED_EVERY_SECONDS: i64 = 3_600;

macro_rules! card_columns {
    () => {
        "c.id, c.person, c.source, c.last4, c.label, c.added_at, c.blocked_at, c.expires_at, c.used_at,
            c.trusted_from, c.confirmed_at"
    };
}

/// Whether the job (`$job`, the name of its table) may be seen and let go with this card (`$card`, a
/// parameter): a card that somebody else put there opens no job that was there before, until its owner says
/// that it is theirs; one that is blocked, or removed meanwhile, opens none. Without a card, as on a queue that
/// prints at once, there is nothing to ask.
macro_rules! opened_by {
    ($job:literal, $card:literal) => {
        concat!(
            "(CAST(",
            $card,
            " AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM card k WHERE k.id = ",
            $card,
            " AND k.blocked_at IS NULL AND (k.trusted_from IS NULL OR k.confirmed_at IS NOT NULL
                OR k.trusted_from <= ",
            $job,
            ".created_at)))"
        )
    };
}
pub(crate) use opened_by;

statements! {
    BY_ID = concat!("SELECT ", card_columns!(), " FROM card c WHERE c.id = $1 AND c.person = $2");
    BLOCK = "UPDATE card SET blocked_at = $3 WHERE id = $1 AND person = $2 AND blocked_at IS NULL";
    UNBLOCK = "UPDATE card SET blocked_at = NULL, trusted_from = $3, confirmed_at = $4
        WHERE id = $1 AND person = $2 AND blocked_at IS NOT NULL";
    CONFIRM = "UPDATE card SET confirmed_at = $3 WHERE id = $1 AND person = $2
        AND trusted_from IS NOT NULL AND confirmed_at IS NULL AND blocked_at IS NULL";
    OPENS = "SELECT 1 FROM card WHERE id = $1 AND blocked_at IS NULL
        AND (trusted_from IS NULL OR confirmed_at IS NOT NULL OR trusted_from <= $2)";
    USE = "UPDATE card SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)";
    OF_PERSON = concat!("SELECT ", card_columns!(), " FROM card c WHERE c.person = $1
        ORDER BY c.added_at, c.id LIMIT 1000");
    FORGET_ORIGIN = "DELETE FROM card_origin WHERE card = $1 AND directory = $2";
    HAS_ORIGIN = "SELECT 1 FROM card_origin WHERE card = $1 LIMIT 1";
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
        source: CardSource::from_word(&row.text()?),
        last4: row.text()?,
        label: row.text()?,
        added_at: row.time()?,
        blocked_at: row.opt_time()?,
        expires_at: row.opt_time()?,
        used_at: row.opt_time()?,
        trusted_from: row.opt_time()?,
        confirmed_at: row.opt_time()?,
    })
}

/// What somebody did to a card. No more of its number than the last four digits stands in it.
pub(crate) fn event(
    event: &str,
    card: CardId,
    detail: serde_json::Value,
    by: (&str, Timestamp),
) -> AuditEvent {
    let (actor, at) = by;
    let (event, object, outcome) = (event.to_owned(), format!("card:{card}"), "done".to_owned());
    AuditEvent { at, actor: actor.to_owned(), event, object, outcome, detail }
}

async fn carry_out(
    transaction: &mut Transaction,
    card: &Card,
    change: CardChange,
    is_own: bool,
    now: Timestamp,
) -> Result<bool> {
    let (id, person) = (card.id, card.person);
    let rows = match change {
        CardChange::Block => transaction.change(BLOCK, values![id, person, now]).await?,
        CardChange::Confirm => transaction.change(CONFIRM, values![id, person, now]).await?,
        CardChange::Unblock => {
            // Whoever found the card may have asked for it, so that nobody else's word opens what waits.
            let (from, confirmed) =
                if is_own { (card.trusted_from, Some(now)) } else { (Some(now), None) };
            transaction.change(UNBLOCK, values![id, person, from, confirmed]).await?
        }
        CardChange::Remove if card.source == CardSource::Directory => 0,
        CardChange::Remove => {
            transaction.change(REMOVE_LOOKUPS, values![id]).await?;
            transaction.change(REMOVE, values![id]).await?
        }
    };
    Ok(rows > 0)
}

/// Forgets a card with all its forms.
pub(crate) async fn remove(transaction: &mut Transaction, card: CardId) -> Result<()> {
    transaction.change(REMOVE_LOOKUPS, values![card]).await?;
    match transaction.change(REMOVE, values![card]).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

impl Store {
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

    /// Changes a card of this person's, by the word of `by`; the row of the audit trail, and the notice to the
    /// owner of what somebody else made open, are the same commit. None when there is nothing to change: it is
    /// no card of this person's, or it is so already.
    pub async fn change_card(
        &self,
        card: CardId,
        person: PersonId,
        change: CardChange,
        by: &str,
    ) -> Result<Option<Card>> {
        let now = self.now();
        let is_own = by == format!("person:{person}");
        transact!(self.pool(), |transaction| {
            let rows = transaction.rows(BY_ID, values![card, person]).await?;
            let Some(known) = rows.into_iter().next().map(|mut row| read(&mut row)).transpose()?
            else {
                return Ok(None);
            };
            if !carry_out(transaction, &known, change, is_own, now).await? {
                return Ok(None);
            }
            if change == CardChange::Unblock && !is_own {
                let about = format!("{card} {}", now.micros());
                notices::tell_about(transaction, person, NoticeKind::CardAdded, &about, now)
                    .await?;
            }
            let detail = json!({ "person": person.to_string(), "last4": known.last4 });
            audit::append(transaction, &event(change.event(), card, detail, (by, now))).await?;
            Some(known)
        })
    }

    /// The directory has the card as this person's, too: it need not be confirmed any more.
    pub async fn vouch_for_card(&self, card: CardId, person: PersonId) -> Result<()> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            if transaction.change(CONFIRM, values![card, person, now]).await? > 0 {
                let detail =
                    json!({ "person": person.to_string(), "reason": "the directory has it" });
                let event = event("card-confirm", card, detail, ("system", now));
                audit::append(transaction, &event).await?;
            }
        })
    }

    /// Whether the card opens a job of its owner's that was made at this moment.
    pub async fn card_opens(&self, card: CardId, made_at: Timestamp) -> Result<bool> {
        Ok(self.pool().row(OPENS, values![card, made_at]).await?.is_some())
    }

    /// Writes down that the card is used now, once an hour: the other taps cost nothing.
    pub async fn use_card(&self, card: CardId, used_at: Option<Timestamp>) -> Result<()> {
        let now = self.now();
        let before = now.plus_seconds(-USED_EVERY_SECONDS);
        if used_at.is_some_and(|used| used > before) {
            return Ok(());
        }
        self.change(USE, values![card, now, before]).await.map(drop)
    }

    /// The person's cards, the oldest first.
    pub async fn cards_of(&self, person: PersonId) -> Result<Vec<Card>> {
        let rows = self.pool().rows(OF_PERSON, values![person]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// Forgets a card that a directory has no longer, unless another one still has it. The trail says so in the
    /// same commit: who opened somebody's jobs yesterday and does so no longer must be found.
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
            transaction.change(FORGET_ORIGIN, values![card, source]).await?;
            if transaction.row(HAS_ORIGIN, values![card]).await?.is_none() {
                remove(transaction, card).await?;
                audit::append(transaction, &event).await?;
            }
        })
    }
}
