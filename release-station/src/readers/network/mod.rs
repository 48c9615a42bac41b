//! Readers that speak TCP: one line for each card, whoever of both calls.
//!
//! - `framing`: where a line ends.
//! - `conversation`: what is said on one connection, and when the reader hangs.
//! - `dial`: the station calls the reader.
//! - `listen`: readers call; each is known by its address.

mod conversation;
mod dial;
mod framing;
mod listen;

use std::time::Duration;

use regex::bytes::Regex;
use tokio::net::TcpStream;

pub use self::dial::dial;
pub use self::framing::Framing;
pub use self::listen::{Hub, Switchboard, receive};
use super::number::Form;
use crate::signals::Lines;

/// A machine that lost its power or its cable is noticed after this silence of TCP itself.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(1);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(1);
const KEEPALIVE_PROBES: u32 = 3;

/// How a network reader speaks.
#[derive(Debug, Clone)]
pub struct Speech {
    /// Where a line ends.
    pub framing: Framing,
    /// Which lines are cards; the first group, or all of it, is the number. Other lines only show that the reader is
    /// alive.
    pub pattern: Regex,
    /// How the number is written.
    pub form: Form,
    /// Sent to the reader each second. One that is asked is ready only when it has answered.
    pub ask: Option<Vec<u8>>,
    /// After so long without a byte the reader hangs.
    pub idle: Option<Duration>,
    /// What makes its lamp and its buzzer say how the station is.
    pub lines: Lines,
}

/// A tap is a small message that somebody waits for; a reader without power says no farewell.
fn prepare(stream: &TcpStream) -> std::io::Result<()> {
    use rustix::net::sockopt;
    stream.set_nodelay(true)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(stream, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(stream, KEEPALIVE_PROBES)?;
    Ok(())
}
