//! The machine itself: its jobs, its print engine, its faults and its counters. No network here.

mod engine;
mod fault_list;
mod faults;
mod folder;
mod job;
mod life;
mod plan;
mod printer;

mod state;

pub use engine::run as run_engine;
pub use fault_list::{After, Before};
pub use faults::{Fault, HangUpHow, SleepHow};
pub use folder::Folder;
pub use job::{DocumentProgress, Job, Reported};
pub use life::DOCUMENT_WAIT_SECONDS;
pub use printer::{Addresses, PRINTER_PATH, Printer, Sleep};
pub use state::{CancelBy, CancelRefused, Machine, NewJob, StoredDocument};
