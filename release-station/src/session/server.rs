//! What the server's messages do.

use std::time::Instant;

use station_protocol::{
    EndReason, Id, Line, RefusedReason, Sentence, ServerMessage, Session, TapNumber,
};

use super::active::Active;
use super::event::TapSource;
use super::machine::{IDLE, Machine, Messages, STILL};
use super::state::{Refusal, State};
use super::wishes::Quote;

impl Machine {
    pub(super) fn server(&mut self, message: ServerMessage, now: Instant) -> Messages {
        match message {
            ServerMessage::Welcome { station, codes, .. } => {
                self.takes_codes = codes;
                self.welcome(station)
            }
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
            ServerMessage::Quote { tap, options, price, refused } => {
                let is_shown = self.state.tap() == Some(tap);
                if let Some(active) = self.active_mut().filter(|_| is_shown) {
                    active.quoted(&options, Quote { price, refused });
                }
                Vec::new()
            }
            ServerMessage::Refused { tap, reason, job, sentence } => {
                self.refused(tap, reason, job.as_ref(), sentence, now);
                Vec::new()
            }
            ServerMessage::NewCard(offer) => {
                self.new_card(offer, now);
                Vec::new()
            }
            ServerMessage::CardAdded { tap } => {
                self.card_added(tap, now);
                Vec::new()
            }
            ServerMessage::Ended { tap, reason } => {
                self.ended(tap, reason, now);
                Vec::new()
            }
            // The link's own.
            ServerMessage::Certificate { .. } | ServerMessage::Pong => Vec::new(),
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
            let was_empty = active.session.jobs.is_empty() && active.session.recent.is_empty();
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
        job: Option<&Id>,
        sentence: Sentence,
        now: Instant,
    ) {
        let Some(shown) = self.state.tap().filter(|shown| tap.is_none_or(|tap| tap == *shown))
        else {
            return;
        };
        if self.refused_code(shown, reason, &sentence, now) {
            return;
        }
        let ends_session = matches!(
            reason,
            RefusedReason::BlockedCard
                | RefusedReason::DisabledPerson
                | RefusedReason::UnknownCard
                | RefusedReason::UnusableCard
        );
        match self.active_mut() {
            Some(active) if !ends_session => {
                let has_refused = active.choice_refused(sentence.clone());
                let deleting = active.deleting.take();
                match job {
                    Some(job) if deleting.as_ref() == Some(job) => {
                        active.ask_pin_to_delete(job, Some(sentence));
                    }
                    Some(job) => active.ask_pin(job, Some(sentence)),
                    None => {}
                }
                let is_back = has_refused && active.running.is_empty();
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
}
