//! The printer in software, started as a process and used like a real one: by IPP requests of our
//! own, by ipptool, and through its control port.

mod attributes;
mod cancel;
mod client;
mod control;
mod counting;
mod hang_ups;
mod ipptool;
mod lies;
mod machine;
mod power;
mod refusals;
mod replies;
mod stops;
