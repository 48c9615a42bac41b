//! A station without a certificate: whoever knows its code gets it one, once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use rustls::pki_types::CertificateDer;
use station_protocol::enrolment::{
    Der, ENROLMENT_PATH, EXPORTED_BYTES, EXPORTER_LABEL, EnrolmentReply, EnrolmentRequest, Proof,
};
use station_protocol::{Language, Sentence, speaks};
use store::{Station, StoreError};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tracing::{info, warn};

use super::station::StationListener;
use crate::certificates::authority::AuthorityError;
use crate::certificates::invitation::{server_proof, station_knows};
use crate::certificates::stations::StationKey;

/// Why a station was not enrolled. The texts are for the person at the station's machine.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotEnrolled {
    /// It spoke another protocol, or went away.
    #[error("this is not how a station is enrolled; its version may be too old or too new")]
    Protocol,
    /// No invitation, or no longer, or a wrong code. Which, is nobody's business who does not know the code.
    #[error(
        "the name or the code is wrong, or the code has been used or is over; it holds for 10 minutes \
         and 5 tries. Ask for another one: print-server admin station renew"
    )]
    Unknown,
    /// The authority cannot sign.
    #[error("the print server cannot make certificates; its log says why")]
    Authority(#[from] AuthorityError),
    /// The store did not answer.
    #[error("the print server is busy; try again in a moment")]
    Store(#[from] StoreError),
}

/// One connection of a station that is to be enrolled.
pub(super) struct Enrolment<'a> {
    pub listener: &'a StationListener,
    pub socket: WebSocketStream<TlsStream<TcpStream>>,
}

/// What goes back, and to which station.
struct Enrolled {
    station: Station,
    reply: EnrolmentReply,
}

impl Enrolment<'_> {
    /// Carries the conversation out. Gives the name of the station, for the audit trail, or why there is none.
    pub(super) async fn run(mut self) -> Result<String, NotEnrolled> {
        let enrolled = self.enrol().await;
        let reply = match &enrolled {
            Ok(enrolled) => enrolled.reply.clone(),
            Err(error) => EnrolmentReply::Refused { sentence: Sentence::cut(error.to_string()) },
        };
        // Whoever does not wait for the answer needs another code: this one has served.
        let _ = self.say(&reply).await;
        let _ = self.socket.close(None).await;
        enrolled.map(|enrolled| enrolled.station.name)
    }

    async fn enrol(&mut self) -> Result<Enrolled, NotEnrolled> {
        let EnrolmentRequest::Begin { protocol, station: name, .. } = self.hear().await? else {
            return Err(NotEnrolled::Protocol);
        };
        if !speaks(protocol) {
            return Err(NotEnrolled::Protocol);
        }
        let store = &self.listener.parts.store;
        let station = store.station_by_name(&name).await?;
        let salt = match &station {
            Some(station) => store.invitation_salt(station.id).await?,
            None => None,
        };
        // Nobody learns which names there are: a station that is not expected is asked, too.
        let salt = salt.unwrap_or_else(|| {
            self.listener.parts.keys.salt_of_stranger(&print_core::names::fold(&name))
        });
        self.say(&EnrolmentReply::Challenge { salt: Proof::cut(STANDARD.encode(salt)) }).await?;
        let EnrolmentRequest::Prove { public_key, proof } = self.hear().await? else {
            return Err(NotEnrolled::Protocol);
        };
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| NotEnrolled::Protocol);
        let key = StationKey::parse(&bytes(&public_key)?).ok_or(NotEnrolled::Protocol)?;
        let station = station.ok_or(NotEnrolled::Unknown)?;
        let invitation = store.try_invitation(station.id).await?.ok_or(NotEnrolled::Unknown)?;
        let exported = self.exported()?;
        let point = bytes(&public_key)?;
        if !station_knows(&invitation, &exported, &point, &bytes(&proof)?) {
            return Err(NotEnrolled::Unknown);
        }
        // The certificate first: an invitation must not be used up for nothing.
        let now = self.listener.parts.clock.now();
        let authority = &self.listener.authority;
        let certificate = authority.station_certificate(&station.name, &key, now)?;
        let root = authority.certificate()?;
        match store.enrol_station(station.id, &invitation, key.sha256()).await {
            Err(StoreError::NotFound | StoreError::Conflict) => return Err(NotEnrolled::Unknown),
            done => done?,
        }
        let proof = server_proof(&invitation, &exported, [&certificate, &root]);
        let reply = EnrolmentReply::Enrolled {
            certificate: encoded(&certificate),
            authority: encoded(&root),
            language: match station.language {
                store::Language::Swedish => Language::Sv,
                store::Language::English => Language::En,
            },
            proof: Proof::cut(STANDARD.encode(proof)),
        };
        info!(station = %station.name, "A station was enrolled");
        Ok(Enrolled { station, reply })
    }

    /// What this connection alone has on both sides.
    fn exported(&self) -> Result<[u8; EXPORTED_BYTES], NotEnrolled> {
        let (_, connection) = self.socket.get_ref().get_ref();
        let exported = connection.export_keying_material([0; EXPORTED_BYTES], EXPORTER_LABEL, None);
        exported.map_err(|error| {
            warn!(%error, "A TLS connection exports nothing");
            NotEnrolled::Protocol
        })
    }

    async fn hear(&mut self) -> Result<EnrolmentRequest, NotEnrolled> {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => {
                serde_json::from_str(&text).map_err(|_| NotEnrolled::Protocol)
            }
            _ => Err(NotEnrolled::Protocol),
        }
    }

    async fn say(&mut self, reply: &EnrolmentReply) -> Result<(), NotEnrolled> {
        let text = serde_json::to_string(reply).map_err(|_| NotEnrolled::Protocol)?;
        self.socket.send(Message::text(text)).await.map_err(|_| NotEnrolled::Protocol)
    }
}

/// Whether this path is for stations without a certificate.
pub(super) fn is_path(path: &str) -> bool {
    path == ENROLMENT_PATH
}

/// A certificate as it is sent.
pub(super) fn encoded(certificate: &CertificateDer<'_>) -> Der {
    Der::cut(STANDARD.encode(certificate))
}
