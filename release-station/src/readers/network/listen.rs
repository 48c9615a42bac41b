//! Readers call the station. One port serves many of them; whose a reader is, is said by its address, and an address
//! that nobody named is not listened to.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use station_protocol::{READERS_MAX, ReaderName};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;
use tracing::{info, warn};

use super::conversation::converse;
use super::{Speech, prepare};
use crate::readers::board::{Board, Health};
use crate::signals::Signal;

/// A port whose system has no more connections to give is asked again after this time.
const PAUSE: Duration = Duration::from_millis(250);
/// So many strangers are named in the log; the others are sent away without a word.
const STRANGERS_MAX: usize = 100;
/// So many calls of one place wait to be taken.
const CALLS: usize = READERS_MAX;

/// Where a place hears of readers that call.
pub type CallReceiver = mpsc::Receiver<(TcpStream, IpAddr)>;
type CallSender = mpsc::Sender<(TcpStream, IpAddr)>;

/// Whose a reader is, by its address.
#[derive(Debug, Clone, Default)]
pub struct Switchboard(Arc<Mutex<HashMap<IpAddr, CallSender>>>);

impl Switchboard {
    /// What calls from these addresses is one place's from now on.
    pub fn place(&self, from: &[IpAddr]) -> CallReceiver {
        let (calls, receiver) = mpsc::channel(CALLS);
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.extend(from.iter().map(|address| (*address, calls.clone())));
        receiver
    }

    fn find(&self, from: IpAddr) -> Option<CallSender> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&from).cloned()
    }
}

/// A port that readers call.
#[derive(Debug)]
pub struct Hub {
    listener: TcpListener,
    switchboard: Switchboard,
    strangers: HashSet<IpAddr>,
}

impl Hub {
    /// Listens at an address; nobody is known yet.
    ///
    /// # Errors
    /// The address cannot be had.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        info!(address = %listener.local_addr()?, "Card readers are waited for");
        Ok(Self { listener, switchboard: Switchboard::default(), strangers: HashSet::new() })
    }

    /// Where its places are told apart.
    pub fn switchboard(&self) -> Switchboard {
        self.switchboard.clone()
    }

    /// Takes calls until it is dropped. A place that does not take its readers' calls keeps no other waiting.
    pub async fn run(mut self) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            let from = address.ip().to_canonical();
            if let Some(place) = self.switchboard.find(from) {
                if place.try_send((stream, from)).is_err() {
                    warn!(%from, "A card reader called and its place did not listen");
                }
            } else if self.strangers.len() < STRANGERS_MAX && self.strangers.insert(from) {
                warn!(%from, "Somebody called as a card reader whose address is not configured");
            }
        }
    }
}

/// Listens to the readers of one place, until it is dropped. A reader that calls again takes the place of its earlier
/// connection: it has started anew.
pub async fn receive(
    mut calls: CallReceiver,
    speech: Arc<Speech>,
    board: Arc<Board>,
    signals: watch::Receiver<Signal>,
) {
    let mut readers = JoinSet::new();
    let mut connected: HashMap<IpAddr, AbortHandle> = HashMap::new();
    loop {
        tokio::select! {
            call = calls.recv() => {
                let Some((stream, from)) = call else { return };
                if let Some(earlier) = connected.remove(&from) {
                    earlier.abort();
                }
                let (speech, board) = (Arc::clone(&speech), Arc::clone(&board));
                let reader = listen(stream, from, speech, board, signals.clone());
                connected.insert(from, readers.spawn(reader));
            }
            Some(_) = readers.join_next() => connected.retain(|_, reader| !reader.is_finished()),
        }
    }
}

async fn listen(
    stream: TcpStream,
    from: IpAddr,
    speech: Arc<Speech>,
    board: Arc<Board>,
    signals: watch::Receiver<Signal>,
) {
    let reader = ReaderName::cut(from.to_string());
    let health = match prepare(&stream) {
        Ok(()) => converse(stream, &speech, &reader, &board, signals).await.health(),
        Err(_) => Health::Away,
    };
    board.set(&reader, health).await;
}
