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
        }
    }
}
