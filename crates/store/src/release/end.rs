//! The end of a delivery: attempt, job, ledger and sums in one commit.

use print_core::{
    Amount, AttemptId, Booking, Counted, Job, JobEvent, JobId, JobState, Keyword, PriceList,
    Timestamp, Transition, Usage, price::price,
};

use crate::books::ledger::{self, Charge};
use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::prices;
use crate::jobs::documents::KEPT_AFTER_COMPLETION_SECONDS;
use crate::notices::{AtReader, tell_at_reader};
use crate::release::attempts::AttemptState;
use crate::store::Store;
use crate::writer::{Write, Written};

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndAttempt {
    /// Which one.
    pub attempt: AttemptId,
    /// The fence that the caller holds.
    pub fence: i64,
    /// What it means for the job.
    pub event: JobEvent,
    /// What came out. Of an unknown outcome: unknown, or nothing when no document was sent.
    pub usage: Usage,
    /// When.
    pub at: Timestamp,
    /// Why: the attempt's row keeps it, and the job's too when it ended.
    pub reason: Option<Keyword>,
    /// Another try follows at once: nobody is told of this one.
    pub goes_on: bool,
}

/// What the end did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedAttempt {
    /// Where the job is now.
    pub state: JobState,
    /// What was booked, when anything was.
    pub booked: Option<Amount>,
    /// Whether the owner will be told "may have printed".
    pub uncertain: bool,
}

/// Whether the end was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is durable, and booked.
    Done(EndedAttempt),
    /// Somebody else has the attempt.
    LostFence,
    /// It had ended before; nothing was booked now.
    AlreadyEnded,
}

statements! {
    CLOSE = "UPDATE attempt SET state = $3, ended_at = $4, impressions = $5,
            reasons = COALESCE($6, reasons)
        WHERE id = $1 AND fence = $2 AND ended_at IS NULL
        RETURNING job, printer, subject, department, department_code, department_name,
            tariff_version, accounting_day, created_at, keep";
    FENCE = "SELECT fence FROM attempt WHERE id = $1";
    JOB = "SELECT state, fence FROM job WHERE id = $1";
    // What is out and kept has printed for certain, whatever an earlier try left behind.
    CHANGE_JOB = "UPDATE job SET state = $4, state_changed_at = $5, ended_at = $6, end_reason = $7,
            key_due_at = $8, impressions = $9,
            kept = CASE WHEN $10 = 1 THEN 1 ELSE kept END,
            uncertain_printer = CASE WHEN $10 = 1 THEN NULL ELSE uncertain_printer END,
            uncertain_at = CASE WHEN $10 = 1 THEN NULL ELSE uncertain_at END
        WHERE id = $1 AND state = $2 AND fence = $3";
    UNCERTAIN = "UPDATE job SET uncertain_printer = $2, uncertain_at = $3 WHERE id = $1";
}

/// What the closed attempt says about who pays.
struct Closed {
    job: JobId,
    charge: Charge,
    /// Whether the printer had given the job a number.
    created: bool,
    /// Whether the job is held again when it is out.
    is_kept: bool,
}

pub(crate) async fn end(transaction: &mut Transaction, end: &EndAttempt) -> Result<Ended> {
    let impressions = end.usage.impressions();
    let state = closed_state(end.event).as_str();
    let reason = end.reason.as_ref().map(Keyword::as_str);
    let values = values![end.attempt, end.fence, state, end.at, impressions, reason];
    let Some(row) = transaction.row(CLOSE, values).await? else {
        let fence = transaction.row(FENCE, values![end.attempt]).await?;
        let fence = fence.ok_or(StoreError::NotFound)?.int()?;
        return Ok(if fence == end.fence { Ended::AlreadyEnded } else { Ended::LostFence });
    };
    let mut closed = closed(row, end)?;
    let mut row = transaction.row(JOB, values![closed.job]).await?.ok_or(StoreError::NotFound)?;
    let (state, fence): (JobState, i64) = (row.parsed()?, row.int()?);
    let job = Job { state, is_kept: closed.is_kept };
    let next = if fence == end.fence { job.apply(end.event).ok() } else { None };
    let (state, booking, uncertain) = match next {
        Some(next) => {
            change_job(transaction, end, closed.job, state, next).await?;
            (next.to, next.booking, next.uncertain)
        }
        None => taken_away(&closed, state, end),
    };
    if uncertain {
        let values = values![closed.job, closed.charge.printer, end.at];
        transaction.change(UNCERTAIN, values).await?;
    }
    if uncertain {
        tell_at_reader(transaction, end.attempt, AtReader::Uncertain, end.at).await?;
    } else if state == JobState::Held && next.is_some() && !end.goes_on {
        tell_at_reader(transaction, end.attempt, AtReader::Failed, end.at).await?;
    }
    // Where job and document go in one request, paper may be out although no number was ever committed.
    let may_be_out = end.event == JobEvent::OutcomeUnknown && end.usage.counted == Counted::Unknown;
    let booking = if may_be_out { Booking::ToCheck } else { booking };
    if booking == Booking::ToCheck {
        closed.charge.usage = Usage::UNKNOWN;
    }
    let booked = match booking {
        Booking::Nothing => None,
        Booking::Charge | Booking::ToCheck => Some(book(transaction, closed.charge).await?),
    };
    Ok(Ended::Done(EndedAttempt { state, booked, uncertain }))
}

