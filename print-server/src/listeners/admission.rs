//! Who may connect: so many connections at once in all, so many from one address, and from one /64 of IPv6.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{OwnLimits, own};
use crate::doors::{Network, Origin};

/// Counts open connections.
#[derive(Debug, Clone)]
pub struct Admission(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: usize,
    per_address_max: usize,
    networks: Vec<OwnLimits>,
    proxies: Vec<Network>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_origin: HashMap<Origin, u32>,
}

impl Admission {
    /// Admits at most `max` connections, at most `per_address_max` from one address.
    #[must_use]
    pub fn new(max: usize, per_address_max: usize) -> Self {
        Self::with_networks(max, per_address_max, Vec::new(), Vec::new())
    }

    /// The same, with networks whose addresses have limits of their own, and with proxies, which have
    /// none but that of the house: many clients come by each.
    #[must_use]
    pub fn with_networks(
        max: usize,
        per_address_max: usize,
        networks: Vec<OwnLimits>,
        proxies: Vec<Network>,
    ) -> Self {
        let open = Mutex::default();
        Self(Arc::new(Inner { max, per_address_max, networks, proxies, open }))
    }

    fn max_from(&self, address: IpAddr) -> u32 {
        if self.0.proxies.iter().any(|proxy| proxy.contains(address)) {
            return u32::MAX;
        }
        let own = own(&self.0.networks, address, |one| one.connections_max);
        u32::try_from(own.unwrap_or(self.0.per_address_max)).unwrap_or(u32::MAX)
    }

    /// A place for one more connection from `address`; none when it or the house is full.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let max_here = self.max_from(address);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |origin: Origin| {
            let here = open.by_origin.get(&origin).copied().unwrap_or(0);
            here >= origin.limit(max_here)
        };
        if open.all >= self.0.max || Origin::all(address).any(is_full) {
            return None;
        }
        open.all += 1;
        for origin in Origin::all(address) {
            *open.by_origin.entry(origin).or_default() += 1;
        }
        Some(Admitted { admission: self.clone(), address })
    }

    /// How many connections are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

/// The place of one connection; it is free again when this is dropped.
#[derive(Debug)]
pub struct Admitted {
    admission: Admission,
    address: IpAddr,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.admission.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        for origin in Origin::all(self.address) {
            let Some(here) = open.by_origin.get_mut(&origin) else { continue };
            *here -= 1;
            if *here == 0 {
                open.by_origin.remove(&origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_network_and_a_proxy_have_limits_of_their_own() {
        let hospital = r#"{ "addresses": ["192.0.2.0/24"], "connections_max": 4 }"#;
        let hospital = serde_json::from_str(hospital).expect("limits");
        let proxy = Network::parse("10.0.0.2").expect("a network");
        let admission = Admission::with_networks(9, 2, vec![hospital], vec![proxy]);
        let places = |address: [u8; 4]| {
            let admitted: Vec<_> =
                (0..20).map_while(|_| admission.admit(IpAddr::from(address))).collect();
            admitted.len()
        };
        assert_eq!(places([198, 51, 100, 1]), 2);
        assert_eq!(places([192, 0, 2, 7]), 4);
        assert_eq!(places([10, 0, 0, 2]), 9);
    }

    #[test]
    fn who_changes_the_address_within_a_subnet_cannot_fill_the_house() {
        let admission = Admission::new(1_000, 2);
        let from = |subnet: u16, host: u16| IpAddr::from([0x2001, 0xdb8, 0, subnet, 0, 0, 0, host]);
        let places: Vec<_> = (0..500).filter_map(|host| admission.admit(from(1, host))).collect();
        assert_eq!(places.len(), 16, "as many as eight addresses");
        assert!(admission.admit(from(2, 1)).is_some(), "another subnet");
        drop(places);
        assert!(admission.0.open.lock().unwrap().by_origin.is_empty());
        let same: Vec<_> = (0..9).filter_map(|_| admission.admit(from(1, 7))).collect();
        assert_eq!(same.len(), 2);
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let admission = Admission::new(3, 2);
        let (here, there) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let first = admission.admit(here).expect("a place");
        let _second = admission.admit(here).expect("a place");
        assert!(admission.admit(here).is_none(), "one address has two places");
        let _third = admission.admit(there).expect("a place");
        assert!(admission.admit(there).is_none(), "the house has three places");
        drop(first);
        assert!(admission.admit(here).is_some());
    }
}
