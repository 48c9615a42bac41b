//! The readers of one station, started.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use station_protocol::ReaderName;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::network::{Switchboard, dial, receive};
#[cfg(feature = "pcsc")]
use super::pcsc::Watcher;
use super::{Board, Reading, keyboard, simulated};
use crate::config::readers::ReaderPlan;
use crate::signals::Signal;

/// Readers at work; dropped, they stop.
#[derive(Debug, Default)]
pub struct Running {
    /// Dropped, they stop.
    tasks: JoinSet<()>,
    #[cfg(feature = "pcsc")]
    watcher: Option<Watcher>,
}

/// The readers that can read before any has said so.
pub fn at_once(plan: &ReaderPlan) -> Vec<ReaderName> {
    match plan {
        ReaderPlan::Simulated => vec![simulated::reader()],
        _ => Vec::new(),
    }
}

impl Running {
    /// Starts what is planned. `switchboards` has the ports that readers call.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn start(
        plan: &ReaderPlan,
        switchboards: &HashMap<SocketAddr, Switchboard>,
        readings: mpsc::Sender<Reading>,
        signals: watch::Receiver<Signal>,
    ) -> std::io::Result<Self> {
        let mut running = Self::default();
        let tasks = &mut running.tasks;
        match plan {
            ReaderPlan::Simulated | ReaderPlan::Absent => {}
            #[cfg(feature = "pcsc")]
            ReaderPlan::Pcsc(plan) => {
                let watcher = Watcher::start(plan.clone(), readings.clone(), signals)?;
                tasks.spawn(watcher.look(readings));
                running.watcher = Some(watcher);
            }
            // The configuration was refused.
            #[cfg(not(feature = "pcsc"))]
            ReaderPlan::Pcsc(_) => {}
            ReaderPlan::Keyboard { device, form } => {
                let board = Arc::new(Board::new(readings));
                tasks.spawn(keyboard::listen(device.clone(), *form, board));
            }
            ReaderPlan::Dial { address, speech } => {
                let board = Arc::new(Board::new(readings));
                tasks.spawn(dial(address.clone(), Arc::clone(speech), board, signals));
            }
            ReaderPlan::Listen { address, from, speech } => {
                let board = Arc::new(Board::new(readings));
                if let Some(switchboard) = switchboards.get(address) {
                    let calls = switchboard.place(from);
                    tasks.spawn(receive(calls, Arc::clone(speech), board, signals));
                }
            }
        }
        Ok(running)
    }

    /// Waits until the readers have stopped, where that takes a moment.
    pub async fn end(mut self) {
        self.tasks.shutdown().await;
        #[cfg(feature = "pcsc")]
        if let Some(watcher) = self.watcher {
            // Waits for the thread's current look at the readers.
            let _ = tokio::task::spawn_blocking(move || drop(watcher)).await;
        }
    }
}
