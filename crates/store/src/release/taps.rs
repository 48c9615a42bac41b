//! Readings of cards at stations: what became of each, and what makes a repeated message harmless.

use print_core::{CardId, CodeId, PersonId, StationId, Timestamp};

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::{Row, Value, values};
use crate::release::attempts::{self, AttemptRecord, attempt_columns};
use crate::store::Store;

/// One reading of one card: the station counts its taps from its own start.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TapKey {
    /// Where the card was read.
    pub station: StationId,
    /// The station's start.
    pub boot_id: String,
    /// The tap's number since then.
    pub tap: i64,
}

impl TapKey {
    pub(crate) fn values(&self) -> [Value; 3] {
        [self.station.into(), (&self.boot_id).into(), self.tap.into()]
    }
}

/// What a person's jobs are opened by at a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opener {
    /// A card that was held to the reader.
    Card(CardId),
    /// A code in its place, which its owner has made a moment ago: it opens all of the person's own jobs.
    Code(CodeId),
}

impl Opener {
    /// The card, where it is one.
    #[must_use]
    pub fn card(self) -> Option<CardId> {
        match self {
            Self::Card(card) => Some(card),
            Self::Code(_) => None,
        }
    }

    /// The code, where it is one.
    #[must_use]
    pub fn code(self) -> Option<CodeId> {
        match self {
            Self::Card(_) => None,
            Self::Code(code) => Some(code),
        }
    }
}

impl From<CardId> for Opener {
    fn from(card: CardId) -> Self {
        Self::Card(card)
    }
}

/// What became of a tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapRecord {
    /// Which tap.
    pub key: TapKey,
    /// When the server heard of it.
    pub at: Timestamp,
    /// Whose card it was, when it was anybody's.
    pub person: Option<PersonId>,
    /// The card, when we know it; or the code that stood for one.
    pub opener: Option<Opener>,
    /// What followed, as a keyword: `session`, `unknown-card`, `blocked-card`, ….
    pub outcome: String,
}

macro_rules! tap_columns {
    () => {
        "station, boot_id, number, at, person, card, code, outcome"
    };
}

statements! {
    RECORD = concat!("INSERT INTO tap (", tap_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING");
    OF_PERSON = concat!("SELECT ", tap_columns!(), " FROM tap WHERE person = $1
        ORDER BY at DESC, number DESC LIMIT $2");
    NEWEST = concat!("SELECT ", tap_columns!(), " FROM tap ORDER BY at DESC LIMIT $1");
    STANDING = "SELECT p.disabled, c.blocked_at FROM person p, card c
        WHERE p.id = $1 AND c.id = $2 AND c.person = p.id
            AND (c.expires_at IS NULL OR c.expires_at > $3)";
    STANDING_BY_CODE = "SELECT p.disabled FROM person p, person_code c
        WHERE p.id = $1 AND c.id = $2 AND c.person = p.id";
    ATTEMPTS = concat!("SELECT ", attempt_columns!(), " FROM attempt a
        WHERE a.station = $1 AND a.tap_boot_id = $2 AND a.tap_number = $3
        ORDER BY a.claimed_at, a.id LIMIT 1000");
}

fn read(mut row: Row) -> Result<TapRecord> {
    let key = TapKey { station: row.parsed()?, boot_id: row.text()?, tap: row.int()? };
    let (at, person) = (row.time()?, row.opt_parsed()?);
    let (card, code) = (row.opt_parsed()?, row.opt_parsed()?);
    let opener = card.map(Opener::Card).or(code.map(Opener::Code));
    Ok(TapRecord { key, at, person, opener, outcome: row.text()? })
}

impl Store {
    /// Remembers a tap. `false`: it is known already.
    pub async fn record_tap(&self, tap: &TapRecord) -> Result<bool> {
        let [station, boot_id, number] = tap.key.values();
        let outcome = tap.outcome.as_str();
        let card = tap.opener.and_then(Opener::card);
        let code = tap.opener.and_then(Opener::code);
        let values = values![station, boot_id, number, tap.at, tap.person, card, code, outcome];
        Ok(self.change(RECORD, values).await? > 0)
    }

    /// Whether the person may still print, and the card is still theirs and open, or the code was theirs.
    pub async fn may_go_on(&self, person: PersonId, opener: impl Into<Opener>) -> Result<bool> {
        let card = match opener.into() {
            Opener::Card(card) => card,
            Opener::Code(code) => {
                let row = self.pool().row(STANDING_BY_CODE, values![person, code]).await?;
                return row.map_or(Ok(false), |mut row| Ok(!row.flag()?));
            }
        };
        let row = self.pool().row(STANDING, values![person, card, self.now()]).await?;
        let Some(mut row) = row else { return Ok(false) };
        Ok(!row.flag()? && row.opt_time()?.is_none())
    }

    /// A person's taps, the newest first.
    pub async fn taps_of(&self, person: PersonId, limit: u32) -> Result<Vec<TapRecord>> {
        let rows = self.pool().rows(OF_PERSON, values![person, limit]).await?;
        rows.into_iter().map(read).collect()
    }

    /// All taps, the newest first.
    pub async fn newest_taps(&self, limit: u32) -> Result<Vec<TapRecord>> {
        self.pool().rows(NEWEST, values![limit]).await?.into_iter().map(read).collect()
    }

    /// What a tap has released, in that order.
    pub async fn release_of_tap(&self, key: &TapKey) -> Result<Vec<AttemptRecord>> {
        attempts::read_all(self.pool().rows(ATTEMPTS, key.values().into()).await?)
    }
}
