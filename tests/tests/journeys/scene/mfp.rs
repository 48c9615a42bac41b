//! The printer in software as a process, driven through its control port.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use e2e::house::programs;
use real_parts::folder::Folder;
use real_parts::process::{Process, Stop};
use real_parts::waiting;
use serde_json::{Value as Json, json};

/// Nothing at a printer that a test waits for takes longer.
pub const PRINTER_LIMIT: Duration = Duration::from_secs(90);

/// A running printer.
pub struct Mfp {
    process: Process,
    folder: Folder,
    ready: Json,
}

impl Mfp {
    /// Starts a printer that puts out an impression in a millisecond.
    pub fn start() -> Mfp {
        Mfp::start_with(&[])
    }

    /// The same with options of its own.
    pub fn start_with(options: &[&str]) -> Mfp {
        let folder = Folder::new("journey-mfp");
        let ready = folder.join("state").join("ready.json");
        let mut command =
            Command::new(programs::ours("virtual-mfp").expect("`make build` makes it"));
        command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--state"]);
        command.arg(folder.join("state")).args(["--pages-per-minute", "60000"]).args(options);
        let log = folder.join("mfp.log");
        let mut process = Process::start("virtual-mfp", command, &log, Stop::Terminate);
        process.wait_until(PRINTER_LIMIT, || ready.exists());
        let ready = fs::read(&ready).expect("the printer wrote where it is");
        let ready = serde_json::from_slice(&ready).expect("what it wrote is JSON");
        Mfp { process, folder, ready }
    }

    /// Its address.
    pub fn uri(&self) -> &str {
        self.ready["uri"].as_str().expect("the printer has a URI")
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

    /// What it really did.
    pub fn status(&self) -> Json {
        self.control("GET", "/status", &Json::Null)
    }

    /// Every job it ever had, oldest first.
    pub fn jobs(&self) -> Vec<Json> {
        self.status()["jobs"].as_array().expect("a list of jobs").clone()
    }

    /// How many of its jobs put paper out.
    pub fn jobs_printed(&self) -> usize {
        let jobs = self.jobs();
        jobs.iter()
            .filter(|job| job["sheets_out"].as_u64().is_some_and(|sheets| sheets > 0))
            .count()
    }

    /// All sides that really came out.
    pub fn impressions_out(&self) -> u64 {
        self.status()["impressions_out"].as_u64().expect("a count")
    }

    /// All sheets that really came out.
    pub fn sheets_out(&self) -> u64 {
        self.status()["sheets_out"].as_u64().expect("a count")
    }

    /// What it printed for the job with this number of its own.
    pub fn document(&self, job: &Json) -> Vec<u8> {
        let file = job["file"].as_str().expect("the printer kept the document");
        fs::read(self.state(file)).expect("the printer kept the document")
    }

    fn state(&self, file: &str) -> PathBuf {
        self.folder.join("state").join(file)
    }

    /// Waits until the printer's own account fits.
    ///
    /// # Panics
    /// When it never does.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Json) -> bool) -> Json {
        let status = waiting::poll(PRINTER_LIMIT, || Some(self.status()).filter(&fits));
        status.unwrap_or_else(|| panic!("never came: {what}: {}", self.status()))
    }

    fn control(&self, method: &str, path: &str, json: &Json) -> Json {
        let control = self.ready["control"].as_str().expect("a control port");
        let control: SocketAddr = control.parse().expect("an address");
        let mut stream = TcpStream::connect(control).expect("the control port answers");
        stream.set_read_timeout(Some(PRINTER_LIMIT)).expect("the limit is not zero");
        let body = json.to_string();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {control}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the request is taken");
        stream.write_all(body.as_bytes()).expect("the request is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the answer is text and ends");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}: {body}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }
}
