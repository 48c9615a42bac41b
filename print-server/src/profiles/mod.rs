//! Files that add a queue to a device, for people and for device management.
//!
//! | module | what it makes |
//! |---|---|
//! | [`destination`] | where a queue is: what all files say in their own way |
//! | [`apple`] | a configuration profile with an AirPrint payload; [`plist`] writes it |
//! | [`windows`] | a script for PowerShell and Intune |
//! | [`chromeos`] | printers for the policy `PrintersBulkConfiguration` |
//! | [`linux`] | a line for CUPS |

mod apple;
mod chromeos;
mod destination;
mod linux;
mod plist;
mod windows;

pub use destination::Destination;

use admin_ui::{ProfileFile, ProfileKind};

/// The file of this kind for `destination`.
#[must_use]
pub fn profile(kind: ProfileKind, destination: &Destination) -> ProfileFile {
    match kind {
        ProfileKind::Apple => apple::profile(destination),
        ProfileKind::Windows => windows::profile(destination),
        ProfileKind::ChromeOs => chromeos::profile(destination),
        ProfileKind::Linux => linux::profile(destination),
    }
}
