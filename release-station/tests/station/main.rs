//! The station's program against a server that follows a script: real TLS, real HTTP, loopback.

mod browser;
mod program;
mod server;

mod journeys;
mod link;
mod page;
mod tap_command;
