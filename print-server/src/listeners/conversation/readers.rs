//! How a station's reader is, for the overview; and what is told by a notice where there is only a reader.

use std::collections::HashSet;

use station_protocol::{
    JobStage, OutcomeKind, ReaderState, ServerMessage, Session as Shown, StartPolicy,
};
use store::{AtReader, NoticeKind, StationReader};
use tokio::task::JoinSet;
use tracing::warn;

use super::Conversation;

/// What the station says of its reader, and what the store has of it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    said: StationReader,
    noted: Option<StationReader>,
    noting: JoinSet<Option<StationReader>>,
    /// There is a reader and nothing else.
    is_alone: bool,
    /// What the person of this session was told already.
    told: HashSet<AtReader>,
    telling: JoinSet<()>,
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
        self.told.clear();
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
        self.reader.noting.spawn(async move {
            match store.note_station_reader(station, said).await {
                Ok(_) => Some(said),
                Err(error) => {
                    warn!(%error, "The store could not note how a station's reader is");
                    None
                }
            }
        });
    }

    /// Where there is only a reader, its owner reads elsewhere what a screen would have said.
    pub(super) fn tell_owner(&mut self, message: &ServerMessage) {
        if !self.reader.is_alone {
            return;
        }
        let Some(what) = unsaid(message).filter(|what| self.reader.told.insert(*what)) else {
            return;
        };
        let Some(person) = self.session.as_ref().map(crate::release::Session::person) else {
            return;
        };
        while self.reader.telling.try_join_next().is_some() {}
        let (store, at) = (self.listener.parts.store.clone(), self.listener.parts.clock.now());
        self.reader.telling.spawn(async move {
            if let Err(error) = store.tell(person, NoticeKind::AtReader(what), at).await {
                warn!(%error, "Somebody could not be told what a reader cannot say");
            }
        });
    }
}

/// What a lamp cannot say of this.
fn unsaid(message: &ServerMessage) -> Option<AtReader> {
    match message {
        ServerMessage::Session(session) if asks(session) => Some(AtReader::Asks),
        ServerMessage::Progress(progress) => match progress.state {
            JobStage::Stopped { .. } => Some(AtReader::Stopped),
            _ => None,
        },
        ServerMessage::Outcome(outcome) => match outcome.kind {
            OutcomeKind::Uncertain => Some(AtReader::Uncertain),
            OutcomeKind::Held => Some(AtReader::Failed),
            OutcomeKind::Printed | OutcomeKind::Canceled => None,
        },
        _ => None,
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
    use station_protocol::{Id, Line, Outcome, Sentence};

    use super::*;

    fn outcome(kind: OutcomeKind) -> ServerMessage {
        let sentence = Sentence::default();
        ServerMessage::Outcome(Outcome { job: Id::cut("j"), kind, sentence, amount: None })
    }

    #[test]
    fn only_what_needs_its_owner_is_told() {
        assert_eq!(unsaid(&outcome(OutcomeKind::Printed)), None);
        assert_eq!(unsaid(&outcome(OutcomeKind::Uncertain)), Some(AtReader::Uncertain));
        assert_eq!(unsaid(&outcome(OutcomeKind::Held)), Some(AtReader::Failed));
        let session = Shown {
            tap: station_protocol::TapNumber(1),
            language: station_protocol::Language::En,
            person: Line::cut("Kim"),
            printers: Vec::new(),
            jobs: Vec::new(),
            arriving: 0,
            counting: 0,
            policy: StartPolicy::Choose,
            started: Vec::new(),
        };
        assert_eq!(unsaid(&ServerMessage::Session(session)), None, "nothing waits");
    }
}
