//! Which versions of the protocol are spoken, and where.

/// The newest version of the protocol that this crate describes.
pub const PROTOCOL: u16 = 1;

/// The oldest version that a server still speaks: the one before [`PROTOCOL`], so that servers and
/// stations can be upgraded one after the other, servers first.
pub const PROTOCOL_OLDEST: u16 = if PROTOCOL > 1 { PROTOCOL - 1 } else { 1 };

/// The path of the WebSocket on the server's station listener.
pub const PATH: &str = "/station";

/// Whether a server of this version speaks `protocol`.
#[must_use]
pub const fn speaks(protocol: u16) -> bool {
    PROTOCOL_OLDEST <= protocol && protocol <= PROTOCOL
}
