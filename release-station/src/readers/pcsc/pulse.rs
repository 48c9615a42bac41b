//! Whether the thread of the readers still moves: a reader or a daemon that hangs holds it in a call that does not
//! return.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tracing::warn;

use crate::readers::Reading;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(500);
/// The thread comes by twice a second and more often; a card takes less than one.
const STILL: Duration = Duration::from_secs(2);

/// Beats once in each turn of the thread.
#[derive(Debug, Default)]
pub struct Pulse {
    beats: AtomicU64,
    hangs: AtomicBool,
}

impl Pulse {
    /// The thread moves.
    pub fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the station was told that it hangs, and the thread moves again.
    pub fn is_back(&self) -> bool {
        self.hangs.swap(false, Ordering::Relaxed)
    }

    /// Whether the station was told that it hangs.
    pub fn hangs(&self) -> bool {
        self.hangs.load(Ordering::Relaxed)
    }
}

/// Tells the station when the thread hangs, for ever. That it moves again, the thread says itself.
pub async fn look(pulse: Arc<Pulse>, readings: mpsc::Sender<Reading>) {
    let mut last = (pulse.beats.load(Ordering::Relaxed), Instant::now());
    loop {
        sleep(LOOK).await;
        let beats = pulse.beats.load(Ordering::Relaxed);
        if beats != last.0 {
            last = (beats, Instant::now());
        } else if last.1.elapsed() >= STILL && !pulse.hangs.swap(true, Ordering::Relaxed) {
            warn!("A card reader or its service does not answer");
            // A full queue means that the station is busy with what it has; it is told the next time.
            if readings.try_send(Reading::Silent).is_err() {
                pulse.hangs.store(false, Ordering::Relaxed);
            }
        }
    }
}
