//! The printer in software, and what it put out.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::time::Duration;

use real_parts::virtual_mfp::Mfp as Printer;
use real_parts::waiting;
use serde::Deserialize;

/// Far faster than any printer, so that the paper is not what is measured.
const PAGES_PER_MINUTE: &str = "600000";

/// A running printer, and how much of its list was read.
#[derive(Debug)]
pub struct Mfp {
    printer: Printer,
    read: u64,
    /// What was read and belongs to jobs that are waited for.
    pending: String,
}

/// A line of the list of what was put out.
#[derive(Debug, Deserialize)]
struct Printed {
    first_document_byte_us: Option<i64>,
}

impl Mfp {
    /// Starts one.
    #[must_use]
    pub fn start() -> Mfp {
        let printer = Printer::start_with(&["--pages-per-minute", PAGES_PER_MINUTE]);
        Mfp { printer, read: 0, pending: String::new() }
    }

    /// Its address.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.printer.uri()
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
        let Ok(mut file) = File::open(self.printer.file("printed.jsonl")) else { return Ok(()) };
        file.seek(SeekFrom::Start(self.read))?;
        self.read += file.read_to_string(&mut self.pending)? as u64;
        Ok(())
    }

    /// Ends it.
    pub fn stop(mut self) {
        self.printer.switch_off();
    }
}
