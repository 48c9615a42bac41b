//! Who may connect: so many connections at once in all, so many from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts open connections.
#[derive(Debug, Clone)]
pub struct Admission(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max: usize,
    per_address_max: usize,
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
        Self(Arc::new(Inner { max, per_address_max, open: Mutex::default() }))
    }

    /// A place for one more connection from `address`; none when it or the house is full.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> Option<Admitted> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.0.max || here >= self.0.per_address_max {
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
