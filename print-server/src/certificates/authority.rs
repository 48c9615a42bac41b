//! The installation's own small certificate authority: it vouches for this server to its stations and
//! for each station to this server. A site that brings certificates of its own for the print and web
//! listeners needs it for the stations only.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

/// The authority's certificate, in its folder; a station is given a copy.
pub const CERTIFICATE_FILE: &str = "ca.pem";
const KEY_FILE: &str = "ca.key";
const SERVER_CERTIFICATE_FILE: &str = "server.pem";
const SERVER_KEY_FILE: &str = "server.key";

/// Why the authority cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    /// A file is not a certificate or a key.
    #[error("{path}: not a certificate or key in PEM form")]
    Malformed { path: PathBuf },
    /// A private key can be read by everybody on this machine.
    #[error("{path}: can be read by everybody on this machine; chmod 600")]
    TooOpen { path: PathBuf },
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
}

/// A certificate chain with its private key.
#[derive(Debug)]
pub struct Identity {
    /// The certificate first, then those that lead to its authority.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key.
    pub key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads both files (PEM).
    ///
    /// # Errors
    /// [`AuthorityError`], naming the file.
    pub fn load(chain: &Path, key: &Path) -> Result<Self, AuthorityError> {
        let malformed = |path: &Path| AuthorityError::Malformed { path: path.to_owned() };
        let found = fs::metadata(key)
            .map_err(|source| AuthorityError::File { path: key.to_owned(), source })?;
        // A group that may read keys is a site's own arrangement.
        if found.permissions().mode() & 0o007 != 0 {
            return Err(AuthorityError::TooOpen { path: key.to_owned() });
        }
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&read(chain)?)
            .collect::<Result<_, _>>()
            .map_err(|_| malformed(chain))?;
        if certificates.is_empty() {
            return Err(malformed(chain));
        }
        let key_der = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| malformed(key))?;
        Ok(Self { chain: certificates, key: key_der })
    }
}

/// The authority, in its folder.
#[derive(Debug, Clone)]
pub struct Authority {
    folder: PathBuf,
}

impl Authority {
    /// Opens the authority in `folder`, or makes a new one there.
    ///
    /// # Errors
    /// [`AuthorityError`], naming the file.
    pub fn open(folder: &Path) -> Result<Self, AuthorityError> {
        let authority = Self { folder: folder.to_owned() };
        if !authority.certificate_path().exists() {
            fs::create_dir_all(folder)
                .map_err(|source| AuthorityError::File { path: folder.to_owned(), source })?;
            let _alone = authority.alone()?;
            if !authority.certificate_path().exists() {
                authority.make()?;
            }
        }
        Ok(authority)
    }

    /// While this is kept, no other process makes certificates or keys here: two that do it at once would
    /// leave the key of one beside the certificate of the other. The folder itself is what is locked, so
    /// that no file has to belong to anybody.
    fn alone(&self) -> Result<File, AuthorityError> {
        let locked = File::open(&self.folder).and_then(|folder| {
            folder.lock()?;
            Ok(folder)
        });
        locked.map_err(|source| AuthorityError::File { path: self.folder.clone(), source })
    }

    /// Whether its key is there, without which no station can be given a certificate any more.
    #[must_use]
    pub fn can_sign(folder: &Path) -> bool {
        folder.join(KEY_FILE).exists()
    }

    /// Where the authority's own certificate is.
    #[must_use]
    pub fn certificate_path(&self) -> PathBuf {
        self.folder.join(CERTIFICATE_FILE)
    }

