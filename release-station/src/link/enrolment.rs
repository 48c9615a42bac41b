//! How this station gets its certificate: by a code that is typed once. Both sides prove that they know it, on
//! the very connection that they speak over; until then nobody is believed.

use std::sync::Arc;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs as provider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use station_protocol::enrolment::{
    CODE_KEY_BYTES, CODE_LANES, CODE_MEMORY_KIB, CODE_PASSES, ENROLMENT_PATH, EXPORTED_BYTES,
    EXPORTER_LABEL, EnrolmentReply, EnrolmentRequest, Proof, PublicKey, SERVER_PROOF,
    STATION_PROOF,
};
use station_protocol::{Language, Line, PROTOCOL};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::LinkError;
use super::tls::Place;

/// Everything together takes at most so long.
const LIMIT: Duration = Duration::from_secs(30);
/// What the server answers is far shorter.
const FRAME_BYTES_MAX: usize = 64 * 1024;

/// Why a station is not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// The connection.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The server says no; the sentence is its own.
    #[error("the print server refuses: {0}")]
    Refused(String),
    /// Whoever answers does not know the code: it is not the print server.
    #[error(
        "whoever answers there does not know the code and is not the print server: check the address, and tell \
         your administrator"
    )]
    Impostor,
    /// What was said is not in the protocol.
    #[error("what answers there is no print server of this version")]
    Protocol,
}

/// The key that a station makes for itself; it never leaves the machine.
pub struct NewKey {
    pair: EcdsaKeyPair,
    /// PKCS #8, PEM.
    pub pem: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey").finish_non_exhaustive()
    }
}

impl NewKey {
    /// A new one; none when the system gives no random numbers.
    pub fn random() -> Option<Self> {
        let scheme = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(scheme, &SystemRandom::new()).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(scheme, document.as_ref()).ok()?;
        Some(Self { pair, pem: super::pem::written("PRIVATE KEY", document.as_ref()) })
    }
}

/// What an enrolled station has.
#[derive(Debug)]
pub struct Enrolled {
    /// Its certificate, PEM.
    pub certificate: String,
    /// The authority that signed the server's certificate, PEM.
    pub authority: String,
    /// The language of the screen while nobody is signed in.
    pub language: Language,
}

/// Enrols the station of this name at the server.
///
/// # Errors
/// [`EnrolmentError`]; nothing is changed at the server unless it said that the station is enrolled.
pub async fn enrol(
    server: &Place,
    station: &str,
    code: &str,
    key: &NewKey,
) -> Result<Enrolled, EnrolmentError> {
    timeout(LIMIT, talk(server, station, code, key)).await.map_err(|_| LinkError::Silent)?
}

async fn talk(
    server: &Place,
    station: &str,
    code: &str,
    key: &NewKey,
) -> Result<Enrolled, EnrolmentError> {
    let mut conversation = Conversation(connect(server).await?);
    let begin = EnrolmentRequest::Begin {
        protocol: PROTOCOL,
        version: Line::cut(env!("CARGO_PKG_VERSION")),
        station: Line::cut(station),
    };
    let EnrolmentReply::Challenge { salt } = conversation.ask(&begin).await? else {
        return Err(EnrolmentError::Protocol);
    };
    let secret = derived(code, &bytes(&salt)?).ok_or(EnrolmentError::Protocol)?;
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let exported = conversation.exported()?;
    let point = key.pair.public_key().as_ref();
    let proof = hmac::sign(&secret, &[STATION_PROOF, &exported, point].concat());
    let prove = EnrolmentRequest::Prove {
        public_key: PublicKey::cut(STANDARD.encode(point)),
        proof: Proof::cut(STANDARD.encode(proof)),
    };
    let reply = conversation.ask(&prove).await?;
    let EnrolmentReply::Enrolled { certificate, authority, language, proof } = reply else {
        return Err(EnrolmentError::Protocol);
    };
    let (certificate, authority) = (bytes(&certificate)?, bytes(&authority)?);
    let text = [SERVER_PROOF, exported.as_slice(), &certificate, &authority].concat();
    hmac::verify(&secret, &text, &bytes(&proof)?).map_err(|_| EnrolmentError::Impostor)?;
    let pem = |der: &[u8]| super::pem::written("CERTIFICATE", der);
    Ok(Enrolled { certificate: pem(&certificate), authority: pem(&authority), language })
}

struct Conversation(WebSocketStream<TlsStream<TcpStream>>);

impl Conversation {
    async fn ask(&mut self, request: &EnrolmentRequest) -> Result<EnrolmentReply, EnrolmentError> {
        let text = serde_json::to_string(request).map_err(|_| EnrolmentError::Protocol)?;
        self.0.send(Message::text(text)).await.map_err(LinkError::from)?;
        let frame = self.0.next().await.ok_or(LinkError::Closed)?.map_err(LinkError::from)?;
        let Message::Text(text) = frame else { return Err(EnrolmentError::Protocol) };
        match serde_json::from_str(&text).map_err(|_| EnrolmentError::Protocol)? {
            EnrolmentReply::Refused { sentence } => {
                Err(EnrolmentError::Refused(sentence.as_str().to_owned()))
            }
            reply => Ok(reply),
        }
    }

    /// What this connection alone has on both sides.
    fn exported(&self) -> Result<[u8; EXPORTED_BYTES], EnrolmentError> {
        let (_, connection) = self.0.get_ref().get_ref();
        connection
            .export_keying_material([0; EXPORTED_BYTES], EXPORTER_LABEL, None)
            .map_err(|error| LinkError::from(error).into())
    }
}

async fn connect(server: &Place) -> Result<WebSocketStream<TlsStream<TcpStream>>, LinkError> {
    let tcp = TcpStream::connect(server.address()).await?;
    let tls = TlsConnector::from(Arc::new(believing_nobody()?)).connect(server.name(), tcp).await?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let address = format!("wss://{}{ENROLMENT_PATH}", server.server());
    let (socket, _) = client_async_with_config(address, tls, Some(limits)).await?;
    Ok(socket)
}

/// TLS 1.3 with whoever answers: the proofs that follow show who it is, and are over this connection.
fn believing_nobody() -> Result<ClientConfig, LinkError> {
    let provider = Arc::new(provider::default_provider());
    let anybody = Arc::new(Anybody(Arc::clone(&provider)));
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(anybody)
        .with_no_client_auth())
}

/// Takes every certificate whose key signed the handshake.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.3 only".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn derived(code: &str, salt: &[u8]) -> Option<[u8; CODE_KEY_BYTES]> {
    let params =
        Params::new(CODE_MEMORY_KIB, CODE_PASSES, CODE_LANES, Some(CODE_KEY_BYTES)).ok()?;
    let mut key = [0; CODE_KEY_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(code.as_bytes(), salt, &mut key).ok()?;
    Some(key)
}

fn bytes(text: &str) -> Result<Vec<u8>, EnrolmentError> {
    STANDARD.decode(text).map_err(|_| EnrolmentError::Protocol)
}
