//! The station's program as a process with a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::browser::until_shown;
use crate::server::{Peer, SOON, Server};

/// The program's file.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_release-station");

/// Kim's card.
pub const CARD: &str = "04A1B2C3D4E580";

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("station-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the build's own folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running station; it is ended at the end.
pub struct Station {
    child: Child,
    /// Its touch page.
    pub page: SocketAddr,
    /// The server that it talks to.
    pub server: Server,
    folder: Folder,
}

/// Writes a configuration and gives its path.
pub fn configuration(folder: &Path, server: SocketAddr) -> PathBuf {
    let path = folder.join("station.toml");
    let text = format!(
        "server = \"{server}\"\nca = \"ca.pem\"\ncertificate = \"station.pem\"\n\
         key = \"station.key\"\npage = \"127.0.0.1:0\"\nreader = \"simulated\"\n\
         language = \"sv\"\n\
         [[simulated_card]]\nlabel = \"Kim Berg\"\nuid = \"{CARD}\"\n\
         [[simulated_card]]\nlabel = \"Okänt kort\"\nuid = \"04FFFFFFFFFF80\"\n"
    );
    std::fs::write(&path, text).expect("a file");
    path
}

impl Station {
    /// Starts a server and a station, greets it and waits until it waits for a card.
    pub async fn start() -> (Self, Peer) {
        let folder = Folder::new();
        let server = Server::start(&folder.0).await;
        let config = configuration(&folder.0, server.address());
        let (station, peer) = Self::start_with(folder, server, &config, &[]).await;
        until_shown(station.page, "Håll kortet mot läsaren").await;
        (station, peer)
    }

    /// Starts a station with this configuration and environment, and greets it.
    pub async fn start_with(
        folder: Folder,
        server: Server,
        config: &Path,
        environment: &[(&str, PathBuf)],
    ) -> (Self, Peer) {
        let mut child = Command::new(PROGRAM)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .arg("run")
            .arg("--config")
            .arg(config)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let out = child.stdout.take().expect("its output");
        let line = timeout(SOON, BufReader::new(out).lines().next_line()).await;
        let line = line.expect("a line in time").expect("output").expect("the page's address");
        let page = line.trim_start_matches("http://").trim_end_matches('/').parse();
        let page = page.expect("an address");
        let peer = server.welcome().await;
        (Self { child, page, server, folder }, peer)
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// Ends it as an administrator would; whether it ended well and in time.
    pub async fn terminate(mut self) -> bool {
        let pid = self.child.id().expect("it runs").to_string();
        let kill = Command::new("kill").arg("-TERM").arg(pid).status().await;
        assert!(kill.expect("kill runs").success());
        let status = timeout(SOON, self.child.wait()).await;
        status.is_ok_and(|status| status.expect("a status").success())
    }

    /// Runs `release-station tap` with more arguments; its exit status and what it said.
    pub fn tap_command(&self, arguments: &[&str]) -> TapCommand {
        let child = Command::new(PROGRAM)
            .arg("tap")
            .args(arguments)
            .arg("--page")
            .arg(format!("http://{}", self.page))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        TapCommand(child)
    }
}

/// A running `release-station tap`.
pub struct TapCommand(Child);

impl TapCommand {
    /// Waits for its end: its exit status, and what it said to the person and about errors.
    pub async fn end(self) -> (i32, String) {
        let output = timeout(SOON, self.0.wait_with_output()).await.expect("it ends in time");
        let output = output.expect("its output");
        let mut text = String::from_utf8(output.stdout).expect("text");
        text.push_str(&String::from_utf8(output.stderr).expect("text"));
        (output.status.code().expect("an exit status"), text)
    }
}
