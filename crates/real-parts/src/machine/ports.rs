//! Free TCP ports on loopback.

use std::collections::HashSet;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

/// Ports that this process has handed out, so that two tests in it never get the same one.
static HANDED_OUT: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A TCP port on 127.0.0.1 that nobody listens on and that this process has not handed out before.
///
/// Between this answer and the part's own `bind` another process may take the port. A part that can
/// listen on port 0 and say what it got should do that instead.
///
/// # Panics
/// When loopback has no free port.
pub fn free() -> u16 {
    let mut guard = HANDED_OUT.lock().expect("nothing panics while the lock is held");
    let handed_out = guard.get_or_insert_default();
    loop {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        if handed_out.insert(port) {
            return port;
        }
    }
}

/// Whether something accepts TCP connections on this port of 127.0.0.1.
pub fn answers(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port).into();
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_differ_and_nobody_answers_on_them() {
        let ports: HashSet<u16> = (0..50).map(|_| free()).collect();
        assert_eq!(ports.len(), 50);
        assert!(ports.iter().all(|port| !answers(*port)));
    }
}
