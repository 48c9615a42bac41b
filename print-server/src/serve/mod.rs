//! The server as a whole: what it opens on disk, how it is put together, run and taken apart, what systemd
//! is told of it, and what the pages ask of it at once.

pub mod desk;
mod doorway;
mod elsewhere;
pub mod hold;
pub mod identity;
pub mod names;
pub mod notify;
mod server;
pub mod state;

pub use server::{ServeError, serve};
