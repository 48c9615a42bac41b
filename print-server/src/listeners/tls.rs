//! TLS settings of the listeners: rustls with aws-lc-rs, no other provider.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::TlsAcceptor;

use crate::certificates::authority::{Authority, AuthorityError, Identity};

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The authority's files.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Certificate and key do not fit together, or the like.
    #[error("TLS: {0}")]
    Rustls(#[from] rustls::Error),
    /// The verifier of client certificates could not be made.
    #[error("TLS: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// TLS 1.2 and 1.3 without client certificates: print clients and browsers.
///
/// # Errors
/// [`TlsError`] when certificate and key do not fit together.
pub fn for_clients(identity: Identity) -> Result<TlsAcceptor, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)?;
    // CUPS 2.4.2 takes the tickets that follow a TLS 1.3 handshake for the answer to its request, reads
    // nothing from it and connects again, for ever.
    config.send_tls13_tickets = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// TLS 1.3 with a client certificate of our own authority: stations. Whoever shows none is let in as far as the
/// enrolment, and no further.
///
/// # Errors
/// [`TlsError`] when the authority cannot be read.
pub fn for_stations(authority: &Authority, identity: Identity) -> Result<TlsAcceptor, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.certificate()?)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(identity.chain, identity.key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
