//! What a station's certificate is good for: its own printers, its networks, and few unknown cards.

use station_protocol::{Card, RefusedReason};
use store::{Station, StationGuard};
use texts::sentences::Refusal;
use tracing::{error, warn};

use super::Conversation;
use super::opening::NotOpened;
use crate::doors::Network;
use crate::listeners::guesses::{Guess, Unknown};
use crate::release::TapRefusal;

/// Whether a station's certificate is good at this address.
pub(in crate::listeners) fn is_good_at(station: &Station, address: std::net::IpAddr) -> bool {
    let networks = &station.guard.networks;
    networks.is_empty() || Network::any_contains(networks, address)
}

impl Conversation {
    /// Takes one of the tries that the station has. Whoever finds it locked is told so before any card is looked up.
    pub(super) async fn take_try(&mut self) -> Result<Guess, NotOpened> {
        let now = self.listener.parts.clock.now();
        if !self.station.guard.is_locked(now)
            && let Some(guess) = self.guesses.begin()
        {
            return Ok(guess);
        }
        let try_again = NotOpened::Refused(RefusedReason::TryAgain, Refusal::TryAgain);
        let Ok(station) = self.listener.parts.store.station(self.station.id).await else {
            return Err(try_again);
        };
        self.take_in(station.guard);
        if self.station.guard.is_locked(now) {
            self.audit_locked().await;
            return Err(locked());
        }
        self.guesses.begin().ok_or(try_again)
    }

    /// Takes in what the store has just said.
    pub(super) fn take_in(&mut self, guard: StationGuard) {
        let now = self.listener.parts.clock.now();
        if guard.is_locked(now) {
            self.guesses.lock();
        } else {
            self.guesses.open();
        }
        self.guesses.allow(guard.unknown.left(now));
        self.station.guard = guard;
    }

    /// Whether the station that was just read is the one that connected, and may go on from where it is.
    pub(super) fn is_still(&self, station: &Station) -> bool {
        // Whoever has another key since then is another machine.
        station.revoked_at.is_none()
            && station.key_sha256 == self.station.key_sha256
            && is_good_at(station, self.address)
    }

    /// Counts a card that was nobody's, which locks the station when it is one too many.
    pub(super) async fn judge(&mut self, guess: Guess, refusal: &TapRefusal, card: &Card) {
        let is_minute_full = match refusal {
            TapRefusal::UnknownCard => match guess.count(card.hex.bytes()) {
                Unknown::New { is_minute_full } => is_minute_full,
                Unknown::Again => return,
            },
            TapRefusal::DirectoryDown => return guess.set_aside(card.hex.bytes()),
            _ => return,
        };
        let (store, name) = (&self.listener.parts.store, &self.station.name);
        match store.note_unknown_card(self.station.id, is_minute_full).await {
            Ok(noted) => {
                let now = self.listener.parts.clock.now();
                self.guesses.allow(noted.unknown.left(now));
                let (hour, day) = (noted.unknown.hour(now), noted.unknown.day(now));
                if noted.is_alarm {
                    warn!(station = %name, hour, day, "Many unknown cards are held to a station");
                }
                if let Some(lock) = noted.lock {
                    self.guesses.lock();
                    error!(station = %name, hour, day, ?lock, "A station is locked: too many unknown cards");
                }
            }
            // The count in memory goes on.
            Err(error) => warn!(%error, station = %name, "An unknown card could not be counted"),
        }
    }

    /// Once a minute for each address: whoever tries cards must not fill the trail.
    async fn audit_locked(&self) {
        self.listener.refused_tap(&self.station, self.address).await;
    }
}

/// What a locked station is told.
pub(super) fn locked() -> NotOpened {
    NotOpened::Refused(RefusedReason::NotThisStation, Refusal::StationLocked)
}
