//! Which certificate a printer may show: one that an agreed authority signed, or exactly the one whose
//! fingerprint was written down when the printer was added. There is no way without either.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

/// The fingerprint of one printer's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatePin {
    /// The host of the printer's URI.
    pub host: String,
    /// SHA-256 of the whole certificate.
    pub sha256: [u8; 32],
}

/// A text that is no fingerprint of a printer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate pin: expected HOST=SHA256, the digest in 64 hexadecimal digits")]
pub struct BadPin;

/// Reads 64 hexadecimal digits; colons between bytes are allowed.
fn read_digest(text: &str) -> Result<[u8; 32], BadPin> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
    if digits.len() != 64 {
        return Err(BadPin);
    }
    let mut sha256 = [0; 32];
    for (byte, pair) in sha256.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| char::from(d).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (high, low) = (digit(pair[0]).ok_or(BadPin)?, digit(pair[1]).ok_or(BadPin)?);
        *byte = high << 4 | low;
    }
    Ok(sha256)
}

/// The fingerprint that somebody typed.
#[must_use]
pub fn typed_fingerprint(text: &str) -> Option<[u8; 32]> {
    read_digest(text.trim()).ok()
}

impl CertificatePin {
    /// Reads `host=digest`; colons between the digest's bytes are allowed.
    ///
    /// # Errors
    /// [`BadPin`] for everything else.
    pub fn parse(text: &str) -> Result<Self, BadPin> {
        let (host, digest) = text.split_once('=').ok_or(BadPin)?;
        if host.is_empty() {
            return Err(BadPin);
        }
        let sha256 = read_digest(digest)?;
        Ok(Self { host: host.to_ascii_lowercase(), sha256 })
    }
}

/// What printers' certificates are measured by.
#[derive(Debug, Clone, Default)]
pub struct PrinterTrust {
    /// Authorities whose signature is accepted.
    pub roots: Vec<CertificateDer<'static>>,
    /// Printers whose very certificate is known; for these the authorities do not count.
    pub pins: Vec<CertificatePin>,
}

