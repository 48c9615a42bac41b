//! `print-server init`: what a first start needs and nothing else makes.

use std::process::ExitCode;

use super::CommandError;
use crate::certificates::authority::{Authority, CERTIFICATE_FILE};
use crate::config::Config;
use crate::serve::state;

/// Makes the installation's key and the authority for stations where they are missing.
///
/// # Errors
/// When a file cannot be written, or one that is there cannot be used.
pub fn init(config: &Config) -> Result<ExitCode, CommandError> {
    let key = config.keys.installation_key.display();
    if state::make_key(config)? {
        println!("The installation's key is new: {key}");
        println!("Keep a copy in a safe. Without it no held document and no card can be read.");
    } else {
        println!("The installation's key is there already: {key}");
    }
    // Opening proves that the key is readable by us alone and fits the keys of days.
    state::open_keys(config)?;
    let folder = &config.listeners.station.authority;
    let was_there = folder.join(CERTIFICATE_FILE).exists();
    let authority = Authority::open(folder)?;
    authority.certificate()?;
    let state = if was_there { "is there already" } else { "is new" };
    println!("The authority for stations {state}: {}", authority.certificate_path().display());
    Ok(ExitCode::SUCCESS)
}