    fn make(&self) -> Result<(), AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, "Follow-me print authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        write_private(&self.folder.join(KEY_FILE), key.serialize_pem().as_bytes())?;
        write_public(&self.certificate_path(), certificate.pem().as_bytes())
    }

    /// What signs.
    pub(super) fn issuer(&self) -> Result<Issuer<'static, KeyPair>, AuthorityError> {
        let key_path = self.folder.join(KEY_FILE);
        let malformed = || AuthorityError::Malformed { path: key_path.clone() };
        let pem = String::from_utf8(read(&key_path)?).map_err(|_| malformed())?;
        let key = KeyPair::from_pem(&pem)?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name.push(DnType::CommonName, "Follow-me print authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        Ok(Issuer::new(params, key))
    }

    /// The identity of this server towards stations, and towards print clients and browsers where the
    /// site brought none. Made anew when `names` changed.
    ///
    /// # Errors
    /// [`AuthorityError`], naming the file.
    pub fn server_identity(&self, names: &[String]) -> Result<Identity, AuthorityError> {
        let chain = self.folder.join(SERVER_CERTIFICATE_FILE);
        let key = self.folder.join(SERVER_KEY_FILE);
        let names_file = self.folder.join("server.names");
        let wanted = names.join("\n");
        let is_made = || {
            let known = fs::read_to_string(&names_file).is_ok_and(|written| written == wanted);
            known && chain.exists() && key.exists()
        };
        if is_made() {
            return Identity::load(&chain, &key);
        }
        let _alone = self.alone()?;
        if !is_made() {
            // A crash on the way must not leave a key beside another key's certificate.
            let _ = fs::remove_file(&names_file);
            self.make_server(names, &chain, &key)?;
            write_public(&names_file, wanted.as_bytes())?;
        }
        Identity::load(&chain, &key)
    }

    fn make_server(
        &self,
        names: &[String],
        chain: &Path,
        key_path: &Path,
    ) -> Result<(), AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.subject_alt_names = names.iter().filter_map(|name| alternative(name)).collect();
        params.distinguished_name.push(DnType::CommonName, "Follow-me print server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let certificate = params.signed_by(&key, &self.issuer()?)?;
        write_private(key_path, key.serialize_pem().as_bytes())?;
        write_public(chain, certificate.pem().as_bytes())
    }

    /// The authority's certificate.
    ///
    /// # Errors
    /// [`AuthorityError`], naming the file.
    pub fn certificate(&self) -> Result<CertificateDer<'static>, AuthorityError> {
        let path = self.certificate_path();
        CertificateDer::from_pem_slice(&read(&path)?)
            .map_err(|_| AuthorityError::Malformed { path: path.clone() })
    }
}

/// SHA-256 of a certificate.
#[must_use]
pub fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, certificate.as_ref());
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn alternative(name: &str) -> Option<SanType> {
    match name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => Some(SanType::IpAddress(address)),
        Err(_) => name.try_into().ok().map(SanType::DnsName),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AuthorityError> {
    fs::read(path).map_err(|source| AuthorityError::File { path: path.to_owned(), source })
}

fn write_public(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    write_with_mode(path, bytes, 0o644)
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    write_with_mode(path, bytes, 0o600)
}

/// Writes beside the file and renames, so that a crash leaves the old file or the new one.
fn write_with_mode(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AuthorityError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let write = || {
        // What a crash left here may be open to everybody, and the mode is given to new files only.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|source| AuthorityError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_ours_alone_whatever_a_crash_left_behind() {
        let folder = std::env::temp_dir().join(format!("authority-{}", print_core::JobId::new()));
        let authority = Authority::open(&folder).expect("an authority");
        let (chain, key) = (folder.join(SERVER_CERTIFICATE_FILE), folder.join(SERVER_KEY_FILE));
        let left = folder.join("server.key.new");
        fs::write(&left, "half a key").expect("a file");
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).expect("its mode");
        authority.server_identity(&["localhost".into(), "[::1]".into()]).expect("an identity");
        let mode = |path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(&key), 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("its mode");
        let refused = Identity::load(&chain, &key);
        assert!(matches!(refused, Err(AuthorityError::TooOpen { .. })));
        fs::remove_dir_all(&folder).expect("the folder of the test goes");
    }

    #[test]
    fn processes_that_start_at_once_agree_on_one_certificate_and_its_key() {
        let folder = std::env::temp_dir().join(format!("authority-{}", print_core::JobId::new()));
        let start = std::sync::Barrier::new(8);
        let identity = || {
            start.wait();
            let authority = Authority::open(&folder).expect("an authority");
            authority.server_identity(&["localhost".into()]).expect("an identity")
        };
        let identities: Vec<Identity> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(identity)).collect();
            threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
        });
        for identity in &identities {
            assert_eq!(identity.chain, identities[0].chain);
            assert_eq!(identity.key.secret_der(), identities[0].key.secret_der());
        }
        fs::remove_dir_all(&folder).expect("the folder of the test goes");
    }

    #[test]
    fn addresses_stand_in_a_certificate_as_addresses() {
        for name in ["127.0.0.1", "::1", "[::1]"] {
            assert!(matches!(alternative(name), Some(SanType::IpAddress(_))), "{name}");
        }
        assert!(matches!(alternative("localhost"), Some(SanType::DnsName(_))));
    }
}
