//! What is said on one station's connection: taps and wishes in, sessions and outcomes out.
//!
//! - `guarded`: what the station's certificate is good for.
//! - `behind`: what is done behind the taps: notes in the store, newer certificates.
//! - `readers`: how its reader is, and what is told where there is only a reader.
//! - `opening`: from a tap or a code to a session, or to the reason why there is none.
//! - `codes`: codes in place of a card, and the code of a card that nobody has.
//! - `trail`: what is kept of taps.
//! - `wishes`: what the person at the screen wants with the jobs that are shown.
//! - `running`: what they want of a job that is on its way.

mod behind;
mod codes;
pub(super) mod guarded;
mod opening;
mod readers;
mod running;
mod trail;
mod wishes;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use station_protocol::{
    BootId, EndReason, FRAME_BYTES_MAX, Id, Line, PROTOCOL, RefusedReason, Sentence, ServerMessage,
    StationMessage, TapNumber, speaks,
};
use store::{Station, StoreError};
use texts::Language;
use texts::sentences::Refusal;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tracing::{info, warn};

use self::codes::Offer;
use self::readers::Reader;
use super::guesses::StationGuesses;
use super::station::StationListener;
use crate::changes::ChangeReceiver;
use crate::release::{PinRefused, ReleaseError, RevokedListener, Session, start_policy};

/// A station pings each second; one that is silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(10);
/// A station that does not take what is said to it for so long is gone.
const SENDING: Duration = Duration::from_secs(10);
/// How often a session looks for what no change told it.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One station's connection.
pub(super) struct Conversation {
    listener: StationListener,
    socket: WebSocketStream<TlsStream<TcpStream>>,
    station: Station,
    /// From where it speaks.
    address: IpAddr,
    /// The unknown cards that were held to it.
    guesses: Arc<StationGuesses>,
    reader: Reader,
    boot_id: Option<BootId>,
    session: Option<Session>,
    /// When the store was last told that the station is here.
    noted: Option<Instant>,
    /// Tells it. A store that does not write keeps no station waiting.
    noting: JoinSet<()>,
    /// When the certificate was last looked at.
    renewed: Option<Instant>,
    /// Tells it when a card was last used.
    using: JoinSet<()>,
    /// Whether it has a screen for codes.
    shows_codes: bool,
    /// The card that was just read and is nobody's.
    offer: Option<Offer>,
}

/// Why a conversation ends.
enum End {
    /// The other side is gone, or said what no station says.
    Gone,
}

impl Conversation {
    /// A conversation in which nothing was said yet.
    pub(super) fn new(
        listener: StationListener,
        socket: WebSocketStream<TlsStream<TcpStream>>,
        station: Station,
        address: IpAddr,
    ) -> Self {
        let guesses = listener.house.guesses.of(station.id);
        guesses.allow(station.guard.unknown.left(listener.parts.clock.now()));
        Self {
            guesses,
            listener,
            socket,
            station,
            address,
            reader: Reader::default(),
            boot_id: None,
            session: None,
            noted: None,
            noting: JoinSet::new(),
            renewed: None,
            using: JoinSet::new(),
            shows_codes: false,
            offer: None,
        }
    }

