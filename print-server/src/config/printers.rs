//! By what printers that speak TLS are known. The printers themselves are in the database.

use std::path::PathBuf;

use serde::Deserialize;

use crate::delivery::{CertificatePin, PrinterTrust, TrustError};

/// Which certificates printers may show. Without any entry, printers at `ipps` addresses get no job.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printers {
    /// A PEM file with the authorities that signed printers' certificates.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// Printers known by the certificate itself, each as `HOST=SHA256` with 64 hexadecimal digits.
    #[serde(default)]
    pub certificates: Vec<String>,
}

impl Printers {
    /// The paths in it, to be made absolute.
    pub fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.authorities.iter_mut()
    }

    /// Finds a fingerprint that is none.
    ///
    /// # Errors
    /// The entry and what is wrong with it.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        match self.certificates.iter().find(|text| CertificatePin::parse(text).is_err()) {
            Some(text) => {
                let problem = format!("\"{text}\": write HOST=SHA256 with 64 hexadecimal digits");
                Err(("printers.certificates", problem))
            }
            None => Ok(()),
        }
    }

    /// Reads the authorities.
    ///
    /// # Errors
    /// [`TrustError`] when their file cannot be read, or is no PEM file of certificates.
    pub fn trust(&self) -> Result<PrinterTrust, TrustError> {
        let pins = self.certificates.iter().filter_map(|text| CertificatePin::parse(text).ok());
        PrinterTrust::load(self.authorities.as_deref(), pins.collect())
    }
}
