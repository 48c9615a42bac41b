//! A cable between stations and server that can be pulled out. What was on its way waits, as TCP lets it, and arrives
//! when the cable is back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// The cable.
pub struct Wire {
    /// Where stations find the server.
    pub address: SocketAddr,
    is_whole: watch::Sender<bool>,
}

impl Wire {
    /// Lays a cable to this port; it lies as long as the runtime.
    pub fn lay(runtime: &Runtime, port: u16) -> Wire {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (is_whole, whole) = watch::channel(true);
        runtime.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(connect(near, port, whole.clone()));
            }
        });
        Wire { address, is_whole }
    }

    /// Pulls it out.
    pub fn cut(&self) {
        self.is_whole.send_replace(false);
    }

    /// Puts it in again.
    pub fn mend(&self) {
        self.is_whole.send_replace(true);
    }
}

async fn connect(near: TcpStream, port: u16, mut whole: watch::Receiver<bool>) {
    // An error means that the test is over.
    let _ = whole.wait_for(|whole| *whole).await;
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::join!(carry(near_in, far_out, whole.clone()), carry(far_in, near_out, whole));
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut whole: watch::Receiver<bool>) {
    let mut buffer = vec![0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let _ = whole.wait_for(|whole| *whole).await;
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
