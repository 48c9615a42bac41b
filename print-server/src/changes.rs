//! The hub that says "read this again": who changes a job tells it, stations and pages listen.
//!
//! What is told is only which row changed, never what is in it. A listener that falls behind is told to
//! read everything again, so that a slow one costs nothing and misses nothing.

use print_core::{JobId, PrinterId};
use tokio::sync::broadcast;

/// How many changes a listener may be behind before it has to read everything again.
const BEHIND_MAX: usize = 1024;

/// What is to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// This job: its state, its progress or its reason.
    Job(JobId),
    /// This printer: its state or its reasons.
    Printer(PrinterId),
    /// The listener was too slow to be told one by one.
    Everything,
}

/// The hub. Clones are the same hub.
#[derive(Debug, Clone)]
pub struct Changes {
    sender: broadcast::Sender<Change>,
}

impl Changes {
    /// A hub without listeners.
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(BEHIND_MAX) }
    }

    /// Says that a job changed. To be called after the commit, never before.
    pub fn job(&self, job: JobId) {
        self.tell(Change::Job(job));
    }

    /// Says that a printer changed.
    pub fn printer(&self, printer: PrinterId) {
        self.tell(Change::Printer(printer));
    }

    /// A listener that is told of every change from now on.
    pub fn subscribe(&self) -> ChangeReceiver {
        ChangeReceiver { receiver: self.sender.subscribe() }
    }

    fn tell(&self, change: Change) {
        // An error means that nobody listens, which is allowed.
        let _ = self.sender.send(change);
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}

/// One listener of the hub.
#[derive(Debug)]
pub struct ChangeReceiver {
    receiver: broadcast::Receiver<Change>,
}

impl ChangeReceiver {
    /// The next change. Waits for ever once the hub is gone; safe to drop and to call again.
    pub async fn next(&mut self) -> Change {
        match self.receiver.recv().await {
            Ok(change) => change,
            Err(broadcast::error::RecvError::Lagged(_)) => Change::Everything,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_is_told_what_changed() {
        let changes = Changes::new();
        let mut listener = changes.subscribe();
        let (job, printer) = (JobId::new(), PrinterId::new());
        changes.job(job);
        changes.printer(printer);
        assert_eq!(listener.next().await, Change::Job(job));
        assert_eq!(listener.next().await, Change::Printer(printer));
    }

    #[tokio::test]
    async fn a_listener_that_falls_behind_reads_everything_again() {
        let changes = Changes::new();
        let mut listener = changes.subscribe();
        for _ in 0..=BEHIND_MAX {
            changes.job(JobId::new());
        }
        assert_eq!(listener.next().await, Change::Everything);
    }
}
