//! The task that owns the session and joins readers, link and page.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use station_protocol::{BootId, TapNumber};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};
use tracing::{info, warn};

use crate::config::readers::ReaderPlan;
use crate::config::{Config, ConfigError};
use crate::link::{self, ConnectionNumber, LinkEvent, Outgoing, Target};
use crate::page::{self, Desk};
use crate::readers::network::{Hub, Switchboard};
use crate::readers::{self, Reading, Running};
use crate::session::{Event, Machine, View};
use crate::signals::Signal;

/// An orderly end takes at most so long; then the tasks are cut off.
const END: Duration = Duration::from_secs(3);
/// So many events wait at most; whoever makes more waits.
const EVENTS: usize = 64;

/// What the page asks of the station: a touch, or a simulated card.
#[derive(Debug)]
pub struct Request {
    /// What somebody did.
    pub event: Event,
    /// Answered once it has been taken, with the number of the last tap: the one that a card
    /// became or belongs to.
    pub answer: oneshot::Sender<TapNumber>,
}

/// Why a station does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The certificates cannot be used.
    #[error("{0}")]
    Link(#[from] link::LinkError),
    /// The touch page's address cannot be had.
    #[error("the touch page cannot listen on {address}: {source}")]
    Page {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system gives no random numbers.
    #[error("the operating system gives no random numbers")]
    Random,
    /// What the configuration says about the reader cannot be.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The port that readers call cannot be had.
    #[error("card readers cannot be waited for at {address}: {source}")]
    Hub {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The card readers cannot be watched.
    #[error("the card readers cannot be watched: {0}")]
    Readers(std::io::Error),
}

/// Runs a station until `stop` turns true. `ready` is told where the touch page listens.
///
/// # Errors
/// It cannot start. Once it runs, nothing but `stop` ends it.
pub async fn run(
    config: Config,
    stop: watch::Receiver<bool>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), StartError> {
    let target = Target::new(&config)?;
    let (listener, address) = bind_page(config.page).await?;
    let plan = config.plan()?;
    let mut hubs = JoinSet::new();
    let switchboards = listen_for_readers([&plan], &mut hubs).await?;
    let machine = Machine::new(boot_id()?, config.language, readers::at_once(&plan));
    let machine = match plan {
        ReaderPlan::Absent => machine.without_reader(),
        _ => machine,
    };
    let core = Core::start(target, machine, &plan, &switchboards, &stop)?;
    let desk = Desk::new(&config, address, core.requests(), core.views());
    let mut pages = JoinSet::new();
    pages.spawn(page::serve(listener, desk, stop.clone()));
    ready(address);
    core.run(stop).await;
    info!("Stopping");
    end_in_time(&mut pages).await;
    Ok(())
}

/// Takes the page's address.
///
/// # Errors
/// [`StartError::Page`].
pub async fn bind_page(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let unavailable = |source| StartError::Page { address, source };
    let listener = TcpListener::bind(address).await.map_err(unavailable)?;
    let bound = listener.local_addr().map_err(unavailable)?;
    Ok((listener, bound))
}

/// Listens at each port that readers call, once, however many places it has.
///
/// # Errors
/// [`StartError::Hub`].
pub async fn listen_for_readers(
    plans: impl IntoIterator<Item = &ReaderPlan>,
    hubs: &mut JoinSet<()>,
) -> Result<HashMap<SocketAddr, Switchboard>, StartError> {
    let mut switchboards = HashMap::new();
    for plan in plans {
        if let ReaderPlan::Listen { address, .. } = plan
            && !switchboards.contains_key(address)
        {
            let hub = Hub::bind(*address).await;
            let hub = hub.map_err(|source| StartError::Hub { address: *address, source })?;
            switchboards.insert(*address, hub.switchboard());
            hubs.spawn(hub.run());
        }
    }
    Ok(switchboards)
}

/// Waits for tasks that have been told to stop.
pub async fn end_in_time(tasks: &mut JoinSet<()>) {
    if timeout(END, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
        warn!("Some connections did not end in time");
    }
}

/// One station without its page: session, link and readers.
#[allow(missing_debug_implementations, reason = "the session's card numbers are nobody's")]
pub struct Core {
    joined: Joined,
    inputs: Inputs,
    requests: mpsc::Sender<Request>,
    link: JoinSet<()>,
    readers: Running,
}

impl Core {
    /// Starts it.
    ///
    /// # Errors
    /// The readers cannot be watched.
    pub fn start(
        target: Target,
        machine: Machine,
        plan: &ReaderPlan,
        switchboards: &HashMap<SocketAddr, Switchboard>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self, StartError> {
        let view = machine.view();
        let (signal, signals) = watch::channel(Signal::of(&view));
        let (readings_in, readings) = mpsc::channel(EVENTS);
        let (requests_in, requests) = mpsc::channel(EVENTS);
        let (link_in, link_out) = mpsc::channel(EVENTS);
        let (outgoing, outgoing_out) = mpsc::channel(EVENTS);
        let readers = Running::start(plan, switchboards, readings_in.clone(), signals);
        let readers = readers.map_err(StartError::Readers)?;
        let mut link = JoinSet::new();
        link.spawn(link::run(target, outgoing_out, link_in, stop.clone()));
        let joined = Joined {
            machine,
            connection: ConnectionNumber::default(),
            outgoing,
            view: watch::channel(Arc::new(view)).0,
            signal,
            _readings_in: readings_in,
        };
        let inputs = Inputs { readings, requests, link: link_out };
        Ok(Self { joined, inputs, requests: requests_in, link, readers })
    }

    /// What the station shows.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        self.joined.view.subscribe()
    }

    /// Where it is asked.
    pub fn requests(&self) -> mpsc::Sender<Request> {
        self.requests.clone()
    }

    /// Serves until `stop` turns true, or something fails that never should.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let Self { joined, inputs, requests: _requests, mut link, readers } = self;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = joined.serve(inputs) => {}
            _ = link.join_next() => warn!("The connection to the print server ended by itself"),
        }
        readers.end().await;
        if *stop.borrow() {
            end_in_time(&mut link).await;
        }
    }
}

