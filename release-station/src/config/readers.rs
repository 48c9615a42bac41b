//! What stands in the file about one reader, and what it comes to.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::ReaderKind;
use crate::readers::network::{Framing, Speech};
use crate::readers::number::{Digits, Form};
use crate::signals::{Lines, Signal};

/// A line is a card when it is nothing but hexadecimal digits and what people put between them.
const PATTERN: &str = "^[0-9A-Fa-f:. -]+$";
/// A pattern takes at most so much memory once it is compiled.
const PATTERN_BYTES_MAX: usize = 256 * 1024;
/// A reader that is asked each second and says nothing for so long hangs.
const IDLE_WHEN_ASKED: u64 = 2;
/// An hour: longer makes no sense.
const IDLE_MAX: u64 = 3_600;
/// The command code of CCID drivers for the manufacturer's own commands (`IOCTL_SMARTCARD_VENDOR_IFD_EXCHANGE`).
const ESCAPE_CODE: u32 = 1;

/// The tables of a file about one reader: beside the kind, at most one of them.
#[derive(Debug, Clone, Default)]
pub struct ReaderTables {
    /// `[keyboard]`.
    pub keyboard: Option<Keyboard>,
    /// `[network]`.
    pub network: Option<Network>,
    /// `[pcsc]`.
    pub pcsc: Option<PcscTable>,
    /// `[signals]`.
    pub signals: BTreeMap<Signal, String>,
}

/// A device that types.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyboard {
    device: PathBuf,
    #[serde(default)]
    number: Digits,
    #[serde(default = "four")]
    bytes: usize,
}

/// A reader that speaks TCP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    dial: Option<String>,
    listen: Option<SocketAddr>,
    #[serde(default)]
    from: Vec<IpAddr>,
    #[serde(default)]
    framing: Framing,
    pattern: Option<String>,
    #[serde(default)]
    number: Digits,
    #[serde(default = "four")]
    bytes: usize,
    ask: Option<String>,
    idle_seconds: Option<u64>,
}

/// Which of the machine's PC/SC readers, and how it is told to light and to beep.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PcscTable {
    reader: Option<String>,
    escape_code: Option<u32>,
}

/// What a station does about its reader.
#[derive(Debug, Clone)]
pub enum ReaderPlan {
    /// Cards come from the touch page.
    Simulated,
    /// There is none.
    Absent,
    /// PC/SC.
    Pcsc(PcscPlan),
    /// A device that types.
    Keyboard {
        /// The device.
        device: PathBuf,
        /// How it writes numbers.
        form: Form,
    },
    /// The station calls the reader.
    Dial {
        /// `host:port`.
        address: String,
        /// How it speaks.
        speech: Arc<Speech>,
    },
    /// Readers call the station.
    Listen {
        /// Where they call.
        address: SocketAddr,
        /// From where.
        from: Vec<IpAddr>,
        /// How they speak.
        speech: Arc<Speech>,
    },
}

/// Readers by PC/SC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PcscPlan {
    /// The only reader that counts: its name, or how its name begins. None: every reader of the machine.
    pub reader: Option<String>,
    /// Where there is only a reader, a name that several have is none's: a tap would print where nobody stands.
    pub is_one: bool,
    /// The code of the reader's own commands.
    pub escape_code: u32,
    /// The commands that make it light and beep.
    pub escapes: Lines,
}

impl ReaderTables {
    /// What the kind and the tables come to.
    ///
    /// # Errors
    /// A sentence about what does not go together.
    pub fn plan(&self, kind: ReaderKind) -> Result<ReaderPlan, String> {
        self.only_the_table_of(kind)?;
        Ok(match kind {
            ReaderKind::Simulated => ReaderPlan::Simulated,
            ReaderKind::None => ReaderPlan::Absent,
            ReaderKind::Pcsc => ReaderPlan::Pcsc(self.pcsc()?),
            ReaderKind::Keyboard => {
                let table = self.keyboard.as_ref();
                let table = table.ok_or("reader = \"keyboard\" needs keyboard.device")?;
                let form = form(table.number, table.bytes)?;
                ReaderPlan::Keyboard { device: table.device.clone(), form }
            }
            ReaderKind::Network => {
                let table = self.network.as_ref();
                let table =
                    table.ok_or("reader = \"network\" needs network.dial or network.listen")?;
                table.plan(Lines::of_texts(&self.signals))?
            }
        })
    }

