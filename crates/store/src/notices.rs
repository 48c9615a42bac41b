//! What people are told: the inbox on their own page and the outbox of mail are the same rows.
//!
//! A row is written in the transaction of what it tells. Of one kind a person gets one an hour, which the
//! key of the table holds, so that nothing is searched when a job comes. Of what concerns the person's security each
//! is told: the key then holds what it is about, in place of the hour.

use std::collections::BTreeSet;

use print_core::{NoticeId, PersonId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::migrate::sha256;
use crate::database::pool::{Transaction, transact};
use crate::database::statement::{Statement, statements};
use crate::database::value::{Row, Value, values};
use crate::store::Store;

/// A held job's owner is told when less than this is left of its time.
pub const EXPIRES_SOON_SECONDS: i64 = 4 * 3_600;

/// Why a job was refused, where its owner can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The queue takes no jobs.
    QueueClosed,
    /// The queue is for named people.
    NotAllowed,
    /// Too many jobs, or too large ones, wait for the person already.
    TooMuchWaiting,
    /// Documents of this kind are not taken.
    Format,
    /// The document is not what it says it is, or empty.
    Damaged,
    /// The document needs a password.
    Password,
    /// The document is too large.
    TooLarge,
    /// Its PIN came over a connection that others can read.
    PinInClear,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::QueueClosed,
        Self::NotAllowed,
        Self::TooMuchWaiting,
        Self::Format,
        Self::Damaged,
        Self::Password,
        Self::TooLarge,
        Self::PinInClear,
    ];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QueueClosed => "queue-closed",
            Self::NotAllowed => "not-allowed",
            Self::TooMuchWaiting => "too-much-waiting",
            Self::Format => "format",
            Self::Damaged => "damaged",
            Self::Password => "password",
            Self::TooLarge => "too-large",
            Self::PinInClear => "pin-in-clear",
        }
    }
}

/// What nobody could say at a place with a reader and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AtReader {
    /// A job waits for an answer that only a screen can ask for.
    Asks,
    /// The printer stands still.
    Stopped,
    /// A job may have come out.
    Uncertain,
    /// Nothing came out; the job waits.
    Failed,
}

impl AtReader {
    /// Every case.
    pub const ALL: [Self; 4] = [Self::Asks, Self::Stopped, Self::Uncertain, Self::Failed];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asks => "reader-asks",
            Self::Stopped => "reader-stopped",
            Self::Uncertain => "reader-uncertain",
            Self::Failed => "reader-failed",
        }
    }
}

/// What a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A job was not taken in.
    JobRefused(Refused),
    /// At least one held job is cancelled within [`EXPIRES_SOON_SECONDS`] if nobody fetches it.
    ExpiresSoon,
    /// A link was made that prints as the person, by the person or by somebody else.
    LinkMade,
    /// Somebody else, an administrator, revoked a link of the person's.
    LinkRevoked,
    /// A link of the person's came over a connection that others can read, and was revoked for it.
    LinkInClear,
    /// Too many wrong PINs were typed for a job of the person's.
    PinLocked,
    /// Somebody else gave the person a card, or made a blocked one open again.
    CardAdded,
    /// The person tapped where nothing can be shown, and there is something to be said.
    AtReader(AtReader),
    /// Whoever is signed in as the person added a card.
    OwnCardAdded,
    /// Whoever is signed in as the person set the PIN that the person types beside the card.
    PinSet,
    /// Somebody else set it.
    PinGiven,
    /// Somebody else took it away.
    PinRemoved,
    /// Whoever is signed in as the person made a code for a station.
    CodeMade,
    /// Such a code was typed in place of a card.
    CodeUsed,
    /// Too many wrong ones of those were typed.
    OwnPinLocked,
    /// Somebody else named a person who may fetch the person's jobs.
    DelegateAdded,
    /// A delegate let jobs of the person's go.
    DelegatePrinted,
}

