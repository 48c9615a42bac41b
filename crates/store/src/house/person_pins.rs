//! PINs of people, typed beside the card where a queue demands it: what proves one, how often a wrong one may
//! be typed, and how far it is trusted.
//!
//! As with cards, a PIN that somebody else set opens no job that was there before, until its owner says that
//! it is theirs. Wrong ones lock the PIN and not the card, which opens other queues' jobs all the same.

use std::collections::HashMap;

use print_core::{PersonId, QueueId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::notices::{self, NoticeKind};
use crate::store::Store;

/// So many wrong PINs lock it.
pub const WRONG_OWN_PINS_MAX: u32 = 5;
/// A locked PIN is taken again so long after the last wrong one.
pub const OWN_PIN_LOCKED_SECONDS: i64 = 900;
/// As long as a queue demands it.
const FOR_GOOD: Timestamp = Timestamp::from_micros(i64::MAX);

/// Queues that demand their people's PIN beside the card, or did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueuesWithPin(HashMap<QueueId, Timestamp>);

impl QueuesWithPin {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the queue demands it now.
    #[must_use]
    pub fn demands(&self, queue: QueueId) -> bool {
        self.0.get(&queue) == Some(&FOR_GOOD)
    }

    /// Whether a job that came to the queue at this moment goes only with the PIN.
    #[must_use]
    pub fn keeps(&self, queue: QueueId, made_at: Timestamp) -> bool {
        self.0.get(&queue).is_some_and(|until| made_at < *until)
    }
}

/// What is known of a person's PIN but for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonPin {
    /// When it was set.
    pub set_at: Timestamp,
    /// Since when somebody else than its owner has vouched for it.
    pub trusted_from: Option<Timestamp>,
    /// When its owner said that it is theirs.
    pub confirmed_at: Option<Timestamp>,
    /// How many wrong ones may still be typed; 0: it is locked.
    pub tries_left: u32,
}

impl PersonPin {
    /// From when on it opens jobs, where it does not open all.
    #[must_use]
    pub fn opens_from(&self) -> Option<Timestamp> {
        self.trusted_from.filter(|_| self.confirmed_at.is_none())
    }

    /// Whether it opens a job that was made at this moment.
    #[must_use]
    pub fn opens(&self, made_at: Timestamp) -> bool {
        self.opens_from().is_none_or(|from| from <= made_at)
    }
}

/// Whether a person's PIN may be tried.
#[derive(Clone, PartialEq, Eq)]
pub enum OwnPinTry {
    /// It may, and counts as wrong until [`Store::own_pin_was_right`].
    Counted {
        /// What it is held against.
        verifier: String,
        /// How far it is trusted; how many more may follow if this one is wrong.
        pin: PersonPin,
    },
    /// Too many were wrong lately.
    Locked,
}

impl std::fmt::Debug for OwnPinTry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Counted { .. } => "Counted(…)",
            Self::Locked => "Locked",
        })
    }
}

statements! {
    SET = "INSERT INTO person_pin (person, verifier, set_at, trusted_from, failures)
        VALUES ($1, $2, $3, $4, 0)
        ON CONFLICT (person) DO UPDATE
        SET verifier = excluded.verifier, set_at = excluded.set_at,
            trusted_from = excluded.trusted_from, confirmed_at = NULL, failures = 0,
            failed_at = NULL";
    CONFIRM = "UPDATE person_pin SET confirmed_at = $2
        WHERE person = $1 AND trusted_from IS NOT NULL AND confirmed_at IS NULL";
    REMOVE = "DELETE FROM person_pin WHERE person = $1";
    OF_PERSON = "SELECT set_at, trusted_from, confirmed_at, failures, failed_at FROM person_pin
        WHERE person = $1";
    // `$3`: wrong ones before that are forgotten.
    TRY = "UPDATE person_pin
        SET failures = CASE WHEN failed_at > $3 THEN failures + 1 ELSE 1 END, failed_at = $2
        WHERE person = $1 AND (failed_at IS NULL OR failed_at <= $3 OR failures < $4)
        RETURNING verifier, set_at, trusted_from, confirmed_at, failures";
    RIGHT = "UPDATE person_pin SET failures = 0, failed_at = NULL WHERE person = $1";
    PEOPLE = "SELECT COUNT(*) FROM person WHERE disabled = 0";
    DEMAND = "UPDATE queue SET pin_until = $2 WHERE id = $1";
    DEMANDING = "SELECT id, pin_until FROM queue WHERE pin_until > 0 ORDER BY id LIMIT 10000";
}

fn left(failures: i64) -> u32 {
    WRONG_OWN_PINS_MAX.saturating_sub(u32::try_from(failures).unwrap_or(u32::MAX))
}

