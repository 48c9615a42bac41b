//! What is decided about a delivery, without any input or output.
//!
//! | module | what it decides |
//! |---|---|
//! | [`recovery`] | what to do with a job whose fate is open: the last commit and the printer's answer |
//! | [`form`] | in which form, with which options, a printer gets a job |
//! | [`edit`] | what of that a PDF written anew can say in the printer's place |
//! | [`raster`] | how documents are drawn for printers that take pixels |
//! | [`metering`] | what is booked, from the printer's report |
//! | [`stops`] | when a job that stands still is given up |
//! | [`mishaps`] | which errors pass by themselves |
//! | [`outcome`] | how attempts end, and why, in words |

pub mod edit;
pub mod form;
pub mod metering;
pub mod mishaps;
pub mod outcome;
pub mod raster;
pub mod recovery;
pub mod stops;
