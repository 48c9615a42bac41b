//! Lights and beeps: the manufacturer's own commands, which go to the reader itself and not to a card.

use std::ffi::CStr;

use ::pcsc::{Context, Disposition, Error, Protocols, ShareMode, ctl_code};
use tokio::sync::watch;
use tracing::warn;

use crate::signals::{Lines, Signal};

/// An answer is shorter; what it says does not matter.
const ANSWER_BYTES_MAX: usize = 264;

/// The lamps and buzzers of a station's readers.
#[derive(Debug)]
pub struct Lamp {
    commands: Lines,
    code: u32,
    signals: watch::Receiver<Signal>,
    /// A reader without such commands is told of once, and goes on reading.
    has_failed: bool,
}

impl Lamp {
    /// Commands for the signals, and the code of the driver's entrance for them.
    pub fn new(commands: Lines, code: u32, signals: watch::Receiver<Signal>) -> Self {
        Self { commands, code, signals, has_failed: false }
    }

    /// Whether anything is ever shown.
    pub fn is_there(&self) -> bool {
        !self.commands.is_empty()
    }

    /// A reader that comes back shows nothing yet.
    pub fn begin(&mut self) {
        self.signals.mark_changed();
    }

    /// Shows what is new.
    pub fn show<'a>(&mut self, context: &Context, readers: impl Iterator<Item = &'a CStr>) {
        if !self.is_there() || !self.signals.has_changed().unwrap_or(false) {
            return;
        }
        let signal = *self.signals.borrow_and_update();
        let Some(command) = self.commands.get(signal) else { return };
        for reader in readers {
            let sent = send(context, reader, self.code, command);
            if let Err(error) = sent
                && !std::mem::replace(&mut self.has_failed, true)
            {
                let reader = reader.to_string_lossy();
                warn!(%reader, %error, "A card reader does not take commands for its lamp");
            }
        }
    }
}

fn send(context: &Context, reader: &CStr, code: u32, command: &[u8]) -> Result<(), Error> {
    let card = context.connect(reader, ShareMode::Direct, Protocols::UNDEFINED)?;
    let mut answer = [0; ANSWER_BYTES_MAX];
    let sent = card.control(ctl_code(code.into()), command, &mut answer).map(drop);
    // Whether the farewell is heard changes nothing.
    let _ = card.disconnect(Disposition::LeaveCard);
    sent
}
