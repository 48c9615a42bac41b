//! The connection to the print server: kept up, watched, and built anew when it is lost.
//!
//! - `tls`: the station's certificate and whom it trusts.
//! - `enrolment`: how the station gets its first certificate, by a code.
//! - `pem`: certificates as files.
//! - `connection`: one connection from its handshake to its end.
//! - `probe`: one try, step by step, for `doctor`.

mod connection;
pub mod enrolment;
pub mod pem;
pub mod probe;
mod tls;

use std::time::Duration;

use station_protocol::{ServerMessage, StationMessage};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

pub use tls::{LinkError, Place, Target};

/// The first pause before trying again; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(250);
/// The longest pause before trying again: with it, and with the patience of a connection, a station is back within
/// five seconds of a fault's end.
const PAUSE_MAX: Duration = Duration::from_millis(1_500);

/// What the link tells the station.
#[derive(Debug)]
pub enum LinkEvent {
    /// A connection stands. Only messages with its number go over it.
    Connected(ConnectionNumber),
    /// It is lost.
    Disconnected,
    /// The server said something.
    Message(ServerMessage),
}

/// Counts connections, so that what was meant for a lost one is not sent on the next: it would
/// come before the greeting, or act for a person who has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConnectionNumber(u64);

/// A message and the connection that it is meant for.
pub type Outgoing = (ConnectionNumber, StationMessage);

/// Keeps a connection until `stop` turns true or the station is gone.
pub async fn run(
    mut target: Target,
    mut outgoing: mpsc::Receiver<Outgoing>,
    events: mpsc::Sender<LinkEvent>,
    mut stop: watch::Receiver<bool>,
) {
    let mut number = ConnectionNumber::default();
    let mut pause = PAUSE_MIN;
    let mut told = false;
    loop {
        number.0 += 1;
        let began = Instant::now();
        let end = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            end = connection::run(&mut target, number, &mut outgoing, &events) => end,
        };
        let failure = match end {
            Ok(()) => return,
            Err(error) => error,
        };
        // A connection that stood for a while begins a new series of tries.
        if began.elapsed() > PAUSE_MAX {
            pause = PAUSE_MIN;
            told = false;
        }
        if !told {
            warn!(server = %target.server(), error = %failure, "No connection; trying again");
            told = true;
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(pause) => {}
        }
        pause = (pause * 2).min(PAUSE_MAX);
        info!(server = %target.server(), "Connecting");
    }
}
