//! The station's state, the card, the clock; how states are shown and end.

use std::time::{Duration, Instant};

use station_protocol::{
    BootId, Card, CardKind, CardNumber, Language, Line, PROTOCOL, ReaderName, ReaderState,
    StationMessage, TapNumber,
};

use super::active::Active;
use super::event::{Event, TapSource, Tapped};
use super::state::{LocalRefusal, Refusal, State, View};
use crate::readers::{Reading, Unusable};

/// Nobody touches anything for so long: the person has gone.
pub const IDLE: Duration = Duration::from_secs(20);
/// The same while nothing is there to be chosen.
pub const IDLE_EMPTY: Duration = Duration::from_secs(8);
/// The server has so long to answer a tap; it may wait 20 s itself for a document's inspection.
pub const ANSWER: Duration = Duration::from_secs(25);
/// A job on its way does not move for so long: the screen is freed, the job goes on.
pub const STILL: Duration = Duration::from_secs(60);
/// The same while a printer stands still: so long its owner may need to mend it, or to decide.
pub const STANDING: Duration = Duration::from_secs(200);
/// A result is shown for so long.
pub const RESULT: Duration = Duration::from_secs(12);
/// A refusal is shown for so long.
pub const REFUSAL: Duration = Duration::from_secs(8);
/// The same card again within this time is the same tap: a hand trembles, a card is turned over.
pub const SAME_TAP: Duration = Duration::from_secs(3);

/// What one event leads to: messages for the server.
pub(super) type Messages = Vec<StationMessage>;

/// A station's state and its rules.
#[derive(Debug)]
pub struct Machine {
    boot_id: BootId,
    version: Line,
    default_language: Language,
    /// What the person who stands here switched to.
    pub(super) language: Option<Language>,
    readers: Vec<ReaderName>,
    reader_state: ReaderState,
    /// Nobody can be asked anything here: there is a reader and nothing else.
    is_reader_only: bool,
    pub(super) is_connected: bool,
    /// The server may have missed what was sent before the connection was lost.
    pub(super) is_reconnected: bool,
    /// The server takes codes in place of cards.
    pub(super) takes_codes: bool,
    pub(super) station: Option<Line>,
    last_tap: TapNumber,
    last_card: Option<(CardNumber, Instant)>,
    /// When the owner last released something.
    pub(super) chosen_at: Option<Instant>,
    pub(super) state: State,
    /// When the state ends by itself, and how long it lasts in all.
    pub(super) ends: Option<(Instant, Duration)>,
}

impl Machine {
    /// A station that has just started and reaches nobody yet.
    pub fn new(boot_id: BootId, language: Language, readers: Vec<ReaderName>) -> Self {
        Self {
            boot_id,
            version: Line::cut(env!("CARGO_PKG_VERSION")),
            default_language: language,
            language: None,
            reader_state: of_list(&readers),
            readers,
            is_reader_only: false,
            is_connected: false,
            is_reconnected: false,
            takes_codes: false,
            station: None,
            last_tap: TapNumber(0),
            last_card: None,
            chosen_at: None,
            state: State::NoConnection,
            ends: None,
        }
    }

    /// The same with a reader and nothing else.
    pub fn reader_only(mut self) -> Self {
        self.is_reader_only = true;
        self
    }

    /// The same with a screen and no reader.
    pub fn without_reader(mut self) -> Self {
        self.reader_state = ReaderState::None;
        self
    }

    /// Takes an event; the messages are for the server, in order.
    pub fn step(&mut self, event: Event, now: Instant) -> Messages {
        match event {
            Event::Reader(Reading::Readers(readers)) => {
                let state = of_list(&readers);
                self.readers_changed(readers, state)
            }
            Event::Reader(Reading::Silent) => self.readers_changed(Vec::new(), ReaderState::Silent),
            Event::Reader(Reading::Card { reader, card }) => self.card(reader, card, now),
            Event::Connected => vec![self.hello()],
            Event::Disconnected => {
                self.is_connected = false;
                match self.state {
                    State::Waiting => self.state = State::NoConnection,
                    // The server that showed the code does not know of the next connection.
                    State::NewCard(_) => self.rest(),
                    _ => {}
                }
                Vec::new()
            }
            Event::Server(message) => self.server(message, now),
            Event::Touched(tap, action) if tap == self.state.tap() => self.touched(action, now),
            // The page showed somebody else's session.
            Event::Touched(..) => Vec::new(),
            Event::Tick => self.tick(now),
        }
    }

