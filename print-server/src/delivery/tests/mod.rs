//! Deliveries against the printer in software, with a real store, spool and keys.

mod cancels;
mod crashes;
mod failures;
mod faults;
mod forms;
pub mod house;
mod pinned;
mod postgres;
mod prints;
mod reach;
mod refusals;
mod simple;
mod standing;
