//! A running printer: its process, its control port, and what a print server does with it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ipp_codec::registry::{GroupTag, JobState};
use ipp_codec::{Attribute, ClientRequest, Operation, Reply, names};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::process::{Process, Stop};
use real_parts::waiting;
use serde_json::{Value as Json, json};

use crate::client::{Answer, Exchange, Failure};

/// No state of a test takes longer to come.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A printer that prints an impression in a millisecond.
pub struct Mfp {
    pub process: Process,
    pub folder: Folder,
    pub ready: Json,
}

impl Mfp {
    /// Starts a printer in a folder of its own.
    pub fn start(options: &[&str]) -> Mfp {
        Mfp::start_in(Folder::new("virtual-mfp"), options)
    }

    /// Starts a printer in a folder that may have been used before.
    pub fn start_in(folder: Folder, options: &[&str]) -> Mfp {
        let state = folder.join("state");
        let ready = state.join("ready.json");
        let _ = std::fs::remove_file(&ready);
        let mut command = Command::new(env!("CARGO_BIN_EXE_virtual-mfp"));
        command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--state"]);
        command.arg(&state).args(["--pages-per-minute", "60000"]).args(options);
        let log = folder.join("mfp.log");
        let mut process = Process::start("virtual-mfp", command, &log, Stop::Terminate);
        process.wait_until(LIMIT, || ready.exists());
        let ready = std::fs::read(&ready).expect("the printer wrote where it is");
        let ready = serde_json::from_slice(&ready).expect("what it wrote is JSON");
        Mfp { process, folder, ready }
    }

    /// Ends the process and starts it again in the same folder.
    pub fn restart(mut self) -> Mfp {
        let ended = self.process.stop().expect("the printer ends when it is asked");
        assert!(ended.success(), "{ended}: {}", self.process.log());
        Mfp::start_in(self.folder, &[])
    }

    /// The printer's folder.
    pub fn state(&self, name: &str) -> std::path::PathBuf {
        self.folder.join("state").join(name)
    }

    pub fn uri(&self) -> &str {
        self.ready["uri"].as_str().expect("the printer has a URI")
    }

    pub fn address(&self, port: &str) -> SocketAddr {
        self.ready[port].as_str().and_then(|text| text.parse().ok()).expect("an address")
    }

    /// Sends JSON to the control port and gives its answer.
    pub fn control(&self, request: &str, json: &Json) -> (u16, Json) {
        let body = json.to_string();
        let control = self.address("control");
        let exchange = Exchange {
            read_max: 64 << 20,
            ..Exchange::new(control, request, "application/json", body.as_bytes())
        };
        let answer = exchange.run().expect("the control port always answers");
        (answer.code, serde_json::from_slice(&answer.body).expect("it answers in JSON"))
    }

    /// Arms a fault.
    pub fn fault(&self, fault: Json) -> u64 {
        let (code, answer) = self.control("POST /fault", &fault);
        assert_eq!(code, 200, "{fault}: {answer}");
        answer["id"].as_u64().expect("an armed fault has a number")
    }

    /// Clears faults.
    pub fn clear(&self, which: Json) -> u64 {
        self.control("POST /clear", &which).1["cleared"].as_u64().expect("a count")
    }

    pub fn status(&self) -> Json {
        self.control("GET /status", &Json::Null).1
    }

    /// What the printer really did with the newest job of this name.
    pub fn job(&self, name: &str) -> Json {
        let status = self.status();
        let jobs = status["jobs"].as_array().expect("a list of jobs");
        let found = jobs.iter().rev().find(|job| job["name"] == name);
        found.unwrap_or_else(|| panic!("no job {name} in {status}")).clone()
    }

    /// Waits until a job is in this state, and gives it.
    pub fn wait_for(&self, name: &str, state: &str) -> Json {
        let there = waiting::poll(LIMIT, || {
            let job = self.job(name);
            (job["state"] == state).then_some(job)
        });
        there.unwrap_or_else(|| panic!("{name} never was {state}: {}", self.job(name)))
    }

