//! The events that begin and end a session.

use std::time::{Duration, Instant};

use station_protocol::{
    BootId, Card, CardKind, CardNumber, EndReason, Language, Line, PROTOCOL, ReaderName,
    RefusedReason, Sentence, ServerMessage, Session, StationMessage, TapNumber,
};

use super::active::Active;
use super::event::{Action, Event, TapSource};
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
/// A result is shown for so long.
pub const RESULT: Duration = Duration::from_secs(12);
/// A refusal is shown for so long.
pub const REFUSAL: Duration = Duration::from_secs(8);
/// The same card again within this time is the same tap: a hand trembles, a card is turned over.
pub const SAME_TAP: Duration = Duration::from_secs(3);

/// What one event leads to: messages for the server.
type Messages = Vec<StationMessage>;

/// A station's state and its rules.
#[derive(Debug)]
pub struct Machine {
    boot_id: BootId,
    version: Line,
    default_language: Language,
    /// What the person who stands here switched to.
    language: Option<Language>,
    readers: Vec<ReaderName>,
    is_connected: bool,
    /// The server may have missed what was sent before the connection was lost.
    is_reconnected: bool,
    station: Option<Line>,
    last_tap: TapNumber,
    last_card: Option<(CardNumber, Instant)>,
    /// When the owner last released something.
    chosen_at: Option<Instant>,
    state: State,
    /// When the state ends by itself, and how long it lasts in all.
    ends: Option<(Instant, Duration)>,
}

impl Machine {
    /// A station that has just started and reaches nobody yet.
    pub fn new(boot_id: BootId, language: Language, readers: Vec<ReaderName>) -> Self {
        Self {
            boot_id,
            version: Line::cut(env!("CARGO_PKG_VERSION")),
            default_language: language,
            language: None,
            readers,
            is_connected: false,
            is_reconnected: false,
            station: None,
            last_tap: TapNumber(0),
            last_card: None,
            chosen_at: None,
            state: State::NoConnection,
            ends: None,
        }
    }

