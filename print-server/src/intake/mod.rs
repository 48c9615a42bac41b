//! Taking jobs in: how much one owner may hold, their documents, and those that still wait for one.

pub mod allowance;
pub mod arrivals;
mod documents;

pub use documents::{Intake, IntakeError, IntakeParts};
