//! One process at a time works as a node on a spool. A second one would take the first for a run that is
//! over, and remove documents whose rows are just being written, with the segment that they are in.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
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
        let told = |problem: String| format!("spool.directory: {}: {problem}", path.display());
        let file = open(directory, &path).map_err(|error| told(error.to_string()))?;
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

/// Opens the file, or makes it for whoever owns the directory: root, who runs a command before the server
/// was ever started, must not keep the server out.
fn open(directory: &Path, path: &Path) -> io::Result<File> {
    durable::make_directory(directory)?;
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let owner = fs::metadata(directory)?;
    if file.metadata()?.uid() != owner.uid() {
        // Whoever is not root may not, and need not.
        let _ = fchown(&file, Some(owner.uid()), Some(owner.gid()));
    }
    Ok(file)
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
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn what_root_makes_belongs_to_the_owner_of_the_spool() {
        let directory = std::env::temp_dir().join(format!("hold-{}", JobId::new()));
        fs::create_dir(&directory).unwrap();
        let me = fs::metadata(&directory).unwrap().uid();
        // Only root can give a directory away; everybody else owns both anyway.
        let owner = if me == 0 { 4_711 } else { me };
        std::os::unix::fs::chown(&directory, Some(owner), None).unwrap();
        let _hold = Hold::take(&directory, "a").unwrap();
        assert_eq!(fs::metadata(directory.join("a.lock")).unwrap().uid(), owner);
        fs::remove_dir_all(directory).unwrap();
    }
}
