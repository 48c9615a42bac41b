//! Finds and runs programs.

use std::env;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Result;

/// One of our own programs, which cargo puts beside this one.
///
/// # Errors
/// When it was not built; the text says how to.
pub fn ours(name: &str) -> Result<PathBuf> {
    let this = env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let mut folder = this.parent().unwrap_or(Path::new("."));
    // Cargo puts tests one folder deeper.
    if folder.file_name() == Some(OsStr::new("deps")) {
        folder = folder.parent().unwrap_or(folder);
    }
    let program = folder.join(name);
    if program.is_file() {
        return Ok(program);
    }
    Err(format!("{} is missing; build it: cargo build -p {name}", program.display()))
}

/// A program of the system.
///
/// # Errors
/// When it is not installed; the text names the Debian package.
pub fn system(name: &str, package: &str) -> Result<PathBuf> {
    let search_path = env::var_os("PATH").unwrap_or_default();
    let found =
        env::split_paths(&search_path).map(|folder| folder.join(name)).find(|p| p.is_file());
    found.ok_or_else(|| format!("{name} is missing; install it: apt-get install {package}"))
}

/// Runs a command to its end, with this text as its input.
///
/// # Errors
/// When it cannot be started.
pub fn output(command: &mut Command, input: &str) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let away = |error: std::io::Error| format!("cannot run {name}: {error}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(away)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input has no need of it.
        let _ = pipe.write_all(input.as_bytes());
    }
    child.wait_with_output().map_err(away)
}

/// Runs a command that must end well, and gives what it wrote.
///
/// # Errors
/// What it said on standard error, with the command, when it did not end well.
pub fn run(command: &mut Command, input: &str) -> Result<String> {
    let output = output(command, input)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    let program = command.get_program().to_string_lossy();
    Err(format!("{program} {} ended with {}: {said}", arguments.join(" "), output.status))
}
