//! Delegates: people whom an owner lets fetch the owner's jobs until a day. The cost stays with the owner.
//!
//! Whom somebody else than the owner has named opens no job that was there before, until the owner confirms
//! it; the owner is told in the same commit.

use print_core::{OwnerId, PersonId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::Result;
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::notices::{self, NoticeKind};
use crate::store::Store;

/// So many delegates an owner has at most, and so many owners a delegate.
pub const DELEGATES_MAX: i64 = 20;

/// That somebody may fetch somebody's jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Whose jobs.
    pub owner: PersonId,
    /// That person's name.
    pub owner_name: String,
    /// Who may fetch them.
    pub person: PersonId,
    /// That person's name.
    pub person_name: String,
    /// Since when.
    pub added_at: Timestamp,
    /// From when on not any more.
    pub ends_at: Timestamp,
    /// Since when somebody else than the owner has vouched for it.
    pub trusted_from: Option<Timestamp>,
    /// When the owner confirmed that.
    pub confirmed_at: Option<Timestamp>,
}

impl Delegation {
    /// Whether it opens only jobs that came after it was made, until the owner confirms it.
    #[must_use]
    pub fn waits_for_owner(&self) -> bool {
        self.trusted_from.is_some() && self.confirmed_at.is_none()
    }
}

/// Whether a delegate (`$person`, a parameter) may see and let go the job (of the table `job`) at that time
/// (`$now`): an owner's, neither confidential nor with a PIN, of a queue that lets delegates in and does not demand
/// its people's own PIN.
macro_rules! delegated {
    ($person:literal, $now:literal) => {
        concat!(
            "(job.owner_kind = 'person' AND job.confidential = 0 AND job.password_wait = 0
                AND job.no_delegates = 0
                AND EXISTS (SELECT 1 FROM delegate d WHERE d.owner = job.owner AND d.person = ",
            $person,
            " AND d.ends_at > ",
            $now,
            " AND (d.trusted_from IS NULL OR d.confirmed_at IS NOT NULL
                        OR d.trusted_from <= job.created_at))
                AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = job.queue
                    AND (q.confidential = 1 OR q.delegates = 0 OR q.pin_until > job.created_at)))"
        )
    };
}
pub(crate) use delegated;

macro_rules! delegations {
    ($filter:literal, $order:literal) => {
        concat!(
            "SELECT d.owner, o.name, d.person, p.name, d.added_at, d.ends_at, d.trusted_from,
                d.confirmed_at
            FROM delegate d JOIN person o ON o.id = d.owner JOIN person p ON p.id = d.person WHERE ",
            $filter,
            " ORDER BY ",
            $order,
            " LIMIT 1000"
        )
    };
}

statements! {
    // Not more than so many of one owner, nor for one delegate.
    PUT = "INSERT INTO delegate (owner, person, added_at, ends_at, trusted_from)
        SELECT o.id, p.id, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT)
        FROM person o, person p WHERE o.id = $1 AND p.id = $2
            AND (SELECT COUNT(*) FROM delegate d
                WHERE d.owner = $1 AND d.person <> $2 AND d.ends_at > $3) < $6
            AND (SELECT COUNT(*) FROM delegate d
                WHERE d.person = $2 AND d.owner <> $1 AND d.ends_at > $3) < $6
        ON CONFLICT (owner, person) DO UPDATE
        SET added_at = excluded.added_at, ends_at = excluded.ends_at,
            trusted_from = excluded.trusted_from, confirmed_at = NULL";
    CONFIRM = "UPDATE delegate SET confirmed_at = $3 WHERE owner = $1 AND person = $2
        AND added_at = $4 AND ends_at = $5
        AND ends_at > $3 AND trusted_from IS NOT NULL AND confirmed_at IS NULL";
    END = "DELETE FROM delegate WHERE owner = $1 AND person = $2";
    OF_OWNER = delegations!("d.owner = $1 AND d.ends_at > $2", "d.owner, d.person");
    OF_PERSON = delegations!(
        "d.person = $1 AND d.ends_at > $2 AND o.disabled = 0", "d.person, d.owner"
    );
    ALL = delegations!("d.ends_at > $1", "d.owner, d.person");
}

fn read(mut row: Row) -> Result<Delegation> {
    Ok(Delegation {
        owner: row.parsed()?,
        owner_name: row.text()?,
        person: row.parsed()?,
        person_name: row.text()?,
        added_at: row.time()?,
        ends_at: row.time()?,
        trusted_from: row.opt_time()?,
        confirmed_at: row.opt_time()?,
    })
}

