//! Taking jobs in: how much one owner may hold, their documents and where these come from, how slowly they
//! may come, jobs that still wait for one,
//! and those of which nobody knows whether they are there.

pub mod allowance;
pub mod arrivals;
mod documents;
pub mod doubts;
mod handover;
pub mod source;
pub mod window;

pub use documents::{Intake, IntakeError, IntakeParts};
