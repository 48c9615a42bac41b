//! Free TCP ports on loopback.

use std::collections::HashSet;
use std::fs;
use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

/// Ports that this process has handed out, so that two tests in it never get the same one.
static HANDED_OUT: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// Ports below are often those of well-known services.
const LOWEST: u16 = 10_000;
/// Where Linux begins to give connections a port of their own, unless it is told otherwise.
const CONNECTIONS_BEGIN: u16 = 32_768;

/// A TCP port on 127.0.0.1 that nobody listens on and that this process has not handed out before.
///
/// It lies below those that the kernel gives to outgoing connections, so that a part that is ended
/// and started again finds its port still free.
///
/// Between this answer and the part's own `bind` another process may take the port. A part that can
/// listen on port 0 and say what it got should do that instead.
///
/// # Panics
/// When loopback has no free port.
pub fn free() -> u16 {
    let mut guard = HANDED_OUT.lock().expect("nothing panics while the lock is held");
    let handed_out = guard.get_or_insert_default();
    // As many tries as no machine has ports in use.
    for _ in 0..10_000 {
        let port = somewhere();
        if !handed_out.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            handed_out.insert(port);
            return port;
        }
    }
    panic!("loopback has no free port");
}

/// Any port between [`LOWEST`] and those of outgoing connections.
fn somewhere() -> u16 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let begin = range.split_whitespace().next().and_then(|port| port.parse().ok());
    let begin = begin.filter(|port| *port > LOWEST + 1_000).unwrap_or(CONNECTIONS_BEGIN);
    let mut bytes = [0; 2];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .expect("Linux always has /dev/urandom");
    LOWEST + u16::from_ne_bytes(bytes) % (begin - LOWEST)
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
