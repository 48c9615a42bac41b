//! What a queue offers: what its printers can do for a job, and how clients are told.
//!
//! | module | what it knows |
//! |---|---|
//! | [`options`] | every value that any queue may offer, and how a job's options become a ticket |
//! | [`abilities`] | which of them these printers can do: one printer, all of them, any of them |
//! | [`support`] | whether a queue can do what a job asks |
//! | [`description`] | what a queue says of itself: who it is, how it is reached, what it speaks |
//! | [`choices`] | what it says of documents and of jobs' options |
//! | [`media`] | what it says of paper |

pub mod abilities;
mod choices;
pub mod description;
mod media;
pub mod options;
pub mod support;

pub use abilities::Abilities;
