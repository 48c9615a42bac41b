//! One process at a time works as a node on a spool. A second one would take the first for a run that is
//! over, and remove documents whose rows are just being written, with the segment that they are in.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::ServeError;
use crate::keys::durable;

/// The right to work as a node on a spool; given back when it is dropped, or by the system when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Hold {
    /// Takes it, before anything else is changed.
    ///
    /// # Errors
    /// When another process has it, or the directory cannot be written; the text says what to do.
    pub fn take(directory: &Path, node: &str) -> Result<Self, ServeError> {
        let path = directory.join(format!("{node}.lock"));
        let open = || {
            durable::make_directory(directory)?;
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)
        };
        let told = |problem: String| format!("spool.directory: {}: {problem}", path.display());
        let file = open().map_err(|error| told(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(told(
                "another process works here with the same entry \"node\"; stop it, or give each a \
                 name of its own"
                    .to_owned(),
            )
            .into()),
            Err(TryLockError::Error(error)) => Err(told(error.to_string()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use print_core::JobId;

    use super::*;

    #[test]
    fn two_processes_never_work_as_one_node_and_a_process_that_ended_is_in_nobodys_way() {
        let directory = std::env::temp_dir().join(format!("hold-{}", JobId::new()));
        let first = Hold::take(&directory, "a").unwrap();
        let refused = Hold::take(&directory, "a").map(drop).unwrap_err().to_string();
        assert!(refused.contains("stop it"), "{refused}");
        let _other = Hold::take(&directory, "b").unwrap();
        drop(first);
        Hold::take(&directory, "a").unwrap();
        std::fs::remove_dir_all(directory).unwrap();
    }
}
