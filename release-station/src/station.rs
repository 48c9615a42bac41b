//! The task that owns the session and joins readers, link and page.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use station_protocol::{BootId, TapNumber};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};
use tracing::{info, warn};

use crate::config::{Config, ReaderKind};
use crate::link::{self, ConnectionNumber, LinkEvent, Outgoing, Target};
use crate::page::{self, Desk};
#[cfg(feature = "pcsc")]
use crate::readers::pcsc::Watcher;
use crate::readers::{Reading, simulated};
use crate::session::{Event, Machine, View};

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
    /// The card readers cannot be watched.
    #[cfg(feature = "pcsc")]
    #[error("the card readers cannot be watched: {0}")]
    Readers(std::io::Error),
}

/// Runs a station until `stop` turns true. `ready` is told where the touch page listens.
///
/// # Errors
/// It cannot start. Once it runs, nothing but `stop` ends it.
pub async fn run(
    config: Config,
    mut stop: watch::Receiver<bool>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), StartError> {
    let target = Target::new(&config)?;
    let unavailable = |source| StartError::Page { address: config.page, source };
    let listener = TcpListener::bind(config.page).await.map_err(unavailable)?;
    let address = listener.local_addr().map_err(unavailable)?;

    let readers = match config.reader {
        ReaderKind::Simulated => vec![simulated::reader()],
        ReaderKind::Pcsc => Vec::new(),
    };
    let machine = Machine::new(boot_id()?, config.language, readers);
    let (view, views) = watch::channel(Arc::new(machine.view()));
    let (readings_in, readings) = mpsc::channel(EVENTS);
    let (requests_in, requests) = mpsc::channel(EVENTS);
    let (link_in, link) = mpsc::channel(EVENTS);
    let (outgoing, outgoing_out) = mpsc::channel(EVENTS);

    #[cfg(feature = "pcsc")]
    let watcher = match config.reader {
        ReaderKind::Pcsc => Some(Watcher::start(readings_in.clone()).map_err(StartError::Readers)?),
        ReaderKind::Simulated => None,
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(link::run(target, outgoing_out, link_in, stop.clone()));
    let desk = Desk::new(&config, address, requests_in, views);
    tasks.spawn(page::serve(listener, desk, stop.clone()));
    ready(address);

    let joined = Joined {
        machine,
        connection: ConnectionNumber::default(),
        outgoing,
        view,
        _readings_in: readings_in,
    };
    let inputs = Inputs { readings, requests, link };
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = joined.serve(inputs) => {}
    }
    info!("Stopping");
    #[cfg(feature = "pcsc")]
    if let Some(watcher) = watcher {
        // Waits for the thread's current look at the readers.
        let _ = tokio::task::spawn_blocking(move || drop(watcher)).await;
    }
    if timeout(END, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
        warn!("Some connections did not end in time");
    }
    Ok(())
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
        self.view.send_if_modified(|shown| {
            let is_new = *shown != now;
            *shown = now;
            is_new
        });
    }
}

/// A new random name for this start, written as a version 4 UUID (RFC 9562 section 5.4).
fn boot_id() -> Result<BootId, StartError> {
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
