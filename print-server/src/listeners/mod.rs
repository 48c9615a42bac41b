//! The four doors to the network: print clients, pages, stations, and the people who run the server.

pub mod accept;
pub mod admission;
pub mod connection;
mod conversation;
mod enrolment;
pub mod forwarded;
mod guesses;
pub mod manage;
pub mod pages;
pub mod print;
pub mod station;
pub mod tls;
pub mod watchdog;
