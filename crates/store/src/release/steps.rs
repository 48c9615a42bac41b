//! How far a delivery has come. Each step carries the fence: who was overtaken changes nothing.

use print_core::{AttemptId, JobState, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::{Value, values};
use crate::notices::{AtReader, tell_at_reader};
use crate::store::Store;
use crate::writer::{Write, Written};

/// What happened in a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The printer gave the job a number; the job is now being delivered.
    Created {
        /// That number.
        printer_job_id: i32,
        /// Its `job-uuid`, when it gave one.
        printer_job_uuid: Option<String>,
        /// Its `printer-up-time`, when it gave one.
        printer_up_time: Option<i64>,
        /// Empty backs that the document has between its copies, because it was drawn so.
        blanks: u32,
    },
    /// The whole document is with the printer.
    Sent,
    /// The printer reported how far it is.
    Progress {
        /// `job-impressions-completed`.
        impressions: i64,
        /// `job-state-reasons`, with commas between them.
        reasons: String,
    },
    /// The printer stopped with the job.
    Stopped {
        /// Why, with commas between the reasons.
        reasons: String,
    },
    /// The printer went on.
    Resumed,
}

/// Whether a step was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepped {
    /// It is durable.
    Done,
    /// It is durable, and the job was taken away meanwhile (cancelled, say): end it at the printer, and
    /// then the attempt, so that paper that came out all the same is booked.
    TakenAway,
    /// The attempt is over, or somebody else has it: stop.
    LostFence,
}

/// A step on its way to the writer.
#[derive(Debug, Clone)]
pub(crate) struct StepOf {
    pub(crate) attempt: AttemptId,
    pub(crate) fence: i64,
    pub(crate) step: Step,
    pub(crate) at: Timestamp,
}

statements! {
    DELIVERING = "UPDATE job SET state = 'delivering', state_changed_at = $3
        WHERE fence = $2 AND state = 'released' AND id = (SELECT job FROM attempt
            WHERE id = $1 AND fence = $2 AND state = 'claimed' AND ended_at IS NULL)";
    CREATED = "UPDATE attempt SET state = 'created', created_at = $3, printer_job_id = $4,
            printer_job_uuid = $5, printer_up_time = $6, blanks = $7
        WHERE id = $1 AND fence = $2 AND state = 'claimed' AND ended_at IS NULL";
    CREATED_AS = "SELECT j.state FROM attempt a JOIN job j ON j.id = a.job
        WHERE a.id = $1 AND a.fence = $2 AND a.printer_job_id = $3 AND a.ended_at IS NULL";
    SENT = "UPDATE attempt SET state = 'sent', sent_at = $3
        WHERE id = $1 AND fence = $2 AND ended_at IS NULL AND state <> 'claimed'";
    PROGRESS = "UPDATE attempt SET impressions = $3, reasons = $4
        WHERE id = $1 AND fence = $2 AND ended_at IS NULL";
    JOB_PROGRESS = "UPDATE job SET impressions = $3
        WHERE fence = $2 AND id = (SELECT job FROM attempt WHERE id = $1)";
    REASONS = "UPDATE attempt SET reasons = $3 WHERE id = $1 AND fence = $2 AND ended_at IS NULL";
    STOP = "UPDATE job SET state = 'stopped', state_changed_at = $3
        WHERE fence = $2 AND state = 'delivering' AND id = (SELECT job FROM attempt WHERE id = $1)";
    RESUME = "UPDATE job SET state = 'delivering', state_changed_at = $3
        WHERE fence = $2 AND state = 'stopped' AND id = (SELECT job FROM attempt WHERE id = $1)";
}

pub(crate) async fn take(transaction: &mut Transaction, of: &StepOf) -> Result<Stepped> {
    let (id, fence, at) = (of.attempt, of.fence, of.at);
    let changed = match &of.step {
        Step::Created { printer_job_id, printer_job_uuid, printer_up_time, blanks } => {
            let uuid = printer_job_uuid.clone();
            let created = values![id, fence, at, *printer_job_id, uuid, *printer_up_time, *blanks];
            return create(transaction, of, *printer_job_id, created).await;
        }
        Step::Sent => transaction.change(SENT, values![id, fence, at]).await?,
        Step::Progress { impressions, reasons } => {
            transaction.change(JOB_PROGRESS, values![id, fence, *impressions]).await?;
            transaction.change(PROGRESS, values![id, fence, *impressions, reasons]).await?
        }
        Step::Stopped { reasons } => {
            if transaction.change(STOP, values![id, fence, at]).await? > 0 {
                tell_at_reader(transaction, id, AtReader::Stopped, at).await?;
            }
            transaction.change(REASONS, values![id, fence, reasons]).await?
        }
        Step::Resumed => {
            transaction.change(RESUME, values![id, fence, at]).await?;
            transaction.change(REASONS, values![id, fence, ""]).await?
        }
    };
    Ok(if changed > 0 { Stepped::Done } else { Stepped::LostFence })
}

/// Keeps the printer's number. It is kept for a job that was taken away too: whoever settles the attempt
/// must know what to end at the printer. The same number again is the same step.
async fn create(
    transaction: &mut Transaction,
    of: &StepOf,
    printer_job_id: i32,
    created: Vec<Value>,
) -> Result<Stepped> {
    let (id, fence, at) = (of.attempt, of.fence, of.at);
    let is_ours = transaction.change(DELIVERING, values![id, fence, at]).await? > 0;
    let is_kept = transaction.change(CREATED, created).await? > 0;
    match (is_ours, is_kept) {
        (true, true) => Ok(Stepped::Done),
        (false, true) => Ok(Stepped::TakenAway),
        // Somebody changed the attempt between the two statements: all of it again.
        (true, false) => Err(StoreError::Busy),
        (false, false) => {
            let row = transaction.row(CREATED_AS, values![id, fence, printer_job_id]).await?;
            let Some(mut row) = row else { return Ok(Stepped::LostFence) };
            Ok(match row.parsed()? {
                JobState::Delivering | JobState::Stopped => Stepped::Done,
                _ => Stepped::TakenAway,
            })
        }
    }
}

impl Store {
    /// Makes a step durable, unless the attempt is no longer this caller's.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer: the step may or may not be durable, and
    /// repeating it is harmless.
    pub async fn step(
        &self,
        attempt: AttemptId,
        fence: i64,
        step: Step,
        at: Timestamp,
    ) -> Result<Stepped> {
        match self.writers().write(Write::Step(StepOf { attempt, fence, step, at })).await? {
            Written::Stepped(stepped) => Ok(stepped),
            other => Err(other.unexpected()),
        }
    }
}
