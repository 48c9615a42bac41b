//! The folder of inputs that the fuzzer starts from and collects.
//!
//! `cargo run -p ipp-codec --example corpus -- write FOLDER` fills it with valid messages;
//! `… -- replay FOLDER` puts each file through the laws and prints how many are proper requests
//! and which operations they reach. Exit status 1 when an operation is never reached.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use ipp_codec::{Operation, encode};
use support::laws::{Outcome, examine_request};
use support::samples;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder] => write(Path::new(folder)).map(|()| true),
        ["replay", folder] => replay(Path::new(folder)),
        _ => {
            eprintln!("usage: corpus write|replay FOLDER");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("NOT OK");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn write(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let messages = samples::requests().into_iter().chain(samples::replies());
    for (number, message) in messages.enumerate() {
        let bytes = encode(&message).map_err(io::Error::other)?;
        std::fs::write(folder.join(format!("sample-{number:02}")), bytes)?;
    }
    Ok(())
}

fn replay(folder: &Path) -> io::Result<bool> {
    let mut inputs = 0;
    let mut accepted: BTreeMap<Operation, usize> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let bytes = std::fs::read(entry?.path())?;
        inputs += 1;
        if let Outcome::Accepted(operation) = examine_request(&bytes, 64) {
            *accepted.entry(operation).or_default() += 1;
        }
    }
    let total: usize = accepted.values().sum();
    println!("{inputs} inputs, {total} of them proper requests");
    for operation in samples::OPERATIONS {
        let count = accepted.get(&operation).copied().unwrap_or(0);
        println!("  {:<24}{count:>8}", operation.to_string());
    }
    Ok(accepted.len() == samples::OPERATIONS.len())
}
