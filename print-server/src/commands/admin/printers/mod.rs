//! Printers: the machines with paper.
//!
//! | module | what it holds |
//! |---|---|
//! | [`command`] | what can be typed: add, change, remove, list |
//! | [`meet`] | asking the machine at an address what it is, and whether it may be trusted |
//! | [`confirm`] | an administrator's word for a machine: pin, exchange |
//! | [`import`] | a list of printers, looked through or taken whole |
//! | [`lines`] | the lines of such a list, checked |
//! | [`show`] | everything that is known of a printer |

mod command;
mod confirm;
mod import;
mod lines;
mod meet;
mod show;

pub use command::{Command, run};
