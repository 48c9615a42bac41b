//! The listener of release stations: TLS 1.3 with a certificate of our own authority, then one WebSocket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use station_protocol::{
    BootId, Card, EndReason, FRAME_BYTES_MAX, Line, PATH, PROTOCOL, RefusedReason,
    STATION_FRAME_BYTES_MAX, Sentence, ServerMessage, StationMessage, TapNumber, speaks,
};
use store::{AuditEvent, Station, StoreError, TapKey, TapRecord};
use texts::Language;
use texts::sentences::Refusal;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tracing::{debug, info, warn};

use super::admission::{Admission, Admitted};
use crate::authority::fingerprint;
use crate::changes::ChangeReceiver;
use crate::doors::Seldom;
use crate::release::{OpenTap, ReleaseParts, Session, find_owner, start_policy};

/// For the TLS handshake and the WebSocket's.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A station pings each second; one that is silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(10);
/// How often a session looks for what no change told it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often the store notes that a station is here; the overview calls one silent after a minute.
const NOTED_EVERY: Duration = Duration::from_secs(20);
/// The most stations at once.
const STATIONS_MAX: usize = 2_000;
/// The most connections at once that have not shown a certificate yet, in all and from one address: they
/// take no station's place.
const STRANGERS_MAX: usize = 512;
const STRANGERS_PER_ADDRESS_MAX: usize = 128;

/// What every station's connection needs.
#[allow(missing_debug_implementations, reason = "the TLS acceptor has none")]
#[derive(Clone)]
pub struct StationListener {
    /// TLS.
    pub tls: TlsAcceptor,
    /// Releasing.
    pub parts: ReleaseParts,
    /// Turns true when the server stops.
    pub stop: watch::Receiver<bool>,
    /// Who is connected, and who is about to be.
    pub house: StationHouse,
}

/// Places for stations, and what of their refusals was audited lately.
#[derive(Debug, Clone)]
pub struct StationHouse {
    strangers: Admission,
    stations: Admission,
    refusals: Arc<Seldom>,
}

impl Default for StationHouse {
    fn default() -> Self {
        Self {
            strangers: Admission::new(STRANGERS_MAX, STRANGERS_PER_ADDRESS_MAX),
            stations: Admission::new(STATIONS_MAX, STATIONS_MAX),
            refusals: Arc::default(),
        }
    }
}

