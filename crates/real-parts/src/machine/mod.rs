//! What every part needs: a folder, free ports, a process that ends, waiting with a deadline.

pub mod folder;
mod keeper;
pub mod lost_answer;
pub mod ports;
pub mod process;
pub mod programs;
pub mod waiting;
