//! Codes that a person has typed at one station, once: in place of a card, or to add the card that was just
//! read there.
//!
//! A code holds at the station that its owner chose, so that whoever guesses there has few to hit. Wrong ones
//! are counted for each station, and for all together, each in its own time: typos of different people long after
//! each other add up to nothing. The count, what it decided and the row of the audit trail are one commit.

use print_core::{CodeId, PersonId, StationId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::values;
use crate::notices::{self, NoticeKind};
use crate::release::taps::TapKey;
use crate::store::Store;

/// So many wrong codes within [`WINDOW_SECONDS`] lock a station's entry of codes; each further one locks it for twice as
/// long.
pub const WRONG_CODES_MAX: u32 = 5;
/// As long as a code holds.
const WINDOW_SECONDS: i64 = 600;
/// No more than so many are looked at within it.
const WINDOW_MAX: usize = 8;
/// The first lock.
const LOCKED_SECONDS: i64 = 60;
/// No more than so many are looked at within a day.
const DAY_MAX: usize = 40;
const DAY_SECONDS: i64 = 24 * 3_600;
/// So many wrong codes within [`WINDOW_SECONDS`], wherever, lock every station's entry.
const WRONG_IN_ALL_MAX: i64 = 100;
/// The tap that a code became meets it again for so long: a connection was lost, or something failed behind it.
const AGAIN_SECONDS: i64 = 60;
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
        /// Until when it takes none, then.
        until: Option<Timestamp>,
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
    ENTER = "INSERT INTO code_entry (station, wrong) VALUES ($1, 0)
        ON CONFLICT (station) DO UPDATE SET wrong = code_entry.wrong RETURNING wrong";
    LATELY = "SELECT at FROM wrong_code WHERE station = $1 AND at > $2
        ORDER BY at DESC, number DESC LIMIT $3";
    IN_ALL = "SELECT COUNT(*) FROM wrong_code WHERE at > $1";
    WRONG = "UPDATE code_entry SET wrong = $2 WHERE station = $1";
    KEEP_WRONG = "INSERT INTO wrong_code (station, number, at) VALUES ($1, $2, $3)";
    FORGET_WRONG = "DELETE FROM wrong_code WHERE at <= $1";
    // The very same tap, said again after a lost connection, meets its own code for a minute.
    USE = "UPDATE person_code SET used_at = COALESCE(used_at, $6), boot_id = $4, tap_number = $5
        WHERE lookup = $1 AND purpose = $2 AND station = $3 AND ended_at IS NULL
            AND ((used_at IS NULL AND expires_at > $6) OR (boot_id = $4 AND tap_number = $5 AND used_at > $7))
            AND EXISTS (SELECT 1 FROM person p WHERE p.id = person_code.person AND p.disabled = 0)
        RETURNING id, person";
}