impl NoticeKind {
    /// The word that the database keeps; of each a person gets one an hour.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::JobRefused(_) => "job-refused",
            Self::ExpiresSoon => "expires-soon",
            Self::LinkMade => "link-made",
            Self::LinkRevoked => "link-revoked",
            Self::LinkInClear => "link-in-clear",
            Self::PinLocked => "pin-locked",
            Self::CardAdded => "card-added",
            Self::AtReader(what) => what.as_str(),
            Self::OwnCardAdded => "own-card-added",
            Self::PinSet => "pin-set",
            Self::PinGiven => "pin-given",
            Self::PinRemoved => "pin-removed",
            Self::CodeMade => "code-made",
            Self::CodeUsed => "code-used",
            Self::OwnPinLocked => "own-pin-locked",
            Self::DelegateAdded => "delegate-added",
            Self::DelegatePrinted => "delegate-printed",
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::JobRefused(refused) => refused.as_str(),
            Self::ExpiresSoon
            | Self::LinkMade
            | Self::LinkRevoked
            | Self::LinkInClear
            | Self::PinLocked
            | Self::CardAdded
            | Self::OwnCardAdded
            | Self::PinSet
            | Self::PinGiven
            | Self::PinRemoved
            | Self::CodeMade
            | Self::CodeUsed
            | Self::OwnPinLocked
            | Self::DelegateAdded
            | Self::DelegatePrinted
            | Self::AtReader(_) => "",
        }
    }

    fn from_words(kind: &str, detail: &str) -> Option<Self> {
        let refused = Refused::ALL.into_iter().map(Self::JobRefused);
        let others = [
            Self::ExpiresSoon,
            Self::LinkMade,
            Self::LinkRevoked,
            Self::LinkInClear,
            Self::PinLocked,
            Self::CardAdded,
            Self::OwnCardAdded,
            Self::PinSet,
            Self::PinGiven,
            Self::PinRemoved,
            Self::CodeMade,
            Self::CodeUsed,
            Self::OwnPinLocked,
            Self::DelegateAdded,
            Self::DelegatePrinted,
        ];
        let at_readers = AtReader::ALL.into_iter().map(Self::AtReader);
        let mut all = refused.chain(others).chain(at_readers);
        all.find(|known| known.as_str() == kind && known.detail() == detail)
    }
}

/// A notice in its owner's inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Our own key.
    pub id: NoticeId,
    /// What it tells.
    pub kind: NoticeKind,
    /// When that was so.
    pub at: Timestamp,
    /// Whether its owner has marked it as read.
    pub is_read: bool,
}

/// A mail that this process may try to send until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailToSend {
    /// The notice.
    pub id: NoticeId,
    /// Whom it is for.
    pub person: PersonId,
    /// What it tells.
    pub kind: NoticeKind,
    /// When that was so.
    pub at: Timestamp,
    /// Which try this is, from 1. An answer counts only for the latest.
    pub attempt: i64,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEnd {
    /// The mail server has taken it.
    Sent,
    /// It is never tried again.
    GivenUp,
    /// It is to be tried again then.
    Later(Timestamp),
}

