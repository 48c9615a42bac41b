//! Codes at the screen: typed in place of a card, and what is shown for a card that nobody has.

use std::time::{Duration, Instant};

use station_protocol::{NewCard, Pin, RefusedReason, Sentence, StationMessage, TapNumber};

use super::event::{Action, TapSource, Tapped};
use super::machine::{Machine, Messages, RESULT};
use super::state::{LocalRefusal, Refusal, State};
use crate::words::Words;

/// Nobody types for so long: the person has gone.
pub const TYPING: Duration = Duration::from_secs(30);
/// A card that nobody has is offered for so long: time to find a telephone.
pub const NEW_CARD: Duration = Duration::from_secs(60);

/// A code that is typed in place of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// The tap that it will be.
    pub tap: TapNumber,
    /// What was typed so far, on a page without script.
    pub typed: Option<Pin>,
    /// What the server said about the last code.
    pub notice: Option<Sentence>,
    /// The code that this tap already was, when nobody could say what became of it: typed once more it is the same tap,
    /// and opens what it has opened.
    pub unanswered: Option<Pin>,
}

/// A card that nobody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCardShown {
    /// The tap that read it.
    pub tap: TapNumber,
    /// What the server shows for it now.
    pub offer: NewCard,
    /// The pad is shown, in place of the code for telephones.
    pub is_typing: bool,
    /// What was typed so far, on a page without script.
    pub typed: Option<Pin>,
    /// What the server said about the last code.
    pub notice: Option<Sentence>,
    /// How many codes were typed: each begins with an empty field.
    pub tries: u32,
    /// It has an owner now.
    pub is_added: bool,
}

impl Typing {
    fn begin(tap: TapNumber, notice: Option<Sentence>) -> Self {
        Self { tap, typed: None, notice, unanswered: None }
    }
}

impl Machine {
    /// Does what a touch has to do with codes; none when it has nothing to do with them.
    pub(super) fn touched_code(&mut self, action: &Action, now: Instant) -> Option<Messages> {
        let (is_connected, takes_codes) = (self.is_connected, self.takes_codes);
        match (&mut self.state, action) {
            (State::Waiting, Action::NoCard) if takes_codes => {
                let tap = self.number();
                self.show(State::Typing(Typing::begin(tap, None)), TYPING, now);
            }
            (State::Typing(typing), Action::Type(typed)) => typing.typed = typed.clone(),
            (State::Typing(typing), Action::Code(code)) => {
                let is_other = typing.unanswered.as_ref().is_some_and(|earlier| earlier != code);
                let tap = if is_other { self.number() } else { typing.tap };
                if !is_connected {
                    self.refuse(tap, Refusal::Local(LocalRefusal::NoConnection), now);
                    return Some(Vec::new());
                }
                return Some(self.ask(TapSource { tap, what: Tapped::Code(code.clone()) }, now));
            }
            (State::Typing(_), Action::NoCode) => self.rest(),
            (State::NewCard(card), Action::TypeCode) => card.is_typing = true,
            (State::NewCard(card), Action::NoCode) => {
                (card.is_typing, card.typed, card.notice) = (false, None, None);
            }
            (State::NewCard(card), Action::Type(typed)) => card.typed = typed.clone(),
            (State::NewCard(card), Action::Code(code)) => {
                let tap = card.tap;
                (card.typed, card.notice) = (None, None);
                card.tries = card.tries.saturating_add(1);
                self.prolong(now);
                return Some(self.said(StationMessage::CardCode { tap, code: code.clone() }));
            }
            (State::Typing(_) | State::NewCard(_), Action::Touch) => {}
            _ => return None,
        }
        if matches!(self.state, State::Typing(_) | State::NewCard(_)) {
            self.prolong(now);
        }
        Some(Vec::new())
    }

    /// Whether a refusal was about a code, and has been taken.
    pub(super) fn refused_code(
        &mut self,
        tap: TapNumber,
        reason: RefusedReason,
        sentence: &Sentence,
        now: Instant,
    ) -> bool {
        match &mut self.state {
            State::NewCard(card) if card.tap == tap => {
                card.notice = Some(sentence.clone());
                true
            }
            State::Asking(TapSource { what: Tapped::Code(_), .. })
                if reason == RefusedReason::WrongCode =>
            {
                // The next code is another tap.
                let tap = self.number();
                let typing = Typing::begin(tap, Some(sentence.clone()));
                self.show(State::Typing(typing), TYPING, now);
                true
            }
            State::Asking(TapSource { tap: asked, what: Tapped::Code(code) })
                if *asked == tap && reason == RefusedReason::TryAgain =>
            {
                let code = code.clone();
                self.type_again(tap, code, now);
                true
            }
            _ => false,
        }
    }

    /// Something failed for a moment: whoever stands there types the same code once more.
    pub(super) fn type_again(&mut self, tap: TapNumber, code: Pin, now: Instant) {
        let words = Words(self.view().language);
        let notice = Some(Sentence::cut(words.type_code_again()));
        let typing = Typing { unanswered: Some(code), ..Typing::begin(tap, notice) };
        self.show(State::Typing(typing), TYPING, now);
    }

    /// The next tap, in the language that was chosen on the screen.
    fn number(&mut self) -> TapNumber {
        let language = self.language;
        let tap = self.next_tap();
        self.language = language;
        tap
    }

    /// The server shows a code for the card that was just refused, or another one.
    pub(super) fn new_card(&mut self, offer: NewCard, now: Instant) {
        match &mut self.state {
            State::NewCard(card) if card.tap == offer.tap => card.offer = offer,
            State::Refused(tap, Refusal::Server(RefusedReason::UnknownCard, _))
                if *tap == offer.tap =>
            {
                let tap = *tap;
                let card = NewCardShown {
                    tap,
                    offer,
                    is_typing: false,
                    typed: None,
                    notice: None,
                    tries: 0,
                    is_added: false,
                };
                self.show(State::NewCard(card), NEW_CARD, now);
            }
            // Of a card whose holder has gone.
            _ => {}
        }
    }

    /// The card has an owner now.
    pub(super) fn card_added(&mut self, tap: TapNumber, now: Instant) {
        let State::NewCard(card) = &self.state else { return };
        if card.tap == tap {
            let card = NewCardShown { is_added: true, ..card.clone() };
            self.show(State::NewCard(card), RESULT, now);
        }
    }
}
