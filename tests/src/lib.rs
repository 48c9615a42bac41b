//! What the demo, the smoke run, the benchmark and the journeys of the tests share.

pub mod bench;
pub mod demo;
pub mod house;
pub mod smoke;
