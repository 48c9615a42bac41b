//! Where printers may be, and by what those that speak TLS are known. The printers themselves are in the
//! database.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde::Deserialize;

use super::Listeners;
use crate::delivery::{CertificatePin, PrinterTrust, Reach, TrustError};
use crate::doors::Network;

/// Where printers may be, and which certificates they may show. A printer at an `ipps` address whose certificate
/// neither these entries nor an administrator (`admin printer pin`) vouches for gets no job.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printers {
    /// A PEM file with the authorities that signed printers' certificates.
    #[serde(default)]
    pub authorities: Option<PathBuf>,
    /// Printers known by the certificate itself, each as `HOST=SHA256` with 64 hexadecimal digits.
    #[serde(default)]
    pub certificates: Vec<String>,
    /// The networks where printers may be; otherwise all private ones (RFC 1918, RFC 4193). This machine and
    /// its link only where an entry names no more than them.
    #[serde(default)]
    pub networks: Option<Vec<Network>>,
    /// The ports where they may listen, each as `631` or `8000-8099`; otherwise 631.
    #[serde(default = "usual_ports")]
    pub ports: Vec<String>,
}

impl Default for Printers {
    fn default() -> Self {
        Self { authorities: None, certificates: Vec::new(), networks: None, ports: usual_ports() }
    }
}

fn usual_ports() -> Vec<String> {
    vec!["631".to_owned()]
}

fn ports(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (0 < first && first <= last).then_some(first..=last)
}

impl Printers {
    /// The paths in it, to be made absolute.
    pub fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.authorities.iter_mut()
    }

    /// Finds a fingerprint or a port that is none.
    ///
    /// # Errors
    /// The entry and what is wrong with it.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some(text) = self.ports.iter().find(|text| ports(text).is_none()) {
            let problem = format!("\"{text}\": write a port (\"631\") or a range (\"8000-8099\")");
            return Err(("printers.ports", problem));
        }
        match self.certificates.iter().find(|text| CertificatePin::parse(text).is_err()) {
            Some(text) => {
                let problem = format!("\"{text}\": write HOST=SHA256 with 64 hexadecimal digits");
                Err(("printers.certificates", problem))
            }
            None => Ok(()),
        }
    }

    /// Where printers may be, on a server that listens at these addresses.
    pub fn reach(&self, listeners: &Listeners) -> Reach {
        let own = [
            listeners.print.address,
            listeners.web.address,
            listeners.station.address,
            listeners.manage.address,
        ];
        let own_ports = own.map(|address| address.port()).to_vec();
        let ports: Vec<_> = self.ports.iter().filter_map(|text| ports(text)).collect();
        let reach = match &self.networks {
            Some(networks) => Reach::of(networks.clone(), ports),
            None => Reach::private(ports),
        };
        reach.without(own_ports)
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
