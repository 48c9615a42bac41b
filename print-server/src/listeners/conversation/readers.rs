//! How a station's reader is, for the overview; and what is told by a notice where there is only a reader.

use std::time::Duration;

use station_protocol::{ReaderState, ServerMessage, Session as Shown, StartPolicy};
use store::{AtReader, NoticeKind, StationReader};
use tokio::task::JoinSet;
use tracing::warn;

use super::Conversation;

/// How often it is tried to tell somebody, and how long it is waited between: a minute in all.
const TELL_TRIES: u32 = 30;
const TELL_AGAIN: Duration = Duration::from_secs(2);

/// What the station says of its reader, and what the store has of it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    said: StationReader,
    noted: Option<StationReader>,
    noting: JoinSet<Option<StationReader>>,
    /// There is a reader and nothing else.
    is_alone: bool,
    /// The person of this session was told that something waits for an answer.
    told: bool,
}

impl Reader {
    /// Takes what a `Hello` says.
    pub(super) fn says(&mut self, state: ReaderState, is_alone: bool) {
        self.is_alone = is_alone;
        self.said = match state {
            ReaderState::Ready => StationReader::Ready,
            ReaderState::Away => StationReader::Away,
            ReaderState::Silent => StationReader::Silent,
            ReaderState::None => StationReader::Absent,
            ReaderState::Unsaid => StationReader::Unsaid,
        };
    }

    /// Another person stands there.
    pub(super) fn begin(&mut self) {
        self.told = false;
    }
}

impl Conversation {
    /// Brings the store up to date, one change at a time, so that the last word stays. A store that does not write keeps
    /// no station waiting.
    pub(super) fn note_reader(&mut self) {
        while let Some(noted) = self.reader.noting.try_join_next() {
            // One that failed is tried again.
            self.reader.noted = noted.ok().flatten();
        }
        let said = self.reader.said;
        if self.boot_id.is_none() || !self.reader.noting.is_empty() {
            return;
        }
        if self.reader.noted == Some(said) {
            return;
        }
        let (store, station) = (self.listener.parts.store.clone(), self.station.id);
        let is_alone = self.reader.is_alone;
        self.reader.noting.spawn(async move {
            match store.note_station_reader(station, said, is_alone).await {
                Ok(_) => Some(said),
                Err(error) => {
                    warn!(%error, "The store could not note how a station's reader is");
                    None
                }
            }
        });
    }

    /// Where there is only a reader, its owner reads elsewhere what a screen would have asked. What becomes of what was
    /// let go is told where it ends, by the store.
    pub(super) fn tell_owner(&mut self, message: &ServerMessage) {
        let ServerMessage::Session(shown) = message else { return };
        if !self.reader.is_alone || self.reader.told || !asks(shown) {
            return;
        }
        let Some(person) = self.session.as_ref().map(crate::release::Session::person) else {
            return;
        };
        self.reader.told = true;
        let (store, at) = (self.listener.parts.store.clone(), self.listener.parts.clock.now());
        // Its end is not the session's, nor the connection's: somebody else may tap in the next second.
        tokio::spawn(async move {
            for _ in 0..TELL_TRIES {
                match store.tell(person, NoticeKind::AtReader(AtReader::Asks), at).await {
                    Ok(_) => return,
                    Err(error) => {
                        warn!(%error, "Somebody is not told yet what a reader cannot ask")
                    }
                }
                tokio::time::sleep(TELL_AGAIN).await;
            }
        });
    }
}

/// Whether a job of the person's own waits for an answer. What a shared machine printed is nobody's in particular.
fn asks(session: &Shown) -> bool {
    let is_choice = session.policy == StartPolicy::Choose || session.printers.len() != 1;
    session.jobs.iter().any(|job| {
        let waits = !session.started.contains(&job.id) && job.shared.is_none();
        waits && (is_choice || job.is_to_be_named())
    })
}

#[cfg(test)]
mod tests {
    use station_protocol::{Language, Line, TapNumber};

    use super::*;

    #[test]
    fn nothing_is_asked_where_nothing_waits() {
        let session = Shown {
            tap: TapNumber(1),
            language: Language::En,
            person: Line::cut("Kim"),
            printers: Vec::new(),
            jobs: Vec::new(),
            arriving: 0,
            counting: 0,
            hidden: 0,
            policy: StartPolicy::Choose,
            started: Vec::new(),
            recent: Vec::new(),
        };
        assert!(!asks(&session));
    }
}
