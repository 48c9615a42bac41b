//! Looks into one document and says what is inside.
//!
//! ```text
//! document-worker facts < DOCUMENT    pages, paper and colour, as lines of JSON
//! document-worker prove DEED          tries what the sandbox forbids, to show that it holds
//! ```
//!
//! The process locks itself in before it reads the first byte. It knows nothing of the server and
//! is given no path: the document comes on standard input and the answer goes to standard output.
//! What it may use, and how its end is understood, stands in the library `document_worker`.

mod color;
mod deeds;
mod formats;
mod jpeg;
mod pdf;
mod raster;
mod report;

use std::process::ExitCode;

use document_worker::sandbox::{EXIT_UNLOCKED, LockedIn, lock_in};
use document_worker::{Limits, Line};

const USAGE: &str = "usage: document-worker facts < DOCUMENT\n       document-worker prove DEED";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["facts"] => locked_in(facts),
        ["prove", deed] => match deeds::find(deed) {
            Some(deed) => locked_in(|_| deed()),
            None => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn locked_in(work: impl FnOnce(&LockedIn)) -> ExitCode {
    // What a panic says may hold parts of a document; its status is enough.
    std::panic::set_hook(Box::new(|_| {}));
    match lock_in(Limits::FACTS) {
        Ok(locked) => {
            work(&locked);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("nothing was read: {error}");
            ExitCode::from(u8::try_from(EXIT_UNLOCKED).unwrap_or(u8::MAX))
        }
    }
}

fn facts(locked: &LockedIn) {
    let result = formats::look(std::io::stdin().lock(), locked);
    report::say(&match result {
        Ok(()) => Line::Done,
        Err(failure) => Line::Failed(failure),
    });
}
