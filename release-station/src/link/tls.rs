//! The station's certificate, and whom it trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::uri::Authority;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};

use super::pem;
use crate::config::Config;

/// Where a print server is.
#[derive(Debug, Clone)]
pub struct Place {
    authority: Authority,
    address: (String, u16),
    name: ServerName<'static>,
}

impl Place {
    /// Reads `host:port`; `name` is the name in the server's certificate, when it differs from the host.
    ///
    /// # Errors
    /// The address or the name is malformed.
    pub fn parse(server: &str, name: Option<&str>) -> Result<Self, LinkError> {
        let malformed = || LinkError::Address(server.to_owned());
        let authority: Authority = server.parse().map_err(|_| malformed())?;
        let port = authority.port_u16().ok_or_else(malformed)?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let name = name.unwrap_or(&host).to_owned();
        let name = ServerName::try_from(name.clone()).map_err(|_| LinkError::Name(name))?;
        Ok(Self { authority, address: (host, port), name })
    }

    /// The server as it was named.
    pub fn server(&self) -> &str {
        self.authority.as_str()
    }

    pub(super) fn address(&self) -> (&str, u16) {
        (&self.address.0, self.address.1)
    }

    pub(super) fn name(&self) -> ServerName<'static> {
        self.name.clone()
    }
}

/// Where to connect and how to prove both sides.
#[derive(Clone)]
pub struct Target {
    place: Place,
    files: Files,
    tls: Arc<ClientConfig>,
}

/// The files that prove who is who.
#[derive(Debug, Clone)]
struct Files {
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

/// Why a connection cannot be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The server's address is not `host:port`.
    #[error("server = \"{0}\" is not host:port")]
    Address(String),
    /// The server's name cannot be in a certificate.
    #[error("\"{0}\" is not a name that a certificate can have")]
    Name(String),
    /// A certificate or key cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The certificate and its key do not fit together, or cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(#[from] rustls::Error),
    /// The network failed.
    #[error("{0}")]
    Network(#[from] std::io::Error),
    /// The server spoke no WebSocket, or broke its rules.
    #[error("{0}")]
    WebSocket(#[from] tokio_tungstenite::tungstenite::Error),
    /// It took too long.
    #[error("the server did not answer in time")]
    Silent,
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The server said something that is not in the protocol.
    #[error("the server said something that is not in the protocol: {0}")]
    Protocol(String),
}

impl Target {
    /// Reads the certificates that a configuration names.
    ///
    /// # Errors
    /// The address is malformed, or a file is missing or does not hold what it should.
    pub fn new(config: &Config) -> Result<Self, LinkError> {
        let place = Place::parse(&config.server, config.server_name.as_deref())?;
        let files = Files {
            ca: config.ca.clone(),
            certificate: config.certificate.clone(),
            key: config.key.clone(),
        };
        let tls = Arc::new(client_config(&files, certificates(&files.certificate)?)?);
        Ok(Self { place, files, tls })
    }

    /// Takes a newer certificate for this station's key: it is in the file, and is shown from the next
    /// connection on.
    ///
    /// # Errors
    /// It is not for our key, or the file cannot be written; the one before stays.
    pub(super) fn renew(&mut self, certificate: Vec<u8>) -> Result<(), LinkError> {
        let text = pem::written("CERTIFICATE", &certificate);
        let tls = client_config(&self.files, vec![CertificateDer::from(certificate)])?;
        let path = &self.files.certificate;
        pem::replace(path, &text)
            .map_err(|error| LinkError::File { path: path.clone(), reason: error.to_string() })?;
        self.tls = Arc::new(tls);
        Ok(())
    }

    /// Where the server is.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The server as the configuration names it.
    pub fn server(&self) -> &str {
        self.place.server()
    }

    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Target").field("server", &self.server()).finish_non_exhaustive()
    }
}

/// TLS 1.3 with our certificate; nobody is trusted but the configured authority.
fn client_config(
    files: &Files,
    chain: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, LinkError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&files.ca)? {
        roots.add(certificate)?;
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| unreadable(&files.key, &error))?;
    Ok(ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?)
}

/// Reads all certificates of a file; a file without one is an error.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, LinkError> {
    let all: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| unreadable(path, &error))?.collect();
    let all = all.map_err(|error| unreadable(path, &error))?;
    if all.is_empty() {
        let reason = "there is no certificate in it".to_owned();
        return Err(LinkError::File { path: path.to_owned(), reason });
    }
    Ok(all)
}

fn unreadable(path: &Path, error: &rustls::pki_types::pem::Error) -> LinkError {
    LinkError::File { path: path.to_owned(), reason: error.to_string() }
}
