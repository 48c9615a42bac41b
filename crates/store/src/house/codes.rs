//! Codes that a person has typed at one station, once: in place of a card, or to add the card that was just
//! read there.
//!
//! A code holds at the station that its owner chose, so that whoever guesses there has few to hit. Wrong ones
//! are counted for each station, and for all together; the count, what it decided and the row of the audit
//! trail are one commit.

use print_core::{CodeId, PersonId, StationId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::values;
use crate::release::taps::TapKey;
use crate::store::Store;

/// So many wrong codes lock a station's entry of codes; each further one locks it for twice as long.
pub const WRONG_CODES_MAX: u32 = 5;
/// The first lock.
const LOCKED_SECONDS: i64 = 60;
/// The longest lock. Wrong codes are forgotten so long after the last one.
const FORGOTTEN_SECONDS: i64 = 3_600;
/// So many wrong codes within [`ALL_SECONDS`], wherever, lock every station's entry.
const WRONG_IN_ALL_MAX: i64 = 100;
const ALL_SECONDS: i64 = 600;
/// Codes are forgotten so long after their time: what became of them stands in the trail.
const KEPT_SECONDS: i64 = 24 * 3_600;

/// What a code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// It opens its owner's jobs, as a card does.
    Open,
    /// It makes the card that was just read its owner's.
    AddCard,
}

impl CodePurpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::AddCard];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::AddCard => "add-card",
        }
    }

    /// The purpose of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// A code to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPersonCode {
    /// Its key.
    pub id: CodeId,
    /// Whose it is, who also wants it.
    pub person: PersonId,
    /// What it does.
    pub purpose: CodePurpose,
    /// Where it holds.
    pub station: StationId,
    /// A keyed hash of purpose, station and digits.
    pub lookup: [u8; 32],
    /// Until when it may be typed.
    pub expires_at: Timestamp,
}

/// A code that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedCode {
    /// Where, and which tap it is to become.
    pub key: TapKey,
    /// For what.
    pub purpose: CodePurpose,
    /// A keyed hash of purpose, station and what was typed.
    pub lookup: [u8; 32],
}

/// A code that was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonCode {
    /// Its key.
    pub id: CodeId,
    /// Whose it is.
    pub person: PersonId,
}

/// What became of a code that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTry {
    /// It is used now.
    Right(PersonCode),
    /// It is none that holds here.
    Wrong {
        /// How many more may be typed; with 0 this station takes none for a while.
        left: u32,
    },
    /// Too many were wrong; it was not looked at.
    Locked {
        /// Until when.
        until: Timestamp,
    },
}

statements! {
    OPEN = "SELECT COUNT(*) FROM person_code WHERE station = $1 AND purpose = $2 AND expires_at > $3
        AND used_at IS NULL AND ended_at IS NULL AND person <> $4";
    FORGET = "DELETE FROM person_code WHERE expires_at < $1";
    END = "UPDATE person_code SET ended_at = $3
        WHERE person = $1 AND purpose = $2 AND used_at IS NULL AND ended_at IS NULL";
    ADD = "INSERT INTO person_code (id, person, purpose, station, lookup, made_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lookup) DO NOTHING";
    // The row is ours until the commit: who types at two connections of a station has no more tries.
    TRIES = "INSERT INTO station_code_try (station, failures, failed_at) VALUES ($1, 0, 0)
        ON CONFLICT (station) DO UPDATE SET failures = station_code_try.failures
        RETURNING failures, failed_at";
    FAILED = "UPDATE station_code_try SET failures = $2, failed_at = $3 WHERE station = $1";
    IN_ALL = "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) FROM station_code_try
        WHERE failed_at > $1";
    // The very same tap, said again after a lost connection, meets its own code.
    USE = "UPDATE person_code SET used_at = COALESCE(used_at, $6), boot_id = $4, tap_number = $5
        WHERE lookup = $1 AND purpose = $2 AND station = $3 AND ended_at IS NULL
            AND ((used_at IS NULL AND expires_at > $6) OR (boot_id = $4 AND tap_number = $5))
            AND EXISTS (SELECT 1 FROM person p WHERE p.id = person_code.person AND p.disabled = 0)
        RETURNING id, person";
}

/// For how long so many wrong codes in a row lock a station.
fn locked_seconds(failures: u32) -> i64 {
    match failures.checked_sub(WRONG_CODES_MAX) {
        None => 0,
        Some(more) => (LOCKED_SECONDS << more.min(6)).min(FORGOTTEN_SECONDS),
    }
}

fn trail(event: &str, code: &str, by: String, at: Timestamp) -> AuditEvent {
    AuditEvent {
        at,
        actor: by,
        event: event.to_owned(),
        object: code.to_owned(),
        outcome: "done".to_owned(),
        detail: serde_json::Value::Null,
    }
}

