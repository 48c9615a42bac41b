//! The face towards print clients: IPP over HTTP, from the request's bytes to the answer's. Files that come
//! by the pages become jobs here, too: by the same checks and in the same order.

pub mod answer;
pub mod document_format;
mod front;
pub mod icon;
pub mod job_attributes;
pub mod offer;
mod operations;
pub mod places;
mod posted;
pub mod upload;

pub use front::{Front, FrontParts};
