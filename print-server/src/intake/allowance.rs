//! How much may wait for one owner: somebody who prints without end must not fill the spool for everybody.
//!
//! The limits are soft: requests that arrive in the same moment may each be let in, and a document is
//! weighed when it is here. What they cost is one look-up that stops at the limit, and for an owner who
//! prints many jobs in a row one every other second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::OwnerId;
use store::{Holding, Store, StoreError};

/// How long a look may be old.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);
/// When more owners are known, all are forgotten.
const OWNERS_MAX: usize = 10_000;
/// Where jobs have no limit, bytes are added up of no more jobs than this.
const JOBS_LOOKED_AT_MAX: u32 = 10_000;

/// What an owner may hold; a zero is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Jobs.
    pub jobs: u32,
    /// Bytes of documents.
    pub size_bytes: u64,
}

/// Too much waits for the owner. The texts are for the owner and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum AllowanceError {
    /// Too many jobs.
    #[error(
        "{0} of your jobs wait already, which is the most; print some at a printer or delete some, \
         then print again"
    )]
    Jobs(i64),
    /// Too many bytes.
    #[error(
        "your jobs that wait take {} MiB already, which is the most; print some at a printer or delete \
         some, then print again",
        .0 / 1_048_576
    )]
    Bytes(i64),
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks after the allowance.
#[derive(Debug)]
pub struct Allowances {
    store: Store,
    allowance: Allowance,
    known: Mutex<HashMap<OwnerId, (Instant, Holding)>>,
}

impl Allowance {
    fn is_kept(self, holding: Holding) -> Result<(), AllowanceError> {
        let is_reached = |limit: i64, held: i64| limit > 0 && held >= limit;
        if is_reached(i64::from(self.jobs), holding.jobs) {
            return Err(AllowanceError::Jobs(holding.jobs));
        }
        if is_reached(i64::try_from(self.size_bytes).unwrap_or(i64::MAX), holding.size_bytes) {
            return Err(AllowanceError::Bytes(holding.size_bytes));
        }
        Ok(())
    }
}

impl Allowances {
    /// Everybody may hold this much of what is in the store.
    #[must_use]
    pub fn new(store: Store, allowance: Allowance) -> Self {
        Self { store, allowance, known: Mutex::default() }
    }

    /// Whether one more job may come in for this owner.
    ///
    /// # Errors
    /// [`AllowanceError`] when too much waits already.
    pub async fn admit(&self, owner: OwnerId) -> Result<(), AllowanceError> {
        if self.allowance == (Allowance { jobs: 0, size_bytes: 0 }) || self.is_known_to_fit(owner) {
            return Ok(());
        }
        // Only what the store says is a reason to refuse.
        let limit = match self.allowance.jobs {
            0 => JOBS_LOOKED_AT_MAX,
            jobs => jobs,
        };
        let holding = self.store.holding(owner, limit).await?;
        self.allowance.is_kept(holding)?;
        let mut known = self.known();
        if known.len() >= OWNERS_MAX {
            known.clear();
        }
        let with_this = Holding { jobs: holding.jobs + 1, ..holding };
        known.insert(owner, (Instant::now(), with_this));
        Ok(())
    }

    /// Counts one more job, if a look a moment ago leaves room for it.
    fn is_known_to_fit(&self, owner: OwnerId) -> bool {
        match self.known().get_mut(&owner) {
            Some((at, holding)) if at.elapsed() < REMEMBERED_FOR => {
                let fits = self.allowance.is_kept(*holding).is_ok();
                holding.jobs += 1;
                fits
            }
            _ => false,
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<OwnerId, (Instant, Holding)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_reached_when_so_much_waits_and_a_zero_is_none() {
        let allowance = Allowance { jobs: 2, size_bytes: 1_000 };
        let kept = |jobs, size_bytes| allowance.is_kept(Holding { jobs, size_bytes });
        assert!(kept(1, 999).is_ok());
        assert!(matches!(kept(2, 0), Err(AllowanceError::Jobs(2))));
        assert!(matches!(kept(0, 1_000), Err(AllowanceError::Bytes(1_000))));
        let none = Allowance { jobs: 0, size_bytes: 0 };
        assert!(none.is_kept(Holding { jobs: i64::MAX, size_bytes: i64::MAX }).is_ok());
    }
}
