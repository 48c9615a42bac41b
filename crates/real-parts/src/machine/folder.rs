//! A folder for one part, removed with everything in it.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};

use super::keeper;
use crate::programs::Account;

/// A new folder under the machine's folder for temporary files; dropping it removes it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes a folder that only this user can open; `name` is part of its name, for people who
    /// look at a running test.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn new(name: &str) -> Folder {
        let path = env::temp_dir().join(format!("followme-{name}-{}", random_name()));
        // Told first: a crash between the two lines must not leave the folder behind.
        keeper::made(&path);
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .unwrap_or_else(|error| panic!("cannot make {}: {error}", path.display()));
        Folder { path }
    }

    /// Where the folder is; absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file in the folder and gives its path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        fs::write(&path, content)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// Gives the folder to another user (needs root).
    ///
    /// # Panics
    /// When that is not allowed.
    pub fn give_to(&self, account: Account) {
        chown(&self.path, Some(account.uid), Some(account.gid))
            .unwrap_or_else(|error| panic!("cannot give away {}: {error}", self.path.display()));
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now (a part still writing) is left to the keeper.
        if fs::remove_dir_all(&self.path).is_ok() {
            keeper::removed(&self.path);
        }
    }
}

/// 16 hexadecimal digits that no other test has.
///
/// # Panics
/// When the machine gives no random bytes.
pub fn random_name() -> String {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .expect("Linux always has /dev/urandom");
    format!("{:016x}", u64::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_folder_is_gone_with_everything_in_it() {
        let folder = Folder::new("test");
        let file = folder.write("one", "text");
        assert_eq!(fs::read_to_string(&file).unwrap(), "text");
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }
}
