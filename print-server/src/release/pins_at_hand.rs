//! What sessions keep in memory about PINs: which queues demand one, and which choice was refused a moment ago.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::JobId;
use station_protocol::Pin;
use store::{QueuesWithPin, Store, StoreError, TapKey};
use texts::sentences::PinRefusal;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Sessions look twice a second; the queues are read so often. What may go is decided by the claim itself.
const QUEUES_EVERY: Duration = Duration::from_secs(2);
/// A station that has lost its connection says its last choice again within this.
const RESENT_WITHIN: Duration = Duration::from_secs(20);
/// So many refusals are remembered.
const REFUSALS_MAX: usize = 256;
/// Choices of so many taps are looked at beside each other.
const TURNS: usize = 64;

/// One for all sessions of the process.
#[derive(Debug, Clone, Default)]
pub struct PinsAtHand {
    queues: Arc<Mutex<Option<(Instant, QueuesWithPin)>>>,
    refusals: Arc<Mutex<VecDeque<Told>>>,
    turns: Turns,
    /// No PIN is kept, here neither.
    hasher: RandomState,
}

#[derive(Debug, Clone)]
struct Turns(Arc<[Semaphore]>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..TURNS).map(|_| Semaphore::new(1)).collect())
    }
}

#[derive(Debug)]
struct Told {
    at: Instant,
    hash: u64,
    why: PinRefusal,
}

impl PinsAtHand {
    /// The queues that demand their people's PIN, as of two seconds ago at most.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn queues(&self, store: &Store) -> Result<QueuesWithPin, StoreError> {
        let known = self.queues.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, queues)) = known
            && at.elapsed() < QUEUES_EVERY
        {
            return Ok(queues);
        }
        let queues = store.queues_with_pin().await?;
        let fresh = Some((Instant::now(), queues.clone()));
        *self.queues.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(queues)
    }

    /// Waits until no other choice of the same tap is looked at: one that is said again while the first is still on its
    /// way hears the same answer.
    pub async fn turn(&self, key: &TapKey) -> Option<SemaphorePermit<'_>> {
        let hash = self.hasher.hash_one((key.station.as_bytes(), key.boot_id.as_str(), key.tap));
        let turn = usize::try_from(hash % TURNS as u64).unwrap_or(0);
        // Nobody closes them.
        self.turns.0[turn].acquire().await.ok()
    }

    /// What this very PIN for this job was answered a moment ago, by the same tap: said again after a lost connection
    /// it costs no further try.
    #[must_use]
    pub fn told(&self, key: &TapKey, job: JobId, typed: &Pin) -> Option<PinRefusal> {
        let hash = self.hash(key, job, typed);
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let told = refusals.iter().rev().find(|told| told.hash == hash);
        told.filter(|told| told.at.elapsed() < RESENT_WITHIN).map(|told| told.why)
    }

    /// Remembers that it was wrong.
    pub fn keep(&self, key: &TapKey, job: JobId, typed: &Pin, why: PinRefusal) {
        let told = Told { at: Instant::now(), hash: self.hash(key, job, typed), why };
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.retain(|told| told.at.elapsed() < RESENT_WITHIN);
        if refusals.len() >= REFUSALS_MAX {
            refusals.pop_front();
        }
        refusals.push_back(told);
    }

    fn hash(&self, key: &TapKey, job: JobId, typed: &Pin) -> u64 {
        let tap = (key.station.as_bytes(), key.boot_id.as_str(), key.tap);
        self.hasher.hash_one((tap, job.as_bytes(), typed.as_str()))
    }
}
