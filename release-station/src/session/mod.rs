//! Who stands at the station and what happens next: a pure state machine.
//!
//! Events and the time go in, messages for the server and a state to show come out; no sockets, no
//! clocks, no screen. `station.rs` feeds it and `page` draws what it says.
//!
//! - `event`: what can happen.
//! - `state`: what is shown, and what is known about the person who stands here.
//! - `machine`: the rules: cards and time; `server` and `touch` are its other two halves: what the
//!   server says, and what a person does on the page.
//! - `codes`: what is typed in place of a card, and what is shown for a card that nobody has.
//! - `active`: what happens to a session's jobs; `pins` is its part about their PINs, `wishes` the one about
//!   what is to be different with them.

mod active;
mod codes;
mod event;
mod machine;
mod pins;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod touch;
mod wishes;

pub use active::{Active, Running};
pub use codes::{NewCardShown, Typing};
pub use event::{Action, Event};
pub use machine::Machine;
pub use pins::Asking;
pub use state::{LocalRefusal, Refusal, State, View};
pub use wishes::{Change, Editing, Outline};