/// A trust that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file with the authorities' certificates cannot be read.
    #[error("{path}: the certificates of authorities for printers cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// The file holds no certificate.
    #[error("{path}: there is no certificate of an authority for printers in it")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// One of the authorities' certificates cannot be read.
    #[error("a certificate of an authority for printers cannot be used")]
    Root(#[source] rustls::Error),
    /// The TLS library has no protocol in common with itself.
    #[error("TLS towards printers cannot be set up")]
    Tls(#[source] rustls::Error),
}

impl PrinterTrust {
    /// Trust in the authorities of a PEM file, if one is given, and in these very certificates.
    ///
    /// # Errors
    /// [`TrustError`] when the file cannot be read or holds no certificate.
    pub fn load(authorities: Option<&Path>, pins: Vec<CertificatePin>) -> Result<Self, TrustError> {
        let Some(path) = authorities else { return Ok(Self { roots: Vec::new(), pins }) };
        let unread = |source| TrustError::File { path: path.to_owned(), source };
        let read = CertificateDer::pem_file_iter(path).map_err(unread)?;
        let roots: Vec<_> = read.collect::<Result<_, _>>().map_err(unread)?;
        if roots.is_empty() {
            return Err(TrustError::Empty { path: path.to_owned() });
        }
        Ok(Self { roots, pins })
    }

    /// The same where one printer is known by its very certificate, whatever the configuration says of it.
    #[must_use]
    pub fn with_pin(&self, host: &str, sha256: [u8; 32]) -> Self {
        let host = host.to_ascii_lowercase();
        let others = self.pins.iter().filter(|pin| pin.host != host).cloned();
        let pins = others.chain([CertificatePin { host: host.clone(), sha256 }]).collect();
        Self { roots: self.roots.clone(), pins }
    }

    /// The client side of TLS 1.2 and 1.3 under this trust. Printers of ten years' age do not know 1.3.
    ///
    /// # Errors
    /// [`TrustError`] when an authority's certificate cannot be used.
    pub fn client_config(&self) -> Result<Arc<ClientConfig>, TrustError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = Arc::new(Verifier::new(self, &provider)?);
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TrustError::Tls)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

/// The SHA-256 of a whole certificate.
#[must_use]
pub fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, certificate);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The fingerprint as people compare it: pairs of digits with colons.
#[must_use]
pub fn hexadecimal(sha256: &[u8; 32]) -> String {
    let pairs: Vec<String> = sha256.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// Settings by which any certificate is taken. They serve for looking at the one that is shown, never for
/// asking or telling anything; signatures are checked all the same.
///
/// # Errors
/// [`TrustError::Tls`].
pub(super) fn anybody() -> Result<Arc<ClientConfig>, TrustError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        Verifier { anybody: true, ..Verifier::new(&PrinterTrust::default(), &provider)? };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TrustError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Checks the fingerprint where there is one, else the chain. Signatures are always checked, so that a
/// copied certificate without its key is worth nothing.
struct Verifier {
    anybody: bool,
    pins: HashMap<String, [u8; 32]>,
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(trust: &PrinterTrust, provider: &Arc<CryptoProvider>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for root in &trust.roots {
            roots.add(root.clone()).map_err(TrustError::Root)?;
        }
        let chain = if roots.is_empty() {
            None
        } else {
            let built = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone());
            let refused = |error: rustls::client::VerifierBuilderError| {
                TrustError::Root(rustls::Error::General(error.to_string()))
            };
            Some(built.build().map_err(refused)?)
        };
        let pins = trust.pins.iter().map(|pin| (pin.host.clone(), pin.sha256)).collect();
        Ok(Self { anybody: false, pins, chain, provider: provider.clone() })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("pins", &self.pins.len()).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.anybody {
            return Ok(ServerCertVerified::assertion());
        }
        if let Some(pin) = self.pins.get(name.to_str().to_ascii_lowercase().as_str()) {
            if fingerprint(certificate) == *pin {
                return Ok(ServerCertVerified::assertion());
            }
            return Err(rustls::CertificateError::ApplicationVerificationFailure.into());
        }
        match &self.chain {
            Some(chain) => {
                chain.verify_server_cert(certificate, intermediates, name, ocsp_response, now)
            }
            None => Err(rustls::CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_host_and_a_digest() {
        let digits = "0a".repeat(32);
        let pin = CertificatePin::parse(&format!("KS-4-17={digits}")).unwrap();
        assert_eq!((pin.host.as_str(), pin.sha256), ("ks-4-17", [10; 32]));
        let colons = vec!["0A"; 32].join(":");
        assert_eq!(CertificatePin::parse(&format!("ks-4-17={colons}")).unwrap(), pin);
        for text in ["", "ks-4-17", "ks-4-17=0a", &format!("={digits}"), &"x".repeat(70)] {
            assert_eq!(CertificatePin::parse(text), Err(BadPin), "{text}");
        }
    }

    #[test]
    fn a_file_without_a_certificate_is_no_trust() {
        let folder = real_parts::folder::Folder::new("printer-trust");
        let empty = folder.write("empty.pem", "");
        let noise = folder.write("noise.pem", "-----BEGIN CERTIFICATE-----\n?\n");
        let load = |path: &Path| PrinterTrust::load(Some(path), Vec::new());
        assert!(matches!(load(&empty), Err(TrustError::Empty { .. })));
        assert!(matches!(load(&noise), Err(TrustError::File { .. })));
        assert!(matches!(load(&folder.join("none.pem")), Err(TrustError::File { .. })));
        let authority = real_parts::certificates::Authority::new("printers");
        let one = folder.write("one.pem", authority.pem());
        assert_eq!(load(&one).unwrap().roots.len(), 1);
        assert!(PrinterTrust::load(None, Vec::new()).unwrap().roots.is_empty());
    }

    #[test]
    fn without_authority_and_pin_no_certificate_is_accepted() {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = Verifier::new(&PrinterTrust::default(), &provider).unwrap();
        let name = ServerName::try_from("ks-4-17").unwrap();
        let shown = CertificateDer::from(vec![0x30, 0]);
        let now = UnixTime::since_unix_epoch(std::time::Duration::ZERO);
        assert!(verifier.verify_server_cert(&shown, &[], &name, &[], now).is_err());
    }

    #[test]
    fn a_pinned_printer_may_show_that_certificate_and_no_other() {
        let known = CertificateDer::from(vec![0x30, 1, 2]);
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, &known).as_ref());
        let pins = vec![CertificatePin { host: "ks-4-17".into(), sha256 }];
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let trust = PrinterTrust { roots: Vec::new(), pins };
        let verifier = Verifier::new(&trust, &provider).unwrap();
        let name = ServerName::try_from("KS-4-17").unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::ZERO);
        assert!(verifier.verify_server_cert(&known, &[], &name, &[], now).is_ok());
        let other = CertificateDer::from(vec![0x30, 1, 3]);
        assert!(verifier.verify_server_cert(&other, &[], &name, &[], now).is_err());
    }
}
