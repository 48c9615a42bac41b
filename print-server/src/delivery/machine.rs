//! One printer as the deliveries of this process know it: its client, and what it last said.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print_core::PrinterId;

use super::printer::client::Client;
use super::printer::facts::{Condition, Facts};
use super::printer::operations::OperationError;

/// A printer and what is remembered of it.
#[derive(Debug)]
pub struct Machine {
    /// Whose printer row it is.
    pub id: PrinterId,
    /// How it is talked to.
    pub client: Client,
    facts: Mutex<Option<(Instant, Arc<Facts>)>>,
    condition: Mutex<Option<(Instant, Condition)>>,
    moved_at: Mutex<Option<Instant>>,
}

/// How long what was learnt is used again.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// What it can do.
    pub facts: Duration,
    /// How it is.
    pub condition: Duration,
}

impl Machine {
    /// A printer of which nothing is known yet.
    pub fn new(id: PrinterId, client: Client) -> Self {
        let (facts, condition, moved_at) = Default::default();
        Self { id, client, facts, condition, moved_at }
    }

    /// What it can do and how it is, read as far as it is not remembered. Everything is read again when
    /// the printer says that its configuration changed, that it was switched on, or that it is another.
    ///
    /// # Errors
    /// [`OperationError`] when it cannot be asked.
    pub async fn look(&self, kept: Kept) -> Result<(Arc<Facts>, Condition), OperationError> {
        let Some((read_at, facts)) = lock(&self.facts).clone() else { return self.learn().await };
        if read_at.elapsed() >= kept.facts {
            return self.learn().await;
        }
        let now = self.condition(kept.condition).await?;
        let then = &facts.condition;
        let same = now.config_change_time == then.config_change_time
            && now.uuid == then.uuid
            && now.up_time >= then.up_time;
        if same { Ok((facts, now)) } else { self.learn().await }
    }

    /// How it is, at most `kept` old.
    ///
    /// # Errors
    /// [`OperationError`] when it cannot be asked.
    pub async fn condition(&self, kept: Duration) -> Result<Condition, OperationError> {
        if let Some((at, condition)) = lock(&self.condition).clone()
            && at.elapsed() < kept
        {
            return Ok(condition);
        }
        let condition = self.client.printer_condition().await?;
        *lock(&self.condition) = Some((Instant::now(), condition.clone()));
        Ok(condition)
    }

    /// What was last learnt, if anything was.
    pub fn remembered(&self) -> Option<Arc<Facts>> {
        lock(&self.facts).as_ref().map(|(_, facts)| facts.clone())
    }

    /// Reads everything.
    ///
    /// # Errors
    /// [`OperationError`] when it cannot be asked.
    pub async fn learn(&self) -> Result<(Arc<Facts>, Condition), OperationError> {
        let facts = Arc::new(self.client.printer_facts().await?);
        let condition = facts.condition.clone();
        *lock(&self.facts) = Some((Instant::now(), facts.clone()));
        *lock(&self.condition) = Some((Instant::now(), condition.clone()));
        Ok((facts, condition))
    }

    /// Notes that one of our jobs moved on: a busy printer that prints for us is not stuck.
    pub fn moved(&self) {
        *lock(&self.moved_at) = Some(Instant::now());
    }

    /// When one of our jobs last moved on here.
    pub fn moved_at(&self) -> Option<Instant> {
        *lock(&self.moved_at)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
