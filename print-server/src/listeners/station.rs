//! The listener of release stations: TLS 1.3 with a certificate of our own authority, then one WebSocket.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use station_protocol::{PATH, STATION_FRAME_BYTES_MAX};
use store::{AuditEvent, Station};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tracing::{debug, info, warn};

use super::accept::{Door, accept};
use super::admission::{Admission, Admitted};
use super::conversation::Conversation;
use super::conversation::guarded::is_good_at;
use super::enrolment::{self, Enrolment, NotEnrolled};
use super::guesses::Guesses;
use crate::certificates::authority::Authority;
use crate::certificates::stations::StationKey;
use crate::doors::Seldom;
use crate::release::{ReleaseParts, Revoked, RevokedListener};

/// For the TLS handshake and the WebSocket's.
const HANDSHAKE: Duration = Duration::from_secs(10);
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
    /// Who signs the certificates of stations.
    pub authority: Authority,
    /// Releasing.
    pub parts: ReleaseParts,
    /// How browsers reach the pages, as `https://print.example.org`.
    pub pages: String,
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
    /// How many unknown cards were held to each station.
    pub(super) guesses: Guesses,
}

impl Default for StationHouse {
    fn default() -> Self {
        Self {
            strangers: Admission::new(STRANGERS_MAX, STRANGERS_PER_ADDRESS_MAX),
            stations: Admission::new(STATIONS_MAX, STATIONS_MAX),
            refusals: Arc::default(),
            guesses: Guesses::default(),
        }
    }
}

/// The listener and what every conversation hears of revoked stations.
#[derive(Clone)]
struct StationDoor {
    listener: StationListener,
    revoked: RevokedListener,
}

impl Door for StationDoor {
    const CLIENTS: &'static str = "stations";

    fn admit(&self, address: IpAddr) -> Option<Admitted> {
        // Whoever has shown no certificate yet takes no station's place.
        self.listener.house.strangers.admit(address)
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, stranger: Admitted) {
        self.listener.station(stream, address, stranger, self.revoked).await;
    }
}

impl StationListener {
    /// Accepts stations until the server stops, then tells each that it does.
    pub async fn run(self, listener: TcpListener, grace: Duration) {
        let stop = self.stop.clone();
        let revoked = Revoked::look(self.parts.store.clone(), stop.clone());
        let door = StationDoor { listener: self, revoked: revoked.listen() };
        accept(door, listener, stop, grace).await;
        revoked.end().await;
    }

    async fn station(
        self,
        stream: TcpStream,
        address: SocketAddr,
        stranger: Admitted,
        revoked: RevokedListener,
    ) {
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
        let conversation = Conversation::new(self, socket, station, address.ip());
        conversation.run(changes, revoked).await;
        info!(station = %name, "A station is gone");
    }

    /// The handshakes: only the holder of a certificate that is on our list and not revoked gets in.
    async fn open(
        &self,
        stream: TcpStream,
        address: SocketAddr,
    ) -> Option<(WebSocketStream<TlsStream<TcpStream>>, Station)> {
        let stream = self.tls.accept(stream).await.ok()?;
        let Some(certificate) = stream.get_ref().1.peer_certificates() else {
            self.enrol(stream, address).await;
            return None;
        };
        let key = StationKey::of(certificate.first()?)?;
        let found = self.parts.store.station_by_key(&key.sha256()).await;
        let station = match found {
            Ok(Some(station)) if station.revoked_at.is_some() => {
                self.refused(&station.name, address, "refused: revoked").await;
                return None;
            }
            Ok(Some(station)) if !is_good_at(&station, address.ip()) => {
                warn!(station = %station.name, %address, "A station's certificate came from elsewhere");
                self.refused(&station.name, address, "refused: address").await;
                return None;
            }
            Ok(Some(station)) => station,
            Ok(None) => {
                self.refused("?", address, "refused: certificate is not on the list").await;
                return None;
            }
            Err(error) => {
                warn!(%error, "The store could not say which station this is");
                return None;
            }
        };
        let date = self.date();
        #[allow(clippy::result_large_err, reason = "the signature is the WebSocket library's")]
        let only_our_path = |request: &Request, mut response: Response| {
            // So that a station can tell that its clock is wrong (RFC 9110 section 6.6.1).
            response.headers_mut().extend(date.map(|date| (hyper::header::DATE, date)));
            only(request.uri().path() == PATH, response)
        };
        let socket =
            tokio_tungstenite::accept_hdr_async_with_config(stream, only_our_path, Some(frames()));
        Some((socket.await.ok()?, station))
    }

    /// A station without a certificate is enrolled, or goes as it came.
    async fn enrol(&self, stream: TlsStream<TcpStream>, address: SocketAddr) {
        let socket = tokio_tungstenite::accept_hdr_async_with_config(
            stream,
            only_for_enrolment,
            Some(frames()),
        );
        let Ok(socket) = socket.await else { return };
        match (Enrolment { listener: self, socket }).run().await {
            Ok(station) => self.audit("station-enrol", &station, address, "done").await,
            Err(error @ (NotEnrolled::Authority(_) | NotEnrolled::Store(_))) => {
                warn!(%error, source = ?error, "A station could not be enrolled");
            }
            Err(NotEnrolled::Protocol) => debug!(%address, "A stranger did not enrol a station"),
            Err(NotEnrolled::Unknown) => {
                let outcome = "refused: wrong code";
                if self.house.refusals.is_due(address.ip(), outcome) {
                    self.audit("station-enrol", "?", address, outcome).await;
                }
            }
        }
    }

    /// A station that is refused comes back every few seconds: its refusal is written now and then.
    async fn refused(&self, station: &str, address: SocketAddr, outcome: &'static str) {
        if self.house.refusals.is_due(address.ip(), outcome) {
            self.audit("station-connect", station, address, outcome).await;
        }
    }

    fn date(&self) -> Option<hyper::header::HeaderValue> {
        let now = u64::try_from(self.parts.clock.now().seconds()).ok()?;
        let now = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now));
        hyper::header::HeaderValue::from_str(&now).ok()
    }

    /// A tap at a locked station, now and then.
    pub(super) async fn refused_tap(&self, station: &Station, address: IpAddr) {
        let outcome = "refused: locked";
        if self.house.refusals.is_due(address, outcome) {
            self.audit("tap-refused", &station.name, SocketAddr::new(address, 0), outcome).await;
        }
    }

    async fn audit(&self, event: &str, station: &str, address: SocketAddr, outcome: &str) {
        let event = AuditEvent {
            at: self.parts.clock.now(),
            actor: format!("station:{station}"),
            event: event.into(),
            object: "station".into(),
            outcome: outcome.into(),
            detail: serde_json::json!({ "address": address.ip().to_string() }),
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
    }
}

fn frames() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(STATION_FRAME_BYTES_MAX))
        .max_frame_size(Some(STATION_FRAME_BYTES_MAX))
}

#[allow(clippy::result_large_err, reason = "the signature is the WebSocket library's")]
fn only_for_enrolment(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    only(enrolment::is_path(request.uri().path()), response)
}

#[allow(clippy::result_large_err, reason = "the signature is the WebSocket library's")]
fn only(is_path: bool, response: Response) -> Result<Response, ErrorResponse> {
    if is_path {
        return Ok(response);
    }
    let text = "stations connect to /station; to /enrolment without a certificate";
    let mut refusal = ErrorResponse::new(Some(text.into()));
    *refusal.status_mut() = hyper::StatusCode::NOT_FOUND;
    Err(refusal)
}
