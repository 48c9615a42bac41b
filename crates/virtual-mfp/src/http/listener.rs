//! The IPP port: open while the machine is awake, closed while it sleeps and refuses.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::connection;
use crate::machine::{Printer, Sleep, SleepHow};

/// How long to wait before the port is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// Takes connections until it is dropped.
pub async fn listen(printer: Arc<Printer>, listener: TcpListener, acceptor: Option<TlsAcceptor>) {
    let mut connections = JoinSet::new();
    let mut sleep = printer.sleep();
    let mut listener = Some(listener);
    loop {
        let refuses = matches!(*sleep.borrow_and_update(), Sleep::Asleep(_, SleepHow::Refuse));
        if refuses {
            listener = None;
        } else if listener.is_none() {
            listener = reopen(&printer).await;
        }
        printer.set_listening(listener.is_some());
        tokio::select! {
            accepted = accept(listener.as_ref()) => match accepted {
                Ok(tcp) => {
                    let serving = connection::serve(Arc::clone(&printer), tcp, acceptor.clone());
                    connections.spawn(serving);
                }
                Err(error) => {
                    tracing::warn!(%error, "A connection cannot be taken");
                    tokio::time::sleep(RETRY).await;
                }
            },
            _ = sleep.changed() => {}
            () = tokio::time::sleep(RETRY), if listener.is_none() && !refuses => {}
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn reopen(printer: &Printer) -> Option<TcpListener> {
    match TcpListener::bind(printer.addresses.listen).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::warn!(%error, "The port cannot be opened again yet");
            None
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(tcp, _)| tcp),
        None => std::future::pending().await,
    }
}
