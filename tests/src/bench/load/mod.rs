//! The load program: connections that stay open, requests that were made beforehand.

mod connection;
mod phones;
mod request;
mod run;

pub use connection::{Address, Connection};
pub use phones::Phones;
pub use request::{Post, small_document};
pub use run::{Load, Outcome, single_thread};
