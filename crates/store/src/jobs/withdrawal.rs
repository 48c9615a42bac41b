//! Jobs that were never acknowledged. The answer to a commit was lost and the database stayed away, so that
//! the client heard "no" and sends the same once more: what turns out to be there would be printed twice.

use print_core::{JobId, JobState, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::pool::Pool;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::jobs::intake::{self, ABORT, Arrival, NewJob, Numbers};
use crate::store::Store;
use crate::writer::Holder;

/// What became of a job that was never acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It was there and has ended; its document is shredded like any other's.
    Ended,
    /// It is not there and never will be.
    Never,
    /// Somebody had let it go before, so that it stays as it is.
    LetGo,
}

statements! {
    // Whoever has claimed it once has seen it, and had paper of it or may have.
    WITHDRAW = "UPDATE job SET state = 'canceled', state_changed_at = $2, ended_at = $2,
            end_reason = 'aborted-by-system', key_due_at = $2, fence = fence + 1
        WHERE id = $1 AND state = 'held' AND fence = 0";
    STATE_OF = "SELECT state FROM job WHERE id = $1";
}

impl Store {
    /// Ends the job if it is there. `new` is what was to be written, where that is not certain.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be told yet: ask again later.
    pub async fn withdraw(
        &self,
        job: JobId,
        new: Option<&NewJob>,
        at: Timestamp,
    ) -> Result<Withdrawn> {
        let end =
            vec![(ABORT, values![job, at, "aborted-by-system"]), (WITHDRAW, values![job, at])];
        if self.change_all(end).await? > 0 {
            return Ok(Withdrawn::Ended);
        }
        if let Some(mut row) = self.pool().row(STATE_OF, values![job]).await? {
            let state: JobState = row.parsed()?;
            return Ok(if state.is_final() { Withdrawn::Ended } else { Withdrawn::LetGo });
        }
        if let Some(new) = new {
            let holder = Holder { node: self.node().clone(), epoch: self.epoch() };
            rule_out(self.pool(), &holder, new).await?;
        }
        Ok(Withdrawn::Never)
    }
}

/// A commit whose connection broke may still be on its way, and a look would not see it. Writing the same
/// row waits until that transaction is over, and meets the row if it was committed. Nothing of it stays.
async fn rule_out(pool: &Pool, holder: &Holder, job: &NewJob) -> Result<()> {
    let mut transaction = pool.begin().await?;
    let number = Numbers::default().take(&mut transaction).await?;
    let arrival = Arrival { job, document: None, number };
    match intake::insert(&mut transaction, holder, &[arrival]).await {
        // It is there now: the next look ends it.
        Err(StoreError::Conflict) => Err(StoreError::Busy),
        other => other,
    }
}
