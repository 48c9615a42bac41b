//! Cards that were just read and are nobody's: a station shows a code for each, and whoever is signed in and
//! enters it makes the card theirs.

use print_core::{StationId, Timestamp};

use crate::database::error::Result;
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::release::taps::TapKey;
use crate::store::Store;

/// Offers are forgotten so long after their time.
const KEPT_SECONDS: i64 = 3_600;

/// A card and the code under which it is offered.
#[derive(Clone, PartialEq, Eq)]
pub struct CardOffer {
    /// A keyed hash of the code.
    pub lookup: [u8; 32],
    /// Where it was read, and when.
    pub key: TapKey,
    /// The number as it was read, sealed for this lookup.
    pub sealed: Vec<u8>,
    /// Until when the code may be entered.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for CardOffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardOffer").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What an offer was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenCard {
    /// Where the card was read.
    pub station: StationId,
    /// Its number, sealed for the offer's lookup.
    pub sealed: Vec<u8>,
}

/// How an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    /// Nobody has taken the card.
    Open,
    /// Somebody has.
    Taken,
    /// Somebody said yes at this time, and the card is somebody else's.
    Refused(Timestamp),
}

statements! {
    FORGET = "DELETE FROM card_offer WHERE expires_at < $1";
    ADD = "INSERT INTO card_offer (lookup, station, boot_id, tap_number, sealed, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (lookup) DO NOTHING";
    FIND = "SELECT station, sealed FROM card_offer
        WHERE lookup = $1 AND expires_at > $2 AND taken_at IS NULL";
    // All codes of the same reading end together.
    TAKE = "UPDATE card_offer SET taken_at = $2 WHERE taken_at IS NULL
        AND EXISTS (SELECT 1 FROM card_offer o WHERE o.lookup = $1 AND o.taken_at IS NULL
            AND o.station = card_offer.station AND o.boot_id = card_offer.boot_id
            AND o.tap_number = card_offer.tap_number)";
    REFUSE = "UPDATE card_offer SET refused_at = $2 WHERE lookup = $1 AND taken_at IS NULL";
    TAKEN = "SELECT taken_at, refused_at FROM card_offer
        WHERE station = $1 AND boot_id = $2 AND tap_number = $3
            AND (taken_at IS NOT NULL OR refused_at IS NOT NULL) LIMIT 100";
}

fn read(mut row: Row) -> Result<TakenCard> {
    Ok(TakenCard { station: row.parsed()?, sealed: row.bytes()? })
}

impl Store {
    /// Offers a card under one more code. `false`: the code is another card's, and nothing was changed.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn offer_card(&self, offer: &CardOffer) -> Result<bool> {
        let long_ago = self.now().plus_seconds(-KEPT_SECONDS);
        transact!(self.pool(), |transaction| {
            transaction.change(FORGET, values![long_ago]).await?;
            let CardOffer { lookup, key, sealed, expires_at } = offer;
            let [station, boot_id, tap] = key.values();
            let values = values![*lookup, station, boot_id, tap, sealed.clone(), *expires_at];
            transaction.change(ADD, values).await? > 0
        })
    }

    /// The card that is offered under a code and that nobody has taken. `since` is how long ago its time may
    /// have ended.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn offered_card(
        &self,
        lookup: &[u8; 32],
        since: Timestamp,
    ) -> Result<Option<TakenCard>> {
        self.pool().row(FIND, values![*lookup, since]).await?.map(read).transpose()
    }

    /// Ends the offers of the card under this code: it has its person. `false`: somebody was first.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn take_offered_card(&self, lookup: &[u8; 32]) -> Result<bool> {
        Ok(self.change(TAKE, values![*lookup, self.now()]).await? > 0)
    }

    /// Notes that somebody said yes to the card under this code and that it is somebody else's, for the station to say so.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn refuse_offered_card(&self, lookup: &[u8; 32]) -> Result<()> {
        self.change(REFUSE, values![*lookup, self.now()]).await.map(drop)
    }

    /// What has become of the card that this tap read.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn offer_state(&self, tap: &TapKey) -> Result<OfferState> {
        // A tap has a handful, one for each code that was shown.
        let mut refused = None;
        for mut row in self.pool().rows(TAKEN, tap.values().into()).await? {
            if row.opt_time()?.is_some() {
                return Ok(OfferState::Taken);
            }
            refused = refused.max(row.opt_time()?);
        }
        Ok(refused.map_or(OfferState::Open, OfferState::Refused))
    }
}
