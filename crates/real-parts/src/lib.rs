//! Test support: starts the real programs that the product works with, each on loopback, with free
//! ports and a folder of its own, and ends them again.
//!
//! A part that is missing fails the test with the name of the Debian package; nothing is skipped.
//! A part ends when its value is dropped. When the test process dies before that, a small keeper
//! process notices and cleans up (see [`process`]), so that no test leaves anything running.
//!
//! Constructors panic instead of returning errors: every caller is a test, and a test that cannot
//! start its part has nothing better to do than to fail with the reason.

pub mod campus;
pub mod certificates;
pub mod chromium;
pub mod cupsd;
pub mod documents;
pub mod folder;
pub mod ippeveprinter;
pub mod ipptool;
mod keeper;
pub mod pcscd;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod programs;
pub mod slapd;
pub mod waiting;
