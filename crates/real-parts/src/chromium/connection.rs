//! Chromium's DevTools protocol over two named pipes: JSON messages that each end with a zero byte.
//!
//! Pipes rather than its WebSocket, because nobody else on the machine can then steer the browser.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, mkfifoat};
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

/// How long the browser may take for one answer or event.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Why the browser did not do what it was told.
#[derive(Debug)]
pub(super) struct Refused(pub String);

/// A running browser and the way to it.
#[derive(Debug)]
pub(super) struct Connection {
    process: Process,
    to_browser: File,
    from_browser: Receiver<Value>,
    /// Events that arrived while an answer was awaited.
    events: Vec<Value>,
    last_id: u64,
    /// The page that commands go to; none before there is one.
    session: Option<String>,
}

impl Connection {
    /// Starts the browser with its profile in `folder`.
    pub(super) fn start(folder: &Folder) -> Connection {
        let (to, from) = (pipe(folder, "to-browser"), pipe(folder, "from-browser"));
        // Held open for both directions, so that opening waits for nobody.
        let to_browser = open(&to);
        let reader = BufReader::new(open(&from));
        let mut command = Command::new("/bin/sh");
        // The browser expects the pipes as descriptors 3 and 4.
        command.args(["-c", "in=$1 out=$2; shift 2; exec \"$@\" 3<\"$in\" 4>\"$out\"", "chromium"]);
        command.arg(to).arg(from).arg(programs::find("chromium", "chromium"));
        command.args(options(folder)).env("HOME", folder.path());
        let log = folder.join("browser.log");
        let process = Process::start("chromium", command, &log, Stop::Kill);
        let (sender, from_browser) = mpsc::channel();
        thread::spawn(move || {
            // Ends with the test process, or when nobody listens any more.
            for message in reader.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { continue };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let events = Vec::new();
        Connection { process, to_browser, from_browser, events, last_id: 0, session: None }
    }

    /// Opens an empty page; commands go to it from now on.
    pub(super) fn open_page(&mut self) {
        let target = self.must("Target.createTarget", json!({ "url": "about:blank" }));
        let parameters = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.must("Target.attachToTarget", parameters);
        self.session = attached["sessionId"].as_str().map(str::to_owned);
    }

    /// Gives a command and waits for its answer.
    ///
    /// # Panics
    /// When the browser ends or does not answer.
    pub(super) fn command(&mut self, method: &str, parameters: Value) -> Result<Value, Refused> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to_browser.write_all(&bytes).expect("the pipe is open on both ends");
        let deadline = Instant::now() + ANSWER_LIMIT;
        loop {
            let mut message = self.receive(method, deadline);
            if message["id"] == json!(id) {
                return match message["error"]["message"].as_str() {
                    Some(reason) => Err(Refused(reason.to_owned())),
                    None => Ok(message["result"].take()),
                };
            }
            self.events.push(message);
        }
    }

    /// A command that the browser has no reason to refuse.
    ///
    /// # Panics
    /// When it does.
    pub(super) fn must(&mut self, method: &str, parameters: Value) -> Value {
        let answer = self.command(method, parameters);
        answer.unwrap_or_else(|Refused(reason)| panic!("Chromium refused {method}: {reason}"))
    }

    /// Waits for an event of this kind, whether it has arrived already or not.
    ///
    /// # Panics
    /// When it does not come.
    pub(super) fn await_event(&mut self, method: &str) {
        let deadline = Instant::now() + ANSWER_LIMIT;
        while !self.events.iter().any(|event| event["method"] == json!(method)) {
            let message = self.receive(method, deadline);
            self.events.push(message);
        }
    }

    /// Takes the events of this kind that have arrived.
    pub(super) fn take_events(&mut self, method: &str) -> Vec<Value> {
        let all = std::mem::take(&mut self.events);
        let (wanted, kept) = all.into_iter().partition(|event| event["method"] == json!(method));
        self.events = kept;
        wanted
    }

    fn receive(&mut self, awaited: &str, deadline: Instant) -> Value {
        loop {
            match self.from_browser.recv_timeout(Duration::from_millis(100)) {
                Ok(message) => return message,
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {
                    let running = self.process.is_running();
                    assert!(running, "Chromium has ended:\n{}", self.process.log());
                }
                Err(_) => panic!("waited in vain for {awaited}:\n{}", self.process.log()),
            }
        }
    }
}

fn pipe(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.join(name);
    mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("the folder is new and ours");
    path
}

fn open(pipe: &Path) -> File {
    OpenOptions::new().read(true).write(true).open(pipe).expect("the pipe was just made")
}

/// Options for a browser without window, graphics card and calls home.
fn options(folder: &Folder) -> Vec<String> {
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    [
        "--headless=new",
        "--remote-debugging-pipe",
        // The sandbox works neither for root nor in most containers; the pages are our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-proxy-server",
        // It only ever opens pages on loopback, whose authorities are made for the test.
        "--ignore-certificate-errors",
        // Nothing outside of this machine is to be found.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        &profile,
    ]
    .map(str::to_owned)
    .into()
}
