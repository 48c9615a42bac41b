//! How a job comes in: in one step with its document, or in two.

use print_core::{
    AccountingDay, ClaimedName, JobEvent, JobId, JobName, JobNumber, JobState, Keyword, OwnerId,
    QueueId, Ticket, Timestamp,
};

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::{Repeated, statements};
use crate::database::value::{Value, values};
use crate::jobs::passwords::{self, INSERT_PASSWORDS, JobPassword};
use crate::jobs::record::{Door, Location, owner_values, ticket_text};
use crate::nodes::LEASE_SECONDS;
use crate::notices::{NoticeKind, Refused, tell_owner};
use crate::store::Store;
use crate::writer::{Holder, Write, Written};

/// A job that a client sends.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Our key; the document is sealed for it.
    pub id: JobId,
    /// The queue that it came in by.
    pub queue: QueueId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Its title.
    pub title: JobName,
    /// What the client said its user was called.
    pub claimed_name: Option<ClaimedName>,
    /// How the owner is known.
    pub door: Door,
    /// Whether that is proof.
    pub verified: bool,
    /// What the owner asks for.
    pub ticket: Ticket,
    /// `job-hold-until` as the client gave it.
    pub client_hold: Option<Keyword>,
    /// What proves its PIN, when its owner gave it one.
    pub password: Option<JobPassword>,
    /// When the client sent it.
    pub created_at: Timestamp,
    /// When it is cancelled if nobody fetches it.
    pub expires_at: Timestamp,
}

/// A document that is durable in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its MIME type.
    pub format: Keyword,
    /// Its size before sealing.
    pub size_bytes: i64,
    /// The SHA-256 of what was sent.
    pub sha256: [u8; 32],
    /// Where the spool keeps it.
    pub location: Location,
    /// The day whose key wraps its key.
    pub day: AccountingDay,
    /// Its own key, wrapped.
    pub wrapped_key: Vec<u8>,
}

/// A job that is durable: its client may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Our key.
    pub id: JobId,
    /// The client's number.
    pub number: JobNumber,
}

/// What a batch of intake needs: the job, its document if it has come already, and its number.
pub(crate) struct Arrival<'a> {
    pub(crate) job: &'a NewJob,
    pub(crate) document: Option<&'a StoredDocument>,
    pub(crate) number: JobNumber,
}

/// Its home is the one site of this release; the column is there for the first installation with two.
macro_rules! home {
    () => {
        "'main'"
    };
}
pub(crate) use home;

pub(crate) static INSERT_JOBS: Repeated = Repeated::new(
    "INSERT INTO job (id, number, queue, owner_kind, owner, title, claimed_name, door, verified,
        ticket, document_format, size_bytes, sha256, spool_kind, spool_id, home, node, epoch, fence,
        state, state_changed_at, created_at, held_at, expires_at, client_hold,
        password_wait, impressions) VALUES ",
    concat!(
        "(#, #, #, #, #, #, #, #, #, #, #, #, #, #, #, ",
        home!(),
        ", #, #, 0, #, #, #, #, #, #, #, 0)"
    ),
    "",
    0,
);

pub(crate) static INSERT_KEYS: Repeated =
    Repeated::new("INSERT INTO document_key (job, day, wrapped) VALUES ", "(#, #, #)", "", 0);

