//! The face towards print clients: IPP over HTTP, from the request's bytes to the answer's.

pub mod answer;
pub mod document_format;
mod front;
pub mod icon;
pub mod job_attributes;
pub mod offer;
mod operations;
pub mod places;
pub mod upload;

pub use front::{Front, FrontParts};
