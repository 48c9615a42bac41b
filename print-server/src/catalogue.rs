//! The queues and holidays, in memory: what phones ask once a second is never asked of the database.
//!
//! `print-server admin` changes rows from another process, so the sweeper has them read anew every two
//! seconds; a change is visible after that at the latest.

use std::sync::{Arc, PoisonError, RwLock};

use print_core::QueueId;
use print_core::policy::FreeDays;
use store::{Queue, Store, StoreError};

/// A copy of the queues.
#[derive(Debug, Clone)]
pub struct Catalogue {
    store: Store,
    queues: Arc<RwLock<Arc<Vec<Arc<Queue>>>>>,
    free_days: Arc<RwLock<Arc<FreeDays>>>,
}

impl Catalogue {
    /// Reads the queues for the first time.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn load(store: Store) -> Result<Self, StoreError> {
        let catalogue = Self { store, queues: Arc::default(), free_days: Arc::default() };
        catalogue.refresh().await?;
        Ok(catalogue)
    }

    /// Reads the queues anew.
    ///
    /// # Errors
    /// What the store answers; the copy stays as it was.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let fresh = self.store.queues().await?;
        let known = self.queues();
        // A row that did not change keeps its place in memory, by which prepared answers know it.
        let keep = |queue: Queue| {
            let same = known.iter().find(|old| ***old == queue).map(Arc::clone);
            same.unwrap_or_else(|| Arc::new(queue))
        };
        let fresh: Vec<_> = fresh.into_iter().map(keep).collect();
        let holidays = self.store.holidays().await?.into_keys().collect();
        *self.queues.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        let free_days = Arc::new(FreeDays { holidays });
        *self.free_days.write().unwrap_or_else(PoisonError::into_inner) = free_days;
        Ok(())
    }

    /// All queues, by name.
    #[must_use]
    pub fn queues(&self) -> Arc<Vec<Arc<Queue>>> {
        Arc::clone(&self.queues.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The days on which held jobs do not grow older.
    #[must_use]
    pub fn free_days(&self) -> Arc<FreeDays> {
        Arc::clone(&self.free_days.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The queue of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Arc<Queue>> {
        let folded = print_core::names::fold(name);
        let queues = self.queues();
        queues.iter().find(|queue| print_core::names::fold(&queue.name) == folded).map(Arc::clone)
    }

    /// The queue with this identifier.
    #[must_use]
    pub fn queue(&self, id: QueueId) -> Option<Arc<Queue>> {
        self.queues().iter().find(|queue| queue.id == id).map(Arc::clone)
    }
}
