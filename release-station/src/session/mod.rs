//! Who stands at the station and what happens next: a pure state machine.
//!
//! Events and the time go in, messages for the server and a state to show come out; no sockets, no
//! clocks, no screen. `station.rs` feeds it and `page` draws what it says.
//!
//! - `event`: what can happen.
//! - `state`: what is shown, and what is known about the person who stands here.
//! - `machine`: the events that begin and end a session.
//! - `active`: what happens to a session's jobs.

mod active;
mod event;
mod machine;
mod state;
#[cfg(test)]
mod tests;

pub use active::{Active, Running};
pub use event::{Action, Event};
pub use machine::Machine;
pub use state::{LocalRefusal, Refusal, State, View};
