//! A card reader driver for pcscd, for tests only: each reader is a folder, each card a file in it.
//!
//! - [`reader`]: what lies on a reader, and what a card answers (safe code).
//! - [`handler`]: the C functions that pcscd calls (IFD handler interface, version 3.0).

pub mod handler;
pub mod reader;
