//! Where printers may be. A printer's address is typed by an administrator and answered by a name server, and
//! neither may turn this server against itself, its neighbours or the cloud that it runs in: a name is resolved
//! once, every address that it has is looked at, and a connection goes to one of those very addresses.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::lookup_host;

use super::address::Address;
use crate::doors::Network;

/// Printers stand here where the configuration does not say: networks that no router of the internet carries
/// (RFC 1918, RFC 4193).
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// No printer stands here unless a configured network lies within the same block: this machine, its link (where
/// clouds answer with their secrets), everybody at once, nobody, and IPv4 in disguise (RFC 6890).
const SPECIAL: [&str; 16] = [
    "0.0.0.0/8",
    "100.100.100.200/32",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "2001::/32",
    "2002::/16",
    "fd00:ec2::254/128",
    "fe80::/10",
    "ff00::/8",
];

/// The addresses of a name.
type Answers = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// How names are resolved.
type Resolver = Arc<dyn Fn(&str, u16) -> Answers + Send + Sync>;

/// Why no connection is tried.
#[derive(Debug, thiserror::Error)]
pub enum OutOfReach {
    /// The name has no address.
    #[error("the name cannot be resolved")]
    Unknown(#[source] io::Error),
    /// No printer may listen there.
    #[error("port {0} is no printer's: the configuration lists them ([printers] ports)")]
    Port(u16),
    /// An address of the name is none where printers may be.
    #[error("{0} lies in no network where printers may be ([printers] networks)")]
    Network(IpAddr),
    /// It leads back to this server.
    #[error("this server itself listens there")]
    Ourselves,
}

/// Where printers may be.
#[derive(Clone)]
pub struct Reach {
    networks: Vec<Network>,
    ports: Vec<RangeInclusive<u16>>,
    own_ports: Vec<u16>,
    resolver: Resolver,
}

impl Default for Reach {
    /// The usual port in private networks.
    fn default() -> Self {
        Self::private(vec![631..=631])
    }
}

impl Reach {
    /// Private networks and these ports.
    #[must_use]
    pub fn private(ports: Vec<RangeInclusive<u16>>) -> Self {
        let networks = PRIVATE.iter().filter_map(|text| Network::parse(text).ok());
        Self::of(networks.collect(), ports)
    }

    /// These networks and ports.
    #[must_use]
    pub fn of(networks: Vec<Network>, ports: Vec<RangeInclusive<u16>>) -> Self {
        let resolver: Resolver = Arc::new(|host: &str, port| {
            let host = host.to_owned();
            Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
        });
        Self { networks, ports, own_ports: Vec::new(), resolver }
    }

    /// The same but for these ports of this machine, where the server itself listens.
    #[must_use]
    pub fn without(self, own_ports: Vec<u16>) -> Self {
        Self { own_ports, ..self }
    }

    /// The same with names resolved by this function.
    #[cfg(test)]
    pub fn resolved_by(
        self,
        answer: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        let resolver: Resolver = Arc::new(move |host: &str, port| {
            let answers = answer(host, port);
            Box::pin(async move { answers })
        });
        Self { resolver, ..self }
    }

    /// Whether a printer may have this address, as far as that can be told without asking for names.
    ///
    /// # Errors
    /// [`OutOfReach`].
    pub fn permits(&self, printer: &Address) -> Result<(), OutOfReach> {
        let port = printer.port();
        if !self.ports.iter().any(|range| range.contains(&port)) {
            return Err(OutOfReach::Port(port));
        }
        match printer.host().parse::<IpAddr>() {
            Ok(address) => self.check(SocketAddr::new(address, port)).map(drop),
            Err(_) => Ok(()),
        }
    }

    /// The addresses where a connection to this printer may go, in the order in which they are to be tried.
    /// One bad address spoils the name.
    ///
    /// # Errors
    /// [`OutOfReach`].
    pub async fn addresses(&self, printer: &Address) -> Result<Vec<SocketAddr>, OutOfReach> {
        let port = printer.port();
        if !self.ports.iter().any(|range| range.contains(&port)) {
            return Err(OutOfReach::Port(port));
        }
        self.addresses_with_port(printer, port).await
    }

