//! A network of addresses, as `10.1.0.0/16` or `2001:db8::/32` (RFC 4632 section 3.1, RFC 4291
//! section 2.3).

use std::fmt;
use std::net::IpAddr;

/// A text that is not a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a network: write 10.1.0.0/16, 2001:db8::/32 or one address")]
pub struct BadNetwork(String);

/// A range of addresses with a common beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `address/prefix`; an address alone is a network of one.
    ///
    /// # Errors
    /// [`BadNetwork`] when it is no network.
    pub fn parse(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.chars().take(64).collect());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), str::parse).map_err(|_| bad())?;
        if prefix > bits {
            return Err(bad());
        }
        Ok(Self { address, prefix })
    }

    /// Whether all of this network lies in `other`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.prefix >= other.prefix && other.contains(self.address)
    }

    /// Whether `address` lies in one of the networks that these texts name.
    #[must_use]
    pub fn any_contains(texts: &[String], address: IpAddr) -> bool {
        let networks = texts.iter().filter_map(|text| Self::parse(text).ok());
        networks.into_iter().any(|network| network.contains(address))
    }

    /// Whether `address` lies in the network. An IPv4 address that a socket for both protocols wrote as
    /// IPv6 (`::ffff:10.1.2.3`) counts as what it is.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                (ours.to_bits() ^ theirs.to_bits()) & mask == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                (ours.to_bits() ^ theirs.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl<'de> serde::Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_in_their_networks() {
        for (network, address, inside) in [
            ("10.1.0.0/16", "10.1.255.3", true),
            ("10.1.0.0/16", "10.2.0.0", false),
            ("10.1.0.0/16", "::ffff:10.1.2.3", true),
            ("0.0.0.0/0", "192.0.2.1", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "10.0.0.1", false),
        ] {
            let network = Network::parse(network).expect("a network");
            let address = address.parse().expect("an address");
            assert_eq!(network.contains(address), inside, "{network} {address}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "10.1.0.0/33", "10.1/16", "::/129", "10.1.0.0/-1", "anywhere"] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
