//! The locks that hold whatever a document has made of the program.

use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use real_parts::folder::Folder;
use real_parts::programs::{self, Account};
use real_parts::waiting;

use crate::asking::PROGRAM;

const ABORT: i32 = 6;
const CPU_TIME: i32 = 24;
const FORBIDDEN_CALL: i32 = 31;
const PANIC: i32 = 101;

/// How a deed ended, or `None` when it had to be ended after `limit`.
fn prove(deed: &str, limit: Duration) -> Option<ExitStatus> {
    prove_by(Path::new(PROGRAM), None, deed, limit)
}

/// The same by a copy of the program and another user.
fn prove_by(
    program: &Path,
    account: Option<Account>,
    deed: &str,
    limit: Duration,
) -> Option<ExitStatus> {
    let mut command = Command::new(program);
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    let mut process = command
        .args(["prove", deed])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = waiting::poll(limit, || process.try_wait().expect("the process is ours"));
    if status.is_none() {
        process.kill().expect("the process is ours");
        process.wait().expect("the process is ours");
    }
    status
}

#[test]
fn forbidden_deeds_end_the_process() {
    let limit = Duration::from_secs(60);
    for (deed, signal) in [
        ("open-a-file", FORBIDDEN_CALL),
        ("make-a-file", FORBIDDEN_CALL),
        ("listen", FORBIDDEN_CALL),
        ("start-a-process", FORBIDDEN_CALL),
        ("take-memory", ABORT),
        ("recurse", ABORT),
        ("loop", CPU_TIME),
    ] {
        let status = prove(deed, limit).unwrap_or_else(|| panic!("{deed} did not end"));
        assert_eq!(status.signal(), Some(signal), "{deed}: {status}");
    }
    let status = prove("panic", limit).expect("a panic ends");
    assert_eq!(status.code(), Some(PANIC), "{status}");
}

/// Root may do more than others, and others may do less; the locks close for both.
#[test]
fn the_locks_close_for_an_ordinary_user_too() {
    let folder = Folder::new("locks");
    let program = folder.join("document-worker");
    fs::copy(PROGRAM, &program).expect("the program is there");
    let account = programs::is_root().then(|| Account::of("nobody").expect("Debian has nobody"));
    if let Some(account) = account {
        folder.give_to(account);
    }
    for deed in ["open-a-file", "make-a-file", "listen", "start-a-process"] {
        let status = prove_by(&program, account, deed, Duration::from_secs(60));
        let status = status.unwrap_or_else(|| panic!("{deed} did not end"));
        assert_eq!(status.signal(), Some(FORBIDDEN_CALL), "{deed}: {status}");
    }
}

/// Only a clock outside ends one that does nothing; the server keeps it.
#[test]
fn a_sleeping_process_is_not_ended_by_its_own_limits() {
    assert_eq!(prove("sleep", Duration::from_millis(500)), None);
}

#[test]
fn an_unknown_deed_is_a_wrong_use() {
    let status = prove("nothing", Duration::from_secs(60)).expect("it says so at once");
    assert_eq!(status.code(), Some(2));
}
