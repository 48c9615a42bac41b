//! A print server that says what a test tells it to say.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa};
use rcgen::{DnType, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use station_protocol::*;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// Everything on loopback answers within this time, or the test fails.
pub const SOON: Duration = Duration::from_secs(10);

/// The server.
pub struct Server {
    listener: TcpListener,
    tls: TlsAcceptor,
}

/// One station's connection.
pub struct Peer {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    /// Whether pings are answered.
    pub answers_pings: bool,
}

impl Server {
    /// Makes an authority, a server and a station; writes the station's three files into `folder`.
    pub async fn start(folder: &Path) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "Test authority");
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
        let issue = |name: &str, purpose| {
            let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
            params.extended_key_usages = vec![purpose];
            let key = KeyPair::generate().expect("a key");
            (params.signed_by(&key, &authority).expect("a certificate"), key)
        };
        let (server, server_key) = issue("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
        let (station, station_key) = issue("station", ExtendedKeyUsagePurpose::ClientAuth);
        for (name, text) in [
            ("ca.pem", authority.pem()),
            ("station.pem", station.pem()),
            ("station.key", station_key.serialize_pem()),
        ] {
            std::fs::write(folder.join(name), text).expect("a file in the test's folder");
        }
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("our own authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .expect("a verifier");
        let key = PrivateKeyDer::Pkcs8(server_key.serialize_der().into());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![server.der().clone()], key)
            .expect("the server's certificate");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self { listener, tls: TlsAcceptor::from(Arc::new(tls)) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("an address")
    }

    /// Waits for the station's connection.
    pub async fn accept(&self) -> Peer {
        timeout(SOON, async {
            let (tcp, _) = self.listener.accept().await.expect("a connection");
            let tls = self.tls.accept(tcp).await.expect("a handshake with a certificate");
            assert!(tls.get_ref().1.peer_certificates().is_some());
            let socket = accept_hdr_async(tls, check_path).await.expect("a WebSocket");
            Peer { socket, answers_pings: true }
        })
        .await
        .expect("the station connects")
    }

    /// Waits for a connection, and answers with this time.
    pub async fn accept_dated(&self, date: &'static str) -> Peer {
        let (tcp, _) = self.listener.accept().await.expect("a connection");
        let tls = self.tls.accept(tcp).await.expect("a handshake with a certificate");
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let dated = |_: &Request, mut response: Response| {
            let date = date.parse().expect("a header's value");
            response.headers_mut().insert("date", date);
            Ok(response)
        };
        let socket = accept_hdr_async(tls, dated).await.expect("a WebSocket");
        Peer { socket, answers_pings: true }
    }

    /// Waits for a connection that the station itself refuses; whether it did.
    pub async fn accept_failing(&self) -> bool {
        let (tcp, _) = self.listener.accept().await.expect("a connection");
        self.tls.accept(tcp).await.is_err()
    }

    /// Waits for the station, and greets it.
    pub async fn welcome(&self) -> Peer {
        let mut peer = self.accept().await;
        let hello = peer.receive().await;
        assert!(matches!(hello, StationMessage::Hello { protocol: PROTOCOL, .. }));
        peer.send(ServerMessage::Welcome {
            protocol: PROTOCOL,
            station: Line::cut("Hus 3, plan 2"),
            printers: vec![],
            policy: StartPolicy::Choose,
            codes: true,
        })
        .await;
        peer
    }
}

#[expect(clippy::result_large_err, reason = "the library's own signature")]
fn check_path(
    request: &Request,
    response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    assert_eq!(request.uri().path(), PATH);
    Ok(response)
}

impl Peer {
    /// Waits for the station's next message but pings, which are answered.
    pub async fn receive(&mut self) -> StationMessage {
        timeout(SOON, async {
            loop {
                match self.next().await.expect("an open connection") {
                    StationMessage::Ping if self.answers_pings => {
                        self.send(ServerMessage::Pong).await;
                    }
                    StationMessage::Ping => {}
                    message => return message,
                }
            }
        })
        .await
        .expect("the station says something")
    }

    /// The next message, pings as well; none when the station hung up.
    pub async fn next(&mut self) -> Option<StationMessage> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    return Some(serde_json::from_str(&text).expect("a message of the protocol"));
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Waits for a tap.
    pub async fn tap(&mut self) -> TapNumber {
        match self.receive().await {
            StationMessage::Tap { tap, .. } => tap,
            other => panic!("a tap, not {other:?}"),
        }
    }

    /// Says something.
    pub async fn send(&mut self, message: ServerMessage) {
        let text = serde_json::to_string(&message).expect("JSON");
        self.socket.send(Message::text(text)).await.expect("an open connection");
    }

    /// Says something that may not be in the protocol.
    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text.to_owned())).await.expect("an open connection");
    }
}

