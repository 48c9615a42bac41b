//! Which readers of one station can read, put together from what each of them tells.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use station_protocol::{CardNumber, READERS_MAX, ReaderName};
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::{Reading, Unusable};

/// How one reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It can read.
    Ready,
    /// It is not there.
    Away,
    /// It is there and does not answer.
    Silent,
}

/// The readers of one station.
#[derive(Debug)]
pub struct Board {
    readings: mpsc::Sender<Reading>,
    readers: Mutex<BTreeMap<ReaderName, Health>>,
}

impl Board {
    /// A board that tells `readings`.
    pub fn new(readings: mpsc::Sender<Reading>) -> Self {
        Self { readings, readers: Mutex::default() }
    }

    /// One reader is so now. What the station hears is told only when it changes.
    pub async fn set(&self, reader: &ReaderName, health: Health) {
        let Some(reading) = self.change(reader, health) else { return };
        match health {
            Health::Ready => info!(%reader, "A card reader is ready"),
            Health::Away => warn!(%reader, "A card reader is away"),
            Health::Silent => warn!(%reader, "A card reader does not answer"),
        }
        // Without a station nobody needs to know.
        let _ = self.readings.send(reading).await;
    }

    /// Somebody held a card to a reader.
    pub async fn card(&self, reader: &ReaderName, card: Result<CardNumber, Unusable>) {
        let _ = self.readings.send(Reading::Card { reader: reader.clone(), card }).await;
    }

    fn change(&self, reader: &ReaderName, health: Health) -> Option<Reading> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.get(reader) == Some(&health) {
            return None;
        }
        if readers.len() >= READERS_MAX {
            readers.retain(|_, health| *health != Health::Away);
        }
        readers.insert(reader.clone(), health);
        let ready = readers.iter().filter(|(_, health)| **health == Health::Ready);
        let ready: Vec<_> = ready.map(|(name, _)| name.clone()).take(READERS_MAX).collect();
        let is_silent = readers.values().any(|health| *health == Health::Silent);
        Some(if ready.is_empty() && is_silent { Reading::Silent } else { Reading::Readers(ready) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_reads_as_long_as_one_reader_does() {
        let (readings, _kept) = mpsc::channel(1);
        let board = Board::new(readings);
        let (one, two) = (ReaderName::cut("one"), ReaderName::cut("two"));
        let ready = |names: &[&ReaderName]| {
            Some(Reading::Readers(names.iter().map(|name| (*name).clone()).collect()))
        };
        assert_eq!(board.change(&one, Health::Away), ready(&[]));
        assert_eq!(board.change(&one, Health::Ready), ready(&[&one]));
        assert_eq!(board.change(&one, Health::Ready), None);
        assert_eq!(board.change(&two, Health::Silent), ready(&[&one]));
        assert_eq!(board.change(&one, Health::Away), Some(Reading::Silent));
        assert_eq!(board.change(&two, Health::Ready), ready(&[&two]));
    }

    #[test]
    fn readers_that_come_and_go_do_not_fill_memory() {
        let (readings, _kept) = mpsc::channel(1);
        let board = Board::new(readings);
        for number in 0..1_000 {
            let name = ReaderName::cut(format!("reader {number}"));
            board.change(&name, Health::Ready);
            board.change(&name, Health::Away);
        }
        assert!(board.readers.lock().unwrap().len() <= READERS_MAX);
    }
}
