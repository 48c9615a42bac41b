//! Codes at a station: typed in place of a card, and shown for a card that nobody has.

use std::time::Duration;

use print_core::{CardReading, Timestamp};
use station_protocol::{
    Card, CardKind, Line, NewCard, Pin, RefusedReason, Sentence, ServerMessage, TapNumber,
};
use store::{CodePurpose, CodeTry, OfferState, Opener, TapKey, TypedCode};
use texts::sentences::{CodeRefusal, Refusal};
use tokio::time::Instant;
use tracing::{info, warn};

use super::opening::{NotOpened, Opened};
use super::{Conversation, End};
use crate::proofs::offers;
use crate::release::{OpenTap, TapRefusal, closed};

/// The code that is shown changes so often; each holds twice as long.
const CODE_EVERY: Duration = Duration::from_secs(30);
/// A card is offered for so long, or until somebody else stands there.
const OFFERED: Duration = Duration::from_secs(120);

/// A card that was just read and is nobody's.
pub(super) struct Offer {
    key: TapKey,
    tap: TapNumber,
    reading: CardReading,
    until: Instant,
    /// When the next code is due.
    next: Instant,
    /// Which refusal the station was told.
    refused: Option<Timestamp>,
}

impl Conversation {
    /// Why a tap opened nothing, as the station is told.
    pub(super) fn not_opened(&self, refusal: &TapRefusal, card: &Card) -> NotOpened {
        let CardKind::Uid = card.kind;
        match (refusal, CardReading::from_uid(card.hex.bytes())) {
            (TapRefusal::UnknownCard, Ok(reading)) => NotOpened::Unknown(reading),
            // A station of before codes does not know the other word.
            (TapRefusal::Unusable(_), _) if !self.shows_codes => {
                NotOpened::Refused(RefusedReason::UnknownCard, Refusal::UnusableCard)
            }
            _ => {
                let (reason, sentence) = refusal.told();
                NotOpened::Refused(reason, sentence)
            }
        }
    }

    /// A code was typed in place of a card.
    pub(super) async fn code(&mut self, tap: TapNumber, code: &Pin) -> Result<(), End> {
        let key = self.key_of(tap).await?;
        if self.is_said_again(&key) {
            return self.tell_news().await;
        }
        let replaced = self.session.take();
        let found = self.open_by_code(&key, tap, code).await;
        self.opened(&key, tap, replaced, found).await
    }

    async fn open_by_code(
        &mut self,
        key: &TapKey,
        tap: TapNumber,
        code: &Pin,
    ) -> Result<Opened, NotOpened> {
        let parts = self.listener.parts.clone();
        let _hurried = parts.hurry.begin();
        let try_again = || NotOpened::Refused(RefusedReason::TryAgain, Refusal::TryAgain);
        let station = self.gate().await?;
        let code = match self.try_code(key, CodePurpose::Open, code).await {
            Some(CodeTry::Right(code)) => code,
            Some(wrong) => {
                self.record(key, None, "wrong-code").await;
                return Err(NotOpened::WrongCode(self.refusal(wrong)));
            }
            None => return Err(try_again()),
        };
        let person = parts.store.person(code.person).await.map_err(|_| try_again())?;
        let opener = Opener::Code(code.id);
        // As for a card: the account may have been closed since the code was made.
        if let Some(why) = closed(&parts.directory, &person).await.map_err(|_| try_again())? {
            self.record(key, Some((person.id, opener)), why.outcome()).await;
            let (reason, sentence) = why.told();
            return Err(NotOpened::Refused(reason, sentence));
        }
        let open = OpenTap { station, key: key.clone(), tap, person, opener, hides_earlier: false };
        self.begin(open).await
    }

    /// A code was typed to add the card that was just read.
    pub(super) async fn card_code(&mut self, tap: TapNumber, code: &Pin) -> Result<(), End> {
        let Some(offer) = self.offer.as_ref().filter(|offer| offer.tap == tap) else {
            return self.refuse(Some(tap), RefusedReason::TryAgain, Refusal::TryAgain).await;
        };
        let (key, reading) = (offer.key.clone(), offer.reading.clone());
        if let Err(closed) = self.gate().await {
            return self.closed(tap, closed).await;
        }
        let code = match self.try_code(&key, CodePurpose::AddCard, code).await {
            Some(CodeTry::Right(code)) => code,
            Some(wrong) => return self.refuse_code(tap, self.refusal(wrong)).await,
            None => {
                return self.refuse(Some(tap), RefusedReason::TryAgain, Refusal::TryAgain).await;
            }
        };
        let parts = &self.listener.parts;
        match offers::add(&parts.store, &parts.keys, code.person, &reading).await {
            Ok(true) => {
                self.forget_offer();
                self.send(&ServerMessage::CardAdded { tap }).await
            }
            Ok(false) => self.refuse_code(tap, CodeRefusal::CardTaken).await,
            Err(error) => {
                warn!(%error, "A card could not be added");
                self.refuse(Some(tap), RefusedReason::TryAgain, Refusal::TryAgain).await
            }
        }
    }

