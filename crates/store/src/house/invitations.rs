//! Invitations: a station that may get a certificate by a code that is typed once.

use print_core::{StationId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::store::Store;

/// So many wrong codes make an invitation void.
pub const INVITATION_TRIES: u32 = 5;

/// What is kept of an invitation: never the code.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The station.
    pub station: StationId,
    /// What the key is derived with, beside the code.
    pub salt: [u8; 32],
    /// What is derived.
    pub key: [u8; 32],
    /// Until when it holds.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("station", &self.station).finish_non_exhaustive()
    }
}

statements! {
    FORGET_EXPIRED = "DELETE FROM station_invitation WHERE expires_at <= $1";
    PUT = "INSERT INTO station_invitation (station, salt, key, tries_left, expires_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (station) DO UPDATE
        SET salt = excluded.salt, key = excluded.key, tries_left = excluded.tries_left,
            expires_at = excluded.expires_at";
    SALT = "SELECT salt FROM station_invitation
        WHERE station = $1 AND tries_left > 0 AND expires_at > $2";
    TRY = "UPDATE station_invitation SET tries_left = tries_left - 1
        WHERE station = $1 AND tries_left > 0 AND expires_at > $2 RETURNING key";
    END = "DELETE FROM station_invitation WHERE station = $1 AND key = $2 AND expires_at > $3";
    WITHDRAW = "DELETE FROM station_invitation WHERE station = $1";
    ENROL = "UPDATE station SET key_sha256 = $2, revoked_at = NULL WHERE id = $1";
    UNTIL = "SELECT expires_at FROM station_invitation
        WHERE station = $1 AND tries_left > 0 AND expires_at > $2";
}

impl Store {
    /// Invites a station, in place of an earlier invitation; those that are over are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such station.
    pub async fn invite_station(&self, invitation: &Invitation) -> Result<()> {
        transact!(self.pool(), |transaction| {
            transaction.change(FORGET_EXPIRED, values![self.now()]).await?;
            let values = values![
                invitation.station,
                invitation.salt,
                invitation.key,
                INVITATION_TRIES,
                invitation.expires_at,
            ];
            transaction.change(PUT, values).await?;
        })
    }

    /// The salt of an invitation that holds.
    pub async fn invitation_salt(&self, station: StationId) -> Result<Option<[u8; 32]>> {
        match self.pool().row(SALT, values![station, self.now()]).await? {
            Some(mut row) => row.hash().map(Some),
            None => Ok(None),
        }
    }

    /// Until when a station is invited.
    pub async fn invited_until(&self, station: StationId) -> Result<Option<Timestamp>> {
        match self.pool().row(UNTIL, values![station, self.now()]).await? {
            Some(mut row) => row.time().map(Some),
            None => Ok(None),
        }
    }

    /// Takes one of the tries that an invitation has; the key by which the try is judged. None when there is
    /// no invitation, or none any more.
    pub async fn try_invitation(&self, station: StationId) -> Result<Option<[u8; 32]>> {
        transact!(self.pool(), |transaction| {
            match transaction.row(TRY, values![station, self.now()]).await? {
                Some(mut row) => Some(row.hash()?),
                None => None,
            }
        })
    }

    /// Gives the station this key by an administrator's hand, and withdraws an invitation. A key that it had
    /// before opens nothing any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such station; [`StoreError::Conflict`] when another has the key.
    pub async fn give_station_key(&self, station: StationId, key_sha256: [u8; 32]) -> Result<()> {
        transact!(self.pool(), |transaction| {
            transaction.change(WITHDRAW, values![station]).await?;
            if transaction.change(ENROL, values![station, key_sha256]).await? == 0 {
                return Err(StoreError::NotFound);
            }
        })
    }

    /// Gives the station this key, and ends the invitation: each serves once. A key that the station had
    /// before opens nothing any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the invitation has ended meanwhile; [`StoreError::Conflict`] when another
    /// station has the key.
    pub async fn enrol_station(
        &self,
        station: StationId,
        invitation: &[u8; 32],
        key_sha256: [u8; 32],
    ) -> Result<()> {
        transact!(self.pool(), |transaction| {
            let ended = transaction.change(END, values![station, *invitation, self.now()]).await?;
            if ended == 0 {
                return Err(StoreError::NotFound);
            }
            transaction.change(ENROL, values![station, key_sha256]).await?;
        })
    }
}
