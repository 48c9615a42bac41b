//! The printer in software as a process, driven through its control port.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use real_parts::folder::Folder;
use real_parts::process::{Process, Stop};
use real_parts::waiting;
use serde_json::{Value as Json, json};

/// Nothing that a test waits for takes longer.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A running printer.
pub struct Mfp {
    process: Process,
    folder: Folder,
    ready: Json,
}

impl Mfp {
    /// Starts a printer that prints an impression in five milliseconds.
    pub fn start(options: &[&str]) -> Self {
        let folder = Folder::new("delivery-mfp");
        let state = folder.join("state");
        let ready = state.join("ready.json");
        let mut command = Command::new(built("virtual-mfp"));
        command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--state"]);
        command.arg(&state).args(["--pages-per-minute", "12000"]).args(options);
        let log = folder.join("mfp.log");
        let mut process = Process::start("virtual-mfp", command, &log, Stop::Terminate);
        process.wait_until(LIMIT, || ready.exists());
        let ready = std::fs::read(&ready).expect("the printer wrote where it is");
        let ready = serde_json::from_slice(&ready).expect("what it wrote is JSON");
        Self { process, folder, ready }
    }

    /// Its address without TLS.
    pub fn uri(&self) -> &str {
        self.ready["uri"].as_str().expect("the printer has a URI")
    }

    /// Its address with TLS.
    pub fn uri_tls(&self) -> &str {
        self.ready["uri_tls"].as_str().expect("the printer was started with a certificate")
    }

    /// Its `printer-uuid`.
    pub fn uuid(&self) -> &str {
        self.ready["uuid"].as_str().expect("the printer has a uuid")
    }

    /// Its own list of what it printed.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("state").join(name)
    }

    /// Ends the process: nobody answers at the address any more.
    pub fn switch_off(&mut self) {
        self.process.stop();
    }

    /// Arms a fault.
    pub fn fault(&self, fault: Json) {
        let answer = self.control("POST", "/fault", &fault);
        assert!(answer["id"].is_u64(), "{fault}: {answer}");
    }

    /// Ends every fault.
    pub fn clear(&self) {
        self.control("POST", "/clear", &json!({}));
    }

    /// A power cycle.
    pub fn reset(&self) {
        self.control("POST", "/reset", &json!({}));
    }

    /// How fast it prints.
    pub fn pages_per_minute(&self, speed: u32) {
        self.control("POST", "/speed", &json!({ "pages_per_minute": speed }));
    }

    /// Somebody presses cancel at its panel.
    pub fn cancel_at_panel(&self, job_id: i64) {
        self.control("POST", "/cancel", &json!({ "job_id": job_id }));
    }

    /// What it really did.
    pub fn status(&self) -> Json {
        self.control("GET", "/status", &Json::Null)
    }

    /// Every job it ever had, oldest first.
    pub fn jobs(&self) -> Vec<Json> {
        self.status()["jobs"].as_array().expect("a list of jobs").clone()
    }

    /// How often an operation was asked for.
    pub fn requests(&self, operation: &str) -> u64 {
        self.status()["requests"][operation].as_u64().unwrap_or(0)
    }

    /// All sides that really came out.
    pub fn impressions_out(&self) -> u64 {
        self.status()["impressions_out"].as_u64().expect("a count")
    }

    /// Waits until the printer's own account fits.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Json) -> bool) -> Json {
        let status = waiting::poll(LIMIT, || Some(self.status()).filter(&fits));
        status.unwrap_or_else(|| panic!("never came: {what}: {}", self.status()))
    }

    fn control(&self, method: &str, path: &str, json: &Json) -> Json {
        let control = self.ready["control"].as_str().expect("a control port");
        let control: SocketAddr = control.parse().expect("an address");
        let mut stream = TcpStream::connect(control).expect("the control port answers");
        stream.set_read_timeout(Some(LIMIT)).expect("a time limit can be set");
        let body = json.to_string();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {control}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("the request is taken");
        stream.write_all(body.as_bytes()).expect("the request is taken");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the answer ends");
        let answer = String::from_utf8(answer).expect("the answer is text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }
}

/// A program of ours: it stands beside the folder of the tests.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    let debug = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let program = debug.join(name);
    assert!(program.exists(), "{program:?} is missing: run `cargo build -p {name}` first");
    program
}
