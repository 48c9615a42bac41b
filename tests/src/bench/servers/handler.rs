//! The bare server: all that a server can leave out is left out. It keeps each body in a file and
//! knows neither print jobs nor people nor keys.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use real_parts::ports;
use real_parts::process::{Process, Stop};

use super::Ground;
use crate::bench::load::Address;

const START_LIMIT: Duration = Duration::from_secs(10);

/// The environment variable that names the port to listen on.
const PORT_VARIABLE: &str = "BENCH_HANDLER_PORT";

/// The bare server as a process of its own, with syncs.
#[derive(Debug)]
pub struct Handler {
    process: Process,
    port: u16,
}

impl Handler {
    /// Starts it on an empty folder.
    ///
    /// # Errors
    /// When it has no folder.
    pub fn start(ground: &Ground) -> Result<Handler, String> {
        let folder = ground.new_folder("handler")?;
        let port = ports::free();
        let mut command = Command::new(std::env::current_exe().map_err(|e| e.to_string())?);
        command.args(["handler", "--sync", "--folder"]).arg(&folder);
        command.env(PORT_VARIABLE, port.to_string());
        let mut process = Process::start("handler", command, &folder.join("log"), Stop::Kill);
        process.wait_until(START_LIMIT, || ports::answers(port));
        Ok(Handler { process, port })
    }

    /// Where it listens.
    pub fn address(&self) -> Address {
        Address::plain(self.port)
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it; its files stay.
    pub fn stop(mut self) {
        self.process.stop();
    }
}

#[derive(Debug)]
struct Place {
    folder: PathBuf,
    next: AtomicU64,
    sync: bool,
}

/// Serves until it is killed.
///
/// # Errors
/// When the port cannot be opened.
pub fn serve(folder: &Path, sync: bool) -> io::Result<()> {
    let port = std::env::var(PORT_VARIABLE).ok().and_then(|port| port.parse().ok()).unwrap_or(0);
    let place = Arc::new(Place { folder: folder.to_owned(), next: AtomicU64::new(1), sync });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        println!("listening on {}", listener.local_addr()?);
        let router = Router::new().fallback(post(keep)).with_state(place);
        axum::serve(axum::serve::ListenerExt::tap_io(listener, without_delay), router).await
    })
}

/// An answer must not wait for the acknowledgement of the one before.
fn without_delay(stream: &mut tokio::net::TcpStream) {
    // A connection that is gone already needs no option.
    let _ = stream.set_nodelay(true);
}

async fn keep(State(place): State<Arc<Place>>, body: Bytes) -> StatusCode {
    let written = tokio::task::spawn_blocking(move || place.write(&body)).await;
    match written {
        Ok(Ok(())) => StatusCode::OK,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Place {
    fn write(&self, body: &[u8]) -> io::Result<()> {
        let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let path = self.folder.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(body)?;
        if self.sync {
            file.sync_data()?;
            File::open(&self.folder)?.sync_all()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use real_parts::folder::Folder;

    #[test]
    fn each_body_gets_a_file_of_its_own() {
        let folder = Folder::new("handler-test");
        let next = AtomicU64::new(1);
        let place = Place { folder: folder.path().to_owned(), next, sync: true };
        place.write(b"one").unwrap();
        place.write(b"two").unwrap();
        assert_eq!(std::fs::read(folder.join("1")).unwrap(), b"one");
        assert_eq!(std::fs::read(folder.join("2")).unwrap(), b"two");
    }
}
