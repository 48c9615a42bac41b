//! Jobs whose client heard "try again" while the database kept for itself whether they are there. The
//! client sends the same once more, so what turns out to be there goes, and its document with it.

use std::sync::{Mutex, PoisonError};

use print_core::{JobId, Timestamp};
use store::{NewJob, Store, StoreError, Withdrawn};
use tracing::{info, warn};

use crate::spool::{Location, Spool};

/// A job that was never acknowledged and may be there.
#[derive(Debug)]
pub struct Doubt {
    /// Its key.
    pub job: JobId,
    /// What was to be written; nothing where its row is known to be there.
    pub new: Option<Box<NewJob>>,
    /// Its document, which stays until the job is known not to be there: a row that names a document that
    /// is gone would be a loss.
    pub place: Option<Location>,
}

/// Those that are not settled. There is one at most for each job that was under way when the database went:
/// without it, no further one gets as far.
#[derive(Debug, Default)]
pub struct Doubts(Mutex<Vec<Doubt>>);

impl Doubts {
    /// One more.
    pub fn add(&self, doubt: Doubt) {
        warn!(job.id = %doubt.job, "A job was refused that may be there; it will be withdrawn");
        self.open().push(doubt);
    }

    /// Withdraws them; those of which nothing can be known yet stay. Gives the jobs that were there.
    ///
    /// # Errors
    /// The first error of the store.
    pub async fn settle(
        &self,
        store: &Store,
        spool: &Spool,
        now: Timestamp,
    ) -> Result<Vec<JobId>, StoreError> {
        let (mut ended, mut unsettled, mut result) = (Vec::new(), Vec::new(), Ok(()));
        let open = std::mem::take(&mut *self.open());
        for doubt in open {
            if result.is_err() {
                // The database is still away; each question would wait for it in vain.
                unsettled.push(doubt);
                continue;
            }
            match store.withdraw(doubt.job, doubt.new.as_deref(), now).await {
                Ok(withdrawn) => {
                    tell(doubt.job, withdrawn);
                    match withdrawn {
                        Withdrawn::Ended => ended.push(doubt.job),
                        Withdrawn::LetGo => continue,
                        Withdrawn::Never => {}
                    }
                    if let Some(place) = doubt.place {
                        remove(spool, doubt.job, &place).await;
                    }
                }
                Err(error) => {
                    unsettled.push(doubt);
                    result = Err(error);
                }
            }
        }
        self.open().extend(unsettled);
        result.map(|()| ended)
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Vec<Doubt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(job: JobId, withdrawn: Withdrawn) {
    match withdrawn {
        Withdrawn::Ended => {
            info!(job.id = %job, "A job that was refused was there; it is withdrawn")
        }
        Withdrawn::Never => info!(job.id = %job, "A job that was refused was not there"),
        Withdrawn::LetGo => {
            warn!(job.id = %job, "A job that was refused was there and let go; its client sends it again");
        }
    }
}

/// Removes a document that no row names and none will.
pub(super) async fn remove(spool: &Spool, job: JobId, place: &Location) {
    if let Err(error) = spool.remove(place).await {
        warn!(%job, %error, "A document that is nobody's stays until the next start");
    }
}
