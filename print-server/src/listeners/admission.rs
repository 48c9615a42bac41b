//! Who may connect: so many connections at once in all, so many from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{OwnLimits, own};
use crate::doors::Network;

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
    by_address: HashMap<IpAddr, usize>,
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

    fn max_from(&self, address: IpAddr) -> usize {
        if self.0.proxies.iter().any(|proxy| proxy.contains(address)) {
            return self.0.max;
        }
        let own = own(&self.0.networks, address, |one| one.connections_max);
        own.unwrap_or(self.0.per_address_max)
    }

    /// A place for one more connection from `address`; none when it or the house is full.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let max_here = self.max_from(address);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.0.max || here >= max_here {
            return None;
        }
        open.all += 1;
        open.by_address.insert(address, here + 1);
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
        if let Some(here) = open.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                open.by_address.remove(&self.address);
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