/// A connection that is served by a task, for tests that block their thread with a browser.
pub struct Background {
    say: mpsc::Sender<ServerMessage>,
    heard: mpsc::Receiver<StationMessage>,
}

impl Peer {
    /// Answers pings from now on by itself.
    pub fn in_background(mut self) -> Background {
        let (say, mut to_say) = mpsc::channel(64);
        let (hear, heard) = mpsc::channel(64);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    message = self.next() => match message {
                        None => return,
                        Some(StationMessage::Ping) => self.send(ServerMessage::Pong).await,
                        Some(message) => {
                            if hear.send(message).await.is_err() {
                                return;
                            }
                        }
                    },
                    message = to_say.recv() => match message {
                        Some(message) => self.send(message).await,
                        None => return,
                    },
                }
            }
        });
        Background { say, heard }
    }
}

impl Background {
    /// Says something.
    pub async fn send(&self, message: ServerMessage) {
        self.say.send(message).await.expect("an open connection");
    }

    /// Waits for the station's next message but pings.
    pub async fn receive(&mut self) -> StationMessage {
        let message = timeout(SOON, self.heard.recv()).await;
        message.expect("the station says something").expect("an open connection")
    }

    /// Waits for a tap.
    pub async fn tap(&mut self) -> TapNumber {
        match self.receive().await {
            StationMessage::Tap { tap, .. } => tap,
            other => panic!("a tap, not {other:?}"),
        }
    }

    /// What the station has said and nobody has heard; pings are never there.
    #[cfg(feature = "pcsc")]
    pub fn unheard(&mut self) -> Option<StationMessage> {
        self.heard.try_recv().ok()
    }
}

/// A printer that waits for work.
pub fn printer(id: &str, name: &str) -> PrinterCard {
    PrinterCard {
        id: Id::cut(id),
        name: Line::cut(name),
        location: Line::cut("Hus 3"),
        state: PrinterState::Idle,
        reason: None,
        offers: PrinterOffers::default(),
    }
}

/// A held job.
pub fn job(id: &str, title: &str) -> JobCard {
    JobCard {
        id: Id::cut(id),
        title: Line::cut(title),
        pages: Some(7),
        copies: 2,
        sides: Sides::TwoSidedLongEdge,
        color: ColorMode::Monochrome,
        size_bytes: 10_240,
        submitted_at: 0,
        submitted: Line::cut("10:32"),
        price: Some(Line::cut("5,60 kr")),
        may_have_printed: None,
        shared: None,
        pin: None,
        terms: JobTerms::default(),
    }
}

/// Kim's session with two jobs and two printers.
pub fn session(tap: TapNumber, policy: StartPolicy, started: &[&str]) -> ServerMessage {
    ServerMessage::Session(Session {
        tap,
        language: Language::En,
        person: Line::cut("Kim <b>Berg</b>"),
        printers: vec![printer("p1", "North"), printer("p2", "South")],
        jobs: vec![job("j1", "Letter & list.pdf"), job("j2", "<script>x</script>")],
        arriving: 0,
        counting: 0,
        hidden: 0,
        policy,
        started: started.iter().map(Id::cut).collect(),
        recent: vec![],
    })
}

/// The end of a job.
pub fn outcome(id: &str, kind: OutcomeKind, sentence: &str) -> ServerMessage {
    let amount = (kind == OutcomeKind::Printed).then(|| Line::cut("SEK 5.60"));
    ServerMessage::Outcome(Outcome {
        job: Id::cut(id),
        kind,
        sentence: Sentence::cut(sentence),
        amount,
    })
}