impl StationListener {
    /// Accepts stations until the server stops, then tells each that it does.
    pub async fn run(self, listener: TcpListener, grace: Duration) {
        let mut stop = self.stop.clone();
        let mut stations = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.wait_for(|stopping| *stopping) => break,
                Some(_) = stations.join_next(), if !stations.is_empty() => continue,
            };
            match accepted {
                Ok((stream, address)) => match self.house.strangers.admit(address.ip()) {
                    Some(stranger) => {
                        stations.spawn(self.clone().station(stream, address, stranger));
                    }
                    None => debug!(%address, "A connection was refused: too many are beginning"),
                },
                Err(error) => {
                    warn!(%error, "A connection of a station could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        let all_ended = async { while stations.join_next().await.is_some() {} };
        // Whoever does not hear it in time is cut; what was released goes on.
        let _ = tokio::time::timeout(grace, all_ended).await;
        stations.shutdown().await;
    }

    async fn station(self, stream: TcpStream, address: SocketAddr, stranger: Admitted) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let opened = tokio::time::timeout(HANDSHAKE, self.open(stream, address)).await;
        drop(stranger);
        let Ok(Some((socket, station))) = opened else {
            debug!(%address, "A connection to the station listener did not become a station");
            return;
        };
        let Some(_place) = self.house.stations.admit(address.ip()) else {
            warn!(station = %station.name, "A station was refused: too many are connected");
            return;
        };
        info!(station = %station.name, "A station connected");
        let changes = self.parts.changes.subscribe();
        let name = station.name.clone();
        let conversation = Conversation {
            listener: self,
            socket,
            station,
            boot_id: None,
            session: None,
            noted: None,
        };
        conversation.run(changes).await;
        info!(station = %name, "A station is gone");
    }

    /// The handshakes: only the holder of a certificate that is on our list and not revoked gets in.
    async fn open(
        &self,
        stream: TcpStream,
        address: SocketAddr,
    ) -> Option<(WebSocketStream<TlsStream<TcpStream>>, Station)> {
        let stream = self.tls.accept(stream).await.ok()?;
        let certificate = stream.get_ref().1.peer_certificates()?.first()?.clone();
        let found = self.parts.store.station_by_certificate(&fingerprint(&certificate)).await;
        let station = match found {
            Ok(Some(station)) if station.revoked_at.is_none() => station,
            Ok(Some(station)) => {
                self.audit(&station.name, address, "refused: revoked").await;
                return None;
            }
            Ok(None) => {
                self.audit("?", address, "refused: certificate is not on the list").await;
                return None;
            }
            Err(error) => {
                warn!(%error, "The store could not say which station this is");
                return None;
            }
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(STATION_FRAME_BYTES_MAX))
            .max_frame_size(Some(STATION_FRAME_BYTES_MAX));
        let socket =
            tokio_tungstenite::accept_hdr_async_with_config(stream, only_our_path, Some(config));
        Some((socket.await.ok()?, station))
    }

    /// A station that is refused comes back every few seconds: its refusal is written now and then.
    async fn audit(&self, station: &str, address: SocketAddr, outcome: &'static str) {
        if !self.house.refusals.is_due(address.ip(), outcome) {
            return;
        }
        let event = AuditEvent {
            at: self.parts.clock.now(),
            actor: format!("station:{station}"),
            event: "station-connect".into(),
            object: "station".into(),
            outcome: outcome.into(),
            detail: serde_json::Value::Null,
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
    }
}

#[allow(clippy::result_large_err, reason = "the signature is the WebSocket library's")]
fn only_our_path(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    if request.uri().path() == PATH {
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(Some("stations connect to /station".into()));
    *refusal.status_mut() = hyper::StatusCode::NOT_FOUND;
    Err(refusal)
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone already.
    let _ = stop.wait_for(|stopping| *stopping).await;
}

/// One station's connection.
struct Conversation {
    listener: StationListener,
    socket: WebSocketStream<TlsStream<TcpStream>>,
    station: Station,
    boot_id: Option<BootId>,
    session: Option<Session>,
    /// When the store noted last that the station is here.
    noted: Option<Instant>,
}

/// Why a conversation ends.
enum End {
    /// The other side is gone, or said what no station says.
    Gone,
}

impl Conversation {
    async fn run(mut self, mut changes: ChangeReceiver) {
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
        if self.noted.is_none_or(|noted| noted.elapsed() >= NOTED_EVERY) {
            self.noted = Some(Instant::now());
            if let Err(error) = self.listener.parts.store.station_seen(self.station.id).await {
                warn!(%error, "The store could not note that a station is here");
            }
        }
        if self.session.as_ref().is_some_and(Session::is_idle) {
            return self.end(EndReason::Idle).await;
        }
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
            StationMessage::Hello { protocol, version, boot_id, .. } => {
                self.hello(protocol, &version, boot_id).await
            }
            StationMessage::Ping => self.send(&ServerMessage::Pong).await,
            StationMessage::Tap { tap, card, .. } => self.tap(tap, &card).await,
            StationMessage::Choose { tap, printer, jobs, .. } => {
                let Some(session) = self.session_of(tap) else {
                    return self
                        .refuse(Some(tap), RefusedReason::Protocol, Refusal::TryAgain)
                        .await;
                };
                let chosen = session.choose(&printer, &jobs).await;
                self.obeyed(Some(tap), chosen.map_err(|error| error.reason())).await
            }
            StationMessage::Stop { job } => {
                let Some(session) = &mut self.session else { return Ok(()) };
                let tap = session.tap();
                let stopped = session.stop(&job).await;
                self.obeyed(Some(tap), stopped.map_err(|error| error.reason())).await
            }
            StationMessage::Leave { tap } => match self.session_of(tap) {
                Some(_) => self.end(EndReason::Left).await,
                None => Ok(()),
            },
        }
    }

    fn session_of(&mut self, tap: TapNumber) -> Option<&mut Session> {
        self.session.as_mut().filter(|session| session.tap() == tap)
    }

    async fn obeyed(
        &mut self,
        tap: Option<TapNumber>,
        result: Result<(), RefusedReason>,
    ) -> Result<(), End> {
        match result {
            Ok(()) => self.tell_news().await,
            Err(reason @ RefusedReason::NotThisStation) => {
                self.refuse(tap, reason, Refusal::NotThisStation).await
            }
            Err(reason) => self.refuse(tap, reason, Refusal::TryAgain).await,
        }
    }

    async fn hello(&mut self, protocol: u16, version: &Line, boot_id: BootId) -> Result<(), End> {
        if !speaks(protocol) {
            let station = &self.station.name;
            warn!(%station, protocol, %version, "A station speaks a version that we do not");
            self.refuse(None, RefusedReason::Protocol, Refusal::Protocol).await?;
            return Err(End::Gone);
        }
        self.boot_id = Some(boot_id);
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
            policy: start_policy(self.station.policy),
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

    async fn tap(&mut self, tap: TapNumber, card: &Card) -> Result<(), End> {
        let Some(boot_id) = &self.boot_id else {
            self.refuse(Some(tap), RefusedReason::Protocol, Refusal::Protocol).await?;
            return Err(End::Gone);
        };
        let key = TapKey {
            station: self.station.id,
            boot_id: boot_id.as_str().to_owned(),
            tap: i64::try_from(tap.0).unwrap_or(i64::MAX),
        };
        if self.session.as_ref().is_some_and(|session| *session.key() == key) {
            // The same tap once more: it is told everything again and lets nothing go.
            return self.tell_news().await;
        }
        self.end(EndReason::Replaced).await?;
        let parts = self.listener.parts.clone();
        parts.metrics.tapped();
        // The station may have been revoked, and its printers changed, since it connected.
        let station = match parts.store.station(self.station.id).await {
            Ok(station) if station.revoked_at.is_none() => station,
            Ok(_) => return Err(End::Gone),
            Err(_) => {
                return self.refuse(Some(tap), RefusedReason::TryAgain, Refusal::TryAgain).await;
            }
        };
        self.station = station.clone();
        let owner = match find_owner(&parts, card).await {
            Ok(owner) => owner,
            Err(refusal) => {
                info!(station = %station.name, reason = %refusal, "A tap opened nothing");
                self.record(&key, None, refusal.outcome()).await;
                let (reason, sentence) = refusal.told();
                return self.refuse(Some(tap), reason, sentence).await;
            }
        };
        let card = owner.card.id;
        let person = owner.person.id;
        let open = OpenTap { station, key: key.clone(), tap, person: owner.person };
        match Session::open(parts, open).await {
            Ok(session) => self.session = Some(session),
            Err(error) => {
                warn!(%error, "A session could not be opened");
                return self.refuse(Some(tap), RefusedReason::TryAgain, Refusal::TryAgain).await;
            }
        }
        self.tell_news().await?;
        self.record(&key, Some((person, card)), "session").await;
        Ok(())
    }

    /// Keeps the tap for whoever asks later what became of it.
    async fn record(
        &self,
        key: &TapKey,
        owner: Option<(print_core::PersonId, print_core::CardId)>,
        outcome: &str,
    ) {
        let record = TapRecord {
            key: key.clone(),
            at: self.listener.parts.clock.now(),
            person: owner.map(|(person, _)| person),
            card: owner.map(|(_, card)| card),
            outcome: outcome.to_owned(),
        };
        if let Err(error) = self.listener.parts.store.record_tap(&record).await {
            warn!(%error, "A tap could not be kept for the helpdesk");
        }
    }

    async fn tell_news(&mut self) -> Result<(), End> {
        let Some(session) = &mut self.session else { return Ok(()) };
        match session.news().await {
            Ok(messages) => {
                for message in messages {
                    self.send(&message).await?;
                }
                Ok(())
            }
            Err(StoreError::NotFound) => self.end(EndReason::Blocked).await,
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
        self.send(&ServerMessage::Refused { tap, reason, sentence }).await
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).map_err(|_| End::Gone)?;
        debug_assert!(text.len() <= FRAME_BYTES_MAX, "lists and texts are bounded");
        let sent = tokio::time::timeout(HANDSHAKE, self.socket.send(Message::text(text))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}
