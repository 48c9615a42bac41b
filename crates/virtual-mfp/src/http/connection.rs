//! One connection of the IPP port, from its first byte to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::exchange;
use super::wire::{Stream, Wire};
use crate::machine::{HangUpHow, Printer, Sleep};

/// The first byte of a TLS handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// What the requests of one connection share.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The machine.
    pub printer: Arc<Printer>,
    /// Whether it is TLS.
    pub tls: bool,
    reset: Arc<AtomicBool>,
}

/// A connection that ends without a reply.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut by a fault")]
pub struct Cut;

impl Connection {
    /// Ends the connection in this way; comes back when the connection shall be dropped.
    pub async fn hang_up(&self, how: HangUpHow) -> Cut {
        match how {
            HangUpHow::Close => {}
            HangUpHow::Reset => self.reset.store(true, Ordering::Relaxed),
            HangUpHow::Silence => {
                let mut cleared = self.printer.cleared();
                // The sender lives in the printer, which lives in `self`.
                let _ = cleared.changed().await;
            }
        }
        Cut
    }
}

/// Waits until the machine answers its network.
pub async fn awake(printer: &Printer) {
    let mut sleep = printer.sleep();
    let _ = sleep.wait_for(|sleep| *sleep == Sleep::Awake).await;
}

/// Counts a connection for as long as it is open.
#[derive(Debug)]
struct Open(Arc<Printer>);

impl Open {
    fn new(printer: Arc<Printer>) -> Open {
        printer.locked(|machine| {
            machine.connections += 1;
            machine.connections_open += 1;
        });
        Open(printer)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.locked(|machine| machine.connections_open -= 1);
    }
}

/// Serves a connection until it ends or the power is cut.
pub async fn serve(printer: Arc<Printer>, tcp: TcpStream, acceptor: Option<TlsAcceptor>) {
    let _open = Open::new(Arc::clone(&printer));
    let mut power = printer.power();
    tokio::select! {
        () = serve_powered(printer, tcp, acceptor) => {}
        _ = power.changed() => {}
    }
}

async fn serve_powered(printer: Arc<Printer>, tcp: TcpStream, acceptor: Option<TlsAcceptor>) {
    let reset = Arc::new(AtomicBool::new(false));
    let mut connection = Connection { printer, tls: false, reset: Arc::clone(&reset) };
    awake(&connection.printer).await;
    if let Some(how) = connection.printer.locked(|machine| machine.faults.at_connect()) {
        connection.hang_up(how).await;
        drop(Wire::new(Stream::Plain(tcp), reset));
        return;
    }
    if let Err(error) = tcp.set_nodelay(true) {
        tracing::debug!(%error, "A connection cannot be set up");
    }
    let mut first = [0];
    let peeked = tcp.peek(&mut first).await;
    let stream = match (peeked, acceptor) {
        (Ok(0) | Err(_), _) => return,
        (Ok(_), Some(acceptor)) if first[0] == TLS_HANDSHAKE => match acceptor.accept(tcp).await {
            Ok(tls) => {
                connection.tls = true;
                Stream::Tls(Box::new(tls))
            }
            Err(error) => {
                tracing::info!(%error, "A TLS handshake failed");
                return;
            }
        },
        (Ok(_), _) => Stream::Plain(tcp),
    };
    let service = service_fn(move |request| {
        let connection = connection.clone();
        async move { exchange::answer(&connection, request).await }
    });
    let io = TokioIo::new(Wire::new(stream, reset));
    // Clients come and go as they like; how a connection ended matters to nobody here.
    if let Err(error) = http1::Builder::new().serve_connection(io, service).await {
        tracing::debug!(%error, "A connection ended early");
    }
}
