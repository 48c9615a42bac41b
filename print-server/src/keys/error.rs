//! What can go wrong with keys, by what the caller can do about it.

use std::io;
use std::path::{Path, PathBuf};

use print_core::AccountingDay;

/// Why a key is not to be had. The texts are for the log and the administrator, not for print clients:
/// some name a file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file with the installation's key is not there.
    #[error(
        "there is no installation key at {0}: bring back its copy, or on a first start run print-server \
         init"
    )]
    Missing(PathBuf),
    /// A file with a key may be read by others than its owner.
    #[error("the key file {0} may be read by others: its mode must be 0600 or 0400")]
    TooOpen(PathBuf),
    /// A file does not hold what it should.
    #[error("the key file {0} is damaged")]
    Malformed(PathBuf),
    /// A new key would overwrite an old one.
    #[error("there is already a key at {0}")]
    Exists(PathBuf),
    /// The directory of day keys was made under another installation key.
    #[error("the installation key is not the one that these day keys were made with")]
    OtherInstallation,
    /// The key of this day was destroyed: its documents are gone for good.
    #[error("the key of {0} was destroyed")]
    DayDestroyed(AccountingDay),
    /// The key of this day may still be needed by a document that is arriving.
    #[error("the key of {0} may still be in use")]
    DayInUse(AccountingDay),
    /// What was to be opened was altered, or belongs to another job, day or card.
    #[error("the sealed value was altered or belongs elsewhere")]
    Refused,
    /// The file system failed.
    #[error("a key file could not be read or written: {path}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl KeyError {
    /// For `map_err`: the failure of an operation on `path`.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}
