//! How much one client may take, with defaults that suit a university.

use serde::Deserialize;

/// Limits on clients.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections of print clients at once; a further one is answered 503.
    pub connections_max: usize,
    /// Connections at once from one address.
    pub connections_per_address_max: usize,
    /// Seconds for the header of an HTTP request, and for a TLS handshake.
    pub header_seconds: u64,
    /// Seconds for the attributes of an IPP request.
    pub attributes_seconds: u64,
    /// Seconds in which a document must bring at least `body_bytes_min`.
    pub body_seconds: u64,
    /// Bytes that a document must bring in `body_seconds`.
    pub body_bytes_min: u64,
    /// Seconds that a connection may rest between two requests.
    pub idle_seconds: u64,
    /// Seconds that a job made by Create-Job waits for its document.
    pub multiple_operation_seconds: u32,
    /// Jobs that may wait for one owner; a further one is refused. 0: no limit.
    pub held_jobs_per_owner: u32,
    /// MiB that may wait for one owner, before one more job. 0: no limit.
    pub held_mib_per_owner: u64,
    /// New jobs of one owner by one door in a minute. 0: no limit.
    pub jobs_per_owner_minute: u32,
    /// New jobs from one address in a minute. 0: no limit.
    pub jobs_per_address_minute: u32,
    /// Links that open nothing, and wrong passwords, from one address in a minute; further ones are not
    /// looked at.
    pub refusals_per_address_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            connections_per_address_max: 256,
            header_seconds: 10,
            attributes_seconds: 10,
            body_seconds: 30,
            body_bytes_min: 30 * 1_024,
            idle_seconds: 90,
            multiple_operation_seconds: 120,
            held_jobs_per_owner: 500,
            held_mib_per_owner: 2_048,
            jobs_per_owner_minute: 600,
            jobs_per_address_minute: 6_000,
            refusals_per_address_minute: 100,
        }
    }
}

/// An entry, its value, and the smallest and largest that make sense.
type Range = (&'static str, u64, u64, u64);

impl Limits {
    /// A zero would refuse everybody or wait for nothing, where it does not say that there is no limit.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let seconds = u64::from(self.multiple_operation_seconds);
        within(&[
            ("limits.connections_max", self.connections_max as u64, 1, 1_000_000),
            (
                "limits.connections_per_address_max",
                self.connections_per_address_max as u64,
                1,
                1_000_000,
            ),
            ("limits.header_seconds", self.header_seconds, 1, 600),
            ("limits.attributes_seconds", self.attributes_seconds, 1, 600),
            ("limits.body_seconds", self.body_seconds, 1, 3_600),
            ("limits.body_bytes_min", self.body_bytes_min, 1, 1 << 30),
            ("limits.idle_seconds", self.idle_seconds, 1, 3_600),
            ("limits.multiple_operation_seconds", seconds, 1, 3_600),
            ("limits.held_jobs_per_owner", u64::from(self.held_jobs_per_owner), 0, 100_000),
            ("limits.held_mib_per_owner", self.held_mib_per_owner, 0, 1 << 30),
            (
                "limits.refusals_per_address_minute",
                self.refusals_per_address_minute.into(),
                1,
                10_000,
            ),
        ])
    }
}

/// Finds the first entry that lies outside its range.
pub(super) fn within(entries: &[Range]) -> Result<(), (&'static str, String)> {
    let outside = |(_, value, low, high): &&Range| !(*low..=*high).contains(value);
    match entries.iter().find(outside) {
        Some((entry, value, low, high)) => Err((*entry, format!("{value}: use {low} to {high}"))),
        None => Ok(()),
    }
}
