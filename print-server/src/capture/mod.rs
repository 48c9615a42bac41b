//! Records what one device says when it prints, with names hidden, so that the next change is tried against
//! what real devices send. It stands between the device and the running server and changes nothing.
//!
//! | module | what it is about |
//! |---|---|
//! | [`relay`] | passes requests through and answers back |
//! | [`tap`] | reads the attributes out of a request as it passes |
//! | [`hide`] | puts made-up names in the place of people, hosts and titles |
//! | [`record`] | one line of the file |
//! | [`vouch`] | tells the server which device it is, so that its network counts and not the relay's |
//!
//! Documents, passwords and tokens are never written.

mod hide;
mod record;
pub mod relay;
mod tap;
pub mod vouch;

pub use record::{Origin, Recorder};