    fn only_the_table_of(&self, kind: ReaderKind) -> Result<(), String> {
        for (name, table, is_there) in [
            ("keyboard", ReaderKind::Keyboard, self.keyboard.is_some()),
            ("network", ReaderKind::Network, self.network.is_some()),
            ("pcsc", ReaderKind::Pcsc, self.pcsc.is_some()),
        ] {
            if is_there && table != kind {
                return Err(format!("the table {name} is for reader = \"{name}\""));
            }
        }
        let has_lamp = matches!(kind, ReaderKind::Pcsc | ReaderKind::Network);
        if !self.signals.is_empty() && !has_lamp {
            return Err("signals are for reader = \"pcsc\" and reader = \"network\"".to_owned());
        }
        Ok(())
    }

    fn pcsc(&self) -> Result<PcscPlan, String> {
        let escapes = Lines::of_hex(&self.signals);
        let escapes = escapes
            .map_err(|text| format!("signals: \"{text}\" is not a command in hex digits"))?;
        let table = self.pcsc.clone().unwrap_or_default();
        let escape_code = table.escape_code.unwrap_or(ESCAPE_CODE);
        if table.reader.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err("pcsc.reader is empty; leave it out for every reader".to_owned());
        }
        Ok(PcscPlan { reader: table.reader, is_one: false, escape_code, escapes })
    }
}

impl Network {
    fn plan(&self, lines: Lines) -> Result<ReaderPlan, String> {
        let speech = Arc::new(self.speech(lines)?);
        match (&self.dial, self.listen) {
            (Some(address), None) if self.from.is_empty() => {
                let has_port = address.rsplit_once(':').is_some_and(|(host, port)| {
                    !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
                });
                if !has_port {
                    return Err(format!("network.dial = \"{address}\" is not host:port"));
                }
                Ok(ReaderPlan::Dial { address: address.clone(), speech })
            }
            (Some(_), None) => Err("network.from is for network.listen".to_owned()),
            (None, Some(_)) if self.from.is_empty() => {
                let text = "network.listen needs network.from: the addresses of its readers";
                Err(text.to_owned())
            }
            (None, Some(address)) => {
                let from = self.from.iter().map(IpAddr::to_canonical).collect();
                Ok(ReaderPlan::Listen { address, from, speech })
            }
            _ => Err("set network.dial or network.listen, one of them".to_owned()),
        }
    }

    fn speech(&self, lines: Lines) -> Result<Speech, String> {
        let idle = match (self.idle_seconds, &self.ask) {
            (Some(seconds), _) if seconds > IDLE_MAX => {
                return Err(format!("network.idle_seconds is at most {IDLE_MAX}; 0 is for ever"));
            }
            (Some(seconds), _) => seconds,
            (None, Some(_)) => IDLE_WHEN_ASKED,
            (None, None) => 0,
        };
        Ok(Speech {
            framing: self.framing,
            pattern: pattern(self.pattern.as_deref().unwrap_or(PATTERN))?,
            form: form(self.number, self.bytes)?,
            ask: self.ask.clone().map(String::into_bytes),
            idle: (idle > 0).then(|| Duration::from_secs(idle)),
            lines,
        })
    }
}

/// Readers write bytes: `\d` is a digit of theirs, not one of any script. The expressions of this library take time in
/// proportion to the line.
fn pattern(text: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(text);
    let built = builder.unicode(false).size_limit(PATTERN_BYTES_MAX).build();
    built.map_err(|error| format!("network.pattern = \"{text}\": {error}"))
}

fn form(digits: Digits, bytes: usize) -> Result<Form, String> {
    if !(1..=10).contains(&bytes) {
        return Err(format!("bytes = {bytes}: a card's number has 4, 7 or 10 bytes"));
    }
    Ok(Form { digits, bytes })
}

fn four() -> usize {
    4
}
