//! A whole house of the product on loopback: server, two printers in software, a station. It is set up
//! by the commands that a person would type, and everything it keeps is in one folder.
//!
//! | module | what it is |
//! |---|---|
//! | [`plan`] | what the house is to be: folder, ports, database, people |
//! | [`people`] | who works there |
//! | [`ports`] | where each part listens |
//! | [`furnish`] | writes the files and types the commands, once |
//! | [`running`] | starts and ends the parts, prints, taps |
//! | [`mfp`] | what a printer says that it did |
//! | [`books`] | what the database says |
//! | [`programs`] | finds and runs programs |
//! | [`http`] | one question to a listener on loopback |
//!
//! Whatever does not work is told as a sentence in `Err`: the demo shows it to a newcomer.

pub mod books;
pub mod furnish;
pub mod http;
pub mod mfp;
pub mod people;
pub mod plan;
pub mod ports;
pub mod programs;
pub mod running;

pub use books::Books;
pub use mfp::Mfp;
pub use people::Person;
pub use plan::{Database, Plan};
pub use ports::Ports;
pub use running::{House, Tapped};

/// What did not work, as a sentence.
pub type Result<T> = std::result::Result<T, String>;
