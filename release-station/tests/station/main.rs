//! The station's program against a server that follows a script: real TLS, real HTTP, loopback.

mod browser;
mod program;
mod server;

mod enrolment;
mod journeys;
mod link;
mod page;
mod pins;
#[cfg(feature = "pcsc")]
mod readers;
mod tap_command;
mod touch;
