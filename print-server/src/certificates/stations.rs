//! The certificates of stations: for 30 days, renewed by the server in good time for as long as the station
//! is one of the house. A station keeps its key; it is known by it.

use aws_lc_rs::digest;
use print_core::Timestamp;
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;

use super::authority::{Authority, AuthorityError};
use super::validity::not_after;

/// How long a certificate holds.
const LIFE_SECONDS: i64 = 30 * 86_400;
/// It is renewed when no more than this is left.
const RENEWAL_SECONDS: i64 = LIFE_SECONDS / 3;
/// The station's clock may be so much behind ours.
const BEFORE_SECONDS: i64 = 3_600;

/// The bytes of a point on P-256, uncompressed (SEC 1 section 2.3.3).
const POINT_BYTES: usize = 65;
const UNCOMPRESSED: u8 = 4;

/// The public key of a station, on P-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationKey([u8; POINT_BYTES]);

impl StationKey {
    /// The key with these bytes; none when they are no uncompressed point.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let point: [u8; POINT_BYTES] = bytes.try_into().ok()?;
        (point[0] == UNCOMPRESSED).then_some(Self(point))
    }

    /// The key in a station's certificate.
    #[must_use]
    pub fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = ParsedCertificate::try_from(certificate).ok()?;
        let info = parsed.subject_public_key_info();
        let point = info.len().checked_sub(POINT_BYTES)?;
        let key = Self::parse(&info[point..])?;
        // What is not written as we write it is not on this curve.
        (key.subject_public_key_info() == info.as_ref()).then_some(key)
    }

    /// What the store knows the station by: the SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        let digest = digest::digest(&digest::SHA256, &self.subject_public_key_info());
        digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

impl PublicKeyData for StationKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

/// What a new station gets whose key is made here: both in PEM form.
pub struct StationCredential {
    /// The certificate.
    pub certificate_pem: String,
    /// The private key; it is not kept here.
    pub key_pem: String,
    /// What the store knows the station by.
    pub key_sha256: [u8; 32],
}

impl std::fmt::Debug for StationCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StationCredential").finish_non_exhaustive()
    }
}

impl Authority {
    /// A key and a certificate by which a station proves who it is.
    ///
    /// # Errors
    /// [`AuthorityError`] when the authority's key cannot be read.
    pub fn station_credential(
        &self,
        station: &str,
        now: Timestamp,
    ) -> Result<StationCredential, AuthorityError> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let key =
            StationKey::parse(pair.public_key_raw()).expect("rcgen gives uncompressed points");
        let certificate = self.sign(station, &key, now)?;
        Ok(StationCredential {
            certificate_pem: certificate.pem(),
            key_pem: pair.serialize_pem(),
            key_sha256: key.sha256(),
        })
    }

    /// A certificate for the key that a station has.
    ///
    /// # Errors
    /// [`AuthorityError`] when the authority's key cannot be read.
    pub fn station_certificate(
        &self,
        station: &str,
        key: &StationKey,
        now: Timestamp,
    ) -> Result<CertificateDer<'static>, AuthorityError> {
        Ok(self.sign(station, key, now)?.der().clone())
    }

    fn sign(
        &self,
        station: &str,
        key: &StationKey,
        now: Timestamp,
    ) -> Result<rcgen::Certificate, AuthorityError> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, station);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let at = |moment: Timestamp| {
            let seconds = u64::try_from(moment.seconds()).unwrap_or_default();
            date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds)
        };
        params.not_before = at(now.plus_seconds(-BEFORE_SECONDS));
        params.not_after = at(now.plus_seconds(LIFE_SECONDS));
        Ok(params.signed_by(key, &self.issuer()?)?)
    }
}

/// Whether a station's certificate is to be renewed now.
#[must_use]
pub fn is_due(certificate: &CertificateDer<'_>, now: Timestamp) -> bool {
    let left = not_after(certificate).map(|until| until.seconds() - now.seconds());
    left.is_none_or(|left| left <= RENEWAL_SECONDS)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    fn authority() -> (std::path::PathBuf, Authority) {
        let folder = std::env::temp_dir().join(format!("stations-{}", print_core::JobId::new()));
        let authority = Authority::open(&folder).expect("an authority");
        (folder, authority)
    }

    #[test]
    fn a_renewed_certificate_is_for_the_same_key_and_is_due_in_its_last_third() {
        let (folder, authority) = authority();
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let credential = authority.station_credential("hall", now).expect("a credential");
        let first = CertificateDer::from_pem_slice(credential.certificate_pem.as_bytes()).unwrap();
        let key = StationKey::of(&first).expect("its key");
        assert_eq!(key.sha256(), credential.key_sha256);
        let day = 86_400;
        assert!(!is_due(&first, now) && !is_due(&first, now.plus_seconds(19 * day)));
        assert!(
            is_due(&first, now.plus_seconds(20 * day))
                && is_due(&first, now.plus_seconds(40 * day))
        );
        let later = now.plus_seconds(20 * day);
        let second = authority.station_certificate("hall", &key, later).expect("a certificate");
        assert_eq!(StationKey::of(&second), Some(key));
        assert!(!is_due(&second, later));
        std::fs::remove_dir_all(&folder).expect("the folder of the test goes");
    }

    #[test]
    fn only_uncompressed_points_are_keys() {
        let mut point = [7; 65];
        assert_eq!(StationKey::parse(&point), None);
        point[0] = UNCOMPRESSED;
        assert!(StationKey::parse(&point).is_some());
        assert_eq!(StationKey::parse(&point[..64]), None);
        assert_eq!(StationKey::of(&CertificateDer::from(vec![0x30, 0x00])), None);
        let other = KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let params = CertificateParams::new(Vec::<String>::new()).unwrap();
        let other = params.self_signed(&other).expect("a certificate");
        assert_eq!(StationKey::of(other.der()), None);
    }
}
