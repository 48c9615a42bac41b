//! How one place is, for whoever looks after it.

use serde::Serialize;
use station_protocol::{Line, ReaderState};
use tokio::sync::watch;

use crate::session::View;
use crate::signals::Signal;

/// How one place is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What the configuration calls it.
    pub name: String,
    /// The station's name, once the server told it.
    pub station: Option<Line>,
    /// Whether the server can be reached.
    pub is_connected: bool,
    /// How its reader is.
    pub reader: ReaderState,
    /// What its lamp says.
    pub signal: &'static str,
    /// Why it could not start.
    pub trouble: Option<String>,
}

impl Status {
    /// A place that is not started yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            station: None,
            is_connected: false,
            reader: ReaderState::Away,
            signal: Signal::Away.as_str(),
            trouble: None,
        }
    }

    /// Whether a tap would be served now.
    pub fn is_ready(&self) -> bool {
        self.is_connected && self.reader == ReaderState::Ready
    }

    /// Takes over what the place shows.
    pub fn see(&mut self, view: &View) {
        self.station.clone_from(&view.station);
        self.is_connected = view.is_connected;
        self.reader = view.reader;
        self.signal = Signal::of(view).as_str();
    }

    /// Nobody serves the place now.
    pub fn go_away(&mut self) {
        self.is_connected = false;
        self.reader = ReaderState::Away;
        self.signal = Signal::Away.as_str();
    }
}

/// Where a place writes how it is.
#[derive(Debug, Clone)]
pub struct Board(watch::Sender<Status>);

impl Board {
    /// A place that is so.
    pub fn new(status: Status) -> Self {
        Self(watch::channel(status).0)
    }

    /// How the place is.
    pub fn status(&self) -> Status {
        self.0.borrow().clone()
    }

    /// Changes it; whether anything changed.
    pub fn change(&self, change: impl FnOnce(&mut Status)) -> bool {
        self.0.send_if_modified(|status| {
            let before = status.clone();
            change(status);
            *status != before
        })
    }
}