async fn try_code(
    transaction: &mut Transaction,
    typed: &TypedCode,
    now: Timestamp,
) -> Result<CodeTry> {
    let TypedCode { key, purpose, lookup } = typed;
    let row = transaction.row(TRIES, values![key.station]).await?;
    let mut row = row.ok_or(StoreError::NotFound)?;
    let (failures, failed_at): (u32, Timestamp) = (row.small()?, row.time()?);
    let counts = failed_at > now.plus_seconds(-FORGOTTEN_SECONDS);
    let failures = if counts { failures } else { 0 };
    let until = failed_at.plus_seconds(locked_seconds(failures));
    if until > now {
        return Ok(CodeTry::Locked { until });
    }
    let since = now.plus_seconds(-ALL_SECONDS);
    let in_all = transaction.row(IN_ALL, values![since]).await?;
    if in_all.ok_or(StoreError::NotFound)?.int()? >= WRONG_IN_ALL_MAX {
        return Ok(CodeTry::Locked { until: now.plus_seconds(LOCKED_SECONDS) });
    }
    let used = values![*lookup, purpose.as_str(), key.station, &key.boot_id, key.tap, now];
    let station = format!("station:{}", key.station);
    if let Some(mut row) = transaction.row(USE, used).await? {
        let code = PersonCode { id: row.parsed()?, person: row.parsed()? };
        let by = format!("person:{}", code.person);
        let event = trail("code-use", &format!("code:{}", code.id), by, now);
        let detail = json!({ "station": key.station.to_string(), "purpose": purpose.as_str() });
        audit::append(transaction, &AuditEvent { detail, ..event }).await?;
        return Ok(CodeTry::Right(code));
    }
    let failures = failures.saturating_add(1);
    transaction.change(FAILED, values![key.station, failures, now]).await?;
    let left = WRONG_CODES_MAX.saturating_sub(failures);
    let outcome = if left == 0 { "refused: wrong code, locked" } else { "refused: wrong code" };
    let event = AuditEvent {
        outcome: outcome.to_owned(),
        detail: json!({ "purpose": purpose.as_str(), "failures": failures }),
        ..trail("code-use", &station, station.clone(), now)
    };
    audit::append(transaction, &event).await?;
    Ok(CodeTry::Wrong { left })
}

impl Store {
    /// How many other people's codes of this purpose hold at the station now.
    pub async fn open_codes(
        &self,
        station: StationId,
        purpose: CodePurpose,
        person: PersonId,
    ) -> Result<u64> {
        let values = values![station, purpose.as_str(), self.now(), person];
        self.pool().row(OPEN, values).await?.ok_or(StoreError::NotFound)?.small()
    }

    /// Keeps a code, in place of those of the same purpose that its owner had. `false`: the same digits stand
    /// for somebody at this station, or did so lately; take others.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn make_code(&self, code: &NewPersonCode) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let NewPersonCode { id, person, purpose, station, lookup, expires_at } = code;
            let long_ago = now.plus_seconds(-KEPT_SECONDS);
            transaction.change(FORGET, values![long_ago]).await?;
            let word = purpose.as_str();
            let added = values![*id, *person, word, *station, *lookup, now, *expires_at];
            transaction.change(END, values![*person, word, now]).await?;
            let is_added = transaction.change(ADD, added).await? > 0;
            if is_added {
                let by = format!("person:{person}");
                let event = trail("code-make", &format!("code:{id}"), by, now);
                let detail = json!({ "station": station.to_string(), "purpose": word });
                audit::append(transaction, &AuditEvent { detail, ..event }).await?;
            }
            is_added
        })
    }

    /// Uses a code that was typed at a station. A wrong one is counted and audited; too many lock the entry
    /// there, longer each time, and very many everywhere.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; then nothing was used.
    pub async fn try_code(&self, typed: &TypedCode) -> Result<CodeTry> {
        let now = self.now();
        transact!(self.pool(), |transaction| try_code(transaction, typed, now).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_doubles_and_ends_at_an_hour() {
        let table = [(0, 0), (4, 0), (5, 60), (6, 120), (7, 240), (10, 1_920), (11, 3_600)];
        for (failures, seconds) in table.into_iter().chain([(12, 3_600), (u32::MAX, 3_600)]) {
            assert_eq!(locked_seconds(failures), seconds, "{failures}");
        }
    }

    /// What ARCHITECTURE.md reckons with: no more than this in the ten minutes that a code holds.
    #[test]
    fn eight_codes_can_be_typed_at_a_station_within_ten_minutes() {
        let (mut now, mut failures) = (0, 0);
        while now < 600 {
            failures += 1;
            now += locked_seconds(failures);
        }
        assert_eq!(failures, 8);
    }
}
