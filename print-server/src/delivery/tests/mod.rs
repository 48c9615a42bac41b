//! Deliveries against the printer in software, with a real store, spool and keys.

mod cancels;
mod crashes;
mod faults;
mod forms;
pub mod house;
pub mod mfp;
mod pinned;
mod postgres;
mod prints;
mod reach;
mod refusals;
mod simple;