    /// Sends an IPP request, with a document behind it.
    pub fn exchange(&self, request: &ClientRequest, document: &[u8]) -> Result<Answer, Failure> {
        let mut body = request.encode().expect("the request can be written");
        body.extend(document);
        let listen = self.address("listen");
        Exchange::new(listen, "POST /ipp/print", "application/ipp", &body).run()
    }

    /// Sends an IPP request that is answered.
    pub fn ask(&self, request: &ClientRequest) -> Reply {
        self.exchange(request, b"").expect("the printer answers").ipp()
    }

    pub fn request(&self, operation: Operation) -> ClientRequest {
        ClientRequest::new(operation, self.uri())
    }

    /// A Create-Job request.
    pub fn create(&self, name: &str, ticket: Vec<Attribute>) -> ClientRequest {
        self.request(Operation::CREATE_JOB)
            .requesting_user_name("anna")
            .attribute(Attribute::name(names::JOB_NAME, name))
            .job_attributes(ticket)
    }

    /// Creates a job and gives its number.
    pub fn created(&self, name: &str, ticket: Vec<Attribute>) -> i32 {
        let reply = self.ask(&self.create(name, ticket));
        assert!(reply.status().is_successful(), "{reply:?}");
        reply.integer(GroupTag::JOB, names::JOB_ID).expect("a new job has a number")
    }

    /// A Send-Document request for a PDF.
    pub fn send(&self, job_id: i32) -> ClientRequest {
        self.request(Operation::SEND_DOCUMENT)
            .job_id(job_id)
            .requesting_user_name("anna")
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, "application/pdf"))
            .attribute(Attribute::boolean(names::LAST_DOCUMENT, true))
    }

    /// Prints a PDF of so many pages as a print server does, and gives the job's number.
    pub fn print(&self, name: &str, pages: usize, ticket: Vec<Attribute>) -> i32 {
        let job_id = self.created(name, ticket);
        let document = pdf(pages, Paper::A4, name);
        let reply = self.exchange(&self.send(job_id), &document).expect("an answer").ipp();
        assert!(reply.status().is_successful(), "{reply:?}");
        job_id
    }

    /// What IPP clients read about a job.
    pub fn read_job(&self, job_id: i32) -> Reply {
        self.ask(&self.request(Operation::GET_JOB_ATTRIBUTES).job_id(job_id))
    }

    /// What IPP clients read about a job once it has ended.
    pub fn read_ended_job(&self, job_id: i32) -> Reply {
        let ended = waiting::poll(LIMIT, || {
            let reply = self.read_job(job_id);
            job_state(&reply).is_final().then_some(reply)
        });
        ended.expect("the job ends")
    }

    /// What IPP clients read about the printer.
    pub fn read_printer(&self) -> Reply {
        self.ask(&self.request(Operation::GET_PRINTER_ATTRIBUTES))
    }
}

/// The job's state in an answer.
pub fn job_state(reply: &Reply) -> JobState {
    let state = reply.integer(GroupTag::JOB, names::JOB_STATE);
    JobState::new(state.unwrap_or_else(|| panic!("no job-state in {reply:?}")))
}

/// The job's reasons in an answer.
pub fn job_reasons(reply: &Reply) -> Vec<&str> {
    reply.keywords(GroupTag::JOB, names::JOB_STATE_REASONS)
}

/// A number about the job in an answer.
pub fn job_number(reply: &Reply, name: &str) -> Option<i32> {
    reply.integer(GroupTag::JOB, name)
}

/// A ticket: copies and sides.
pub fn ticket(copies: i32, sides: &str) -> Vec<Attribute> {
    vec![Attribute::integer(names::COPIES, copies), Attribute::keyword(names::SIDES, sides)]
}

/// Whether a fault has struck.
pub fn has_struck(mfp: &Mfp, id: u64) -> bool {
    let status = mfp.status();
    let faults = status["faults"].as_array().expect("a list of faults");
    faults.iter().any(|fault| fault["id"] == json!(id) && fault["hits"].as_u64() > Some(0))
}

/// The lines of `printed.jsonl`.
pub fn printed(path: &Path) -> Vec<Json> {
    let lines = std::fs::read_to_string(path).expect("the printer kept a list");
    lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}
