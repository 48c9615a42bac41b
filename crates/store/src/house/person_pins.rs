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

/// So many wrong PINs lock it; each further one locks it for twice as long, until the right one is typed or its owner
/// sets another.
pub const WRONG_OWN_PINS_MAX: u32 = 5;
/// The first lock.
const LOCKED_SECONDS: i64 = 900;
/// The longest lock.
const DAY_SECONDS: i64 = 24 * 3_600;
/// So many wrong ones within a day lock it for the rest of that day, however many right ones were between them.
pub const WRONG_OWN_PINS_A_DAY: u32 = 10;
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

/// The wrong PINs that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wrong {
    failures: u32,
    locked_until: Option<Timestamp>,
    day_began: Option<Timestamp>,
    day_failures: u32,
}

impl Wrong {
    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            failures: row.small()?,
            locked_until: row.opt_time()?,
            day_began: row.opt_time()?,
            day_failures: row.small()?,
        })
    }

    fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }

    /// How many may still be typed before it is locked.
    fn left(&self, now: Timestamp) -> u32 {
        if self.is_locked(now) {
            return 0;
        }
        // A lock that is over leaves one.
        let in_a_row = WRONG_OWN_PINS_MAX.saturating_sub(self.failures).max(1);
        in_a_row.min(WRONG_OWN_PINS_A_DAY.saturating_sub(self.today(now).1))
    }

    /// When the day began, and how many were wrong in it.
    fn today(&self, now: Timestamp) -> (Timestamp, u32) {
        match self.day_began {
            Some(began) if began.plus_seconds(DAY_SECONDS) > now => (began, self.day_failures),
            _ => (now, 0),
        }
    }

    fn with_one_more(&self, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        let (began, earlier) = self.today(now);
        let day_failures = earlier.saturating_add(1);
        let in_a_row = failures
            .checked_sub(WRONG_OWN_PINS_MAX)
            .map(|more| now.plus_seconds((LOCKED_SECONDS << more.min(7)).min(DAY_SECONDS)));
        let of_the_day =
            (day_failures >= WRONG_OWN_PINS_A_DAY).then(|| began.plus_seconds(DAY_SECONDS));
        let locked_until = in_a_row.max(of_the_day);
        Self { failures, locked_until, day_began: Some(began), day_failures }
    }
}

