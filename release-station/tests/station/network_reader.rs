//! A card reader that speaks TCP, made of a socket: it listens, and says what a test lets it say.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::server::SOON;

/// A reader that is called.
pub struct Called(TcpListener);

/// One connection of a reader.
pub struct Reader {
    lines: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
}

impl Called {
    /// A reader that nobody has called yet.
    pub async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    /// Where it is called.
    pub fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("an address")
    }

    /// Waits for the station's call.
    pub async fn accept(&self) -> Reader {
        let call = timeout(SOON, self.0.accept()).await;
        Reader::new(call.expect("the station calls").expect("a connection").0)
    }
}

impl Reader {
    fn new(stream: TcpStream) -> Self {
        let (from, to) = stream.into_split();
        Self { lines: BufReader::new(from), to }
    }

    /// A reader that calls the station from this address.
    pub async fn call(from: &str, station: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::new(from.parse().expect("an address"), 0)).expect("it is ours");
        let stream = timeout(SOON, socket.connect(station)).await;
        Self::new(stream.expect("the station takes calls").expect("a connection"))
    }

    /// Writes these bytes.
    pub async fn write(&mut self, text: &str) {
        self.to.write_all(text.as_bytes()).await.expect("the station listens");
    }

    /// Waits for this line of the station's; others go by.
    pub async fn hear(&mut self, wanted: &str) {
        let heard = timeout(SOON, async {
            let mut line = String::new();
            while line.trim_end() != wanted {
                line.clear();
                let count = self.lines.read_line(&mut line).await.expect("text");
                assert_ne!(count, 0, "the station hung up before \"{wanted}\"");
            }
        });
        heard.await.unwrap_or_else(|_| panic!("the station never said \"{wanted}\""));
    }

    /// Waits until the station hangs up.
    pub async fn until_left(mut self) {
        let left = timeout(SOON, async {
            let mut line = Vec::new();
            while self.lines.read_until(b'\n', &mut line).await.is_ok_and(|count| count > 0) {}
        });
        left.await.expect("the station hangs up");
    }
}
