//! From a tap or a code to a session, or to the reason why there is none.

use print_core::{CardReading, PersonId};
use station_protocol::{Card, EndReason, RefusedReason, ServerMessage, TapNumber};
use store::{CardOwner, Opener, Station, StoreError, TapKey};
use texts::sentences::{CodeRefusal, Refusal};
use tracing::{info, warn};

use super::guarded::locked;
use super::{Conversation, End};
use crate::release::{OpenTap, Session, find_owner};

/// Why a tap opened no session.
pub(super) enum NotOpened {
    /// The station was revoked.
    Gone,
    /// The person is told so.
    Refused(RefusedReason, Refusal),
    /// Nobody has this card yet.
    Unknown(CardReading),
    /// The code is none; the person is told so.
    WrongCode(CodeRefusal),
}

/// Who stands there now, and whether the tap is in the store.
pub(super) struct Opened {
    pub(super) person: PersonId,
    pub(super) opener: Opener,
    pub(super) card: Option<store::Card>,
    pub(super) is_recorded: bool,
}

impl Conversation {
    /// The key of a tap; a station that has not said who it is has none.
    pub(super) async fn key_of(&mut self, tap: TapNumber) -> Result<TapKey, End> {
        let Some(boot_id) = &self.boot_id else {
            self.refuse(Some(tap), RefusedReason::Protocol, Refusal::Protocol).await?;
            return Err(End::Gone);
        };
        Ok(TapKey {
            station: self.station.id,
            boot_id: boot_id.as_str().to_owned(),
            tap: i64::try_from(tap.0).unwrap_or(i64::MAX),
        })
    }

    /// Whether this is the tap of the session that runs, said again: it is told everything again and lets
    /// nothing go.
    pub(super) fn is_said_again(&mut self, key: &TapKey) -> bool {
        let is_again = self.session.as_ref().is_some_and(|session| session.key() == key);
        if is_again {
            self.session.iter_mut().for_each(Session::tell_again);
        }
        is_again
    }

    pub(super) async fn tap(&mut self, tap: TapNumber, card: &Card) -> Result<(), End> {
        let key = self.key_of(tap).await?;
        if self.is_said_again(&key) {
            return self.tell_news().await;
        }
        // Whoever stood here before is told so behind the claim, which is in a hurry.
        let replaced = self.session.take();
        self.reader.begin();
        let found = self.open_session(&key, tap, card).await;
        self.opened(&key, tap, replaced, found).await
    }

    /// Tells what came of a tap or a code.
    pub(super) async fn opened(
        &mut self,
        key: &TapKey,
        tap: TapNumber,
        replaced: Option<Session>,
        found: Result<Opened, NotOpened>,
    ) -> Result<(), End> {
        if let Some(replaced) = replaced {
            let ended = ServerMessage::Ended { tap: replaced.tap(), reason: EndReason::Replaced };
            self.send(&ended).await?;
        }
        let opened = match found {
            Ok(opened) => opened,
            Err(NotOpened::Gone) => return Err(End::Gone),
            Err(NotOpened::Refused(reason, sentence)) => {
                return self.refuse(Some(tap), reason, sentence).await;
            }
            Err(NotOpened::Unknown(reading)) => {
                let reason = RefusedReason::UnknownCard;
                self.refuse(Some(tap), reason, Refusal::UnknownCard).await?;
                return self.offer(key, tap, reading).await;
            }
            Err(NotOpened::WrongCode(refusal)) => return self.refuse_code(tap, refusal).await,
        };
        self.note_use(&opened);
        self.tell_news().await?;
        if !opened.is_recorded {
            self.record(key, Some((opened.person, opened.opener)), "session").await;
        }
        self.forget_offer();
        Ok(())
    }

    /// Whether the station that was just read may go on: it may have been revoked or locked, and its printers
    /// changed, since it connected. Whatever opens, adds or lets go passes here.
    pub(super) fn fresh(
        &mut self,
        found: Result<Station, StoreError>,
    ) -> Result<Station, NotOpened> {
        match found {
            Ok(station) if self.is_still(&station) => {
                self.take_in(station.guard.clone());
                self.station = station.clone();
                let is_locked = station.guard.is_locked(self.listener.parts.clock.now());
                if is_locked { Err(locked()) } else { Ok(station) }
            }
            Ok(_) => Err(NotOpened::Gone),
            Err(_) => Err(NotOpened::Refused(RefusedReason::TryAgain, Refusal::TryAgain)),
        }
    }

    /// The same, read now.
    pub(super) async fn gate(&mut self) -> Result<Station, NotOpened> {
        let found = self.listener.parts.store.station(self.station.id).await;
        self.fresh(found)
    }

    /// Tells the person that this station may not go on, or ends the conversation with one that is none any more.
    pub(super) async fn closed(&mut self, tap: TapNumber, why: NotOpened) -> Result<(), End> {
        match why {
            NotOpened::Refused(reason, sentence) => self.refuse(Some(tap), reason, sentence).await,
            _ => Err(End::Gone),
        }
    }

    /// Finds out whose the card is and opens the session.
    async fn open_session(
        &mut self,
        key: &TapKey,
        tap: TapNumber,
        card: &Card,
    ) -> Result<Opened, NotOpened> {
        let parts = self.listener.parts.clone();
        let _hurried = parts.hurry.begin();
        parts.metrics.tapped();
        let guess = self.take_try().await?;
        let (station, owner) =
            tokio::join!(parts.store.station(self.station.id), find_owner(&parts, card));
        let station = self.fresh(station)?;
        let CardOwner { card, person } = match owner {
            Ok(owner) => owner,
            Err(refusal) => {
                info!(station = %station.name, reason = %refusal, "A tap opened nothing");
                self.judge(guess, &refusal, card).await;
                self.record_refused(key, &refusal).await;
                return Err(self.not_opened(&refusal, card));
            }
        };
        let (opener, hides_earlier) = (Opener::Card(card.id), card.waits_for_owner());
        let open = OpenTap { station, key: key.clone(), tap, person, opener, hides_earlier };
        let opened = self.begin(open).await?;
        Ok(Opened { card: Some(card), ..opened })
    }

    pub(super) async fn begin(&mut self, open: OpenTap) -> Result<Opened, NotOpened> {
        let (person, opener) = (open.person.id, open.opener);
        match Session::open(self.listener.parts.clone(), open).await {
            Ok(session) => {
                let is_recorded = self.session.insert(session).is_recorded();
                Ok(Opened { person, opener, card: None, is_recorded })
            }
            Err(error) => {
                warn!(%error, "A session could not be opened");
                Err(NotOpened::Refused(RefusedReason::TryAgain, Refusal::TryAgain))
            }
        }
    }
}
