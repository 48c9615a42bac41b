//! Readers that type: a USB device that claims to be a keyboard and types the card's number and Enter.
//!
//! - `events`: the kernel's bytes as keys.
//! - `burst`: which keys are a card.
//!
//! The device is read as `/dev/input/event…`. It is not taken away from the rest of the system here: that is a call
//! which Rust cannot check. A rule of udev keeps desktops and browsers from it (`deploy/70-release-station.rules`); the
//! kernel's text console gets its keys all the same, and `release-station doctor` says whether a login waits there.

mod burst;
mod events;

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::OFlags;
use station_protocol::ReaderName;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::time::sleep;

use self::burst::Burst;
use self::events::{EVENT_BYTES, EventStream};
use super::board::{Board, Health};
use super::number::Form;

/// How often a device that is away is looked for.
const RETRY: Duration = Duration::from_millis(250);

/// Listens to the device, and again when it was pulled out and is back, until it is dropped.
pub async fn listen(device: PathBuf, form: Form, board: Arc<Board>) {
    let name = device.file_name().map_or_else(|| "keyboard".into(), |name| name.to_string_lossy());
    let reader = ReaderName::cut(name);
    loop {
        // An error means that it is away, which is told and tried again.
        let _ = read(&device, form, &reader, &board).await;
        board.set(&reader, Health::Away).await;
        sleep(RETRY).await;
    }
}

/// Opens a device so that reading never blocks.
///
/// # Errors
/// It is not there, or nobody lets us read it.
pub fn open(device: &Path) -> io::Result<File> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    OpenOptions::new().read(true).custom_flags(flags).open(device)
}

async fn read(device: &Path, form: Form, reader: &ReaderName, board: &Board) -> io::Result<()> {
    let mut device = Receiver::from_file_unchecked(open(device)?)?;
    let (mut stream, mut burst) = (EventStream::default(), Burst::default());
    let mut buffer = [0; 64 * EVENT_BYTES];
    board.set(reader, Health::Ready).await;
    loop {
        let count = device.read(&mut buffer).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for key in stream.push(&buffer[..count]) {
            if let Some(digits) = burst.press(key) {
                board.card(reader, form.read(&digits)).await;
            }
        }
    }
}
