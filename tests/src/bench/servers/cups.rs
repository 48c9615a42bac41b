//! CUPS's server with one raw queue, whose jobs are held.

use real_parts::cupsd::Cupsd;

use crate::bench::load::Address;

/// A device for jobs that are never released.
pub const NOWHERE: &str = "file:///dev/null";
/// The queue.
pub const QUEUE: &str = "held";
/// Whose jobs they are.
pub const PERSON: &str = "anna";

/// A server with a raw queue to `device`; `safe` has it lose nothing when it is killed.
pub fn start(safe: bool, device: &str) -> Cupsd {
    let cupsd = Cupsd::start_for_measuring(safe);
    cupsd.add_raw_queue(QUEUE, device);
    cupsd
}

/// Where it listens.
///
/// # Errors
/// Never; the server always has a port.
pub fn address(cupsd: &Cupsd) -> Result<Address, String> {
    let server = cupsd.server();
    let port = server.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.map(Address::plain).ok_or_else(|| format!("{server} has no port"))
}