statements! {
    // Its owner's word forgets the wrong ones, but not those of the day when somebody else has taken the one before
    // away: whoever guesses gets no more tries by it.
    SET = "INSERT INTO person_pin (person, verifier, set_at, failures, day_failures)
        VALUES ($1, $2, $3, 0, 0)
        ON CONFLICT (person) DO UPDATE
        SET verifier = excluded.verifier, set_at = excluded.set_at, trusted_from = NULL,
            confirmed_at = NULL, failures = 0,
            locked_until = CASE WHEN person_pin.verifier IS NULL AND person_pin.day_failures >= $4
                THEN person_pin.locked_until ELSE NULL END,
            day_began = CASE WHEN person_pin.verifier IS NULL THEN person_pin.day_began ELSE NULL END,
            day_failures = CASE WHEN person_pin.verifier IS NULL THEN person_pin.day_failures ELSE 0 END";
    GIVE = "INSERT INTO person_pin (person, verifier, set_at, trusted_from, failures, day_failures)
        VALUES ($1, $2, $3, $3, 0, 0)
        ON CONFLICT (person) DO UPDATE
        SET verifier = excluded.verifier, set_at = excluded.set_at,
            trusted_from = excluded.trusted_from, confirmed_at = NULL";
    CONFIRM = "UPDATE person_pin SET confirmed_at = $2
        WHERE person = $1 AND trusted_from IS NOT NULL AND confirmed_at IS NULL";
    REMOVE = "UPDATE person_pin SET verifier = NULL, trusted_from = NULL, confirmed_at = NULL
        WHERE person = $1 AND verifier IS NOT NULL";
    OF_PERSON = "SELECT set_at, trusted_from, confirmed_at, failures, locked_until, day_began,
            day_failures
        FROM person_pin WHERE person = $1 AND verifier IS NOT NULL";
    // The row is ours until the commit.
    HOLD = "UPDATE person_pin SET failures = failures WHERE person = $1 AND verifier IS NOT NULL
        RETURNING verifier, set_at, trusted_from, confirmed_at, failures, locked_until, day_began,
            day_failures";
    COUNT = "UPDATE person_pin
        SET failures = $2, locked_until = $3, day_began = $4, day_failures = $5 WHERE person = $1";
    // The try that was right had been counted as a wrong one.
    RIGHT = "UPDATE person_pin SET failures = 0, locked_until = NULL,
            day_failures = CASE WHEN day_failures > 0 THEN day_failures - 1 ELSE 0 END
        WHERE person = $1";
    PEOPLE = "SELECT COUNT(*) FROM person WHERE disabled = 0";
    DEMAND = "UPDATE queue SET pin_until = $2 WHERE id = $1 AND pin_until <> $2 RETURNING name";
    // Only what was demanded ends; for another queue this would ask for a PIN of jobs that wait.
    RELEASE = "UPDATE queue SET pin_until = $2 WHERE id = $1 AND pin_until = $3 RETURNING name";
    DEMANDING = "SELECT id, pin_until FROM queue WHERE pin_until > 0 ORDER BY id LIMIT 10000";
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
    /// person's it opens only jobs from now on, and wrong ones before it still count. The person is told in either case.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such person.
    pub async fn set_own_pin(&self, person: PersonId, verifier: &str, by: &str) -> Result<()> {
        let now = self.now();
        let is_own = by == format!("person:{person}");
        transact!(self.pool(), |transaction| {
            let kind = if is_own { NoticeKind::PinSet } else { NoticeKind::PinGiven };
            match is_own {
                true => {
                    let set = values![person, verifier, now, WRONG_OWN_PINS_A_DAY];
                    transaction.change(SET, set).await?
                }
                false => transaction.change(GIVE, values![person, verifier, now]).await?,
            };
            let about = now.micros().to_string();
            notices::tell_about(transaction, person, kind, &about, now).await?;
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

    /// Forgets a person's PIN by the word of `by`, and tells the person; the wrong ones of the day still count for the
    /// next. `false`: there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn remove_own_pin(&self, person: PersonId, by: &str) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let is_done = transaction.change(REMOVE, values![person]).await? > 0;
            if is_done {
                let about = now.micros().to_string();
                notices::tell_about(transaction, person, NoticeKind::PinRemoved, &about, now)
                    .await?;
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
        let tries_left = Wrong::read(&mut row)?.left(self.now());
        Ok(Some(PersonPin { set_at, trusted_from, confirmed_at, tries_left }))
    }

    /// Counts one more PIN that is typed for the person, and gives what it is held against. Nothing: the
    /// person has none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn try_own_pin(&self, person: PersonId) -> Result<Option<OwnPinTry>> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let Some(mut row) = transaction.row(HOLD, values![person]).await? else {
                return Ok(None);
            };
            let verifier = row.text()?;
            let (set_at, trusted_from) = (row.time()?, row.opt_time()?);
            let confirmed_at = row.opt_time()?;
            let wrong = Wrong::read(&mut row)?;
            if wrong.is_locked(now) {
                return Ok(Some(OwnPinTry::Locked));
            }
            let wrong = wrong.with_one_more(now);
            let Wrong { failures, locked_until, day_began, day_failures } = wrong;
            let counted = values![person, failures, locked_until, day_began, day_failures];
            transaction.change(COUNT, counted).await?;
            let tries_left = wrong.left(now);
            let pin = PersonPin { set_at, trusted_from, confirmed_at, tries_left };
            Some(OwnPinTry::Counted { verifier, pin })
        })
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

    /// Whether the queue's jobs go only with their owner's PIN beside the card, by the word of `by`. Those that waited
    /// while it was so still do when it is so no longer: an administrator opens nothing. `false`: it was so before, and
    /// nothing was changed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn demand_pin(&self, queue: QueueId, demands: bool, by: &str) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let changed = match demands {
                true => transaction.row(DEMAND, values![queue, FOR_GOOD]).await?,
                false => transaction.row(RELEASE, values![queue, now, FOR_GOOD]).await?,
            };
            let Some(mut row) = changed else { return Ok(false) };
            let event = AuditEvent {
                at: now,
                actor: by.to_owned(),
                event: "queue-pin".to_owned(),
                object: format!("queue:{}", row.text()?),
                outcome: "done".to_owned(),
                detail: json!({ "pin_with_card": demands }),
            };
            audit::append(transaction, &event).await?;
            true
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever has somebody's card and types at each moment when the PIN is taken.
    fn guesses(days: i64, right_every: Option<u32>) -> u32 {
        let (mut wrong, mut now, mut tried) = (Wrong::default(), Timestamp::from_micros(0), 0);
        let end = now.plus_seconds(days * DAY_SECONDS);
        while now < end {
            if wrong.is_locked(now) {
                now = wrong.locked_until.unwrap();
                continue;
            }
            wrong = wrong.with_one_more(now);
            tried += 1;
            now = now.plus_seconds(1);
            // The owner types the right one, unless it is locked.
            if right_every.is_some_and(|every| tried % every == 0) && !wrong.is_locked(now) {
                (wrong.failures, wrong.locked_until) = (0, None);
            }
        }
        tried
    }

    #[test]
    fn few_pins_can_be_guessed_in_a_day_and_fewer_in_a_week() {
        assert_eq!(guesses(1, None), WRONG_OWN_PINS_A_DAY);
        assert!(guesses(7, None) <= WRONG_OWN_PINS_A_DAY + 7, "one a day, then");
        let beside_the_owner = guesses(7, Some(4));
        assert!(beside_the_owner <= 8 * WRONG_OWN_PINS_A_DAY, "{beside_the_owner}");
    }
}
