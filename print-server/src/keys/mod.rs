//! Three levels of keys: the installation's key wraps the keys of days, a day's key wraps the keys of
//! that day's documents. Destroying a key makes everything below it unreadable, also in every copy.
//!
//! | module | what it is |
//! |---|---|
//! | [`secret`] | 32 secret bytes, and the keys that are derived from them |
//! | [`sealed`] | a short text under a key: random nonce, AES-256-GCM |
//! | [`durable`] | small files that are wholly there after a power cut, or not at all |
//! | [`installation`] | the installation's key in its file |
//! | [`days`] | the files with the days' keys |
//! | [`keyring`] | what the rest of the program asks |
//! | [`error`] | what can go wrong |

pub mod days;
pub mod durable;
pub mod error;
pub mod installation;
pub mod keyring;
pub mod sealed;
pub mod secret;

#[cfg(test)]
pub mod tests;

pub use error::KeyError;
pub use installation::InstallationKey;
pub use keyring::{Keys, WrappedKey};
pub use secret::{DocumentKey, same};
