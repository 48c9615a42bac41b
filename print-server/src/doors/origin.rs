//! Whom something is counted of. An IPv6 client has a whole /64 of addresses (RFC 4862, RFC 8273) and takes
//! another one whenever it likes; on a campus, all who are in one Wi-Fi share a /64. So both are counted:
//! the address by its limit, and the /64 by a few times that.

use std::net::IpAddr;

/// A /64 may do as much as so many addresses.
const SUBNET_TIMES: u32 = 8;

/// An address or its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// One address.
    Address(IpAddr),
    /// The first 64 bits of IPv6 addresses.
    Subnet(u64),
}

impl Origin {
    /// All that this address counts for: its own, and for IPv6 its /64.
    pub fn all(address: IpAddr) -> impl Iterator<Item = Self> {
        let address = address.to_canonical();
        std::iter::once(Self::Address(address)).chain(Self::subnet(address))
    }

    /// The widest of them.
    #[must_use]
    pub fn widest(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self::subnet(address).unwrap_or(Self::Address(address))
    }

    fn subnet(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => {
                let bits = u64::try_from(address.to_bits() >> 64);
                Some(Self::Subnet(bits.expect("the upper half has 64 bits")))
            }
        }
    }

    /// The limit for this, when one address has `limit`.
    #[must_use]
    pub fn limit(self, limit: u32) -> u32 {
        match self {
            Self::Address(_) => limit,
            Self::Subnet(_) => limit.saturating_mul(SUBNET_TIMES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_counts_for_its_subnet_too() {
        let all = |text: &str| Origin::all(text.parse().unwrap()).collect::<Vec<_>>();
        assert_eq!(all("192.0.2.1").len(), 1);
        assert_eq!(all("::ffff:192.0.2.1"), all("192.0.2.1"));
        let (one, neighbour) = (all("2001:db8:1:2::1"), all("2001:db8:1:2:ffff::9"));
        assert_ne!(one[0], neighbour[0]);
        assert_eq!(one[1], neighbour[1]);
        assert_ne!(one[1], all("2001:db8:1:3::1")[1]);
        assert_eq!((one[0].limit(5), one[1].limit(5), one[1].limit(u32::MAX)), (5, 40, u32::MAX));
        assert_eq!(Origin::widest("2001:db8:1:2::1".parse().unwrap()), one[1]);
    }
}
