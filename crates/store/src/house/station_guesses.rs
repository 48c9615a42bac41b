//! The unknown cards that are held to a station: counted durably, so that neither a restart nor another server nor
//! patience gives anybody more tries.
//!
//! A lock ends by itself, and each is twice as long as the one before: whoever holds ten bus cards to a reader puts it
//! out of service for a minute. Only a day with [`UNKNOWN_PER_DAY`] of them locks it until somebody has looked.

use print_core::{StationId, Timestamp};
use serde_json::json;

use super::station_guard::event;
use crate::books::audit;
use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// So many within an hour lock a station for an hour.
pub const UNKNOWN_PER_HOUR: u32 = 30;
/// So many within a day lock it until somebody unlocks it.
pub const UNKNOWN_PER_DAY: u32 = 100;
/// So many within an hour, or within a day, are told to whoever runs the house: long before the station is locked for
/// good.
const ALARM_PER_HOUR: u32 = 5;
const ALARM_PER_DAY: u32 = 50;
/// The first lock, in seconds, and the longest of those that end by themselves.
const LOCK_SECONDS: i64 = 60;
const LOCK_SECONDS_MAX: i64 = 3_600;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// The unknown cards of a station, lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCards {
    hour_at: Timestamp,
    hour: u32,
    day_at: Timestamp,
    day: u32,
}

impl Default for UnknownCards {
    fn default() -> Self {
        let never = Timestamp::from_micros(0);
        Self { hour_at: never, hour: 0, day_at: never, day: 0 }
    }
}

impl UnknownCards {
    pub(super) fn read(row: &mut Row) -> Result<Self> {
        let (hour_at, hour) = (row.time()?, row.int()?);
        let (day_at, day) = (row.time()?, row.int()?);
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Self { hour_at, hour: count(hour), day_at, day: count(day) })
    }

    /// Within the hour.
    #[must_use]
    pub fn hour(&self, now: Timestamp) -> u32 {
        if now.micros_since(self.hour_at) < HOUR { self.hour } else { 0 }
    }

    /// Within the day.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> u32 {
        if now.micros_since(self.day_at) < DAY { self.day } else { 0 }
    }

    /// How many more are looked up before the station is locked.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> u32 {
        let hour = UNKNOWN_PER_HOUR.saturating_sub(self.hour(now));
        hour.min(UNKNOWN_PER_DAY.saturating_sub(self.day(now)))
    }

    /// Whether they are so many that somebody should look.
    #[must_use]
    pub fn is_alarming(&self, now: Timestamp) -> bool {
        self.hour(now) >= ALARM_PER_HOUR || self.day(now) >= ALARM_PER_DAY
    }
}

/// What one more unknown card did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownNoted {
    /// All of them now.
    pub unknown: UnknownCards,
    /// It was the one with which they are so many that somebody should look.
    pub is_alarm: bool,
    /// It locked the station.
    pub lock: Option<StationLock>,
}

/// How long a station is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationLock {
    /// Until then.
    Until(Timestamp),
    /// Until somebody unlocks it.
    ForGood,
}

statements! {
    NOTE = "UPDATE station SET
            locks = CASE WHEN $2 - day_at < 86400000000 THEN locks ELSE 0 END,
            hour_unknown = CASE WHEN $2 - hour_at < 3600000000 THEN hour_unknown + 1 ELSE 1 END,
            hour_at = CASE WHEN $2 - hour_at < 3600000000 THEN hour_at ELSE $2 END,
            day_unknown = CASE WHEN $2 - day_at < 86400000000 THEN day_unknown + 1 ELSE 1 END,
            day_at = CASE WHEN $2 - day_at < 86400000000 THEN day_at ELSE $2 END
        WHERE id = $1
        RETURNING hour_at, hour_unknown, day_at, day_unknown, locks";
    // One without an end takes the place of one that ends.
    LOCK = "UPDATE station SET locked_at = $2, locked_until = $3, locks = locks + 1
        WHERE id = $1 AND (locked_at IS NULL OR locked_until <= $2
            OR (CAST($3 AS BIGINT) IS NULL AND locked_until IS NOT NULL))";
}

impl Store {
    /// Counts one more unknown card, and locks the station when they are too many, in one commit with the row of the
    /// audit trail. `is_minute_full`: they are too many for a minute.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such station.
    pub async fn note_unknown_card(
        &self,
        id: StationId,
        is_minute_full: bool,
    ) -> Result<UnknownNoted> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let row = transaction.row(NOTE, values![id, now]).await?;
            let mut row = row.ok_or(StoreError::NotFound)?;
            let (unknown, locks) = (UnknownCards::read(&mut row)?, row.int()?);
            let counts = || json!({ "hour": unknown.hour(now), "day": unknown.day(now) });
            let is_alarm = unknown.hour == ALARM_PER_HOUR || unknown.day == ALARM_PER_DAY;
            if is_alarm {
                let event = event(id, now, "system", "station-unknown-cards", counts());
                audit::append(transaction, &event).await?;
            }
            let mut lock = lock(&unknown, is_minute_full, locks, now);
            if let Some(new) = lock {
                let until = match new {
                    StationLock::Until(until) => Some(until),
                    StationLock::ForGood => None,
                };
                if transaction.change(LOCK, values![id, now, until]).await? > 0 {
                    let mut detail = counts();
                    detail["until"] =
                        until.map_or(json!("unlocked"), |until| json!(until.micros()));
                    let event = event(id, now, "system", "station-lock", detail);
                    audit::append(transaction, &event).await?;
                } else {
                    lock = None;
                }
            }
            UnknownNoted { unknown, is_alarm, lock }
        })
    }
}

fn lock(
    unknown: &UnknownCards,
    is_minute_full: bool,
    locks: i64,
    now: Timestamp,
) -> Option<StationLock> {
    let seconds = if unknown.day >= UNKNOWN_PER_DAY {
        return Some(StationLock::ForGood);
    } else if unknown.hour >= UNKNOWN_PER_HOUR {
        LOCK_SECONDS_MAX
    } else if is_minute_full {
        let doubled = LOCK_SECONDS << locks.clamp(0, 10);
        doubled.min(LOCK_SECONDS_MAX)
    } else {
        return None;
    };
    Some(StationLock::Until(now.plus_seconds(seconds)))
}