statements! {
    // Whoever has no address reads it on the page only.
    TELL = "INSERT INTO notice (id, person, kind, hour, detail, at, mail_due_at, mail_attempts)
        SELECT CAST($1 AS TEXT), p.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
            CAST($6 AS BIGINT), CASE WHEN p.mail IS NULL THEN NULL ELSE CAST($6 AS BIGINT) END, 0
        FROM person p WHERE p.id = $2 AND p.disabled = 0
        ON CONFLICT (person, kind, hour) DO NOTHING";
    // The owner of a job that was aborted at this very moment.
    TELL_OWNER = "INSERT INTO notice (id, person, kind, hour, detail, at, mail_due_at, mail_attempts)
        SELECT CAST($1 AS TEXT), p.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
            CAST($6 AS BIGINT), CASE WHEN p.mail IS NULL THEN NULL ELSE CAST($6 AS BIGINT) END, 0
        FROM job j JOIN person p ON p.id = j.owner
        WHERE j.id = $2 AND j.owner_kind = 'person' AND j.state = 'aborted' AND j.ended_at = $6
            AND p.disabled = 0
        ON CONFLICT (person, kind, hour) DO NOTHING";
    // The owner of a job that was let go at a place with a reader and nothing else.
    TELL_AT_READER = "INSERT INTO notice (id, person, kind, hour, detail, at, mail_due_at,
            mail_attempts)
        SELECT CAST($1 AS TEXT), p.id, CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
            CAST($6 AS BIGINT), CASE WHEN p.mail IS NULL THEN NULL ELSE CAST($6 AS BIGINT) END, 0
        FROM attempt a JOIN station s ON s.id = a.station JOIN job j ON j.id = a.job
            JOIN person p ON p.id = j.owner
        WHERE a.id = $2 AND s.reader_only = 1 AND j.owner_kind = 'person' AND p.disabled = 0
        ON CONFLICT (person, kind, hour) DO NOTHING";
    // A job that never had more time than that is no news: its owner has just sent it.
    EXPIRES_SOON = "UPDATE job SET expiry_told_at = $1
        WHERE state = 'held' AND expiry_told_at IS NULL AND id IN (
            SELECT id FROM job WHERE state = 'held' AND expiry_told_at IS NULL
                AND owner_kind = 'person' AND expires_at > $1 AND expires_at <= $2
                AND expires_at - created_at > $3
            ORDER BY expires_at LIMIT $4)
        RETURNING owner";
    OF_PERSON = "SELECT id, kind, detail, at, read_at FROM notice WHERE person = $1
        ORDER BY at DESC, id DESC LIMIT $2";
    READ = "UPDATE notice SET read_at = $2 WHERE person = $1 AND read_at IS NULL AND at <= $2";
    NEXT_MAIL = "SELECT mail_due_at FROM notice WHERE mail_due_at IS NOT NULL
        ORDER BY mail_due_at, id LIMIT 1";
    // Two processes may find the same rows; the second one to change a row finds that it is not due.
    TAKE_MAIL = "UPDATE notice SET mail_due_at = $2, mail_attempts = mail_attempts + 1
        WHERE mail_due_at <= $1 AND id IN (
            SELECT id FROM notice WHERE mail_due_at IS NOT NULL AND mail_due_at <= $1
            ORDER BY mail_due_at, id LIMIT $3)
        RETURNING id, person, kind, detail, at, mail_attempts";
    END_MAIL = "UPDATE notice SET mail_due_at = $3, mail_ended_at = $4, mail_end = $5
        WHERE id = $1 AND mail_attempts = $2 AND mail_due_at IS NOT NULL";
    MAIL_WAITING = "SELECT COUNT(*) FROM notice WHERE mail_due_at IS NOT NULL";
    FORGET = "DELETE FROM notice WHERE id IN (
        SELECT id FROM notice WHERE at < $1 ORDER BY at LIMIT $2)";
}

fn hour(at: Timestamp) -> i64 {
    at.micros().div_euclid(3_600_000_000)
}

/// The statement that tells the owner of a job that is being aborted, for the same transaction.
pub(crate) fn tell_owner(
    job: print_core::JobId,
    kind: NoticeKind,
    at: Timestamp,
) -> (Statement, Vec<Value>) {
    (TELL_OWNER, told(job.into(), kind, at))
}

/// Tells the person in the transaction of what is told.
pub(crate) async fn tell(
    transaction: &mut Transaction,
    person: PersonId,
    kind: NoticeKind,
    at: Timestamp,
) -> Result<u64> {
    transaction.change(TELL, told(person.into(), kind, at)).await
}

/// Tells the owner of what was let go where there is only a reader, in the transaction of what is told: whoever taps
/// there meanwhile, and whether the station is still connected, makes no difference.
pub(crate) async fn tell_at_reader(
    transaction: &mut Transaction,
    attempt: print_core::AttemptId,
    what: AtReader,
    at: Timestamp,
) -> Result<()> {
    let values = told(attempt.into(), NoticeKind::AtReader(what), at);
    transaction.change(TELL_AT_READER, values).await.map(drop)
}

/// Tells the person of one thing, once, in the transaction of what is told: whoever did the same within the hour before,
/// with another thing, swallows nothing.
pub(crate) async fn tell_about(
    transaction: &mut Transaction,
    person: PersonId,
    kind: NoticeKind,
    about: &str,
    at: Timestamp,
) -> Result<u64> {
    let id = NoticeId::new();
    let values = values![id, person, kind.as_str(), thing(about), kind.detail(), at];
    transaction.change(TELL, values).await
}

/// Stands in the place of the hour: below zero, where no hour is.
fn thing(about: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = sha256(about.as_bytes());
    i64::from_be_bytes([a, b, c, d, e, f, g, h]) | i64::MIN
}

