//! Opening the ports, with room for whoever knocks before we have looked up.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use super::ServeError;
use crate::config;

/// So many connections may wait to be taken. A campus whose phones all come back at once is let in without
/// a second's pause: whoever finds no room here knocks again after one. The system's own limit
/// (`net.core.somaxconn`) holds too.
const WAITING_MAX: u32 = 4_096;

/// The four open ports.
pub(super) struct Ports {
    pub(super) print: TcpListener,
    pub(super) web: TcpListener,
    pub(super) station: TcpListener,
    pub(super) manage: TcpListener,
}

impl Ports {
    /// Opens all four.
    ///
    /// # Errors
    /// When one cannot be opened: the text names the entry and the address.
    pub(super) fn open(listeners: &config::Listeners) -> Result<Self, ServeError> {
        Ok(Self {
            print: open("listeners.print", listeners.print.address)?,
            web: open("listeners.web", listeners.web.address)?,
            station: open("listeners.station", listeners.station.address)?,
            manage: open("listeners.manage", listeners.manage.address)?,
        })
    }
}

/// Opens a port; `entry` is its entry in the configuration.
///
/// # Errors
/// When it cannot be opened: the text names the entry and the address.
fn open(entry: &str, address: SocketAddr) -> Result<TcpListener, ServeError> {
    listen(address).map_err(|error| format!("{entry}: {address} cannot be opened: {error}").into())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart does not wait for the connections of the run before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn hundreds_may_knock_before_anybody_looks() {
        let listener = open("listeners.print", ([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let limit = Duration::from_secs(20);
        let knock = |_| TcpStream::connect_timeout(&address, limit).expect("there is room");
        // Nobody takes them meanwhile.
        assert_eq!((0..400).map(knock).collect::<Vec<_>>().len(), 400);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named() {
        let first = open("listeners.print", ([127, 0, 0, 1], 0).into()).unwrap();
        let again = open("listeners.web", first.local_addr().unwrap()).unwrap_err().to_string();
        assert!(again.contains("listeners.web: 127.0.0.1:"), "{again}");
    }
}