    /// Talks until the station is gone or revoked, or the server stops.
    pub(super) async fn run(mut self, mut changes: ChangeReceiver, mut revoked: RevokedListener) {
        let station = self.station.id;
        let mut stop = self.listener.stop.clone();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let step = tokio::select! {
                frame = self.socket.next() => {
                    heard = Instant::now();
                    match frame {
                        Some(Ok(frame)) => self.frame(frame).await,
                        _ => Err(End::Gone),
                    }
                }
                change = changes.next() => match &self.session {
                    Some(session) if session.concerns(change) => self.tell_news().await,
                    _ => Ok(()),
                },
                _ = look.tick() => self.look(heard).await,
                () = revoked.until(station) => {
                    info!(station = %self.station.name, "A station was revoked and is cut off");
                    let _ = self.end(EndReason::Blocked).await;
                    let _ = self.socket.close(None).await;
                    return;
                }
                () = stopped(&mut stop) => {
                    let _ = self.end(EndReason::Stopping).await;
                    let _ = self.socket.close(None).await;
                    return;
                }
            };
            if let Err(End::Gone) = step {
                return;
            }
        }
    }

    async fn look(&mut self, heard: Instant) -> Result<(), End> {
        if heard.elapsed() >= SILENCE {
            return Err(End::Gone);
        }
        self.note_reader();
        self.do_behind().await?;
        if self.session.as_ref().is_some_and(Session::is_idle) {
            return self.end(EndReason::Idle).await;
        }
        self.look_at_offer().await?;
        self.tell_news().await
    }

    async fn frame(&mut self, frame: Message) -> Result<(), End> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(_) => return Err(End::Gone),
            _ => return Ok(()),
        };
        match serde_json::from_str(&text) {
            Ok(message) => self.message(message).await,
            Err(error) => {
                warn!(station = %self.station.name, %error, "A station sent what is no message");
                self.refuse(None, RefusedReason::Protocol, Refusal::Protocol).await?;
                Err(End::Gone)
            }
        }
    }

    async fn message(&mut self, message: StationMessage) -> Result<(), End> {
        match message {
            StationMessage::Hello {
                protocol,
                version,
                boot_id,
                reader_state,
                is_reader_only,
                codes,
                ..
            } => {
                self.shows_codes = codes;
                self.reader.says(reader_state, is_reader_only);
                self.hello(protocol, &version, boot_id).await
            }
            StationMessage::Ping => self.send(&ServerMessage::Pong).await,
            StationMessage::Tap { tap, card, .. } => self.tap(tap, &card).await,
            StationMessage::Code { tap, code } => self.code(tap, &code).await,
            StationMessage::CardCode { tap, code } => self.card_code(tap, &code).await,
            StationMessage::Choose { tap, .. }
            | StationMessage::Price { tap, .. }
            | StationMessage::Delete { tap, .. } => self.wish(tap, message).await,
            StationMessage::Stop { job } => self.stop(&job).await,
            StationMessage::Finish { job, at } => self.finish(&job, at).await,
            StationMessage::Leave { tap } => match self.session_of(tap) {
                Some(_) => self.end(EndReason::Left).await,
                None => {
                    self.forget_offer();
                    Ok(())
                }
            },
        }
    }

    fn session_of(&mut self, tap: TapNumber) -> Option<&mut Session> {
        self.session.as_mut().filter(|session| session.tap() == tap)
    }

    async fn obeyed(
        &mut self,
        tap: Option<TapNumber>,
        result: Result<(), ReleaseError>,
    ) -> Result<(), End> {
        let Err(error) = result else { return self.tell_news().await };
        match (error.reason(), error) {
            (reason, ReleaseError::Pin(refused)) => {
                // The list first: it has how many more tries there are.
                self.tell_news().await?;
                self.refuse_pin(tap, reason, &refused).await
            }
            (reason, ReleaseError::Unfit(why)) => {
                self.tell_news().await?;
                self.refuse_wish(tap, reason, why).await
            }
            (RefusedReason::BlockedCard, _) => self.end(EndReason::Blocked).await,
            (reason @ RefusedReason::NotThisStation, _) => {
                self.refuse(tap, reason, Refusal::NotThisStation).await
            }
            (reason, _) => self.refuse(tap, reason, Refusal::TryAgain).await,
        }
    }

    async fn refuse_pin(
        &mut self,
        tap: Option<TapNumber>,
        reason: RefusedReason,
        refused: &PinRefused,
    ) -> Result<(), End> {
        let sentence = refused.why.sentence(&refused.title, self.language());
        let job = refused.asks_again().map(|job| Id::cut(job.to_string()));
        let sentence = Sentence::cut(sentence);
        self.send(&ServerMessage::Refused { tap, reason, job, sentence }).await
    }

    async fn hello(&mut self, protocol: u16, version: &Line, boot_id: BootId) -> Result<(), End> {
        if !speaks(protocol) {
            let station = &self.station.name;
            warn!(%station, protocol, %version, "A station speaks a version that we do not");
            self.refuse(None, RefusedReason::Protocol, Refusal::Protocol).await?;
            return Err(End::Gone);
        }
        self.boot_id = Some(boot_id);
        self.note_reader();
        let language = self.language();
        let mut printers = Vec::new();
        for id in &self.station.printers {
            match self.listener.parts.store.printer(*id).await {
                Ok(printer) => printers.push(crate::release::printer_card(&printer, language)),
                Err(error) => warn!(%error, printer = %id, "A station's printer cannot be read"),
            }
        }
        let welcome = ServerMessage::Welcome {
            protocol: protocol.min(PROTOCOL),
            station: Line::cut(&self.station.name),
            printers,
            policy: start_policy(self.listener.parts.rules.policy(&self.station)),
            codes: true,
        };
        self.send(&welcome).await
    }

    /// The language of a person who is not known.
    fn language(&self) -> Language {
        match (&self.session, self.station.language) {
            (Some(session), _) => session.language(),
            (None, store::Language::Swedish) => Language::Swedish,
            (None, store::Language::English) => Language::English,
        }
    }

    async fn tell_news(&mut self) -> Result<(), End> {
        let Some(session) = &mut self.session else { return Ok(()) };
        match session.news().await {
            Ok(messages) => {
                for message in messages {
                    self.tell_owner(&message);
                    self.send(&message).await?;
                }
                Ok(())
            }
            Err(ReleaseError::Blocked | ReleaseError::Store(StoreError::NotFound)) => {
                self.end(EndReason::Blocked).await
            }
            Err(error) => {
                // The next look tells what this one could not.
                warn!(%error, "A session could not be read");
                Ok(())
            }
        }
    }

    async fn end(&mut self, reason: EndReason) -> Result<(), End> {
        match self.session.take() {
            Some(session) => self.send(&ServerMessage::Ended { tap: session.tap(), reason }).await,
            None => Ok(()),
        }
    }

    async fn refuse(
        &mut self,
        tap: Option<TapNumber>,
        reason: RefusedReason,
        refusal: Refusal,
    ) -> Result<(), End> {
        let sentence = Sentence::cut(refusal.sentence(self.language()));
        self.send(&ServerMessage::Refused { tap, reason, job: None, sentence }).await
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).map_err(|_| End::Gone)?;
        debug_assert!(text.len() <= FRAME_BYTES_MAX, "lists and texts are bounded");
        let sent = tokio::time::timeout(SENDING, self.socket.send(Message::text(text))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone already.
    let _ = stop.wait_for(|stopping| *stopping).await;
}
