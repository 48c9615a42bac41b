//! A reader as a folder.
//!
//! - The file `card` holds a card's number in hexadecimal: a card lies on the reader. It is written
//!   beside and renamed, so that nobody sees half a number.
//! - No such file: the reader is empty.
//! - The file `unplugged`: the reader was pulled out.
//! - The file `hanging`: a command to a card is not answered as long as it is there.
//! - The file `commands`: what was sent to the reader itself, one command a line; made by the reader.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a folder is looked at while pcscd waits for a change. A real reader interrupts; this
/// is short enough that no tap is lost and none waits noticeably.
const LOOK_INTERVAL: Duration = Duration::from_micros(250);

/// PC/SC part 3 section 3.1.3.2.3: how readers present a contactless storage card (here of the kind
/// "MIFARE Classic 1K"); the last byte is the exclusive or of all but the first.
pub const ANSWER_TO_RESET: [u8; 20] = [
    0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x6A,
];

/// PC/SC part 3 section 3.2.2.1.3: the command "get data, UID".
const GET_UID: [u8; 4] = [0xFF, 0xCA, 0x00, 0x00];
const SUCCESS: [u8; 2] = [0x90, 0x00];
const NOT_SUPPORTED: [u8; 2] = [0x6D, 0x00];

/// The folders that pcscd has opened, by the number that it gave them.
static OPEN: Mutex<BTreeMap<u64, PathBuf>> = Mutex::new(BTreeMap::new());

/// What is to be seen on a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// The reader was pulled out, or never opened.
    Unplugged,
    /// No card.
    Empty,
    /// A card with this number.
    Card(Vec<u8>),
}

/// Opens the folder as the reader `number`; false when there is no such reader.
pub fn open(number: u64, folder: &Path) -> bool {
    if look_into(folder) == Sight::Unplugged {
        return false;
    }
    opened().insert(number, folder.to_owned());
    true
}

/// Forgets the reader `number`.
pub fn close(number: u64) {
    opened().remove(&number);
}

/// What is to be seen on the reader `number` now.
pub fn look(number: u64) -> Sight {
    let folder = opened().get(&number).cloned();
    folder.map_or(Sight::Unplugged, |folder| look_into(&folder))
}

/// Returns when something changes on the reader `number`, or after `limit`.
pub fn wait_for_change(number: u64, limit: Duration) {
    let before = look(number);
    let deadline = Instant::now() + limit;
    while look(number) == before && Instant::now() < deadline {
        thread::sleep(LOOK_INTERVAL);
    }
}

/// Waits as long as the reader hangs.
pub fn hang(number: u64) {
    let folder = opened().get(&number).cloned();
    while folder.as_ref().is_some_and(|folder| folder.join("hanging").exists()) {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Keeps a command to the reader itself; false when that cannot be.
pub fn obey(number: u64, command: &[u8]) -> bool {
    let Some(folder) = opened().get(&number).cloned() else { return false };
    let file = fs::OpenOptions::new().create(true).append(true).open(folder.join("commands"));
    let line: String = command.iter().map(|byte| format!("{byte:02X}")).collect();
    file.and_then(|mut file| writeln!(file, "{line}")).is_ok()
}

/// What a card with this number answers to a command.
pub fn answer(card: &[u8], command: &[u8]) -> Vec<u8> {
    if command.starts_with(&GET_UID) { [card, &SUCCESS].concat() } else { NOT_SUPPORTED.to_vec() }
}

/// A panic in one of pcscd's threads leaves the map whole, so the others go on with it.
fn opened() -> MutexGuard<'static, BTreeMap<u64, PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look_into(folder: &Path) -> Sight {
    if !folder.is_dir() || folder.join("unplugged").exists() {
        return Sight::Unplugged;
    }
    match fs::read_to_string(folder.join("card")) {
        Ok(text) => Sight::Card(bytes(text.trim())),
        Err(_) => Sight::Empty,
    }
}

/// Pairs of hexadecimal digits; what is none is left out.
fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_byte_of_the_answer_to_reset_is_right() {
        assert_eq!(ANSWER_TO_RESET[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }

    #[test]
    fn a_card_tells_its_number_and_nothing_else() {
        let card = bytes("04A1B2C3");
        assert_eq!(answer(&card, &[0xFF, 0xCA, 0, 0, 0]), [0x04, 0xA1, 0xB2, 0xC3, 0x90, 0x00]);
        assert_eq!(answer(&card, &[0x00, 0xA4, 4, 0]), [0x6D, 0x00]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_reader() {
        assert!(!open(1, Path::new("/nonexistent/reader")));
        assert_eq!(look(1), Sight::Unplugged);
    }
}
