//! The load program: connections that stay open, requests that were made beforehand.

mod connection;
mod request;
mod run;

pub use connection::{Address, Connection};
pub use request::{Post, small_document};
pub use run::{Load, Outcome, single_thread};
