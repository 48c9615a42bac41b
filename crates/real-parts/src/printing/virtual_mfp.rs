//! The printer in software as a process, driven through its control port.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::{programs, waiting};

/// Nothing at a printer that a test waits for takes longer.
pub const LIMIT: Duration = Duration::from_secs(90);

/// A running printer.
#[derive(Debug)]
pub struct Mfp {
    process: Process,
    folder: Folder,
    ready: Json,
}

/// The control port of a printer, whoever started it.
#[derive(Debug, Clone, Copy)]
pub struct Control(SocketAddr);

impl Control {
    /// The control port at this address.
    #[must_use]
    pub fn at(address: SocketAddr) -> Control {
        Control(address)
    }

    /// Asks the control port.
    ///
    /// # Errors
    /// When it does not answer, or refuses; the text says how.
    pub fn ask(&self, method: &str, path: &str, json: &Json) -> Result<Json, String> {
        let (head, body) = self.exchange(method, path, json).map_err(|error| error.to_string())?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("{head}: {body}"));
        }
        serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))
    }

    fn exchange(&self, method: &str, path: &str, json: &Json) -> std::io::Result<(String, String)> {
        let address = self.0;
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(LIMIT))?;
        let body = json.to_string();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Ok((head.to_owned(), body.to_owned()))
    }
}

impl Mfp {
    /// Starts a printer that puts out an impression in a millisecond.
    #[must_use]
    pub fn start() -> Mfp {
        Mfp::start_with(&[])
    }

    /// The same with options of its own.
    ///
    /// # Panics
    /// When the program was not built, or does not say where it listens.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Mfp {
        let mut all = options.to_vec();
        if !options.contains(&"--pages-per-minute") {
            all.extend(["--pages-per-minute", "60000"]);
        }
        let folder = Folder::new("virtual-mfp");
        let state = folder.join("state");
        let ready = state.join("ready.json");
        let mut command = Command::new(programs::ours("virtual-mfp"));
        command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--state"]);
        command.arg(&state).args(all);
        let log = folder.join("mfp.log");
        let mut process = Process::start("virtual-mfp", command, &log, Stop::Terminate);
        process.wait_until(LIMIT, || ready.exists());
        let ready = fs::read(&ready).expect("the printer wrote where it is");
        let ready = serde_json::from_slice(&ready).expect("what it wrote is JSON");
        Mfp { process, folder, ready }
    }

    fn said(&self, what: &str) -> &str {
        self.ready[what].as_str().unwrap_or_else(|| panic!("the printer has no {what}"))
    }

    /// Its address without TLS.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.said("uri")
    }

    /// Its address with TLS.
    ///
    /// # Panics
    /// When it was started without a certificate.
    #[must_use]
    pub fn uri_tls(&self) -> &str {
        self.said("uri_tls")
    }

    /// Its `printer-uuid`.
    #[must_use]
    pub fn uuid(&self) -> &str {
        self.said("uuid")
    }

    /// A file of its own, like its list of what it printed.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("state").join(name)
    }

    /// Ends the process: nobody answers at the address any more.
    pub fn switch_off(&mut self) {
        self.process.stop();
    }

    /// Arms a fault.
    ///
    /// # Panics
    /// When there is no such fault.
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
    #[must_use]
    pub fn status(&self) -> Json {
        self.control("GET", "/status", &Json::Null)
    }

    /// Every job it ever had, oldest first.
    ///
    /// # Panics
    /// When it does not say.
    #[must_use]
    pub fn jobs(&self) -> Vec<Json> {
        self.status()["jobs"].as_array().expect("a list of jobs").clone()
    }

    /// How many of its jobs put paper out.
    #[must_use]
    pub fn jobs_printed(&self) -> usize {
        let has_paper = |job: &&Json| job["sheets_out"].as_u64().is_some_and(|sheets| sheets > 0);
        self.jobs().iter().filter(has_paper).count()
    }

    /// How often an operation was asked for.
    #[must_use]
    pub fn requests(&self, operation: &str) -> u64 {
        self.status()["requests"][operation].as_u64().unwrap_or(0)
    }

    /// All sides that really came out.
    ///
    /// # Panics
    /// When it does not say.
    #[must_use]
    pub fn impressions_out(&self) -> u64 {
        self.status()["impressions_out"].as_u64().expect("a count")
    }

    /// All sheets that really came out.
    ///
    /// # Panics
    /// When it does not say.
    #[must_use]
    pub fn sheets_out(&self) -> u64 {
        self.status()["sheets_out"].as_u64().expect("a count")
    }

    /// What it printed for this job of its own.
    ///
    /// # Panics
    /// When it was not kept.
    #[must_use]
    pub fn document(&self, job: &Json) -> Vec<u8> {
        let file = job["file"].as_str().expect("the printer kept the document");
        fs::read(self.file(file)).expect("the printer kept the document")
    }

    /// Waits until the printer's own account fits.
    ///
    /// # Panics
    /// When it never does.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Json) -> bool) -> Json {
        let status = waiting::poll(LIMIT, || Some(self.status()).filter(&fits));
        status.unwrap_or_else(|| panic!("never came: {what}: {}", self.status()))
    }

    fn control(&self, method: &str, path: &str, json: &Json) -> Json {
        let address = self.said("control").parse().expect("an address");
        let answer = Control::at(address).ask(method, path, json);
        answer.unwrap_or_else(|error| panic!("{path} of a printer: {error}"))
    }
}
