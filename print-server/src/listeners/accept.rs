//! Takes connections at a door until the server stops: so many at once, each a task that is waited for.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tracing::{debug, warn};

use super::admission::Admitted;

/// The first byte of a TLS handshake (RFC 8446 section 5.1).
pub const TLS_HANDSHAKE: u8 = 0x16;
/// Out of descriptors: the queue of the kernel keeps newcomers until some are free.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(50);

/// One of the server's doors, as often as connections come through it.
pub trait Door: Clone + Send + 'static {
    /// Who comes through this door, as the log calls them: "print clients".
    const CLIENTS: &'static str;
    /// Whether it is worth a warning that some of them had to be cut when the server stopped.
    const CUT_IS_WORTH_A_WARNING: bool = false;

    /// A place for one more connection from `address`; none when it or the house is full.
    fn admit(&self, address: IpAddr) -> Option<Admitted>;

    /// Serves one connection to its end. The place is free again when it is dropped.
    fn connection(
        self,
        stream: TcpStream,
        address: SocketAddr,
        place: Admitted,
    ) -> impl Future<Output = ()> + Send;

    /// Sends somebody away for whom there is no place. Without a word, unless the door has one.
    fn refuse(stream: TcpStream) -> impl Future<Output = ()> + Send {
        drop(stream);
        std::future::ready(())
    }
}

/// Lets connections in until the server stops, then waits `grace` for those that are left and cuts them.
pub async fn accept<D: Door>(
    door: D,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
    grace: Duration,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stopping| *stopping) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        match accepted {
            Ok((stream, address)) => match door.admit(address.ip()) {
                Some(place) => {
                    connections.spawn(door.clone().connection(stream, address, place));
                }
                None => {
                    debug!(%address, clients = D::CLIENTS, "A connection was refused");
                    connections.spawn(D::refuse(stream));
                }
            },
            Err(error) => {
                warn!(%error, clients = D::CLIENTS, "A connection could not be accepted");
                tokio::time::sleep(OUT_OF_DESCRIPTORS).await;
            }
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    let ended = tokio::time::timeout(grace, all_ended).await;
    if ended.is_err() && D::CUT_IS_WORTH_A_WARNING {
        warn!(clients = D::CLIENTS, "Connections were cut when the server stopped");
    }
    connections.shutdown().await;
}

/// The TLS handshake, which may take `limit`.
pub async fn handshake<S>(tls: &TlsAcceptor, stream: S, limit: Duration) -> Option<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match tokio::time::timeout(limit, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            debug!(%error, "A TLS handshake failed");
            None
        }
        Err(_) => {
            debug!("A TLS handshake took too long");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tokio::io::AsyncReadExt as _;
    use tokio::sync::mpsc;

    use super::super::admission::Admission;
    use super::*;

    const LONG: Duration = Duration::from_secs(30);
    const SHORT: Duration = Duration::from_millis(20);

    /// Serves each connection until its client leaves, and tells when one begins and ends.
    #[derive(Clone)]
    struct Echoes {
        admission: Admission,
        told: mpsc::UnboundedSender<&'static str>,
    }

    /// Tells that its connection is over, also when that was cut.
    struct Over(mpsc::UnboundedSender<&'static str>);

    impl Drop for Over {
        fn drop(&mut self) {
            let _ = self.0.send("over");
        }
    }

    impl Door for Echoes {
        const CLIENTS: &'static str = "testers";

        fn admit(&self, address: IpAddr) -> Option<Admitted> {
            self.admission.admit(address)
        }

        async fn connection(self, mut stream: TcpStream, _: SocketAddr, _place: Admitted) {
            let _over = Over(self.told.clone());
            let _ = self.told.send("begun");
            let _ = stream.read(&mut [0]).await;
        }
    }

    struct Open {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        told: mpsc::UnboundedReceiver<&'static str>,
        task: tokio::task::JoinHandle<()>,
    }

    async fn open(places: usize, grace: Duration) -> Open {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let (tell, told) = mpsc::unbounded_channel();
        let door = Echoes { admission: Admission::new(places, places), told: tell };
        let task = tokio::spawn(accept(door, listener, stopping, grace));
        Open { address, stop, told, task }
    }

    async fn within<T>(work: impl Future<Output = T>) -> T {
        tokio::time::timeout(LONG, work).await.expect("it does not take that long")
    }

    async fn is_closed(stream: &mut TcpStream) -> bool {
        matches!(within(stream.read(&mut [0])).await, Ok(0) | Err(_))
    }

    #[tokio::test]
    async fn whoever_finds_no_place_is_sent_away_and_the_next_one_gets_a_place_that_is_free_again()
    {
        let mut open = open(1, LONG).await;
        let first = TcpStream::connect(open.address).await.unwrap();
        assert_eq!(within(open.told.recv()).await, Some("begun"));
        let mut second = TcpStream::connect(open.address).await.unwrap();
        assert!(is_closed(&mut second).await);
        drop(first);
        assert_eq!(within(open.told.recv()).await, Some("over"));
        let _third = TcpStream::connect(open.address).await.unwrap();
        assert_eq!(within(open.told.recv()).await, Some("begun"));
    }

    #[tokio::test]
    async fn at_the_end_nobody_is_let_in_and_whoever_is_inside_is_waited_for() {
        let mut open = open(9, LONG).await;
        let inside = TcpStream::connect(open.address).await.unwrap();
        assert_eq!(within(open.told.recv()).await, Some("begun"));
        open.stop.send(true).unwrap();
        let refused = async {
            loop {
                let tried = TcpStream::connect(open.address).await;
                if tried.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
                    return;
                }
            }
        };
        within(refused).await;
        assert!(!open.task.is_finished());
        drop(inside);
        within(open.task).await.unwrap();
        assert_eq!(open.told.recv().await, Some("over"));
    }

    #[tokio::test]
    async fn after_the_grace_no_connection_is_left_behind() {
        let mut open = open(9, SHORT).await;
        let mut inside = TcpStream::connect(open.address).await.unwrap();
        assert_eq!(within(open.told.recv()).await, Some("begun"));
        open.stop.send(true).unwrap();
        within(open.task).await.unwrap();
        // It was told before the door's task ended: nobody runs on without an owner.
        assert_eq!(open.told.try_recv(), Ok("over"));
        assert!(is_closed(&mut inside).await);
    }
}
