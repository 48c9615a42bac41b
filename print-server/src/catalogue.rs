//! The queues with what they offer, and holidays, in memory: what phones ask once a second is never asked of the database.
//!
//! `print-server admin` changes rows from another process, so the sweeper has them read anew every two
//! seconds; a change is visible after that at the latest.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use print_core::policy::FreeDays;
use print_core::{Clock, QueueId, Timestamp};
use store::{Queue, Store, StoreError};

use crate::delivery;
use crate::ipp::offer::Abilities;
use crate::release::Rules;

/// A queue with what its printers can do.
#[derive(Debug)]
pub struct Offer {
    /// Its row.
    pub queue: Arc<Queue>,
    /// What its printers can do, as far as it offers that.
    pub abilities: Abilities,
    /// Since when it is as it is (`printer-config-change-time`).
    pub changed_at: Timestamp,
}

/// A copy of the queues.
#[derive(Debug, Clone)]
pub struct Catalogue {
    store: Store,
    clock: Arc<dyn Clock>,
    offers: Arc<RwLock<HashMap<QueueId, Arc<Offer>>>>,
    queues: Arc<RwLock<Arc<Vec<Arc<Queue>>>>>,
    free_days: Arc<RwLock<Arc<FreeDays>>>,
    /// Whether documents can be drawn here: a queue must not offer what nobody can do.
    can_draw: bool,
    rules: Rules,
}

impl Catalogue {
    /// Reads the queues for the first time.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn load(store: Store, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let catalogue = Self {
            store,
            clock,
            offers: Arc::default(),
            queues: Arc::default(),
            free_days: Arc::default(),
            can_draw: delivery::can_draw(),
            rules: Rules::default(),
        };
        catalogue.refresh().await?;
        Ok(catalogue)
    }

    /// Reads the queues anew.
    ///
    /// # Errors
    /// What the store answers; the copy stays as it was.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        self.rules.refresh(&self.store).await?;
        let fresh = self.store.queues().await?;
        let known = self.queues();
        // A row that did not change keeps its place in memory, by which prepared answers know it.
        let keep = |queue: Queue| {
            let same = known.iter().find(|old| ***old == queue).map(Arc::clone);
            same.unwrap_or_else(|| Arc::new(queue))
        };
        let fresh: Vec<_> = fresh.into_iter().map(keep).collect();
        let printers = self.store.printers().await?;
        let offers = fresh.iter().map(|queue| {
            let abilities = Abilities::of_queue(queue, &printers, self.can_draw);
            (queue.id, self.offer_of(queue, abilities))
        });
        let offers = offers.collect();
        let holidays = self.store.holidays().await?.into_keys().collect();
        *self.offers.write().unwrap_or_else(PoisonError::into_inner) = offers;
        *self.queues.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        let free_days = Arc::new(FreeDays { holidays });
        *self.free_days.write().unwrap_or_else(PoisonError::into_inner) = free_days;
        Ok(())
    }

    /// What did not change keeps its place in memory, too, and the time of its last change.
    fn offer_of(&self, queue: &Arc<Queue>, abilities: Abilities) -> Arc<Offer> {
        let known = self.offers.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(&queue.id) {
            Some(offer) if Arc::ptr_eq(&offer.queue, queue) && offer.abilities == abilities => {
                Arc::clone(offer)
            }
            _ => Arc::new(Offer {
                queue: Arc::clone(queue),
                abilities,
                changed_at: self.clock.now(),
            }),
        }
    }

    /// What this queue offers.
    #[must_use]
    pub fn offer(&self, queue: &Arc<Queue>) -> Arc<Offer> {
        let known = self.offers.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&queue.id).map(Arc::clone).unwrap_or_else(|| {
            // It was removed a moment ago.
            Arc::new(Offer {
                queue: Arc::clone(queue),
                abilities: Abilities::assumed(),
                changed_at: self.clock.now(),
            })
        })
    }

    /// What a tap lets go without a question, always as it was last read.
    #[must_use]
    pub fn rules(&self) -> Rules {
        self.rules.clone()
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
