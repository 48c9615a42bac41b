//! What is done behind the taps: the store is told that the station is here and which card was used, and its
//! certificate is renewed in time.

use std::time::Duration;

use station_protocol::ServerMessage;
use tokio::time::Instant;
use tracing::{info, warn};

use super::opening::Opened;
use super::{Conversation, End};
use crate::certificates::stations::{StationKey, is_due};
use crate::listeners::enrolment::encoded;

/// How often the store notes that a station is here; the overview calls one silent after a minute.
const NOTED_EVERY: Duration = Duration::from_secs(20);
/// So long at most, the note that a card was used lets taps go first.
const USE_WAIT: Duration = Duration::from_secs(5);
/// How often it is asked whether the station's certificate is to be renewed.
const RENEWAL_EVERY: Duration = Duration::from_secs(86_400);

impl Conversation {
    /// Does what has become due.
    pub(super) async fn do_behind(&mut self) -> Result<(), End> {
        if self.noted.is_none_or(|noted| noted.elapsed() >= NOTED_EVERY) {
            self.note();
        }
        if self.boot_id.is_some()
            && self.renewed.is_none_or(|renewed| renewed.elapsed() >= RENEWAL_EVERY)
        {
            self.renewed = Some(Instant::now());
            self.renew().await?;
        }
        Ok(())
    }

    fn note(&mut self) {
        while self.noting.try_join_next().is_some() {}
        if self.noting.is_empty() {
            self.noted = Some(Instant::now());
            let (store, station) = (self.listener.parts.store.clone(), self.station.id);
            self.noting.spawn(async move {
                if let Err(error) = store.station_seen(station).await {
                    warn!(%error, "The store could not note that a station is here");
                }
            });
        }
    }

    /// Sends the station a newer certificate for its key, when it is time.
    async fn renew(&mut self) -> Result<(), End> {
        let now = self.listener.parts.clock.now();
        let (_, connection) = self.socket.get_ref().get_ref();
        let shown = connection.peer_certificates().and_then(<[_]>::first);
        let Some(shown) = shown.filter(|shown| is_due(shown, now)) else { return Ok(()) };
        let Some(key) = StationKey::of(shown) else { return Ok(()) };
        let name = &self.station.name;
        match self.listener.authority.station_certificate(name, &key, now) {
            Ok(certificate) => {
                info!(station = %name, "The certificate of a station is renewed");
                let certificate = encoded(&certificate);
                self.send(&ServerMessage::Certificate { certificate }).await
            }
            Err(error) => {
                warn!(%error, station = %name, "The certificate of a station cannot be renewed");
                Ok(())
            }
        }
    }

    /// Notes when the card was last used, and asks for whoever used it or a code, behind the tap: nobody waits for it,
    /// and one that is missed does no harm.
    pub(super) fn note_use(&mut self, opened: &Opened) {
        while self.using.try_join_next().is_some() {}
        if self.using.is_empty() {
            let (person, opener) = (opened.person, opened.opener);
            let card = opened.card.as_ref().map(|card| (card.id, card.used_at));
            let directory = std::sync::Arc::clone(&self.listener.parts.directory);
            let (store, hurry) =
                (self.listener.parts.store.clone(), self.listener.parts.hurry.clone());
            self.using.spawn(async move {
                hurry.over(USE_WAIT).await;
                if let Some((id, used_at)) = card
                    && let Err(error) = store.use_card(id, used_at).await
                {
                    warn!(%error, "The store could not note that a card was used");
                }
                directory.after_tap(person, opener).await;
            });
        }
    }
}
