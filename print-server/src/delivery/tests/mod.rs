//! Deliveries against the printer in software, with a real store, spool and keys.

mod cancels;
mod crashes;
mod faults;
mod house;
mod mfp;
mod prints;
mod refusals;
mod simple;
