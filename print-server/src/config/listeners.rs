//! The four doors to the network, each with an address of its own so that each can be firewalled.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use crate::doors::Network;

/// An address with its port: names could mean another machine tomorrow.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        serde::de::Error::custom(
            "write an address and a port: \"192.0.2.1:631\", \"[::]:631\" for all of this machine's",
        )
    })
}

/// The four listeners.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listeners {
    /// IPP and IPPS, on one port.
    pub print: Print,
    /// The pages.
    pub web: Web,
    /// The stations.
    pub station: Station,
    /// Health and metrics.
    pub manage: Manage,
}

/// Where a certificate and its key are (PEM).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The certificate, followed by those that lead to its authority.
    pub chain: PathBuf,
    /// The private key, readable by its owner only.
    pub key: PathBuf,
}

/// The listener of print clients.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Print {
    /// Address and port.
    #[serde(deserialize_with = "address")]
    pub address: SocketAddr,
    /// Without one a certificate is made by the installation's own authority.
    #[serde(default)]
    pub certificate: Option<Certificate>,
    /// The host name in the addresses we hand out when a client names no known one. Without it, the
    /// address; it is needed where the address is that of all interfaces.
    #[serde(default)]
    pub host: Option<String>,
    /// Further host names by which clients may call us.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Proxies whose word about a client's address is taken; they speak TLS with us.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
}

/// The listener of the pages (HTTPS).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Address and port.
    #[serde(deserialize_with = "address")]
    pub address: SocketAddr,
    /// Without one a certificate is made by the installation's own authority.
    #[serde(default)]
    pub certificate: Option<Certificate>,
    /// Proxies whose word about a browser's address is taken; they speak TLS with us.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
}

/// The listener of release stations (TLS 1.3 with client certificates).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Address and port.
    #[serde(deserialize_with = "address")]
    pub address: SocketAddr,
    /// The folder of the installation's own small certificate authority.
    pub authority: PathBuf,
}

/// The listener for the people who run the server: loopback only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manage {
    /// Address and port, on loopback.
    #[serde(deserialize_with = "address")]
    pub address: SocketAddr,
}

impl Print {
    /// The host by which clients reach us, where they name none that we know.
    #[must_use]
    pub fn host(&self) -> String {
        self.host.clone().unwrap_or_else(|| match self.address.ip() {
            // RFC 3986 section 3.2.2.
            IpAddr::V6(address) => format!("[{address}]"),
            IpAddr::V4(address) => address.to_string(),
        })
    }

    /// That host with its port: the beginning of the addresses that we hand out.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host(), self.address.port())
    }
}

impl Listeners {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let certificates = self.print.certificate.iter_mut().chain(&mut self.web.certificate);
        let certificates = certificates.flat_map(|pair| [&mut pair.chain, &mut pair.key]);
        certificates.chain([&mut self.station.authority])
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if !self.manage.address.ip().is_loopback() {
            let problem = "health and metrics are for this machine only: use 127.0.0.1 or [::1]";
            return Err(("listeners.manage.address", problem.into()));
        }
        let addresses = [
            ("listeners.web.address", self.web.address),
            ("listeners.station.address", self.station.address),
            ("listeners.manage.address", self.manage.address),
        ];
        for (place, (entry, address)) in addresses.iter().enumerate() {
            let earlier = addresses[..place].iter().map(|(_, address)| address);
            // Port 0 asks the system for one that is free.
            if address.port() != 0 && earlier.chain([&self.print.address]).any(|a| a == address) {
                return Err((*entry, format!("{address}: another listener has it")));
            }
        }
        if self.print.host.is_none() && self.print.address.ip().is_unspecified() {
            let problem =
                "say by which name clients reach this server: it stands in their printers";
            return Err(("listeners.print.host", problem.into()));
        }
        let hosts = self.print.host.iter().chain(&self.print.aliases);
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']');
        for host in hosts {
            if host.is_empty() || host.len() > 255 || !host.chars().all(known) {
                return Err(("listeners.print", format!("\"{host}\" is not a host name")));
            }
        }
        Ok(())
    }
}
