//! The kernel's input events as bytes (`struct input_event` of `linux/input.h`): bytes in, keys out; no devices.

use std::time::Duration;

/// Two words of time, two numbers of 16 bits and one of 32: 24 bytes on machines of 64 bits, 16 on others.
pub const EVENT_BYTES: usize = 2 * size_of::<usize>() + 8;

/// A key changed (`EV_KEY`).
const KEY: u16 = 1;
/// A key went down; 0 is up, and 2 comes again and again while it is held.
const DOWN: i32 = 1;

/// A key that went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressed {
    /// The key's number (`KEY_*` of `linux/input-event-codes.h`): of its place, whatever is printed on it.
    pub code: u16,
    /// When, by the kernel's clock.
    pub at: Duration,
}

/// Cuts a stream of bytes into keys.
#[derive(Debug, Default)]
pub struct EventStream(Vec<u8>);

impl EventStream {
    /// Takes bytes and gives the keys that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Pressed> {
        self.0.extend_from_slice(bytes);
        let whole = self.0.len() / EVENT_BYTES * EVENT_BYTES;
        let pressed = self.0[..whole].chunks_exact(EVENT_BYTES).filter_map(pressed).collect();
        self.0.drain(..whole);
        pressed
    }
}

fn pressed(event: &[u8]) -> Option<Pressed> {
    let (seconds, rest) = word(event)?;
    let (micros, rest) = word(rest)?;
    let (kind, rest) = rest.split_first_chunk::<2>()?;
    let (code, value) = rest.split_first_chunk::<2>()?;
    let value = i32::from_ne_bytes(value.try_into().ok()?);
    let at = Duration::from_secs(seconds).checked_add(Duration::from_micros(micros))?;
    (u16::from_ne_bytes(*kind) == KEY && value == DOWN)
        .then(|| Pressed { code: u16::from_ne_bytes(*code), at })
}

fn word(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (word, rest) = bytes.split_first_chunk::<{ size_of::<usize>() }>()?;
    u64::try_from(usize::from_ne_bytes(*word)).ok().map(|word| (word, rest))
}