fn event(
    event: &str,
    owner: PersonId,
    person: PersonId,
    detail: serde_json::Value,
    by: (&str, Timestamp),
) -> AuditEvent {
    let (actor, at) = by;
    let mut detail = detail;
    detail["delegate"] = json!(person.to_string());
    let (actor, event, object) = (actor.to_owned(), event.to_owned(), format!("person:{owner}"));
    AuditEvent { at, actor, event, object, outcome: "done".to_owned(), detail }
}

/// Tells the owner, and writes down, that a delegate has let jobs of theirs go; in the transaction of the
/// claim.
pub(crate) async fn fetched(
    transaction: &mut Transaction,
    owner: PersonId,
    person: PersonId,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<()> {
    notices::tell(transaction, owner, NoticeKind::DelegatePrinted, at).await?;
    let actor = format!("person:{person}");
    audit::append(transaction, &event("delegate-print", owner, person, detail, (&actor, at))).await
}

/// The delegate whose word is given for an owner's jobs; none when it is the owner's own, or a machine's.
pub(crate) fn delegate_of(owner: OwnerId, member: Option<PersonId>) -> Option<PersonId> {
    match owner {
        OwnerId::Person(owner) => member.filter(|member| *member != owner),
        OwnerId::Group(_) => None,
    }
}

impl Store {
    /// Lets the person fetch the owner's jobs until then, by the word of `by`: all that a delegate may fetch
    /// when that is the owner, else those that come from now on, until the owner confirms it. Whoever may do
    /// so already may do so anew, by this word.
    ///
    /// `false`: one of the two is not there, or has [`DELEGATES_MAX`] already.
    pub async fn put_delegate(
        &self,
        owner: PersonId,
        person: PersonId,
        ends_at: Timestamp,
        by: &str,
    ) -> Result<bool> {
        let now = self.now();
        let is_own = by == format!("person:{owner}");
        let trusted_from = (!is_own).then_some(now);
        let detail = json!({ "ends_at": ends_at.micros() });
        transact!(self.pool(), |transaction| {
            let values = values![owner, person, now, ends_at, trusted_from, DELEGATES_MAX];
            if transaction.change(PUT, values).await? == 0 {
                return Ok(false);
            }
            if !is_own {
                let about = format!("delegate {person} of {}", now.micros());
                notices::tell_about(transaction, owner, NoticeKind::DelegateAdded, &about, now)
                    .await?;
            }
            let event = event("delegate-add", owner, person, detail.clone(), (by, now));
            audit::append(transaction, &event).await?;
            true
        })
    }

    /// The owner says that the delegate, as the owner was shown it, is right: it opens their earlier jobs, too.
    /// `false`: there is nothing to confirm, or it was changed since.
    pub async fn confirm_delegate(&self, shown: &Delegation) -> Result<bool> {
        let Delegation { owner, person, added_at, ends_at, .. } = *shown;
        let now = self.now();
        let by = format!("person:{owner}");
        transact!(self.pool(), |transaction| {
            if transaction.change(CONFIRM, values![owner, person, now, added_at, ends_at]).await?
                == 0
            {
                return Ok(false);
            }
            let event = event("delegate-confirm", owner, person, json!({}), (&by, now));
            audit::append(transaction, &event).await?;
            true
        })
    }

    /// Takes it away again, by the word of `by`. `false`: it was not there.
    pub async fn end_delegate(&self, owner: PersonId, person: PersonId, by: &str) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            if transaction.change(END, values![owner, person]).await? == 0 {
                return Ok(false);
            }
            let event = event("delegate-end", owner, person, json!({}), (by, now));
            audit::append(transaction, &event).await?;
            true
        })
    }

    /// Who may fetch the owner's jobs now.
    pub async fn delegates_of(&self, owner: PersonId) -> Result<Vec<Delegation>> {
        let rows = self.pool().rows(OF_OWNER, values![owner, self.now()]).await?;
        rows.into_iter().map(read).collect()
    }

    /// Whose jobs the person may fetch now.
    pub async fn delegations_to(&self, person: PersonId) -> Result<Vec<Delegation>> {
        let rows = self.pool().rows(OF_PERSON, values![person, self.now()]).await?;
        rows.into_iter().map(read).collect()
    }

    /// All that holds now.
    pub async fn delegations(&self) -> Result<Vec<Delegation>> {
        let rows = self.pool().rows(ALL, values![self.now()]).await?;
        rows.into_iter().map(read).collect()
    }
}
