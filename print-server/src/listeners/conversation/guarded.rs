//! What a station's certificate is good for: its own printers, its networks, and ten unknown cards a minute.

use station_protocol::{Card, RefusedReason};
use store::Station;
use texts::sentences::Refusal;
use tracing::{error, warn};

use super::{Conversation, NotOpened};
use crate::doors::Network;
use crate::listeners::guesses::{Guess, UNKNOWN_CARDS_MAX};
use crate::release::TapRefusal;

/// Whether a station's certificate is good at this address.
pub(in crate::listeners) fn is_good_at(station: &Station, address: std::net::IpAddr) -> bool {
    let networks = &station.guard.networks;
    networks.is_empty() || Network::any_contains(networks, address)
}

impl Conversation {
    /// Takes one of the tries that the station has. Whoever finds it locked is told so before any card is looked up.
    pub(super) async fn take_try(&mut self) -> Result<Guess, NotOpened> {
        if self.station.guard.locked_at.is_none()
            && let Some(guess) = self.guesses.begin()
        {
            return Ok(guess);
        }
        let station = self.listener.parts.store.station(self.station.id).await;
        let station =
            station.map_err(|_| NotOpened::Refused(RefusedReason::TryAgain, Refusal::TryAgain))?;
        if station.guard.locked_at.is_some() {
            self.guesses.lock();
        } else if self.guesses.is_unlocked() || self.station.guard.locked_at.is_some() {
            self.station = station;
            if let Some(guess) = self.guesses.begin() {
                return Ok(guess);
            }
        }
        self.audit_locked().await;
        Err(locked())
    }

    /// Whether the station that was just read is the one that connected, and may go on from where it is.
    pub(super) fn is_still(&self, station: &Station) -> bool {
        // Whoever has another key since then is another machine.
        station.revoked_at.is_none()
            && station.key_sha256 == self.station.key_sha256
            && is_good_at(station, self.address)
    }

    /// Locks the station when that was one unknown card too many.
    pub(super) async fn judge(&mut self, guess: Guess, refusal: &TapRefusal, card: &Card) {
        if !matches!(refusal, TapRefusal::UnknownCard) || !guess.use_up(card.hex.bytes()) {
            return;
        }
        let name = &self.station.name;
        match self.listener.parts.store.lock_station(self.station.id, UNKNOWN_CARDS_MAX).await {
            Ok(is_new) => {
                self.guesses.lock();
                if is_new {
                    error!(station = %name, "A station is locked: ten unknown cards within a minute");
                }
            }
            // No try is left in any case.
            Err(error) => warn!(%error, station = %name, "A station's lock could not be kept"),
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
