//! The station's program against a server that follows a script: real TLS, real HTTP, loopback.

mod browser;
mod network_reader;
mod program;
mod server;

mod doctor;
mod enrolment;
mod journeys;
mod kinds;
mod link;
mod options;
mod page;
mod pins;
mod places;
#[cfg(feature = "pcsc")]
mod readers;
mod tap_command;
mod touch;