    /// When [`Event::Tick`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.ends.map(|(at, _)| at)
    }

    /// The number of the last tap that was taken.
    pub fn last_tap(&self) -> TapNumber {
        self.last_tap
    }

    /// What happens now.
    #[cfg(test)]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What to show.
    pub fn view(&self) -> View {
        let owners = self.state.active().map(|active| active.session.language);
        View {
            state: self.state.clone(),
            language: self.language.or(owners).unwrap_or(self.default_language),
            is_connected: self.is_connected,
            reader: self.reader_state,
            takes_codes: self.is_connected && self.takes_codes,
            station: self.station.clone(),
            ends: self.ends,
        }
    }

    fn hello(&self) -> StationMessage {
        StationMessage::Hello {
            protocol: PROTOCOL,
            version: self.version.clone(),
            boot_id: self.boot_id.clone(),
            readers: self.readers.clone(),
            reader_state: self.reader_state,
            is_reader_only: self.is_reader_only,
            codes: !self.is_reader_only,
        }
    }

    fn readers_changed(&mut self, readers: Vec<ReaderName>, state: ReaderState) -> Messages {
        if self.readers == readers && self.reader_state == state {
            return Vec::new();
        }
        self.readers = readers;
        self.reader_state = state;
        if self.is_connected { vec![self.hello()] } else { Vec::new() }
    }

    /// A card was held to a reader.
    fn card(
        &mut self,
        reader: ReaderName,
        card: Result<CardNumber, Unusable>,
        now: Instant,
    ) -> Messages {
        let number = match card {
            Ok(number) => number,
            Err(why) => return self.unusable(why, now),
        };
        let last = self.last_card.replace((number.clone(), now));
        if let Some((card, at)) = last
            && card == number
            && now.saturating_duration_since(at) < SAME_TAP
        {
            return Vec::new();
        }
        let is_same = self.state.source().is_some_and(|source| source.is_card(&number));
        match &self.state {
            State::Asking(_) if is_same => return Vec::new(),
            // The owner taps again to go; without a screen there is nothing to go from.
            State::Choosing(active) if is_same && !self.is_reader_only => {
                return self.leave(active.source.tap);
            }
            _ => {}
        }
        let tap = self.next_tap();
        if !self.is_connected {
            self.refuse(tap, Refusal::Local(LocalRefusal::NoConnection), now);
            return Vec::new();
        }
        let card = Card { kind: CardKind::Uid, hex: number };
        self.ask(TapSource { tap, what: Tapped::Card { reader, card } }, now)
    }

    /// Asks the server whose this is.
    pub(super) fn ask(&mut self, source: TapSource, now: Instant) -> Messages {
        let message = source.message();
        self.show(State::Asking(source), ANSWER, now);
        vec![message]
    }

    /// A card that says nothing about its owner: a running session goes on.
    fn unusable(&mut self, why: Unusable, now: Instant) -> Messages {
        if matches!(self.state, State::Waiting | State::NoConnection | State::Refused(..)) {
            let tap = self.next_tap();
            let refusal = match why {
                Unusable::GoneTooSoon => LocalRefusal::TapAgain,
                Unusable::Random => LocalRefusal::RandomCard,
                Unusable::Silent | Unusable::Malformed(_) => LocalRefusal::SilentCard,
            };
            self.refuse(tap, Refusal::Local(refusal), now);
        }
        Vec::new()
    }

    pub(super) fn next_tap(&mut self) -> TapNumber {
        self.last_tap = TapNumber(self.last_tap.0 + 1);
        self.language = None;
        self.last_tap
    }

    fn tick(&mut self, now: Instant) -> Messages {
        if self.deadline().is_none_or(|at| now < at) {
            return Vec::new();
        }
        match &self.state {
            State::Asking(TapSource { tap, what: Tapped::Code(code) }) => {
                let (tap, code) = (*tap, code.clone());
                self.type_again(tap, code, now);
                self.said(StationMessage::Leave { tap })
            }
            State::Asking(source) => {
                let tap = source.tap;
                self.refuse(tap, Refusal::Local(LocalRefusal::NoAnswer), now);
                self.said(StationMessage::Leave { tap })
            }
            State::Choosing(active) | State::Releasing(active) | State::Result(active) => {
                self.leave(active.source.tap)
            }
            State::NewCard(card) => self.leave(card.tap),
            State::Waiting | State::NoConnection | State::Typing(_) | State::Refused(..) => {
                self.rest();
                Vec::new()
            }
        }
    }

    /// Ends the session at the owner's wish, or because the owner is gone.
    pub(super) fn leave(&mut self, tap: TapNumber) -> Messages {
        // A card that is offered is offered no longer.
        let has_session = self.state.active().is_some()
            || self.state.source().is_some()
            || matches!(self.state, State::NewCard(_));
        self.rest();
        if has_session { self.said(StationMessage::Leave { tap }) } else { Vec::new() }
    }

    /// A message, unless nobody hears it: the server ends a session by its own time-out.
    pub(super) fn said(&self, message: StationMessage) -> Messages {
        if self.is_connected { vec![message] } else { Vec::new() }
    }

    pub(super) fn active_mut(&mut self) -> Option<&mut Active> {
        match &mut self.state {
            State::Choosing(active) | State::Releasing(active) | State::Result(active) => {
                Some(active)
            }
            _ => None,
        }
    }

    pub(super) fn rest(&mut self) {
        self.state = if self.is_connected { State::Waiting } else { State::NoConnection };
        self.language = None;
        self.ends = None;
    }

    pub(super) fn show(&mut self, state: State, lasts: Duration, now: Instant) {
        self.state = state;
        self.ends = Some((now + lasts, lasts));
    }

    pub(super) fn refuse(&mut self, tap: TapNumber, refusal: Refusal, now: Instant) {
        self.show(State::Refused(tap, refusal), REFUSAL, now);
    }

    pub(super) fn show_choosing(&mut self, active: Active, now: Instant) {
        let session = &active.session;
        let is_empty =
            session.jobs.is_empty() && session.recent.is_empty() && session.arriving == 0;
        self.show(State::Choosing(active), if is_empty { IDLE_EMPTY } else { IDLE }, now);
    }

    /// Shows how the released jobs go, or what became of them.
    pub(super) fn show_releasing(&mut self, now: Instant) {
        let Some(active) = self.state.active().cloned() else { return };
        match (&self.state, active.is_over()) {
            // What comes in while a result is shown completes it and does not prolong it.
            (State::Result(_), true) => {}
            (_, true) => self.show(State::Result(active), RESULT, now),
            (_, false) => {
                let lasts = if active.stands_still() { STANDING } else { STILL };
                self.show(State::Releasing(active), lasts, now);
            }
        }
    }

    /// Somebody is still here: the time begins anew.
    pub(super) fn prolong(&mut self, now: Instant) {
        let lasts = match &self.state {
            State::Asking(_) => return,
            State::Result(_) => IDLE,
            _ => self.ends.map_or(IDLE, |(_, lasts)| lasts),
        };
        self.ends = Some((now + lasts, lasts));
    }
}

fn of_list(readers: &[ReaderName]) -> ReaderState {
    if readers.is_empty() { ReaderState::Away } else { ReaderState::Ready }
}

impl TapSource {
    pub(super) fn message(&self) -> StationMessage {
        let tap = self.tap;
        match self.what.clone() {
            Tapped::Card { reader, card } => StationMessage::Tap { tap, reader, card },
            Tapped::Code(code) => StationMessage::Code { tap, code },
        }
    }
}