/// The values of a notice to the person, or to the owner of the job.
fn told(to: Value, kind: NoticeKind, at: Timestamp) -> Vec<Value> {
    values![NoticeId::new(), to, kind.as_str(), hour(at), kind.detail(), at]
}

fn kind(row: &mut Row) -> Result<NoticeKind> {
    let (kind, detail) = (row.text()?, row.text()?);
    NoticeKind::from_words(&kind, &detail)
        .ok_or_else(|| StoreError::corrupt(format!("a notice of {kind:?} and {detail:?}")))
}

impl Store {
    /// Tells the person, unless the same kind was told within this hour. Answers whether it was told.
    pub async fn tell(&self, person: PersonId, kind: NoticeKind, at: Timestamp) -> Result<bool> {
        let id = NoticeId::new();
        let values = values![id, person, kind.as_str(), hour(at), kind.detail(), at];
        Ok(self.change(TELL, values).await? > 0)
    }

    /// Tells the owners of held jobs whose time is nearly over, each job once. Gives how many jobs it met,
    /// at most `limit`.
    pub async fn tell_of_expiry(&self, now: Timestamp, limit: u32) -> Result<usize> {
        let soon = now.plus_seconds(EXPIRES_SOON_SECONDS);
        let long = EXPIRES_SOON_SECONDS * 1_000_000;
        transact!(self.pool(), |transaction| {
            let values = values![now, soon, long, limit];
            let rows = transaction.rows(EXPIRES_SOON, values).await?;
            let jobs = rows.len();
            let owners = rows.into_iter().map(|mut row| row.parsed::<PersonId>());
            for owner in owners.collect::<Result<BTreeSet<_>>>()? {
                tell(transaction, owner, NoticeKind::ExpiresSoon, now).await?;
            }
            jobs
        })
    }

    /// The person's notices, the newest first.
    pub async fn notices(&self, person: PersonId, limit: u32) -> Result<Vec<Notice>> {
        let rows = self.pool().rows(OF_PERSON, values![person, limit]).await?;
        let read = |mut row: Row| {
            let (id, kind) = (row.parsed()?, kind(&mut row)?);
            Ok(Notice { id, kind, at: row.time()?, is_read: row.opt_time()?.is_some() })
        };
        rows.into_iter().map(read).collect()
    }

    /// Marks what the person has been told until now as read.
    pub async fn read_notices(&self, person: PersonId, at: Timestamp) -> Result<u64> {
        self.change(READ, values![person, at]).await
    }

    /// When the next mail is to be tried.
    pub async fn next_mail(&self) -> Result<Option<Timestamp>> {
        let row = self.pool().row(NEXT_MAIL, values![]).await?;
        row.map(|mut row| row.time()).transpose()
    }

    /// Takes mail that is due, the longest due first. Nobody else takes it before `lease_until`.
    pub async fn take_mail(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<MailToSend>> {
        let rows = self.pool().write_rows(TAKE_MAIL, values![now, lease_until, limit]).await?;
        let read = |mut row: Row| {
            let (id, person, kind) = (row.parsed()?, row.parsed()?, kind(&mut row)?);
            Ok(MailToSend { id, person, kind, at: row.time()?, attempt: row.int()? })
        };
        rows.into_iter().map(read).collect()
    }

    /// Keeps what became of a try. `false`: somebody else has taken the mail since.
    pub async fn end_mail(&self, mail: &MailToSend, end: MailEnd, at: Timestamp) -> Result<bool> {
        let (due, ended, word) = match end {
            MailEnd::Sent => (None, Some(at), Some("sent")),
            MailEnd::GivenUp => (None, Some(at), Some("given-up")),
            MailEnd::Later(due) => (Some(due), None, None),
        };
        Ok(self.change(END_MAIL, values![mail.id, mail.attempt, due, ended, word]).await? > 0)
    }

    /// How many mails wait for their sending.
    pub async fn mail_waiting(&self) -> Result<i64> {
        let row = self.pool().row(MAIL_WAITING, values![]).await?;
        row.ok_or(StoreError::NotFound)?.int()
    }

    /// Forgets notices from before `before`, the oldest first, at most `limit`.
    pub async fn forget_notices(&self, before: Timestamp, limit: u32) -> Result<u64> {
        self.change(FORGET, values![before, limit]).await
    }
}
