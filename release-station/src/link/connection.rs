//! One connection, from its handshake to its end.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use station_protocol::enrolment::Der;
use station_protocol::{PATH, ServerMessage, StationMessage};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tracing::{info, warn};

use super::{ConnectionNumber, LinkError, LinkEvent, Outgoing, Target};

/// TCP, TLS and WebSocket together take at most so long: a new try is sooner than one that began in a fault.
const CONNECT: Duration = Duration::from_secs(3);
/// TCP alone: packets that a network swallowed are sent again later and later, a new try is sooner.
const CALL: Duration = Duration::from_secs(2);
/// A ping goes out this often.
const PING: Duration = Duration::from_secs(1);
/// So many unanswered pings are a lost connection.
const PINGS_MISSED_MAX: u32 = 2;
/// Writing a message takes at most so long; a server that does not read is a lost one.
const WRITE: Duration = Duration::from_secs(2);
/// A frame may be four times as long as the protocol says before we hang up: a server that is a
/// little too generous is better than a station that never shows a person's many jobs.
const FRAME_BYTES_MAX: usize = 1024 * 1024;

type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// Connects and serves until the connection is lost (an error) or the station is gone.
pub(super) async fn run(
    target: &mut Target,
    number: ConnectionNumber,
    outgoing: &mut mpsc::Receiver<Outgoing>,
    events: &mpsc::Sender<LinkEvent>,
) -> Result<(), LinkError> {
    let mut socket = timeout(CONNECT, connect(target)).await.map_err(|_| LinkError::Silent)??;
    info!(server = %target.server(), "Connected");
    if events.send(LinkEvent::Connected(number)).await.is_err() {
        return Ok(());
    }
    let end = serve(&mut socket, number, target, outgoing, events).await;
    // A courtesy; the connection is gone in any case.
    let _ = timeout(WRITE, socket.close(None)).await;
    if events.send(LinkEvent::Disconnected).await.is_err() {
        return Ok(());
    }
    end
}

async fn connect(target: &Target) -> Result<Socket, LinkError> {
    let call = timeout(CALL, TcpStream::connect(target.place().address()));
    let tcp = call.await.map_err(|_| LinkError::Silent)??;
    // A tap is a small message that somebody waits for.
    tcp.set_nodelay(true)?;
    let tls = TlsConnector::from(target.tls()).connect(target.place().name(), tcp).await?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let address = format!("wss://{}{PATH}", target.server());
    let (socket, _) = client_async_with_config(address, tls, Some(limits)).await?;
    Ok(socket)
}

async fn serve(
    socket: &mut Socket,
    number: ConnectionNumber,
    target: &mut Target,
    outgoing: &mut mpsc::Receiver<Outgoing>,
    events: &mpsc::Sender<LinkEvent>,
) -> Result<(), LinkError> {
    let mut pings_missed = 0;
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    loop {
        tokio::select! {
            _ = ping.tick() => {
                if pings_missed == PINGS_MISSED_MAX {
                    return Err(LinkError::Silent);
                }
                pings_missed += 1;
                send(socket, &StationMessage::Ping).await?;
            }
            message = outgoing.recv() => match message {
                None => return Ok(()),
                Some((meant_for, message)) if meant_for == number => {
                    send(socket, &message).await?;
                }
                Some(_) => {}
            },
            message = socket.next() => {
                let Some(message) = receive(message)? else { continue };
                pings_missed = 0;
                let message = match message {
                    ServerMessage::Pong => continue,
                    ServerMessage::Certificate { certificate } => {
                        renew(target, &certificate);
                        continue;
                    }
                    message => message,
                };
                if let ServerMessage::Refused { tap: None, reason, sentence, .. } = &message {
                    warn!(?reason, "The server refuses this station: {sentence}");
                }
                if events.send(LinkEvent::Message(message)).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// A certificate that cannot be kept is sent again in a day; the one before holds for ten days more.
fn renew(target: &mut Target, certificate: &Der) {
    let bytes = STANDARD.decode(certificate.as_str());
    let bytes = bytes.map_err(|_| LinkError::Protocol("a certificate that is none".to_owned()));
    match bytes.and_then(|bytes| target.renew(bytes)) {
        Ok(()) => info!("The station has a newer certificate"),
        Err(error) => warn!(%error, "The station's newer certificate could not be kept"),
    }
}

async fn send(socket: &mut Socket, message: &StationMessage) -> Result<(), LinkError> {
    let text =
        serde_json::to_string(message).expect("texts, numbers and lists of them are always JSON");
    timeout(WRITE, socket.send(Message::text(text))).await.map_err(|_| LinkError::Silent)??;
    Ok(())
}

/// Takes a frame; none for the WebSocket's own ones, which the library answers.
fn receive(
    frame: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
) -> Result<Option<ServerMessage>, LinkError> {
    match frame.ok_or(LinkError::Closed)?? {
        Message::Text(text) => serde_json::from_str(&text)
            .map(Some)
            // The place, not the content: a message may hold a title.
            .map_err(|error| LinkError::Protocol(format!("at column {}", error.column()))),
        Message::Close(_) => Err(LinkError::Closed),
        Message::Binary(_) => Err(LinkError::Protocol("a binary frame".to_owned())),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
    }
}