    /// Nothing when the store could not say.
    async fn try_code(&self, key: &TapKey, purpose: CodePurpose, typed: &Pin) -> Option<CodeTry> {
        let parts = &self.listener.parts;
        let lookup = parts.keys.person_code(purpose.as_str(), self.station.id, typed.as_str());
        let tried = parts.store.try_code(&TypedCode { key: key.clone(), purpose, lookup }).await;
        match &tried {
            Ok(CodeTry::Right(_)) => {}
            Ok(wrong) => info!(station = %self.station.name, ?wrong, "A code was not taken"),
            Err(error) => warn!(%error, "A code could not be looked at"),
        }
        tried.ok()
    }

    fn refusal(&self, wrong: CodeTry) -> CodeRefusal {
        match wrong {
            CodeTry::Locked { until } | CodeTry::Wrong { until: Some(until), .. } => {
                let left = until.micros_since(self.listener.parts.clock.now()).max(1);
                CodeRefusal::Locked { minutes: (left - 1).div_euclid(60_000_000) + 1 }
            }
            CodeTry::Wrong { left, until: None } => CodeRefusal::Wrong { left },
            CodeTry::Right(_) => CodeRefusal::CardTaken,
        }
    }

    pub(super) async fn refuse_code(
        &mut self,
        tap: TapNumber,
        refusal: CodeRefusal,
    ) -> Result<(), End> {
        let sentence = Sentence::cut(refusal.sentence(self.language()));
        let (tap, reason) = (Some(tap), RefusedReason::WrongCode);
        self.send(&ServerMessage::Refused { tap, reason, job: None, sentence }).await
    }

    /// Offers a card that nobody has to whoever holds it, where there is a screen to say so.
    pub(super) async fn offer(
        &mut self,
        key: &TapKey,
        tap: TapNumber,
        reading: CardReading,
    ) -> Result<(), End> {
        self.forget_offer();
        if !self.shows_codes {
            return Ok(());
        }
        // That unknown card may have been the one too many.
        if self.gate().await.is_err() {
            return Ok(());
        }
        let now = Instant::now();
        let key = key.clone();
        self.offer =
            Some(Offer { key, tap, reading, until: now + OFFERED, next: now, refused: None });
        self.look_at_offer().await
    }

    /// Says the next code when it is due, and that the card has somebody as soon as it has.
    pub(super) async fn look_at_offer(&mut self) -> Result<(), End> {
        let Some(offer) = &mut self.offer else { return Ok(()) };
        let parts = &self.listener.parts;
        let (now, tap) = (Instant::now(), offer.tap);
        match parts.store.offer_state(&offer.key).await {
            Ok(OfferState::Open) => {}
            Ok(OfferState::Taken) => {
                self.offer = None;
                return self.send(&ServerMessage::CardAdded { tap }).await;
            }
            Ok(OfferState::Refused(at)) if offer.refused == Some(at) => {}
            Ok(OfferState::Refused(at)) => {
                offer.refused = Some(at);
                return self.refuse_code(tap, CodeRefusal::CardTaken).await;
            }
            Err(error) => warn!(%error, "It cannot be read whether a card was taken"),
        }
        if now >= offer.until {
            self.forget_offer();
            return Ok(());
        }
        if now < offer.next {
            return Ok(());
        }
        offer.next = now + CODE_EVERY;
        let offer = (offer.key.clone(), offer.reading.clone());
        if self.gate().await.is_err() {
            self.forget_offer();
            return Ok(());
        }
        let (parts, (key, reading)) = (&self.listener.parts, offer);
        let at = parts.clock.now();
        match offers::offer(&parts.store, &parts.keys, &key, &reading, at).await {
            Ok(code) => {
                let pages = &self.listener.pages;
                let page = pages.strip_prefix("https://").unwrap_or(pages);
                let (one, other) = code.split_at(code.len() / 2);
                let card = NewCard {
                    tap,
                    address: Line::cut(format!("{pages}/card/{code}")),
                    page: Line::cut(format!("{page}/card")),
                    code: Line::cut(format!("{one}-{other}")),
                };
                self.send(&ServerMessage::NewCard(card)).await
            }
            Err(error) => {
                warn!(%error, "A card could not be offered");
                Ok(())
            }
        }
    }

    /// No further codes: somebody else stands there. Whoever has just looked at the page may still say yes.
    pub(super) fn forget_offer(&mut self) {
        self.offer = None;
    }
}
