//! Networks with limits of their own: a hospital of thousands may come by one address.

use std::net::IpAddr;

use serde::Deserialize;

use super::sizes::within;
use crate::doors::Network;

/// Limits for each address of some networks, in place of the general ones. What is left out stays general.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnLimits {
    /// The networks, as `10.1.0.0/16` or one address.
    pub addresses: Vec<Network>,
    /// Connections at once from one of the addresses.
    #[serde(default)]
    pub connections_max: Option<usize>,
    /// New jobs a minute from one of the addresses. 0: no limit.
    #[serde(default)]
    pub jobs_per_minute: Option<u32>,
    /// Refused links and wrong passwords a minute from one of the addresses.
    #[serde(default)]
    pub refusals_per_minute: Option<u32>,
}

impl OwnLimits {
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.addresses.is_empty() {
            return Err(("networks.addresses", "name a network or an address".into()));
        }
        let connections = self.connections_max.map_or(1, |max| max as u64);
        within(&[
            ("networks.connections_max", connections, 1, 1_000_000),
            (
                "networks.refusals_per_minute",
                self.refusals_per_minute.unwrap_or(1).into(),
                1,
                10_000,
            ),
        ])
    }
}

/// What the first entry with this address says.
pub fn own<T>(
    networks: &[OwnLimits],
    address: IpAddr,
    limit: impl Fn(&OwnLimits) -> Option<T>,
) -> Option<T> {
    let has = |one: &&OwnLimits| one.addresses.iter().any(|network| network.contains(address));
    networks.iter().filter(has).find_map(limit)
}
