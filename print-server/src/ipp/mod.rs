//! The face towards print clients: IPP over HTTP, from the request's bytes to the answer's.

pub mod answer;
pub mod document_format;
mod front;
pub mod job_attributes;
mod operations;
pub mod options;
pub mod places;
pub mod queue_attributes;
pub mod upload;

pub use front::{Front, FrontParts};
