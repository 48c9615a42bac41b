//! Certificates made at run time: an authority, servers and clients. Keys never outlive the test.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType,
};

/// A certificate authority that nobody but the test trusts.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its private key.
#[derive(Clone)]
pub struct Certificate {
    /// The certificate as PEM.
    pub pem: String,
    /// The private key as PEM (PKCS #8).
    pub key_pem: String,
}

impl Authority {
    /// Makes a new authority called `name`.
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, new_key())
            .expect("a fresh key signs its own certificate");
        Authority { issuer }
    }

    /// The authority's own certificate as PEM, for those who shall trust it.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Writes the authority's certificate to `folder` and gives the file's path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_to(&self, folder: &Path, file: &str) -> PathBuf {
        write(folder, file, &self.pem())
    }

    /// A server on this machine: `localhost`, 127.0.0.1 and this machine's own name, which some
    /// clients (libldap) put in the place of `localhost`.
    pub fn server(&self) -> Certificate {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = host.trim();
        let mut names = vec!["localhost", "127.0.0.1"];
        if !host.is_empty() && host != "localhost" {
            names.push(host);
        }
        self.server_for(&names)
    }

    /// A server with these host names and IP addresses.
    ///
    /// # Panics
    /// When a name is neither a host name nor an address.
    pub fn server_for(&self, names: &[&str]) -> Certificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let common_name = names.first().cloned().unwrap_or_default();
        let params = CertificateParams::new(names).expect("the test gives host names");
        self.sign(params, &common_name, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A client called `name`; `uri` becomes its alternative name when given.
    ///
    /// # Panics
    /// When the URI is not ASCII.
    pub fn client(&self, name: &str, uri: Option<&str>) -> Certificate {
        let mut params = CertificateParams::default();
        if let Some(uri) = uri {
            let uri = Ia5String::try_from(uri).expect("a URI is ASCII");
            params.subject_alt_names.push(SanType::URI(uri));
        }
        self.sign(params, name, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
    ) -> Certificate {
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        params.use_authority_key_identifier_extension = true;
        let key = new_key();
        let certificate =
            params.signed_by(&key, &self.issuer).expect("the authority signs what it made");
        Certificate { pem: certificate.pem(), key_pem: key.serialize_pem() }
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Authority")
    }
}

impl Certificate {
    /// Writes `NAME.pem` and `NAME.key` to `folder` and gives both paths.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn write_to(&self, folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let certificate = write(folder, &format!("{name}.pem"), &self.pem);
        (certificate, write(folder, &format!("{name}.key"), &self.key_pem))
    }
}

impl std::fmt::Debug for Certificate {
    /// Shows the certificate but never the key.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Certificate").field("pem", &self.pem).finish_non_exhaustive()
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the machine gives random bytes")
}

fn write(folder: &Path, file: &str, content: &str) -> PathBuf {
    let path = folder.join(file);
    fs::write(&path, content)
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    path
}
