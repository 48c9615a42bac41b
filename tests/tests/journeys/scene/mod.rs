//! A whole installation for one test: server, printers, stations and people, set up by the commands
//! that an administrator types.

pub mod client;
pub mod crowd;
pub mod forger;
pub mod house;
pub mod post;
pub mod readers;
pub mod screen;
mod setup;
pub mod station;
pub mod visitor;
pub mod web;
pub mod wire;

pub use client::Client;
pub use house::{House, Printed};
pub use real_parts::virtual_mfp::Mfp;
pub use setup::{Setup, myself};
pub use station::{Station, TapEnd};

/// The queue that holds jobs for a tap.
pub const QUEUE: &str = "followme";
/// Anna's card: a person of the department K8.
pub const ANNA: &str = "04A1B2C3D4E580";
/// Bo's card: a person of the department C2, who does finance.
pub const BO: &str = "04B1B2C3D4E581";
/// The card of Elsa, who has left.
pub const ELSA: &str = "04E1B2C3D4E584";
/// A card that is nobody's.
pub const NOBODY: &str = "04FFFFFFFFFF80";
/// The password of those who have one.
pub const PASSWORD: &str = "två ord: åtta";
