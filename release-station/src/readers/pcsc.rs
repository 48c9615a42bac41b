//! Real readers through PC/SC.
//!
//! The library's wait blocks, so it has an operating-system thread of its own and a channel. The
//! socket of the daemon is the library's business (`PCSCLITE_CSOCK_NAME` names another one).
//!
//! - `lamp`: lights and beeps of readers that have commands for it.
//! - `only`: which of the machine's readers count.
//! - `pulse`: whether the thread still moves, or hangs with its reader.

mod lamp;
mod only;
mod pulse;

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ::pcsc::{
    Context, Disposition, Error, PNP_NOTIFICATION, Protocols, ReaderState, Scope, ShareMode, State,
};
use station_protocol::{CardNumber, ReaderName};
use tokio::sync::{mpsc, watch};
use tracing::{info, warn};

use self::lamp::Lamp;
use self::only::Only;
use self::pulse::Pulse;
use super::presence::{Meaning, Presence, Seen};
use super::{Reading, Unusable, usable};
use crate::config::readers::PcscPlan;
use crate::signals::Signal;

/// How long one wait lasts, and so the longest delay of an orderly end.
const WAIT: Duration = Duration::from_millis(500);
/// The same where a lamp is to follow what happens.
const WAIT_WITH_LAMP: Duration = Duration::from_millis(100);
/// How often a daemon that is away is asked for again.
const RETRY: Duration = Duration::from_millis(250);
/// Get the UID (PC/SC part 3, section 3.2.2.1.3: GET DATA).
const GET_UID: [u8; 5] = [0xFF, 0xCA, 0x00, 0x00, 0x00];

/// The thread that watches the readers; it ends within [`WAIT`] when this is dropped.
#[derive(Debug)]
pub struct Watcher {
    stop: Arc<AtomicBool>,
    pulse: Arc<Pulse>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Watcher {
    /// Starts to watch all readers of this machine, or the one that the plan names.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn start(
        plan: PcscPlan,
        readings: mpsc::Sender<Reading>,
        signals: watch::Receiver<Signal>,
    ) -> std::io::Result<Self> {
        let (stop, pulse) = (Arc::new(AtomicBool::new(false)), Arc::new(Pulse::default()));
        let (flag, beating) = (Arc::clone(&stop), Arc::clone(&pulse));
        let lamp = Lamp::new(plan.escapes, plan.escape_code, signals);
        let only = Only { name: plan.reader, is_one: plan.is_one, told: false };
        let mut post = Post { readings, pulse: beating, lamp, only };
        let thread = thread::Builder::new()
            .name("readers".to_owned())
            .spawn(move || watch_for_ever(&flag, &mut post))?;
        Ok(Self { stop, pulse, thread: Some(thread) })
    }

    /// Tells when the thread hangs, until it is dropped.
    pub fn look(&self, readings: mpsc::Sender<Reading>) -> impl Future<Output = ()> + use<> {
        pulse::look(Arc::clone(&self.pulse), readings)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A thread that hangs with its reader ends with the process.
        if let Some(thread) = self.thread.take()
            && !self.pulse.hangs()
            && thread.join().is_err()
        {
            warn!("The thread of the card readers panicked");
        }
    }
}

/// Why a watch ended.
enum Lost {
    /// The daemon or its connection; everything is built anew.
    Daemon(Error),
    /// The station is gone.
    Station,
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self::Daemon(error)
    }
}

/// What the thread has, whatever becomes of the daemon.
struct Post {
    readings: mpsc::Sender<Reading>,
    pulse: Arc<Pulse>,
    lamp: Lamp,
    only: Only,
}

fn watch_for_ever(stop: &AtomicBool, post: &mut Post) {
    let mut told_away = false;
    while !stop.load(Ordering::Relaxed) {
        post.pulse.beat();
        // After an error each handle of the old context is dead: nothing of it is kept.
        let lost = match Context::establish(Scope::System) {
            Ok(context) => {
                info!("The card reader service is there");
                told_away = false;
                match Watch::new(&context, post).run(stop) {
                    Ok(()) | Err(Lost::Station) => return,
                    Err(Lost::Daemon(error)) => error,
                }
            }
            Err(error) => error,
        };
        if !told_away {
            warn!(error = %lost, "The card reader service is away; trying again");
            told_away = true;
            if post.readings.blocking_send(Reading::Readers(Vec::new())).is_err() {
                return;
            }
        }
        thread::sleep(RETRY);
    }
}

/// One connection to the daemon.
struct Watch<'a> {
    context: &'a Context,
    post: &'a mut Post,
    states: Vec<ReaderState>,
    presence: HashMap<CString, Presence>,
    ready: Option<Vec<ReaderName>>,
}

impl<'a> Watch<'a> {
    fn new(context: &'a Context, post: &'a mut Post) -> Self {
        let states = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
        Self { context, post, states, presence: HashMap::new(), ready: None }
    }

