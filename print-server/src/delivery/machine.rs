//! One printer as the deliveries of this process know it: its client, and what it last said.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipp_codec::names::PRINTER_UUID;
use print_core::PrinterId;
use store::Printer;

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
    /// The certificate that it was confirmed with, where no authority vouches for it.
    pub certificate_sha256: Option<[u8; 32]>,
    facts: Mutex<Option<(Instant, Arc<Facts>)>>,
    condition: Mutex<Option<(Instant, Condition)>>,
    moved_at: Mutex<Option<Instant>>,
    row: Mutex<Option<(Instant, Enrolled)>>,
    waking: AtomicBool,
    /// Held while the printer is asked how it is: whoever comes meanwhile hears the same answer.
    asking: tokio::sync::Mutex<()>,
}

/// What an administrator has said of a printer.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The `printer-uuid` that the machine had when it was confirmed, if it told one.
    pub uuid: Option<String>,
    /// Whether the address is the one that was confirmed. Where it is not, the printer gets nothing.
    pub confirmed: bool,
    /// Whether it is in service.
    pub enabled: bool,
    /// Whether it gets every document as pixels.
    pub always_raster: bool,
}

impl Enrolled {
    /// What the printer's row says.
    pub fn of(row: &Printer) -> Self {
        let attributes = row.health.as_ref().map(|health| &health.attributes);
        let told = || Some(attributes?[PRINTER_UUID].as_str()?.to_owned());
        Self {
            uuid: row.machine.uuid.clone().or_else(told),
            confirmed: row.is_confirmed(),
            enabled: row.enabled,
            always_raster: row.always_raster,
        }
    }

    /// Whether a machine that tells this `printer-uuid` is another one. One that told a uuid and tells none any
    /// more is.
    pub fn is_another(&self, told: Option<&str>) -> bool {
        self.uuid.as_deref().is_some_and(|known| told != Some(known))
    }
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
    pub fn new(id: PrinterId, client: Client, certificate_sha256: Option<[u8; 32]>) -> Self {
        let (facts, condition, moved_at, row, waking, asking) = Default::default();
        Self { id, client, certificate_sha256, facts, condition, moved_at, row, waking, asking }
    }

    /// What it can do and how it is, read as far as it is not remembered. Everything is read again when
    /// the printer says that its configuration changed, that it was switched on, or that it is another.
    ///
    /// # Errors
    /// [`OperationError`] when it cannot be asked.
    pub async fn look(&self, kept: Kept) -> Result<(Arc<Facts>, Condition), OperationError> {
        let _turn = self.asking.lock().await;
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

    /// What its row said, at most `kept` ago.
    pub fn enrolled(&self, kept: Duration) -> Option<Enrolled> {
        let row = lock(&self.row).clone();
        row.filter(|(at, _)| at.elapsed() < kept).map(|(_, enrolled)| enrolled)
    }

    /// Remembers what its row says.
    pub fn remember(&self, enrolled: Enrolled) {
        *lock(&self.row) = Some((Instant::now(), enrolled));
    }

    /// Notes that one of our jobs moved on: a busy printer that prints for us is not stuck.
    pub fn moved(&self) {
        *lock(&self.moved_at) = Some(Instant::now());
    }

    /// A delivery waits for it to wake up; says whether it is the first that does.
    pub fn wakes(&self) -> bool {
        !self.waking.swap(true, Ordering::Relaxed)
    }

    /// Nobody waits for that any more; says whether somebody did.
    pub fn has_woken(&self) -> bool {
        self.waking.swap(false, Ordering::Relaxed)
    }

    /// When one of our jobs last moved on here.
    pub fn moved_at(&self) -> Option<Instant> {
        *lock(&self.moved_at)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
