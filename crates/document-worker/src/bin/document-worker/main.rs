//! Looks into one document and says what is inside.
//!
//! ```text
//! document-worker facts < DOCUMENT    pages, paper and colour, as lines of JSON
//! document-worker render ORDER < DOCUMENT    its pages as raster, in frames
//! document-worker edit ORDER < DOCUMENT      its pages in another PDF, in frames
//! document-worker prove DEED          tries what the sandbox forbids, to show that it holds
//! ```
//!
//! The process locks itself in before it reads the first byte. It knows nothing of the server and
//! is given no path: the document comes on standard input and the answer goes to standard output.
//! What it may use, and how its end is understood, stands in the library `document_worker`.

mod color;
mod deeds;
mod edit;
mod formats;
mod jpeg;
mod pdf;
mod raster;
mod render;
mod report;

use std::process::ExitCode;

use document_worker::sandbox::{EXIT_UNLOCKED, LockedIn, lock_in};
use document_worker::{EditOrder, Failure, Frames, Limits, Line, RenderOrder};

const USAGE: &str = "usage: document-worker facts < DOCUMENT
       document-worker render ORDER < DOCUMENT
       document-worker edit ORDER < DOCUMENT
       document-worker prove DEED";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["facts"] => locked_in(Limits::FACTS, facts),
        ["render", order] => match RenderOrder::parse(order) {
            Ok(order) => locked_in(Limits::RENDER, |locked| framed(render::draw(&order, locked))),
            Err(_) => usage(),
        },
        ["edit", order] => match EditOrder::parse(order) {
            Ok(order) => locked_in(Limits::RENDER, |locked| framed(edit::edit(&order, locked))),
            Err(_) => usage(),
        },
        ["prove", deed] => match deeds::find(deed) {
            Some(deed) => locked_in(Limits::FACTS, |_| deed()),
            None => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn locked_in(limits: Limits, work: impl FnOnce(&LockedIn)) -> ExitCode {
    // What a panic says may hold parts of a document; its status is enough.
    std::panic::set_hook(Box::new(|_| {}));
    match lock_in(limits) {
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

/// Says the last word behind what was written in frames.
fn framed(written: Result<(), Failure>) {
    let word = match written {
        Ok(()) => Line::Done,
        Err(failure) => {
            // Nothing was written: an end without a frame before it.
            if Frames::new(std::io::stdout().lock()).end().is_err() {
                return;
            }
            Line::Failed(failure)
        }
    };
    report::say(&word);
}
