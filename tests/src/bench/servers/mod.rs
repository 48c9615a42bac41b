//! The servers that are measured, and the ground on which they stand.

pub mod cups;
mod cups_release;
mod ground;
pub mod handler;
mod mfp;
mod ours;
pub mod process;
mod release_house;

pub use cups_release::CupsRelease;
pub use ground::Ground;
pub use ours::{Ours, PASSWORD, PERSON, QUEUE};
pub use release_house::ReleaseHouse;
