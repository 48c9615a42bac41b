//! What tests, examples and fuzz targets share: valid messages, a way to spoil them, and the laws
//! that hold for every input.
#![allow(dead_code)] // Each user takes its own part of it.

pub mod laws;
pub mod mutate;
pub mod random;
pub mod samples;
