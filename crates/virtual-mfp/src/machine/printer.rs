//! The machine as the network sees it: one lock, and signals for what changes all connections.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use print_core::{Clock, SystemClock, Timestamp};
use tokio::sync::{Notify, watch};

use super::fault_list::Armed;
use super::faults::{Fault, SleepHow};
use super::state::Machine;

/// Whether the machine answers its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sleep {
    /// It answers.
    Awake,
    /// It sleeps because of the fault with this number.
    Asleep(u64, SleepHow),
}

/// Where the machine is reached.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The IPP port.
    pub listen: SocketAddr,
    /// Whether it answers TLS as well.
    pub tls: bool,
}

impl Addresses {
    /// The printer's URI with a scheme.
    pub fn uri(&self, scheme: &str) -> String {
        format!("{scheme}://{}{PRINTER_PATH}", self.listen)
    }
}

/// The path of the printer in its URIs.
pub const PRINTER_PATH: &str = "/ipp/print";

/// The machine, shared by its engine, its listener and its control port.
#[derive(Debug)]
pub struct Printer {
    /// Where it is reached.
    pub addresses: Addresses,
    machine: Mutex<Machine>,
    clock: SystemClock,
    change: Notify,
    sleep: watch::Sender<Sleep>,
    power: watch::Sender<u64>,
    cleared: watch::Sender<u64>,
    listening: watch::Sender<bool>,
}

impl Printer {
    /// Puts the machine on the network.
    pub fn new(machine: Machine, clock: SystemClock, addresses: Addresses) -> Printer {
        Printer {
            addresses,
            machine: Mutex::new(machine),
            clock,
            change: Notify::new(),
            sleep: watch::Sender::new(Sleep::Awake),
            power: watch::Sender::new(0),
            cleared: watch::Sender::new(0),
            listening: watch::Sender::new(true),
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Looks at the machine, or changes what the engine need not notice at once.
    pub fn locked<T>(&self, act: impl FnOnce(&mut Machine) -> T) -> T {
        act(&mut self.machine.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the machine and wakes the engine.
    pub fn change<T>(&self, act: impl FnOnce(&mut Machine) -> T) -> T {
        let result = self.locked(act);
        self.change.notify_one();
        result
    }

    /// Waits for a change.
    pub async fn changed(&self) {
        self.change.notified().await;
    }

    /// Whether it sleeps, and a signal when that changes.
    pub fn sleep(&self) -> watch::Receiver<Sleep> {
        self.sleep.subscribe()
    }

    /// Signals each power cut: every connection ends.
    pub fn power(&self) -> watch::Receiver<u64> {
        self.power.subscribe()
    }

    /// Signals that faults were cleared: whoever is silent because of one goes on.
    pub fn cleared(&self) -> watch::Receiver<u64> {
        self.cleared.subscribe()
    }

    /// The listener says whether its port is open.
    pub fn set_listening(&self, listening: bool) {
        self.listening.send_if_modified(|before| std::mem::replace(before, listening) != listening);
    }

    /// Waits until the port is open when the machine takes connections, and closed when not.
    pub async fn settled(&self) {
        let refuses = matches!(*self.sleep.borrow(), Sleep::Asleep(_, SleepHow::Refuse));
        let mut listening = self.listening.subscribe();
        // The sender lives in `self`, so that the wait ends by a value only.
        let _ = listening.wait_for(|listening| *listening != refuses).await;
    }

    /// The power goes and comes back.
    pub fn power_cycle(&self) {
        let now = self.now();
        self.change(|machine| machine.power_cycle(now));
        self.power.send_modify(|cuts| *cuts += 1);
    }

    /// Arms a fault; `times` 0 means until cleared. Gives its number.
    pub fn arm(self: &Arc<Self>, fault: Fault, times: u32) -> u64 {
        let asleep = match &fault {
            Fault::Asleep { seconds, how } => Some((*seconds, *how)),
            _ => None,
        };
        let now = self.now();
        let id = self.change(|machine| {
            if matches!(fault, Fault::NewUpTime {}) {
                machine.begin_up_time(now);
            }
            machine.faults.arm(fault, times)
        });
        if let Some((seconds, how)) = asleep {
            self.sleep.send_replace(Sleep::Asleep(id, how));
            if how == SleepHow::Refuse {
                self.power.send_modify(|cuts| *cuts += 1);
            }
            if let Some(seconds) = seconds {
                self.wake_after(id, Duration::from_secs_f32(seconds.clamp(0.0, 86_400.0)));
            }
        }
        id
    }

    fn wake_after(self: &Arc<Self>, id: u64, after: Duration) {
        let printer = Arc::downgrade(self);
        // The task ends by itself; a machine that is gone by then needs no waking.
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            if let Some(printer) = printer.upgrade() {
                printer.clear(|armed| armed.id == id);
            }
        });
    }

    /// Clears faults; gives how many of them were still armed or in the way.
    pub fn clear(&self, chosen: impl Fn(&Armed) -> bool) -> usize {
        let (count, asleep) = self.change(|machine| {
            let count = machine.faults.clear(chosen);
            let asleep = machine.faults.all().iter().rev().find_map(|armed| match &armed.fault {
                Fault::Asleep { how, .. } => Some(Sleep::Asleep(armed.id, *how)),
                _ => None,
            });
            (count, asleep.unwrap_or(Sleep::Awake))
        });
        self.sleep.send_replace(asleep);
        self.cleared.send_modify(|times| *times += 1);
        count
    }
}