    /// The same with another port of the same machine, which the caller knows to be harmless.
    ///
    /// # Errors
    /// [`OutOfReach`].
    pub async fn addresses_with_port(
        &self,
        printer: &Address,
        port: u16,
    ) -> Result<Vec<SocketAddr>, OutOfReach> {
        let found = match printer.host().parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => {
                let answers = (self.resolver)(printer.host(), port).await;
                answers.map_err(OutOfReach::Unknown)?
            }
        };
        if found.is_empty() {
            return Err(OutOfReach::Unknown(io::ErrorKind::NotFound.into()));
        }
        found.into_iter().map(|address| self.check(address)).collect()
    }

    /// An address as it is connected to.
    fn check(&self, address: SocketAddr) -> Result<SocketAddr, OutOfReach> {
        // `::ffff:127.0.0.1` is 127.0.0.1.
        let ip = address.ip().to_canonical();
        let special = SPECIAL.iter().filter_map(|text| Network::parse(text).ok());
        let special: Vec<_> = special.filter(|block| block.contains(ip)).collect();
        let allows = |network: &Network| {
            network.contains(ip) && special.iter().all(|block| network.is_within(block))
        };
        if !self.networks.iter().any(allows) {
            return Err(OutOfReach::Network(ip));
        }
        if self.own_ports.contains(&address.port()) && is_ours(ip) {
            return Err(OutOfReach::Ourselves);
        }
        Ok(SocketAddr::new(ip, address.port()))
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reach")
            .field("networks", &self.networks)
            .field("ports", &self.ports)
            .field("own_ports", &self.own_ports)
            .finish_non_exhaustive()
    }
}

/// Whether this machine has the address: only then can a socket be bound to it.
fn is_ours(ip: IpAddr) -> bool {
    UdpSocket::bind((ip, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn reached(reach: &Reach, uri: &str) -> Result<usize, OutOfReach> {
        let address = Address::parse(uri).expect("an address");
        reach.addresses(&address).await.map(|found| found.len())
    }

    #[tokio::test]
    async fn without_configuration_printers_are_in_private_networks_at_the_usual_port() {
        let reach = Reach::default();
        for good in ["ipp://10.1.2.3/", "ipps://192.168.0.9/ipp", "ipp://[fd00::1]/"] {
            assert!(matches!(reached(&reach, good).await, Ok(1)), "{good}");
        }
        for bad in ["ipp://127.0.0.1/", "ipp://169.254.169.254/", "ipp://8.8.8.8/", "ipp://[::1]/"]
        {
            assert!(matches!(reached(&reach, bad).await, Err(OutOfReach::Network(_))), "{bad}");
        }
        let ssh = reached(&reach, "ipp://10.1.2.3:22/").await;
        assert!(matches!(ssh, Err(OutOfReach::Port(22))), "{ssh:?}");
    }

    #[tokio::test]
    async fn everything_does_not_include_this_machine_unless_it_is_named() {
        let all = |texts: &[&str]| {
            let networks = texts.iter().map(|text| Network::parse(text).expect("a network"));
            Reach::of(networks.collect(), vec![1..=u16::MAX])
        };
        let wide = all(&["0.0.0.0/0", "::/0"]);
        for bad in ["ipp://127.0.0.1/", "ipp://[::ffff:127.0.0.1]/", "ipp://[64:ff9b::7f00:1]/"] {
            assert!(matches!(reached(&wide, bad).await, Err(OutOfReach::Network(_))), "{bad}");
        }
        assert!(reached(&wide, "ipp://192.0.2.1/").await.is_ok());
        let named = all(&["127.0.0.0/8"]).without(vec![8631]);
        assert!(reached(&named, "ipp://127.0.0.1:8640/").await.is_ok());
        let ours = reached(&named, "ipp://127.0.0.1:8631/").await;
        assert!(matches!(ours, Err(OutOfReach::Ourselves)), "{ours:?}");
    }
}
