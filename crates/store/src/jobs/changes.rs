//! What owners, administrators and age do to a job before it is released.

use std::collections::BTreeSet;

use print_core::{Job, JobEvent, JobId, JobName, JobState, Keyword, OwnerId, Ticket, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::values;
use crate::jobs::record::{owner_values, ticket_text};
use crate::store::Store;

/// An owner may have a held job kept longer so often.
pub const KEPT_LONGER_MAX: u32 = 2;

/// What of a held job is to change; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobEdit {
    /// The title.
    pub title: Option<JobName>,
    /// The whole ticket.
    pub ticket: Option<Ticket>,
    /// `job-hold-until`; the inner `None` takes it away.
    pub client_hold: Option<Option<Keyword>>,
    /// When it is cancelled if nobody fetches it.
    pub expires_at: Option<Timestamp>,
}

/// What became of a wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// The job is cancelled.
    Done,
    /// The printer has the job and must be asked; its answer ends the job.
    AskPrinter,
    /// The job had ended already.
    Ended(JobState),
}

statements! {
    STATE = "SELECT state FROM job WHERE id = $1";
    // The fence is raised, so that whoever had claimed the job cannot go on with it.
    CANCEL = "UPDATE job SET state = $3, state_changed_at = $4, ended_at = $4, end_reason = $5,
            key_due_at = $4, fence = fence + 1
        WHERE id = $1 AND state = $2";
    EXPIRE = "UPDATE job SET state = 'canceled', state_changed_at = $1, ended_at = $1,
            end_reason = 'job-canceled-after-timeout', key_due_at = $1, fence = fence + 1
        WHERE state = 'held' AND id IN (
            SELECT id FROM job WHERE state = 'held' AND expires_at <= $1
            ORDER BY expires_at LIMIT $2)
        RETURNING id";
    // Who is told that it expires soon is told again before its new end.
    KEEP_LONGER = "UPDATE job SET expires_at = $4, kept_longer = kept_longer + 1,
            expiry_told_at = NULL
        WHERE id = $1 AND state = 'held' AND owner_kind = $2 AND owner = $3 AND expires_at < $4
            AND kept_longer < $5";
    TO_KEEP_LONGER = "SELECT id FROM job WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2
            AND state = 'held' AND kept_longer < $3
        ORDER BY created_at, number LIMIT $4";
    EDIT = "UPDATE job SET title = COALESCE($2, title), ticket = COALESCE($3, ticket),
            expires_at = COALESCE($4, expires_at),
            client_hold = CASE WHEN $5 = 1 THEN $6 ELSE client_hold END
        WHERE id = $1 AND (state = 'held' OR state = 'incoming')";
}

impl Store {
    /// Cancels a job that no printer knows yet, or says that the printer must be asked.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such job.
    pub async fn cancel_job(
        &self,
        job: JobId,
        reason: &Keyword,
        at: Timestamp,
    ) -> Result<Cancelled> {
        // Each turn that changes nothing means that somebody else changed the state, and states only
        // come round again through a printer.
        for _ in 0..16 {
            let row = self.pool().row(STATE, values![job]).await?;
            let state: JobState = row.ok_or(StoreError::NotFound)?.parsed()?;
            let Ok(next) = Job::at(state).apply(JobEvent::Cancel) else {
                return Ok(Cancelled::Ended(state));
            };
            if next.ask_printer_to_cancel {
                return Ok(Cancelled::AskPrinter);
            }
            let values = values![job, state.as_str(), next.to.as_str(), at, reason.as_str()];
            if self.change(CANCEL, values).await? > 0 {
                return Ok(Cancelled::Done);
            }
        }
        Err(StoreError::Busy)
    }

    /// Cancels held jobs that were kept as long as their queue allows, the oldest first. Gives whom it
    /// met, at most `limit`.
    pub async fn expire_due(&self, now: Timestamp, limit: u32) -> Result<Vec<JobId>> {
        let rows = self.pool().write_rows(EXPIRE, values![now, limit]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Moves the end of the owner's held job on, as often as [`KEPT_LONGER_MAX`] says. `false`: it is not
    /// held any more, was moved on so often already, or would end no later than it does.
    pub async fn keep_longer(
        &self,
        job: JobId,
        owner: OwnerId,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let [kind, id] = owner_values(owner);
        let values = values![job, kind, id, expires_at, KEPT_LONGER_MAX];
        Ok(self.change(KEEP_LONGER, values).await? > 0)
    }

    /// The owner's held jobs that may still be kept longer.
    pub async fn jobs_to_keep_longer(&self, owner: OwnerId, limit: u32) -> Result<BTreeSet<JobId>> {
        let [kind, id] = owner_values(owner);
        let values = values![kind, id, KEPT_LONGER_MAX, limit];
        let rows = self.pool().rows(TO_KEEP_LONGER, values).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Changes a job that is held or still arriving. `false`: it is neither any more.
    pub async fn edit_held(&self, job: JobId, edit: &JobEdit) -> Result<bool> {
        let hold = edit.client_hold.as_ref();
        let values = values![
            job,
            edit.title.as_ref().map(JobName::as_str),
            edit.ticket.as_ref().map(ticket_text).transpose()?,
            edit.expires_at,
            hold.is_some(),
            hold.and_then(|hold| hold.as_ref()).map(Keyword::as_str),
        ];
        Ok(self.change(EDIT, values).await? > 0)
    }
}