statements! {
    TAKE_NUMBERS = "UPDATE job_number SET next = next + $1 WHERE id = 1 RETURNING next";
    COMPLETE = "UPDATE job SET state = 'held', state_changed_at = $2, held_at = $2, expires_at = $3,
            document_format = $4, size_bytes = $5, sha256 = $6, spool_kind = $7, spool_id = $8
        WHERE id = $1 AND state = 'incoming'";
    // Each identifier is made for one job and each place for one document, so such rows are of an earlier
    // try of the same write, whose answer was lost between the database and us.
    ARRIVED_BEFORE = "SELECT number FROM job
        WHERE id = $1 AND node = $2 AND epoch = $3 AND COALESCE(spool_id, '') = $4";
    COMPLETED_BEFORE = "SELECT id FROM job WHERE id = $1 AND spool_kind = $2 AND spool_id = $3";
    // There is no document to be destroyed; what proves the PIN is.
    ABORT = "UPDATE job SET state = 'aborted', state_changed_at = $2, ended_at = $2, end_reason = $3,
            key_due_at = CASE WHEN password_wait = 1 THEN CAST($2 AS BIGINT) END
        WHERE id = $1 AND state = 'incoming'";
    // A document arrives at one process; when that has gone, nobody goes on with it.
    ABORT_STALE = "UPDATE job
        SET state = 'aborted', state_changed_at = $3, ended_at = $3,
            end_reason = 'aborted-by-system',
            key_due_at = CASE WHEN password_wait = 1 THEN CAST($3 AS BIGINT) END
        WHERE state = 'incoming' AND id IN (
            SELECT id FROM job j WHERE j.ended_at IS NULL AND j.state = 'incoming'
                AND NOT (j.node = $1 AND j.epoch = $2)
                AND NOT EXISTS (SELECT 1 FROM node n
                    WHERE n.id = j.node AND n.epoch = j.epoch AND n.lease_until > $4 AND n.id <> $1)
            ORDER BY j.created_at, j.number LIMIT $5)
        RETURNING id";
}

/// Inserts a whole batch: two statements for 64 jobs.
pub(crate) async fn insert(
    transaction: &mut Transaction,
    holder: &Holder,
    arrivals: &[Arrival<'_>],
) -> Result<()> {
    let rows = arrivals.iter().map(|arrival| job_row(holder, arrival)).collect::<Result<_>>()?;
    transaction.insert_rows(&INSERT_JOBS, rows).await?;
    let with_document = |arrival: &Arrival<'_>| {
        let document = arrival.document?;
        Some(values![arrival.job.id, document.day, document.wrapped_key.clone()])
    };
    let keys = arrivals.iter().filter_map(with_document).collect();
    transaction.insert_rows(&INSERT_KEYS, keys).await?;
    let password = |job: &NewJob| Some(passwords::row(job.id, job.password.as_ref()?));
    let passwords = arrivals.iter().filter_map(|arrival| password(arrival.job)).collect();
    transaction.insert_rows(&INSERT_PASSWORDS, passwords).await
}

fn job_row(holder: &Holder, arrival: &Arrival<'_>) -> Result<Vec<Value>> {
    let Arrival { job, document, number } = arrival;
    let [owner_kind, owner] = owner_values(job.owner);
    let state = if document.is_some() { JobState::Held } else { JobState::Incoming };
    Ok(values![
        job.id,
        number.get(),
        job.queue,
        owner_kind,
        owner,
        job.title.as_str(),
        job.claimed_name.as_ref().map(ClaimedName::as_str),
        job.door.as_str(),
        job.verified,
        ticket_text(&job.ticket)?,
        document.map(|document| document.format.as_str()),
        document.map_or(0, |document| document.size_bytes),
        document.map(|document| document.sha256),
        document.map(|document| document.location.kind.as_str()),
        document.map(|document| document.location.id.as_str()),
        holder.node.as_str(),
        holder.epoch,
        state.as_str(),
        job.created_at,
        job.created_at,
        document.map(|_| job.created_at),
        job.expires_at,
        job.client_hold.as_ref().map(Keyword::as_str),
        job.password.is_some(),
    ])
}

/// The end of a job's second step.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    pub(crate) job: JobId,
    pub(crate) document: StoredDocument,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn complete(transaction: &mut Transaction, done: &Completion) -> Result<bool> {
    debug_assert_eq!(leads_to(JobEvent::DocumentComplete), Some(JobState::Held));
    let document = &done.document;
    let values = values![
        done.job,
        done.at,
        done.expires_at,
        document.format.as_str(),
        document.size_bytes,
        document.sha256,
        &document.location.kind,
        &document.location.id,
    ];
    if transaction.change(COMPLETE, values).await? == 0 {
        let place = values![done.job, &document.location.kind, &document.location.id];
        return Ok(transaction.row(COMPLETED_BEFORE, place).await?.is_some());
    }
    let key = values![done.job, document.day, document.wrapped_key.clone()];
    transaction.insert_rows(&INSERT_KEYS, vec![key]).await?;
    Ok(true)
}

/// Where the rules lead an arriving job; the statements above say the same.
fn leads_to(event: JobEvent) -> Option<JobState> {
    let job = print_core::Job::at(JobState::Incoming);
    job.apply(event).ok().map(|transition| transition.to)
}