    fn run(&mut self, stop: &AtomicBool) -> Result<(), Lost> {
        let wait = if self.post.lamp.is_there() { WAIT_WITH_LAMP } else { WAIT };
        self.post.lamp.begin();
        while !stop.load(Ordering::Relaxed) {
            self.post.pulse.beat();
            self.list_readers()?;
            self.states.iter_mut().for_each(ReaderState::sync_current_state);
            match self.context.get_status_change(wait, &mut self.states) {
                Ok(()) => self.look()?,
                Err(Error::Timeout) => {}
                Err(error) => return Err(error.into()),
            }
            self.tell_ready()?;
            let usable = self.states.iter().filter(|state| is_usable(state));
            self.post.lamp.show(self.context, usable.map(ReaderState::name));
        }
        Ok(())
    }

    /// Drops the readers that are gone for good and adds the new ones.
    fn list_readers(&mut self) -> Result<(), Lost> {
        let listed = match self.context.list_readers_owned() {
            Ok(listed) => listed,
            Err(Error::NoReadersAvailable) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let listed = self.post.only.of(listed);
        self.states.retain(|state| {
            let is_gone = state.event_state().intersects(State::UNKNOWN | State::IGNORE);
            state.name() == PNP_NOTIFICATION()
                || (!is_gone && listed.iter().any(|name| name.as_c_str() == state.name()))
        });
        self.presence.retain(|name, _| listed.contains(name));
        for name in listed {
            if !self.states.iter().any(|state| state.name() == name.as_c_str()) {
                self.states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(())
    }

    /// Takes in what changed.
    fn look(&mut self) -> Result<(), Lost> {
        let mut taps = Vec::new();
        for state in self.states.iter().filter(|state| state.name() != PNP_NOTIFICATION()) {
            if !state.event_state().contains(State::CHANGED) {
                continue;
            }
            let presence = self.presence.entry(state.name().to_owned()).or_default();
            match presence.look(seen(state.event_state()), state.event_count()) {
                Meaning::Nothing => {}
                Meaning::Stale => info!("A card lies on a reader since before; it must be lifted"),
                meaning => taps.push((state.name().to_owned(), meaning)),
            }
        }
        for (name, meaning) in taps {
            let (handle, card) = match meaning {
                Meaning::TooShort => (None, Err(Unusable::GoneTooSoon)),
                _ => self.read(&name),
            };
            self.tell(Reading::Card { reader: shown(&name), card })?;
            if let Some(handle) = handle {
                // Nobody waits for this. Whether the card is still there does not matter any more.
                let _ = handle.disconnect(Disposition::LeaveCard);
            }
        }
        Ok(())
    }

    /// Reads the card's number. The card that was read is to be let go of.
    fn read(&self, reader: &CStr) -> (Option<::pcsc::Card>, Result<CardNumber, Unusable>) {
        // Whatever fails here fails because the card or the reader went away meanwhile; a lost
        // daemon is seen by the next wait. It never makes a card unknown.
        let Ok(card) = self.context.connect(reader, ShareMode::Shared, Protocols::ANY) else {
            return (None, Err(Unusable::GoneTooSoon));
        };
        let mut buffer = [0u8; 64];
        let number = match card.transmit(&GET_UID, &mut buffer) {
            Ok([uid @ .., 0x90, 0x00]) => usable(uid),
            Ok(_) => Err(Unusable::Silent),
            Err(_) => Err(Unusable::GoneTooSoon),
        };
        (Some(card), number)
    }

    /// Tells which readers can read, when that changed.
    fn tell_ready(&mut self) -> Result<(), Lost> {
        if self.post.pulse.is_back() {
            self.ready = None;
        }
        let ready: Vec<ReaderName> = self
            .states
            .iter()
            .filter(|state| is_usable(state))
            .map(|state| shown(state.name()))
            .take(station_protocol::READERS_MAX)
            .collect();
        if self.ready.as_ref() != Some(&ready) {
            self.ready = Some(ready.clone());
            self.tell(Reading::Readers(ready))?;
        }
        Ok(())
    }

    fn tell(&self, reading: Reading) -> Result<(), Lost> {
        self.post.readings.blocking_send(reading).map_err(|_| Lost::Station)
    }
}

fn is_usable(state: &ReaderState) -> bool {
    state.name() != PNP_NOTIFICATION() && seen(state.event_state()) != Seen::Unavailable
}

fn seen(state: State) -> Seen {
    // Only a reader that says so is empty: anything unclear must not arm it.
    if state.intersects(State::UNAVAILABLE | State::UNKNOWN | State::IGNORE) {
        Seen::Unavailable
    } else if state.contains(State::PRESENT) {
        Seen::Present
    } else if state.contains(State::EMPTY) {
        Seen::Empty
    } else {
        Seen::Unavailable
    }
}

fn shown(name: &CStr) -> ReaderName {
    ReaderName::cut(name.to_string_lossy())
}
