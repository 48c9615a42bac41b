//! The station calls the reader, and calls again when the connection is lost.

use std::sync::Arc;
use std::time::Duration;

use station_protocol::ReaderName;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::debug;

use super::conversation::{End, converse};
use super::{Speech, prepare};
use crate::readers::board::Board;
use crate::signals::Signal;

/// A reader answers a call within this time.
const CONNECT: Duration = Duration::from_secs(2);
/// The first pause before another call; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(250);
/// The longest pause: with it a reader is back within five seconds.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Calls the reader at `host:port` and listens, until it is dropped.
pub async fn dial(
    address: String,
    speech: Arc<Speech>,
    board: Arc<Board>,
    signals: watch::Receiver<Signal>,
) {
    let reader = ReaderName::cut(&address);
    let mut pause = PAUSE_MIN;
    loop {
        let began = Instant::now();
        let end = match timeout(CONNECT, TcpStream::connect(&address)).await {
            Ok(Ok(stream)) => match prepare(&stream) {
                Ok(()) => converse(stream, &speech, &reader, &board, signals.clone()).await,
                Err(_) => End::Closed,
            },
            Ok(Err(error)) => {
                debug!(%reader, %error, "A card reader did not take the call");
                End::Closed
            }
            Err(_) => End::Closed,
        };
        board.set(&reader, end.health()).await;
        // A connection that stood for a while begins a new series of calls.
        pause = if began.elapsed() > PAUSE_MAX { PAUSE_MIN } else { (pause * 2).min(PAUSE_MAX) };
        sleep(pause).await;
    }
}
