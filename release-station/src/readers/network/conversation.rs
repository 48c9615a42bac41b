//! What is said on one reader's connection.

use std::time::Duration;

use station_protocol::ReaderName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tracing::warn;

use super::Speech;
use super::framing::Framer;
use crate::readers::Unusable;
use crate::readers::board::{Board, Health};
use crate::signals::Signal;

/// How often a reader is asked that is to be asked.
const ASK: Duration = Duration::from_secs(1);
/// A line that has begun comes to its end within this time, or the reader hangs.
const LINE: Duration = Duration::from_secs(2);
/// A reader that does not take what is written for so long hangs.
const WRITE: Duration = Duration::from_secs(2);

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The reader closed it, or the network did.
    Closed,
    /// The reader does not answer any more.
    Hangs,
}

impl End {
    /// How the reader is then.
    pub fn health(self) -> Health {
        match self {
            Self::Closed => Health::Away,
            Self::Hangs => Health::Silent,
        }
    }
}

/// Listens to the reader until its connection ends.
pub async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    speech: &Speech,
    reader: &ReaderName,
    board: &Board,
    mut signals: watch::Receiver<Signal>,
) -> End {
    let (mut from, mut to) = tokio::io::split(stream);
    let mut framer = Framer::new(speech.framing);
    let mut ask = interval(ASK);
    ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let mut begun: Option<Instant> = None;
    let mut buffer = [0; 512];
    if speech.ask.is_none() {
        board.set(reader, Health::Ready).await;
    }
    // Its lamp shows from the beginning how the station is.
    signals.mark_changed();
    loop {
        let idle = speech.idle.map(|idle| heard + idle);
        let deadline = [idle, begun.map(|begun| begun + LINE)].into_iter().flatten().min();
        let late = async {
            match deadline {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            read = from.read(&mut buffer) => {
                let Some(count) = read.ok().filter(|count| *count > 0) else { return End::Closed };
                heard = Instant::now();
                board.set(reader, Health::Ready).await;
                for line in framer.push(&buffer[..count]) {
                    if let Some(card) = card(&line, speech) {
                        board.card(reader, card).await;
                    }
                }
                begun = framer.is_within_line().then(|| begun.unwrap_or(heard));
            }
            () = late => return End::Hangs,
            _ = ask.tick(), if speech.ask.is_some() => {
                if let Some(question) = &speech.ask
                    && let Err(end) = write(&mut to, question).await
                {
                    return end;
                }
            }
            changed = signals.changed() => {
                if changed.is_err() {
                    return End::Closed;
                }
                let signal = *signals.borrow_and_update();
                if let Some(line) = speech.lines.get(signal)
                    && let Err(end) = write(&mut to, line).await
                {
                    return end;
                }
            }
        }
    }
}

/// The card that a line is; none when it is no card's.
fn card(line: &[u8], speech: &Speech) -> Option<Result<station_protocol::CardNumber, Unusable>> {
    let found = speech.pattern.captures(line)?;
    let number = found.get(1).or_else(|| found.get(0))?.as_bytes();
    let card = speech.form.read(number);
    if let Err(Unusable::Malformed(error)) = &card {
        warn!(%error, "A reader wrote what is no card's number; look at its number and pattern");
    }
    Some(card)
}

async fn write<W: AsyncWrite + Unpin>(to: &mut W, bytes: &[u8]) -> Result<(), End> {
    match timeout(WRITE, to.write_all(bytes)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Closed),
        Err(_) => Err(End::Hangs),
    }
}
