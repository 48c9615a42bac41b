//! Test support: starts the real programs that the product works with, each on loopback, with free
//! ports and a folder of its own, and ends them again.
//!
//! A part that is missing fails the test with the name of the Debian package; nothing is skipped.
//! A part ends when its value is dropped. When the test process dies before that, a small keeper
//! process notices and cleans up, so that no test leaves anything running.
//!
//! Constructors panic instead of returning errors: every caller is a test, and a test that cannot
//! start its part has nothing better to do than to fail with the reason.

pub mod certificates;
pub mod chromium;
mod directory;
mod machine;
pub mod pcscd;
pub mod postgres;
mod printing;

pub use directory::{campus, kdc, oidc, samba, slapd};
pub use machine::{folder, lost_answer, ports, process, programs, waiting};
pub use printing::{
    avahi, cupsd, documents, hostile, ippeveprinter, ipptool, likeness, made, pdf_file, raster,
    raster_reader, shipped, virtual_mfp,
};
