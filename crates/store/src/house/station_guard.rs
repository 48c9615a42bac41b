//! What keeps a station's certificate from being of use to others, and how its reader is.

use print_core::{StationId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::station_guesses::UnknownCards;
use crate::store::Store;

/// How a station's reader is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum StationReader {
    /// The station has not said so.
    #[default]
    Unsaid,
    /// It can read.
    Ready,
    /// It is not there.
    Away,
    /// It is there and does not answer.
    Silent,
    /// The station is to have none.
    Absent,
}

impl StationReader {
    const ALL: [Self; 5] = [Self::Unsaid, Self::Ready, Self::Away, Self::Silent, Self::Absent];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsaid => "",
            Self::Ready => "ready",
            Self::Away => "away",
            Self::Silent => "silent",
            Self::Absent => "absent",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a station's row says beside its own settings. [`Store::put_station`] changes none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StationGuard {
    /// The networks (CIDR) from which its certificate is good; none: from anywhere.
    pub networks: Vec<String>,
    /// Since when it is locked, or was for a time that is over.
    pub locked_at: Option<Timestamp>,
    /// Until when; none: until somebody unlocks it.
    pub locked_until: Option<Timestamp>,
    /// The unknown cards that were held to it.
    pub unknown: UnknownCards,
    /// How its reader is.
    pub reader: StationReader,
    /// Since when the reader is so.
    pub reader_at: Option<Timestamp>,
}

impl StationGuard {
    /// Whether it takes no card now.
    #[must_use]
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_at.is_some() && self.locked_until.is_none_or(|until| now < until)
    }
}

statements! {
    NETWORKS = "UPDATE station SET networks = $2 WHERE id = $1";
    // Whoever unlocks it has looked: it begins anew.
    UNLOCK = "UPDATE station SET locked_at = NULL, locked_until = NULL, locks = 0, hour_at = 0,
            hour_unknown = 0, day_at = 0, day_unknown = 0
        WHERE id = $1 AND locked_at IS NOT NULL";
    READER = "UPDATE station SET reader_at = CASE WHEN reader = $2 THEN reader_at ELSE $3 END,
            reader = $2, reader_only = $4
        WHERE id = $1 AND (reader <> $2 OR reader_only <> $4)";
}

pub(crate) fn read(row: &mut Row) -> Result<StationGuard> {
    Ok(StationGuard {
        networks: row.text()?.split_whitespace().map(str::to_owned).collect(),
        locked_at: row.opt_time()?,
        locked_until: row.opt_time()?,
        unknown: UnknownCards::read(row)?,
        reader: row.word(StationReader::from_word)?,
        reader_at: row.opt_time()?,
    })
}

impl Store {
    /// Says from where the station's certificate is good; nowhere named: from anywhere. The row of the audit trail is of
    /// the same commit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such station.
    pub async fn set_station_networks(
        &self,
        id: StationId,
        networks: &[String],
        actor: &str,
    ) -> Result<()> {
        let networks = networks.join(" ");
        let detail = json!({ "networks": networks });
        let event = event(id, self.now(), actor, "station-addresses", detail);
        transact!(self.pool(), |transaction| {
            if transaction.change(NETWORKS, values![id, &networks]).await? == 0 {
                return Err(StoreError::NotFound);
            }
            audit::append(transaction, &event).await?;
        })
    }

    /// Unlocks the station, and forgets the unknown cards that were held to it. `false`: it was not locked.
    pub async fn unlock_station(&self, id: StationId, actor: &str) -> Result<bool> {
        let event = event(id, self.now(), actor, "station-unlock", json!(null));
        transact!(self.pool(), |transaction| {
            let was_locked = transaction.change(UNLOCK, values![id]).await? > 0;
            if was_locked {
                audit::append(transaction, &event).await?;
            }
            was_locked
        })
    }

    /// Keeps how the station's reader is, and whether there is nothing else. `false`: it was so before.
    pub async fn note_station_reader(
        &self,
        id: StationId,
        reader: StationReader,
        is_alone: bool,
    ) -> Result<bool> {
        let values = values![id, reader.as_str(), self.now(), i64::from(is_alone)];
        Ok(self.change(READER, values).await? > 0)
    }
}

pub(super) fn event(
    id: StationId,
    at: Timestamp,
    actor: &str,
    event: &str,
    detail: serde_json::Value,
) -> AuditEvent {
    AuditEvent {
        at,
        actor: actor.to_owned(),
        event: event.to_owned(),
        object: format!("station:{id}"),
        outcome: "done".to_owned(),
        detail,
    }
}