    /// Takes an event; the messages are for the server, in order.
    pub fn step(&mut self, event: Event, now: Instant) -> Messages {
        match event {
            Event::Reader(Reading::Readers(readers)) => self.readers_changed(readers),
            Event::Reader(Reading::Card { reader, card }) => self.card(reader, card, now),
            Event::Connected => vec![self.hello()],
            Event::Disconnected => {
                self.is_connected = false;
                if self.state == State::Waiting {
                    self.state = State::NoConnection;
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
            is_reader_ready: !self.readers.is_empty(),
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
        }
    }

    fn readers_changed(&mut self, readers: Vec<ReaderName>) -> Messages {
        if self.readers == readers {
            return Vec::new();
        }
        self.readers = readers;
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
        let is_same = self.state.source().is_some_and(|source| source.card.hex == number);
        match &self.state {
            State::Asking(_) if is_same => return Vec::new(),
            // The owner taps again to go.
            State::Choosing(active) if is_same => return self.leave(active.source.tap),
            _ => {}
        }
        let tap = self.next_tap();
        if !self.is_connected {
            self.refuse(tap, Refusal::Local(LocalRefusal::NoConnection), now);
            return Vec::new();
        }
        let source = TapSource { tap, reader, card: Card { kind: CardKind::Uid, hex: number } };
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

    fn next_tap(&mut self) -> TapNumber {
        self.last_tap = TapNumber(self.last_tap.0 + 1);
        self.language = None;
        self.last_tap
    }

    fn server(&mut self, message: ServerMessage, now: Instant) -> Messages {
        match message {
            ServerMessage::Welcome { station, .. } => self.welcome(station),
            ServerMessage::Session(session) => self.session(session, now),
            ServerMessage::Progress(progress) => {
                if let Some(active) = self.active_mut()
                    && active.progress(progress)
                {
                    self.show_releasing(now);
                }
                Vec::new()
            }
            ServerMessage::Outcome(outcome) => {
                if let Some(active) = self.active_mut()
                    && active.outcome(outcome)
                {
                    self.show_releasing(now);
                }
                Vec::new()
            }
            ServerMessage::Refused { tap, reason, sentence } => {
                self.refused(tap, reason, sentence, now);
                Vec::new()
            }
            ServerMessage::Ended { tap, reason } => {
                self.ended(tap, reason, now);
                Vec::new()
            }
            ServerMessage::Pong => Vec::new(),
        }
    }

    fn welcome(&mut self, station: Line) -> Messages {
        self.station = Some(station);
        if std::mem::replace(&mut self.is_connected, true) {
            return Vec::new();
        }
        self.is_reconnected = true;
        if self.state == State::NoConnection {
            self.state = State::Waiting;
        }
        // The very same tap: whichever server this is shows the session that already runs.
        self.state.source().map(TapSource::message).into_iter().collect()
    }

    fn session(&mut self, session: Session, now: Instant) -> Messages {
        if self.state.tap() != Some(session.tap) {
            // Of a tap that nobody waits for any more.
            return Vec::new();
        }
        let again = std::mem::take(&mut self.is_reconnected);
        let is_fresh = self.chosen_at.is_some_and(|at| now.saturating_duration_since(at) < IDLE);
        if let Some(active) = self.active_mut() {
            let was_empty = active.session.jobs.is_empty();
            let missed = active.update(session).filter(|_| again);
            if missed.is_some() && !is_fresh {
                // The owner pressed too long ago: nothing may come out behind a turned back.
                active.choice_refused(Sentence::default());
            }
            let active = active.clone();
            if !active.running.is_empty() {
                self.show_releasing(now);
            } else if was_empty || matches!(self.state, State::Releasing(_)) {
                self.show_choosing(active, now);
            }
            return missed.filter(|_| is_fresh).into_iter().collect();
        }
        let State::Asking(source) = &self.state else { return Vec::new() };
        let active = Active::new(source.clone(), session);
        if active.running.is_empty() {
            self.show_choosing(active, now);
        } else {
            self.show(State::Releasing(active), STILL, now);
        }
        Vec::new()
    }

    fn refused(
        &mut self,
        tap: Option<TapNumber>,
        reason: RefusedReason,
        sentence: Sentence,
        now: Instant,
    ) {
        let Some(shown) = self.state.tap().filter(|shown| tap.is_none_or(|tap| tap == *shown))
        else {
            return;
        };
        let ends_session = matches!(
            reason,
            RefusedReason::BlockedCard | RefusedReason::DisabledPerson | RefusedReason::UnknownCard
        );
        match self.active_mut() {
            Some(active) if !ends_session => {
                let is_back = active.choice_refused(sentence) && active.running.is_empty();
                if is_back && let State::Releasing(active) = &self.state {
                    self.show_choosing(active.clone(), now);
                }
            }
            _ => self.refuse(shown, Refusal::Server(reason, sentence), now),
        }
    }

    fn ended(&mut self, tap: TapNumber, reason: EndReason, now: Instant) {
        if self.state.tap() != Some(tap) {
            return;
        }
        match (reason, &self.state) {
            // Another server takes the session over, or the same one after its restart.
            (EndReason::Stopping, _) => {}
            (EndReason::Blocked, _) => {
                let refusal = Refusal::Server(RefusedReason::BlockedCard, Sentence::default());
                self.refuse(tap, refusal, now);
            }
            // A result is shown to its end whatever the server has forgotten.
            (_, State::Result(_) | State::Refused(..)) => {}
            _ => self.rest(),
        }
    }

    fn touched(&mut self, action: Action, now: Instant) -> Messages {
        if let Action::Language(language) = action {
            self.language = Some(language);
            if self.state.tap().is_none() {
                self.ends = Some((now + IDLE, IDLE));
            } else {
                self.prolong(now);
            }
            return Vec::new();
        }
        if action == Action::Leave {
            return self.state.tap().map(|tap| self.leave(tap)).unwrap_or_default();
        }
        let is_release = matches!(action, Action::Release | Action::ReleaseAll(_));
        if is_release && !self.is_connected {
            // The page says that there is no connection; the owner presses again when there is.
            return Vec::new();
        }
        let Some(active) = self.active_mut() else { return Vec::new() };
        let message = match action {
            Action::Toggle(job) => {
                active.toggle(&job);
                None
            }
            Action::ChooseAll => {
                active.choose_all();
                None
            }
            Action::ChooseNone => {
                active.chosen.clear();
                None
            }
            Action::Printer(printer) => {
                active.choose_printer(printer);
                None
            }
            Action::Release => active.release(),
            Action::ReleaseAll(printer) => {
                active.choose_printer(printer);
                active.choose_all();
                active.release()
            }
            Action::Stop(job) => active.stop(&job),
            Action::More => {
                active.show_held();
                let active = active.clone();
                if active.running.is_empty() {
                    self.show_choosing(active, now);
                }
                return Vec::new();
            }
            Action::Touch | Action::Leave | Action::Language(_) => None,
        };
        match &message {
            Some(StationMessage::Choose { .. }) => {
                self.chosen_at = Some(now);
                self.show_releasing(now);
            }
            _ => self.prolong(now),
        }
        message.into_iter().collect()
    }

    fn tick(&mut self, now: Instant) -> Messages {
        if self.deadline().is_none_or(|at| now < at) {
            return Vec::new();
        }
        match &self.state {
            State::Asking(source) => {
                let tap = source.tap;
                self.refuse(tap, Refusal::Local(LocalRefusal::NoAnswer), now);
                self.said(StationMessage::Leave { tap })
            }
            State::Choosing(active) | State::Releasing(active) | State::Result(active) => {
                self.leave(active.source.tap)
            }
            State::Waiting | State::NoConnection | State::Refused(..) => {
                self.rest();
                Vec::new()
            }
        }
    }

    /// Ends the session at the owner's wish, or because the owner is gone.
    fn leave(&mut self, tap: TapNumber) -> Messages {
        let has_session = self.state.active().is_some() || self.state.source().is_some();
        self.rest();
        if has_session { self.said(StationMessage::Leave { tap }) } else { Vec::new() }
    }

    /// A message, unless nobody hears it: the server ends a session by its own time-out.
    fn said(&self, message: StationMessage) -> Messages {
        if self.is_connected { vec![message] } else { Vec::new() }
    }

    fn active_mut(&mut self) -> Option<&mut Active> {
        match &mut self.state {
            State::Choosing(active) | State::Releasing(active) | State::Result(active) => {
                Some(active)
            }
            _ => None,
        }
    }

    fn rest(&mut self) {
        self.state = if self.is_connected { State::Waiting } else { State::NoConnection };
        self.language = None;
        self.ends = None;
    }

    fn show(&mut self, state: State, lasts: Duration, now: Instant) {
        self.state = state;
        self.ends = Some((now + lasts, lasts));
    }

    fn refuse(&mut self, tap: TapNumber, refusal: Refusal, now: Instant) {
        self.show(State::Refused(tap, refusal), REFUSAL, now);
    }

    fn show_choosing(&mut self, active: Active, now: Instant) {
        let is_empty = active.session.jobs.is_empty() && active.session.arriving == 0;
        self.show(State::Choosing(active), if is_empty { IDLE_EMPTY } else { IDLE }, now);
    }

    /// Shows how the released jobs go, or what became of them.
    fn show_releasing(&mut self, now: Instant) {
        let Some(active) = self.state.active().cloned() else { return };
        match (&self.state, active.is_over()) {
            // What comes in while a result is shown completes it and does not prolong it.
            (State::Result(_), true) => {}
            (_, true) => self.show(State::Result(active), RESULT, now),
            (_, false) => self.show(State::Releasing(active), STILL, now),
        }
    }

    /// Somebody is still here: the time begins anew.
    fn prolong(&mut self, now: Instant) {
        let lasts = match &self.state {
            State::Asking(_) => return,
            State::Result(_) => IDLE,
            _ => self.ends.map_or(IDLE, |(_, lasts)| lasts),
        };
        self.ends = Some((now + lasts, lasts));
    }
}

impl TapSource {
    fn message(&self) -> StationMessage {
        StationMessage::Tap { tap: self.tap, reader: self.reader.clone(), card: self.card.clone() }
    }
}