fn closed_state(event: JobEvent) -> AttemptState {
    match event {
        JobEvent::Finish => AttemptState::Done,
        JobEvent::OutcomeUnknown => AttemptState::Unknown,
        _ => AttemptState::Failed,
    }
}

fn closed(mut row: Row, end: &EndAttempt) -> Result<Closed> {
    let job = row.parsed()?;
    let charge = Charge {
        job,
        attempt: end.attempt,
        posted_at: end.at,
        printer: row.parsed()?,
        subject: row.text()?,
        department: row.opt_parsed()?,
        department_code: row.text()?,
        department_name: row.text()?,
        tariff_version: row.opt_parsed()?,
        accounting_day: row.day()?,
        usage: end.usage,
        amount: Amount::ZERO,
    };
    Ok(Closed { job, charge, created: row.opt_time()?.is_some(), is_kept: row.flag()? })
}

/// The job was cancelled, or is another's by now. What came out of the printer is booked all the same.
fn taken_away(closed: &Closed, state: JobState, end: &EndAttempt) -> (JobState, Booking, bool) {
    let printed = end.usage.impressions() > 0 || end.usage.sheets > 0;
    let booking = if printed {
        Booking::Charge
    } else if closed.created && end.event == JobEvent::OutcomeUnknown {
        Booking::ToCheck
    } else {
        Booking::Nothing
    };
    (state, booking, booking != Booking::Nothing && state == JobState::Held)
}

async fn change_job(
    transaction: &mut Transaction,
    end: &EndAttempt,
    job: JobId,
    state: JobState,
    next: Transition,
) -> Result<()> {
    if !next.to.is_final() && next.to != JobState::Held {
        // The event is no end: the caller wanted a step.
        return Err(StoreError::Conflict);
    }
    let ended_at = next.to.is_final().then_some(end.at);
    let key_due_at = match next.to {
        JobState::Completed => Some(end.at.plus_seconds(KEPT_AFTER_COMPLETION_SECONDS)),
        to => to.is_final().then_some(end.at),
    };
    let reason = end.reason.as_ref().filter(|_| next.to.is_final()).map(Keyword::as_str);
    let values = values![
        job,
        state.as_str(),
        end.fence,
        next.to.as_str(),
        end.at,
        ended_at,
        reason,
        key_due_at,
        end.usage.impressions(),
        end.event == JobEvent::Finish && next.to == JobState::Held,
    ];
    // Between reading and writing another transaction was here: all of it again.
    if transaction.change(CHANGE_JOB, values).await? == 0 { Err(StoreError::Busy) } else { Ok(()) }
}

async fn book(transaction: &mut Transaction, charge: Charge) -> Result<Amount> {
    let prices = match charge.tariff_version {
        Some(version) => {
            let row = transaction.row(prices::BY_ID, values![version]).await?;
            prices::read(row.ok_or_else(|| StoreError::corrupt("an attempt without its prices"))?)?
                .prices
        }
        None => PriceList::default(),
    };
    let charge = Charge { amount: price(&charge.usage, &prices), ..charge };
    ledger::post(transaction, &charge).await?;
    Ok(charge.amount)
}

impl Store {
    /// Ends an attempt: its job, the ledger's entry and the sums change together or not at all, once.
    /// When the job was taken away meanwhile (cancelled, say), what came out is booked all the same.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the event ends nothing, [`StoreError::NotFound`] when there is no
    /// such attempt.
    pub async fn end_attempt(&self, end: EndAttempt) -> Result<Ended> {
        match self.writers().write(Write::End(end)).await? {
            Written::Ended(ended) => Ok(ended),
            other => Err(other.unexpected()),
        }
    }
}
