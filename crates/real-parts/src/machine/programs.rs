//! Finding the programs that the parts are made of.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts servers; the search path of an ordinary user lacks these folders.
const SERVER_FOLDERS: [&str; 2] = ["/usr/sbin", "/sbin"];

/// The path of `program`, from the search path or the folders for servers.
///
/// # Panics
/// When it is not installed; the message names the Debian package to install.
pub fn find(program: &str, package: &str) -> PathBuf {
    let search_path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&search_path)
        .chain(SERVER_FOLDERS.map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
        .unwrap_or_else(|| missing(program, package))
}

/// One of the product's own programs, which cargo puts beside the running one, or beside the folder of the
/// tests.
///
/// # Panics
/// When it was not built; the message says how to.
#[must_use]
pub fn ours(name: &str) -> PathBuf {
    let this = env::current_exe().expect("a program knows its own file");
    let folders = this.ancestors().skip(1).take(2);
    let found = folders.map(|folder| folder.join(name)).find(|path| is_program(path));
    found.unwrap_or_else(|| {
        panic!("{name} is missing beside {}: cargo build -p {name}", this.display())
    })
}

/// Ends the test, naming the package that is missing.
pub(crate) fn missing(program: &str, package: &str) -> ! {
    panic!("{program} is not installed: apt-get install {package}")
}

pub(crate) fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Runs a command to its end and gives what it printed on standard output.
///
/// # Panics
/// When it cannot be started or does not end with status 0; the message has what it printed.
pub fn run(command: &mut Command) -> String {
    let output =
        command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{text}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The user's number.
    pub uid: u32,
    /// The number of the user's first group.
    pub gid: u32,
}

impl Account {
    /// Looks a user up in `/etc/passwd`.
    pub fn of(name: &str) -> Option<Account> {
        let file = fs::read_to_string("/etc/passwd").ok()?;
        file.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Account { uid, gid })
        })
    }
}

/// Whether this process is root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "no-such-program is not installed: apt-get install no-such-package")]
    fn a_missing_program_is_named_with_its_package() {
        find("no-such-program", "no-such-package");
    }

    #[test]
    fn root_has_the_number_zero_and_strangers_have_none() {
        assert_eq!(Account::of("root"), Some(Account { uid: 0, gid: 0 }));
        assert_eq!(Account::of("nobody-has-this-name"), None);
    }
}
