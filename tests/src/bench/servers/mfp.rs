//! The printer in software, and what it put out.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use real_parts::process::{Process, Stop};
use real_parts::waiting;
use serde::Deserialize;

use super::Ground;

const START_LIMIT: Duration = Duration::from_secs(10);
/// Far faster than any printer, so that the paper is not what is measured.
const PAGES_PER_MINUTE: &str = "600000";

/// A running printer.
#[derive(Debug)]
pub struct Mfp {
    process: Process,
    folder: PathBuf,
    uri: String,
    /// How much of its list was read.
    read: u64,
    /// What was read and belongs to jobs that are waited for.
    pending: String,
}

/// What it says when it is ready.
#[derive(Debug, Deserialize)]
struct Ready {
    uri: String,
}

/// A line of the list of what was put out.
#[derive(Debug, Deserialize)]
struct Printed {
    first_document_byte_us: Option<i64>,
}

impl Mfp {
    /// Starts one.
    ///
    /// # Errors
    /// When it was not built, or does not say where it listens.
    pub fn start(ground: &Ground) -> Result<Mfp, String> {
        let folder = ground.new_folder("mfp")?;
        let mut command = Command::new(ground.program("virtual-mfp")?);
        command.arg("--state").arg(&folder).args(["--listen", "127.0.0.1:0"]);
        command.args(["--control", "127.0.0.1:0", "--pages-per-minute", PAGES_PER_MINUTE]);
        let log = folder.join("log");
        let mut process = Process::start("virtual-mfp", command, &log, Stop::Terminate);
        let ready = folder.join("ready.json");
        process.wait_until(START_LIMIT, || ready.is_file());
        let text = fs::read(&ready).map_err(|error| error.to_string())?;
        let Ready { uri } = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        Ok(Mfp { process, folder, uri, read: 0, pending: String::new() })
    }

    /// Its address.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Waits until it has put out so many more jobs; gives when the first byte of a document of
    /// theirs came, in microseconds of the machine's clock. `None` when they do not come in time; they
    /// can be waited for again.
    ///
    /// # Errors
    /// When its list cannot be read.
    pub fn first_byte_of(&mut self, jobs: usize, limit: Duration) -> Result<Option<i64>, String> {
        let whole = waiting::poll(limit, || match self.read_on() {
            Ok(()) => (self.pending.matches('\n').count() >= jobs).then_some(Ok(())),
            Err(error) => Some(Err(error.to_string())),
        });
        let Some(whole) = whole else { return Ok(None) };
        whole?;
        let text = std::mem::take(&mut self.pending);
        let lines = text.lines().map(serde_json::from_str::<Printed>);
        let lines: Vec<Printed> = lines
            .collect::<Result<_, _>>()
            .map_err(|error| format!("the printer's list: {error}"))?;
        Ok(lines.iter().filter_map(|line| line.first_document_byte_us).min())
    }

    /// Reads what is new in the list; there is no list before the first job.
    fn read_on(&mut self) -> std::io::Result<()> {
        let Ok(mut file) = File::open(self.folder.join("printed.jsonl")) else { return Ok(()) };
        file.seek(SeekFrom::Start(self.read))?;
        self.read += file.read_to_string(&mut self.pending)? as u64;
        Ok(())
    }

    /// Ends it.
    pub fn stop(mut self) {
        self.process.stop();
    }
}
