//! Small files that, after a power cut, are wholly there or not at all, and readable by us only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Writes a new file with mode 0600. When this returns, file and name are on the disk.
///
/// # Errors
/// `AlreadyExists` when there is a file of that name, which is then left as it was; otherwise what
/// the system said.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = part_of(path);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    // A link, not a rename: a rename would silently replace a key that is already there.
    let linked = written.and_then(|()| fs::hard_link(&part, path));
    fs::remove_file(&part)?;
    linked?;
    sync_directory(parent_of(path))
}

/// Overwrites the file with zeros, removes it and makes both durable. A missing file is fine.
/// On flash the old cells may survive the overwriting; what is stored here is therefore itself wrapped.
///
/// # Errors
/// What the system said.
pub fn destroy(path: &Path) -> io::Result<()> {
    let file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(DESTROY_MAX);
    (&file).write_all(&vec![0; length])?;
    file.sync_all()?;
    fs::remove_file(path)?;
    sync_directory(parent_of(path))
}

/// Key files are smaller than this; a longer one is not overwritten beyond it.
const DESTROY_MAX: usize = 64 * 1024;

/// Makes the directory, and those above it, for us only (mode 0700); one that exists is left as it is.
///
/// # Errors
/// What the system said.
pub fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    sync_directory(parent_of(path))
}

/// Makes the names in a directory durable.
///
/// # Errors
/// What the system said; the names may then be lost at a power cut, and trying again proves nothing.
pub fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
