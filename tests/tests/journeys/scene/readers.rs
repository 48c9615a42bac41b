//! Network readers in software, and the process that serves the places where they hang on the wall.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use e2e::house::{http, programs};
use real_parts::process::{Process, Stop};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

const START_LIMIT: Duration = Duration::from_secs(30);

/// One reader on the wall: the station calls it.
pub struct NetworkReader {
    /// Where it is called.
    pub address: SocketAddr,
    lines: mpsc::UnboundedSender<String>,
    hangs: Arc<AtomicBool>,
    shown: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl NetworkReader {
    /// Hangs a reader on the wall; it lives as long as the runtime.
    pub fn start(runtime: &Runtime) -> NetworkReader {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (lines, mut to_write) = mpsc::unbounded_channel();
        let (hangs, shown) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let (still, lamp) = (Arc::clone(&hangs), Arc::clone(&shown));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(stream, &mut to_write, &still, &lamp).await;
            }
        });
        NetworkReader { address, lines, hangs, shown }
    }

    /// Holds a card to it.
    pub fn hold(&self, card: &str) -> Instant {
        let now = Instant::now();
        self.lines.send(format!("{card}\r\n")).expect("the reader lives");
        now
    }

    /// From now on it takes what is said to it and says nothing, or it is well again.
    pub fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::Relaxed);
    }

    /// What its lamp showed after this moment, and when.
    pub fn shown_since(&self, since: Instant) -> Vec<(Instant, String)> {
        let shown = self.shown.lock().expect("nobody panics with it");
        shown.iter().filter(|(at, _)| *at >= since).cloned().collect()
    }
}

async fn serve(
    stream: TcpStream,
    to_write: &mut mpsc::UnboundedReceiver<String>,
    hangs: &AtomicBool,
    shown: &Mutex<Vec<(Instant, String)>>,
) {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from).lines();
    loop {
        tokio::select! {
            line = from.next_line() => match line {
                Ok(Some(line)) if line == "?" => {
                    if !hangs.load(Ordering::Relaxed) && to.write_all(b"ok\r\n").await.is_err() {
                        return;
                    }
                }
                Ok(Some(line)) => {
                    shown.lock().expect("nobody panics with it").push((Instant::now(), line));
                }
                _ => return,
            },
            Some(line) = to_write.recv() => {
                if to.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The lines of one place in the configuration.
pub fn place(name: &str, reader: SocketAddr) -> String {
    let signals = ["ready", "working", "printed", "nothing", "attention", "away"];
    let signals = signals.map(|signal| format!("{signal} = \"{signal}\\n\""));
    format!(
        "[[place]]\nname = \"{name}\"\nfolder = \"{name}\"\nreader = \"network\"\n\
         network = {{ dial = \"{reader}\", ask = \"?\\n\" }}\nsignals = {{ {} }}\n",
        signals.join(", ")
    )
}

/// A running process with places.
pub struct Places {
    _process: Process,
    port: u16,
}

impl Places {
    /// Starts it with these places in this folder.
    pub fn start(folder: &Path, station_port: u16, places: &str) -> Places {
        let config = folder.join("places.toml");
        let head = format!("server = \"127.0.0.1:{station_port}\"\npage = \"127.0.0.1:0\"\n");
        std::fs::write(&config, head + places).expect("the folder is ours");
        let mut command =
            Command::new(programs::ours("release-station").expect("`make build` makes it"));
        command.arg("run").arg("--config").arg(&config);
        let log = folder.join("places.log");
        let mut process = Process::start("release-station", command, &log, Stop::Terminate);
        let port = || {
            let text = std::fs::read_to_string(&log).ok()?;
            let page = text.split_whitespace().find(|word| word.starts_with("http://"))?;
            page.trim_end_matches('/').rsplit(':').next()?.parse().ok()
        };
        process.wait_until(START_LIMIT, || port().is_some());
        let port = port().expect("it was just there");
        Places { _process: process, port }
    }

    /// How each place's reader is, by the place's name, and how many would serve a tap.
    pub fn readers(&self) -> (u64, BTreeMap<String, String>) {
        let reply = http::get(self.port, "/status.json").expect("the process answers");
        let status: Value = serde_json::from_str(&reply.body).expect("JSON");
        let places = status["places"].as_array().expect("a list").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let readers = places.map(|place| (text(&place["name"]), text(&place["reader"])));
        (status["ready"].as_u64().expect("a number"), readers.collect())
    }
}
