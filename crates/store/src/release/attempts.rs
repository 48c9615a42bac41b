//! Tries to deliver, and what becomes of them when a node dies.

use print_core::{
    AccountingDay, AttemptId, DepartmentId, JobId, JobState, OwnerId, PersonId, PrinterId,
    StationId, TariffVersionId, Ticket, Timestamp,
};

use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::cards::opened_by;
use crate::jobs::documents;
use crate::jobs::record::owner_values;
use crate::nodes::{LEASE_SECONDS, NodeName};
use crate::release::claim::ClaimedJob;
use crate::release::taps::Opener;
use crate::store::Store;

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttemptState {
    /// Meant, and nothing said to the printer that we know of.
    Claimed,
    /// The printer has given the job a number of its own.
    Created,
    /// All of the document was sent.
    Sent,
    /// Out.
    Done,
    /// Over, without being out.
    Failed,
    /// Over, and nobody can tell what the printer did.
    Unknown,
}

impl AttemptState {
    /// Every state, in order.
    pub const ALL: [Self; 6] =
        [Self::Claimed, Self::Created, Self::Sent, Self::Done, Self::Failed, Self::Unknown];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Created => "created",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One try to deliver one job to one printer.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRecord {
    /// Our key.
    pub id: AttemptId,
    /// The job.
    pub job: JobId,
    /// Where it goes.
    pub printer: PrinterId,
    /// Where the owner's word was given.
    pub station: Option<StationId>,
    /// How far it has come.
    pub state: AttemptState,
    /// The node that carries it out.
    pub node: NodeName,
    /// That node's epoch.
    pub epoch: i64,
    /// What every further step must carry.
    pub fence: i64,
    /// The random number that marks the job at the printer.
    pub mark: i64,
    /// The printer's own number for the job.
    pub printer_job_id: Option<i32>,
    /// The printer's own `job-uuid`.
    pub printer_job_uuid: Option<String>,
    /// The printer's `printer-up-time` then: a smaller one later means that it was restarted.
    pub printer_up_time: Option<i64>,
    /// The ticket as released.
    pub ticket: Ticket,
    /// Who pays.
    pub department: Option<DepartmentId>,
    /// At which prices.
    pub tariff_version: Option<TariffVersionId>,
    /// On which day.
    pub accounting_day: AccountingDay,
    /// When the owner's word was given.
    pub claimed_at: Timestamp,
    /// When the printer's number was committed.
    pub created_at: Option<Timestamp>,
    /// When the whole document was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// What the printer reported (`job-impressions-completed`).
    pub impressions: i64,
    /// What the printer last gave as reasons.
    pub reasons: String,
    /// Empty backs that the drawn document has between its copies.
    pub blanks: u32,
    /// Where the job is now.
    pub job_state: JobState,
    /// Whether the job is held again when this is out.
    pub keep: bool,
    /// The delegate whose word it was, where it was not the owner's.
    pub delegate: Option<PersonId>,
}

macro_rules! attempt_columns {
    () => {
        "a.id, a.job, a.printer, a.station, a.state, a.node, a.epoch, a.fence, a.mark, \
         a.printer_job_id, a.printer_job_uuid, a.printer_up_time, a.ticket, a.department, \
         a.tariff_version, a.accounting_day, a.claimed_at, a.created_at, a.sent_at, a.ended_at, \
         a.impressions, a.reasons, a.blanks, (SELECT j.state FROM job j WHERE j.id = a.job), \
         a.keep, a.delegate"
    };
}
pub(crate) use attempt_columns;

/// How long after the end of a lease its work is left alone, for a node that is only slow.
const GRACE_SECONDS: i64 = LEASE_SECONDS / 6;

statements! {
    BY_ID = concat!("SELECT ", attempt_columns!(), " FROM attempt a WHERE a.id = $1");
    OF_JOB = concat!("SELECT ", attempt_columns!(), " FROM attempt a WHERE a.job = $1
        ORDER BY a.claimed_at DESC, a.id DESC LIMIT 1000");
    MINE = concat!("SELECT ", attempt_columns!(), " FROM attempt a
        WHERE a.ended_at IS NULL AND a.node = $1 AND a.epoch = $2
        ORDER BY a.claimed_at, a.id LIMIT 10000");
    ORPHANED = concat!("SELECT ", attempt_columns!(), " FROM attempt a
        WHERE a.ended_at IS NULL AND NOT (a.node = $1 AND a.epoch = $2)
            AND NOT EXISTS (SELECT 1 FROM node n
                WHERE n.id = a.node AND n.epoch = a.epoch AND n.lease_until > $3 AND n.id <> $1)
        ORDER BY a.claimed_at, a.id LIMIT $4");
    OF_OWNER = concat!("SELECT ", attempt_columns!(), " FROM attempt a JOIN job o ON o.id = a.job
        WHERE o.ended_at IS NULL AND o.owner_kind = $1 AND o.owner = $2 AND o.state <> 'held'
            AND a.ended_at IS NULL AND ", opened_by!("o", "$4"), "
        ORDER BY o.created_at, o.number LIMIT $3");
    // The job goes first, in every transaction that touches both.
    ADOPT_JOB = "UPDATE job SET fence = fence + 1, node = $3, epoch = $4
        WHERE fence = $2 AND state IN ('released', 'delivering', 'stopped') AND id =
            (SELECT job FROM attempt WHERE id = $1 AND fence = $2 AND ended_at IS NULL)";
    ADOPT = "UPDATE attempt SET fence = fence + 1, node = $3, epoch = $4
        WHERE id = $1 AND fence = $2 AND ended_at IS NULL RETURNING fence";
}

pub(crate) fn read(row: &mut Row) -> Result<AttemptRecord> {
    Ok(AttemptRecord {
        id: row.parsed()?,
        job: row.parsed()?,
        printer: row.parsed()?,
        station: row.opt_parsed()?,
        state: row.word(AttemptState::from_word)?,
        node: row.named(NodeName::parse)?,
        epoch: row.int()?,
        fence: row.int()?,
        mark: row.int()?,
        printer_job_id: row.opt_int()?.and_then(|id| i32::try_from(id).ok()),
        printer_job_uuid: row.opt_text()?,
        printer_up_time: row.opt_int()?,
        ticket: row.json()?,
        department: row.opt_parsed()?,
        tariff_version: row.opt_parsed()?,
        accounting_day: row.day()?,
        claimed_at: row.time()?,
        created_at: row.opt_time()?,
        sent_at: row.opt_time()?,
        ended_at: row.opt_time()?,
        impressions: row.int()?,
        reasons: row.text()?,
        blanks: u32::try_from(row.int()?).unwrap_or(0),
        job_state: row.parsed()?,
        keep: row.flag()?,
        delegate: row.opt_parsed()?,
    })
}

pub(crate) fn read_all(rows: Vec<Row>) -> Result<Vec<AttemptRecord>> {
    rows.into_iter().map(|mut row| read(&mut row)).collect()
}

impl Store {
    /// One attempt.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn attempt(&self, id: AttemptId) -> Result<AttemptRecord> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(&mut row.ok_or(StoreError::NotFound)?)
    }

    /// All attempts to deliver a job, the newest first.
    pub async fn attempts_of_job(&self, job: JobId) -> Result<Vec<AttemptRecord>> {
        read_all(self.pool().rows(OF_JOB, values![job]).await?)
    }

    /// What is on its way for an owner, wherever and by whichever word, as far as this card or code opens it.
    pub async fn running_attempts(
        &self,
        owner: OwnerId,
        opener: impl Into<Opener>,
        limit: u32,
    ) -> Result<Vec<AttemptRecord>> {
        let [kind, id] = owner_values(owner);
        let card = opener.into().card();
        read_all(self.pool().rows(OF_OWNER, values![kind, id, limit, card]).await?)
    }

    /// Attempts that this process carries out.
    pub async fn my_open_attempts(&self) -> Result<Vec<AttemptRecord>> {
        let values = values![self.node().as_str(), self.epoch()];
        read_all(self.pool().rows(MINE, values).await?)
    }

    /// Attempts that nobody carries out any more: of this node's earlier starts, and of nodes whose
    /// lease ended a while ago. Adopt each before anything is done about it.
    pub async fn open_attempts(&self, limit: u32) -> Result<Vec<AttemptRecord>> {
        let since = self.now().plus_seconds(-GRACE_SECONDS);
        let values = values![self.node().as_str(), self.epoch(), since, limit];
        read_all(self.pool().rows(ORPHANED, values).await?)
    }

    /// Takes an attempt over from whoever had it. Gives the new fence; `None`: somebody else was first.
    pub async fn adopt(&self, attempt: AttemptId, fence: i64) -> Result<Option<i64>> {
        let values = values![attempt, fence, self.node().as_str(), self.epoch()];
        transact!(self.pool(), |transaction| {
            transaction.change(ADOPT_JOB, values.clone()).await?;
            let row = transaction.row(ADOPT, values.clone()).await?;
            row.map(|mut row| row.int()).transpose()?
        })
    }

    /// What is needed to go on with an adopted attempt.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such attempt, or the document's key is gone.
    pub async fn claimed_job(&self, attempt: AttemptId) -> Result<ClaimedJob> {
        let attempt = self.attempt(attempt).await?;
        let row = self.pool().row(documents::KEY, values![attempt.job]).await?;
        let mut row = row.ok_or(StoreError::NotFound)?;
        let (_, key_day, wrapped_key) = (row.text()?, row.day()?, row.bytes()?);
        Ok(ClaimedJob {
            job: self.job(attempt.job).await?,
            attempt: attempt.id,
            fence: attempt.fence,
            mark: attempt.mark,
            ticket: attempt.ticket,
            keep: attempt.keep,
            delegate: attempt.delegate,
            wrapped_key,
            key_day,
            facts: Some(self.facts(attempt.job).await?.unwrap_or_else(|| serde_json::json!({}))),
            claimed_at: attempt.claimed_at,
            station: attempt.station,
        })
    }
}