async fn audited(
    transaction: &mut Transaction,
    event: &str,
    person: PersonId,
    by: &str,
    at: Timestamp,
) -> Result<()> {
    let event = AuditEvent {
        at,
        actor: by.to_owned(),
        event: event.to_owned(),
        object: format!("person:{person}"),
        outcome: "done".to_owned(),
        detail: json!(null),
    };
    audit::append(transaction, &event).await
}

impl Store {
    /// Sets a person's PIN by the word of `by`, in place of the one before. By anybody else's word than the
    /// person's it opens only jobs from now on, and the person is told.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such person.
    pub async fn set_own_pin(&self, person: PersonId, verifier: &str, by: &str) -> Result<()> {
        let now = self.now();
        let is_own = by == format!("person:{person}");
        transact!(self.pool(), |transaction| {
            let from = (!is_own).then_some(now);
            transaction.change(SET, values![person, verifier, now, from]).await?;
            if !is_own {
                notices::tell(transaction, person, NoticeKind::PinGiven, now).await?;
            }
            audited(transaction, "pin-set", person, by, now).await?;
        })
    }

    /// The person says that the PIN which somebody else set is theirs: it opens all their jobs. `false`: there
    /// is nothing to confirm.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn confirm_own_pin(&self, person: PersonId) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let is_done = transaction.change(CONFIRM, values![person, now]).await? > 0;
            if is_done {
                let by = format!("person:{person}");
                audited(transaction, "pin-confirm", person, &by, now).await?;
            }
            is_done
        })
    }

    /// Forgets a person's PIN by the word of `by`. `false`: there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn remove_own_pin(&self, person: PersonId, by: &str) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let is_done = transaction.change(REMOVE, values![person]).await? > 0;
            if is_done {
                audited(transaction, "pin-remove", person, by, now).await?;
            }
            is_done
        })
    }

    /// What is known of the person's PIN; nothing when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn own_pin(&self, person: PersonId) -> Result<Option<PersonPin>> {
        let Some(mut row) = self.pool().row(OF_PERSON, values![person]).await? else {
            return Ok(None);
        };
        let (set_at, trusted_from, confirmed_at) = (row.time()?, row.opt_time()?, row.opt_time()?);
        let (failures, failed_at) = (row.int()?, row.opt_time()?);
        let since = self.now().plus_seconds(-OWN_PIN_LOCKED_SECONDS);
        let failures = if failed_at.is_some_and(|at| at > since) { failures } else { 0 };
        Ok(Some(PersonPin { set_at, trusted_from, confirmed_at, tries_left: left(failures) }))
    }

    /// Counts one more PIN that is typed for the person, and gives what it is held against. Nothing: the
    /// person has none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn try_own_pin(&self, person: PersonId) -> Result<Option<OwnPinTry>> {
        let now = self.now();
        let since = now.plus_seconds(-OWN_PIN_LOCKED_SECONDS);
        let tried = values![person, now, since, WRONG_OWN_PINS_MAX];
        if let Some(mut row) = self.pool().write_rows(TRY, tried).await?.pop() {
            let verifier = row.text()?;
            let (set_at, trusted_from) = (row.time()?, row.opt_time()?);
            let confirmed_at = row.opt_time()?;
            let tries_left = left(row.int()?);
            let pin = PersonPin { set_at, trusted_from, confirmed_at, tries_left };
            return Ok(Some(OwnPinTry::Counted { verifier, pin }));
        }
        Ok(self.own_pin(person).await?.map(|_| OwnPinTry::Locked))
    }

    /// The PIN was right: earlier wrong ones are forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn own_pin_was_right(&self, person: PersonId) -> Result<()> {
        self.change(RIGHT, values![person]).await.map(drop)
    }

    /// How many people may print: the length of PINs goes by it.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn count_people(&self) -> Result<u64> {
        self.pool().row(PEOPLE, values![]).await?.ok_or(StoreError::NotFound)?.small()
    }

    /// Whether the queue's jobs go only with their owner's PIN beside the card. Those that waited while it was
    /// so still do when it is so no longer: an administrator opens nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such queue.
    pub async fn demand_pin(&self, queue: QueueId, demands: bool) -> Result<()> {
        let until = if demands { FOR_GOOD } else { self.now() };
        match self.change(DEMAND, values![queue, until]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// The queues whose jobs do, or did.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn queues_with_pin(&self) -> Result<QueuesWithPin> {
        let rows = self.pool().rows(DEMANDING, values![]).await?;
        let read = |mut row: Row| Ok((row.parsed()?, row.time()?));
        rows.into_iter().map(read).collect::<Result<_>>().map(QueuesWithPin)
    }
}
