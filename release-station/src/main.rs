//! The program beside the printer: a badge reader, a touch page, and the line to the print server.
//!
//! - `config`: the one TOML file.
//! - `commands`: what can be typed: `run`, `tap`, `enrol`, `doctor`, `check-config`.
//! - `readers`: cards as they are held to a reader, real or simulated.
//! - `session`: who stands here and what happens next; pure, without I/O.
//! - `link`: the connection to the print server.
//! - `page`: the touch page, on loopback only.
//! - `station`: the task that owns the session and joins the others.
//! - `places`: many places with a reader and nothing else, in one process.
//! - `signals`: what a reader's lamp and buzzer say.
//! - `doctor`: what is wrong, and what to do about it.
//! - `words`: every text of the station in both languages.

mod commands;
mod config;
mod doctor;
mod link;
mod page;
mod places;
mod readers;
mod session;
mod signals;
mod station;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::main()
}
