//! The card daemon with the test reader, asked by a PC/SC client.
//!
//! The client library takes the socket's path from the environment, which a running process cannot
//! change safely. So each test starts its own binary once more, as the client.

use std::ffi::{CStr, CString};
use std::process::Command;
use std::time::Duration;

use pcsc::{Context, Protocols, ReaderState, Scope, ShareMode, State};
use real_parts::pcscd::{Pcscd, SOCKET_VARIABLE};
use real_parts::waiting::{poll, wait_until};

/// Set for the client: the reader that it shall read.
const READER_VARIABLE: &str = "REAL_PARTS_TEST_READER";
const LIMIT: Duration = Duration::from_secs(5);

/// Reads the card on reader `number` in a client process of its own: this `test` once more. Empty
/// when no card lies there.
fn read(pcscd: &Pcscd, number: usize, test: &str) -> String {
    let output = Command::new(std::env::current_exe().expect("a running test has a path"))
        .args(["--exact", test, "--nocapture"])
        .env(SOCKET_VARIABLE, pcscd.socket())
        .env(READER_VARIABLE, format!("Test Reader {number} "))
        .output()
        .expect("this binary can be started again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}{}", pcscd.log());
    let after = text.split("card=").nth(1).expect("the client prints what it read");
    after.lines().next().unwrap_or_default().to_owned()
}

/// Whether this process is the client; it has then printed the card.
fn is_client() -> bool {
    let Ok(reader) = std::env::var(READER_VARIABLE) else { return false };
    let context = Context::establish(Scope::User).expect("pcscd answers");
    let name = poll(LIMIT, || named(&context, &reader)).expect("pcscd has the reader");
    let card = poll(LIMIT, || card_on(&context, &name)).expect("the reader comes to rest");
    println!("card={card}");
    true
}

/// The full name of a reader, to which pcscd has added numbers of its own.
fn named(context: &Context, beginning: &str) -> Option<CString> {
    let mut buffer = [0; 1024];
    let mut names = context.list_readers(&mut buffer).ok()?;
    names.find(|name| name.to_bytes().starts_with(beginning.as_bytes())).map(CStr::to_owned)
}

/// The number of the card on a reader, empty without one. None while the daemon has not yet seen
/// what just changed: it then knows of a card that no longer answers.
fn card_on(context: &Context, reader: &CStr) -> Option<String> {
    let mut states = [ReaderState::new(reader, State::UNAWARE)];
    context.get_status_change(LIMIT, &mut states).ok()?;
    if states[0].event_state().contains(State::EMPTY) {
        return Some(String::new());
    }
    let card = context.connect(reader, ShareMode::Shared, Protocols::ANY).ok()?;
    let mut buffer = [0; 64];
    let reply = card.transmit(&[0xFF, 0xCA, 0, 0, 0], &mut buffer).ok()?;
    let (number, status) = reply.split_at(reply.len() - 2);
    assert_eq!(status, [0x90, 0x00]);
    Some(number.iter().map(|byte| format!("{byte:02X}")).collect())
}

#[test]
fn each_reader_reads_its_own_card() {
    if is_client() {
        return;
    }
    const TEST: &str = "each_reader_reads_its_own_card";
    let pcscd = Pcscd::start(2);
    pcscd.reader(1).lay("04A1B2C3D4E580");
    pcscd.reader(2).lay("A1B2C3D4");
    assert_eq!(read(&pcscd, 1, TEST), "04A1B2C3D4E580", "{}", pcscd.log());
    assert_eq!(read(&pcscd, 2, TEST), "A1B2C3D4");
    pcscd.reader(1).lift();
    assert_eq!(read(&pcscd, 1, TEST), "");
}

#[test]
fn a_daemon_that_died_comes_back_with_its_readers_and_ends_when_dropped() {
    if is_client() {
        return;
    }
    const TEST: &str = "a_daemon_that_died_comes_back_with_its_readers_and_ends_when_dropped";
    let mut pcscd = Pcscd::start(1);
    pcscd.reader(1).lay("0455667788");
    assert_eq!(read(&pcscd, 1, TEST), "0455667788");
    pcscd.kill();
    pcscd.restart();
    assert_eq!(read(&pcscd, 1, TEST), "0455667788", "{}", pcscd.log());
    let (id, socket) = (pcscd.id(), pcscd.socket());
    drop(pcscd);
    assert!(!socket.exists());
    wait_until("pcscd to be gone", Duration::from_secs(5), || {
        !std::path::Path::new(&format!("/proc/{id}")).exists()
    });
}