impl Store {
    /// Takes a job in with its document, straight to Held. When this returns, the job is durable.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the identifier is another job's. The same job with the same document
    /// once more is fine. [`StoreError::InDoubt`]: whoever tells the client "no" now has to see to it that
    /// the job goes ([`Store::withdraw`]); with every other error there is no job.
    pub async fn intake(&self, job: NewJob, document: StoredDocument) -> Result<Accepted> {
        self.accept(job, Some(document)).await
    }

    /// Takes a job in whose document is still to come. The job is durable when this returns; it is
    /// aborted when this process ends before [`Store::document_complete`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the identifier is in use.
    pub async fn begin_incoming(&self, job: NewJob) -> Result<Accepted> {
        self.accept(job, None).await
    }

    async fn accept(&self, job: NewJob, document: Option<StoredDocument>) -> Result<Accepted> {
        let id = job.id;
        let place = document.as_ref().map_or_else(String::new, |stored| stored.location.id.clone());
        match self.writers().write(Write::Arrive { job: Box::new(job), document }).await {
            Ok(Written::Accepted(accepted)) => Ok(accepted),
            Ok(other) => Err(other.unexpected()),
            Err(StoreError::Conflict) => self.accepted_before(id, place).await,
            Err(error) => Err(error),
        }
    }

    /// A write is tried again when the answer to its commit was lost, and then meets itself. Its client
    /// must not hear "no" of a job that waits: it would send the same once more.
    async fn accepted_before(&self, id: JobId, place: String) -> Result<Accepted> {
        let values = values![id, self.node().as_str(), self.epoch(), place];
        let found = self.pool().row(ARRIVED_BEFORE, values).await;
        // Without an answer it may be there.
        let found =
            found.map_err(|error| if error.is_temporary() { StoreError::InDoubt } else { error });
        let mut row = found?.ok_or(StoreError::Conflict)?;
        Ok(Accepted { id, number: crate::jobs::record::number(row.int()?)? })
    }

    /// Makes an arriving job Held. `false`: it is no longer arriving, and the document is nobody's. The
    /// same document once more is fine.
    pub async fn document_complete(
        &self,
        job: JobId,
        document: StoredDocument,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let done = Completion { job, document, at, expires_at };
        match self.writers().write(Write::Complete(done)).await? {
            Written::Changed(changed) => Ok(changed),
            other => Err(other.unexpected()),
        }
    }

    /// Ends a job whose document did not come whole, and tells its owner where there is something to tell.
    /// `false`: it is no longer arriving.
    pub async fn abort_incoming(
        &self,
        job: JobId,
        reason: &Keyword,
        tell: Option<Refused>,
        at: Timestamp,
    ) -> Result<bool> {
        debug_assert_eq!(leads_to(JobEvent::IntakeFailed), Some(JobState::Aborted));
        let mut statements = vec![(ABORT, values![job, at, reason.as_str()])];
        // It finds the job only as the first statement leaves it.
        statements.extend(tell.map(|why| tell_owner(job, NoticeKind::JobRefused(why), at)));
        Ok(self.change_all(statements).await? > 0)
    }

    /// Ends the arriving jobs of processes that are gone: of this node's earlier starts, and of nodes
    /// whose lease ended. Gives whom it met, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn abort_stale_incoming(&self, limit: u32) -> Result<Vec<JobId>> {
        let (now, grace) = (self.now(), self.now().plus_seconds(-LEASE_SECONDS / 6));
        let values = values![self.node().as_str(), self.epoch(), now, grace, limit];
        let rows = self.pool().write_rows(ABORT_STALE, values).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }
}

/// The numbers that one writer may still give.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    next: i64,
    end: i64,
}

/// A block is taken so rarely that its row is never fought over.
const BLOCK: i64 = 1_000;

impl Numbers {
    pub(crate) async fn take(&mut self, transaction: &mut Transaction) -> Result<JobNumber> {
        if self.next >= self.end {
            let row = transaction.row(TAKE_NUMBERS, values![BLOCK]).await?;
            self.end = row.ok_or_else(|| StoreError::corrupt("no job numbers"))?.int()?;
            self.next = self.end - BLOCK;
        }
        let number = crate::jobs::record::number(self.next)?;
        self.next += 1;
        Ok(number)
    }
}
