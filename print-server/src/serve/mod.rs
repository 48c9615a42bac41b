//! The server as a whole: what it opens on disk, how it is put together, run and taken apart, and what the
//! pages ask of it at once.

pub mod desk;
mod server;
pub mod state;

pub use server::{ServeError, serve};