/// Until when a station takes no codes, by the times of its wrong ones, the newest first.
fn locked_until(wrong: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let lately = wrong.iter().take_while(|at| at.plus_seconds(WINDOW_SECONDS) > now).count();
    let newest = *wrong.first()?;
    let more = lately.min(WINDOW_MAX).checked_sub(WRONG_CODES_MAX as usize);
    let in_a_row = more.map(|more| newest.plus_seconds(LOCKED_SECONDS << more));
    // The next one is looked at when the eighth last, or the fortieth last, is so long ago.
    let leaves = |count: usize, seconds| wrong.get(count - 1).map(|at| at.plus_seconds(seconds));
    let until = in_a_row.max(leaves(WINDOW_MAX, WINDOW_SECONDS)).max(leaves(DAY_MAX, DAY_SECONDS));
    until.filter(|until| *until > now)
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
    let row = transaction.row(ENTER, values![key.station]).await?;
    let number = row.ok_or(StoreError::NotFound)?.int()?;
    let yesterday = now.plus_seconds(-DAY_SECONDS);
    let rows = transaction.rows(LATELY, values![key.station, yesterday, DAY_MAX as i64]).await?;
    let wrong = rows.into_iter().map(|mut row| row.time());
    let mut wrong = wrong.collect::<Result<Vec<Timestamp>>>()?;
    if let Some(until) = locked_until(&wrong, now) {
        return Ok(CodeTry::Locked { until });
    }
    let since = now.plus_seconds(-WINDOW_SECONDS);
    let in_all = transaction.row(IN_ALL, values![since]).await?;
    if in_all.ok_or(StoreError::NotFound)?.int()? >= WRONG_IN_ALL_MAX {
        return Ok(CodeTry::Locked { until: now.plus_seconds(LOCKED_SECONDS) });
    }
    let again = now.plus_seconds(-AGAIN_SECONDS);
    let used = values![*lookup, purpose.as_str(), key.station, &key.boot_id, key.tap, now, again];
    let station = format!("station:{}", key.station);
    if let Some(mut row) = transaction.row(USE, used).await? {
        let code = PersonCode { id: row.parsed()?, person: row.parsed()? };
        let by = format!("person:{}", code.person);
        let event = trail("code-use", &format!("code:{}", code.id), by, now);
        let detail = json!({ "station": key.station.to_string(), "purpose": purpose.as_str() });
        audit::append(transaction, &AuditEvent { detail, ..event }).await?;
        // Whoever adds a card is told of the card.
        if *purpose == CodePurpose::Open {
            let about = code.id.to_string();
            notices::tell_about(transaction, code.person, NoticeKind::CodeUsed, &about, now)
                .await?;
        }
        return Ok(CodeTry::Right(code));
    }
    transaction.change(FORGET_WRONG, values![yesterday]).await?;
    transaction.change(WRONG, values![key.station, number + 1]).await?;
    transaction.change(KEEP_WRONG, values![key.station, number + 1, now]).await?;
    wrong.insert(0, now);
    let until = locked_until(&wrong, now);
    let lately = wrong.iter().take_while(|at| **at > since).count();
    let left = WRONG_CODES_MAX.saturating_sub(u32::try_from(lately).unwrap_or(u32::MAX));
    // A lock that is over leaves one.
    let left = if until.is_some() { 0 } else { left.max(1) };
    let outcome = if left == 0 { "refused: wrong code, locked" } else { "refused: wrong code" };
    let event = AuditEvent {
        outcome: outcome.to_owned(),
        detail: json!({ "purpose": purpose.as_str(), "within_ten_minutes": lately }),
        ..trail("code-use", &station, station.clone(), now)
    };
    audit::append(transaction, &event).await?;
    Ok(CodeTry::Wrong { left, until })
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

    /// Keeps a code, in place of those of the same purpose that its owner had, and tells its owner. `false`: the same digits stand
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
                // Once an hour: whoever is signed in as somebody floods nobody's mail. Each that is used is told.
                notices::tell(transaction, *person, NoticeKind::CodeMade, now).await?;
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

    fn guesses(seconds: i64) -> usize {
        let (mut now, mut wrong) = (Timestamp::from_micros(0), Vec::new());
        let (end, mut guesses) = (now.plus_seconds(seconds), 0);
        while now < end {
            match locked_until(&wrong, now) {
                Some(until) => now = until,
                None => {
                    wrong.insert(0, now);
                    wrong.truncate(DAY_MAX);
                    guesses += 1;
                }
            }
        }
        guesses
    }

    /// What ARCHITECTURE.md reckons with.
    #[test]
    fn eight_codes_can_be_typed_at_a_station_while_one_holds_and_forty_in_a_day() {
        assert_eq!((guesses(600), guesses(DAY_SECONDS)), (8, 40));
        assert!(guesses(10 * DAY_SECONDS) <= 400);
    }

    #[test]
    fn the_lock_doubles_and_typos_of_different_people_lock_nothing() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let mut wrong = vec![at(0); 4];
        assert_eq!(locked_until(&wrong, at(0)), None);
        for (second, locked) in [(0, 60), (60, 120), (180, 240)] {
            wrong.insert(0, at(second));
            assert_eq!(locked_until(&wrong, at(second)), Some(at(second + locked)));
        }
        let typos: Vec<_> = (0..30).rev().map(|hour| at(hour * 1_200)).collect();
        assert_eq!(locked_until(&typos, typos[0]), None);
    }
}
