//! Taking jobs in: how much one owner may hold, their documents and where these come from, how slowly they
//! may come, and jobs that still wait for one.

pub mod allowance;
pub mod arrivals;
mod documents;
pub mod source;
pub mod window;

pub use documents::{Intake, IntakeError, IntakeParts};
