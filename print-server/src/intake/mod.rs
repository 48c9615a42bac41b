//! Taking jobs in: their documents, and those that still wait for one.

pub mod arrivals;
mod documents;

pub use documents::{Intake, IntakeError, IntakeParts};