/// Where events come from.
struct Inputs {
    readings: mpsc::Receiver<Reading>,
    requests: mpsc::Receiver<Request>,
    link: mpsc::Receiver<LinkEvent>,
}

/// The session and where its results go.
struct Joined {
    machine: Machine,
    connection: ConnectionNumber,
    outgoing: mpsc::Sender<Outgoing>,
    view: watch::Sender<Arc<View>>,
    signal: watch::Sender<Signal>,
    /// Kept, so that a station without a reader thread still waits for readings.
    _readings_in: mpsc::Sender<Reading>,
}

impl Joined {
    /// Takes events until one of the sources is gone, which only an end of the program does.
    async fn serve(mut self, mut inputs: Inputs) {
        loop {
            let deadline = self.machine.deadline();
            let tick = async {
                match deadline {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            let (event, answer) = tokio::select! {
                Some(reading) = inputs.readings.recv() => (Event::Reader(reading), None),
                Some(request) = inputs.requests.recv() => (request.event, Some(request.answer)),
                Some(event) = inputs.link.recv() => (self.link(event), None),
                () = tick => (Event::Tick, None),
                else => return,
            };
            self.take(event).await;
            if let Some(answer) = answer {
                // Whoever asked may have gone away.
                let _ = answer.send(self.machine.last_tap());
            }
        }
    }

    fn link(&mut self, event: LinkEvent) -> Event {
        match event {
            LinkEvent::Connected(number) => {
                self.connection = number;
                Event::Connected
            }
            LinkEvent::Disconnected => Event::Disconnected,
            LinkEvent::Message(message) => Event::Server(message),
        }
    }

    async fn take(&mut self, event: Event) {
        for message in self.machine.step(event, Instant::now()) {
            if self.outgoing.send((self.connection, message)).await.is_err() {
                return;
            }
        }
        let now = Arc::new(self.machine.view());
        let signal = Signal::of(&now);
        self.signal.send_if_modified(|shown| std::mem::replace(shown, signal) != signal);
        self.view.send_if_modified(|shown| {
            let is_new = *shown != now;
            *shown = now;
            is_new
        });
    }
}

/// A new random name for this start, written as a version 4 UUID (RFC 9562 section 5.4).
///
/// # Errors
/// [`StartError::Random`].
pub fn boot_id() -> Result<BootId, StartError> {
    let mut bytes = [0u8; 16];
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.secure_random.fill(&mut bytes).map_err(|_| StartError::Random)?;
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(BootId::cut(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_start_has_another_name_of_the_length_of_a_uuid() {
        let (one, two) = (boot_id().unwrap(), boot_id().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes()[14], b'4');
    }
}
