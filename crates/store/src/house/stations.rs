//! Stations: where badges are read.

use print_core::names::{fold, sort_key};
use print_core::{PrinterId, StationId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::{Repeated, Statement, statements};
use crate::database::value::{Row, Value, values};
use crate::house::invitations::WITHDRAW;
use crate::house::people::Language;
use crate::house::station_guard::{self, StationGuard};
use crate::store::Store;

/// What a tap does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StationPolicy {
    /// Everything held is released, when there is but one printer.
    AllAtOnce,
    /// The owner chooses on the screen.
    Choose,
}

impl StationPolicy {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllAtOnce => "all-at-once",
            Self::Choose => "choose",
        }
    }

    /// The policy of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::AllAtOnce, Self::Choose].into_iter().find(|policy| policy.as_str() == word)
    }
}

/// A station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// Our own key.
    pub id: StationId,
    /// What people call it; unique, compared folded.
    pub name: String,
    /// The SHA-256 of the public key in its client certificate (SubjectPublicKeyInfo, DER); none before it was
    /// enrolled.
    pub key_sha256: Option<[u8; 32]>,
    /// The language of its screen while nobody is signed in.
    pub language: Language,
    /// What a tap does.
    pub policy: StationPolicy,
    /// The printers beside it, the nearest first.
    pub printers: Vec<PrinterId>,
    /// Since when its certificate opens nothing.
    pub revoked_at: Option<Timestamp>,
    /// When it was last connected.
    pub seen_at: Option<Timestamp>,
    /// What keeps its certificate from being of use to others, and how its reader is.
    pub guard: StationGuard,
}

macro_rules! station_columns {
    () => {
        "s.id, s.name, s.key_sha256, s.language, s.policy, s.revoked_at, s.seen_at, s.networks, s.locked_at,
            s.locked_until, s.hour_at, s.hour_unknown, s.day_at, s.day_unknown, s.reader, s.reader_at"
    };
}

/// A row for each of its printers, in one question: a tap waits for it.
macro_rules! select {
    () => {
        concat!(
            "SELECT ",
            station_columns!(),
            ", p.printer FROM station s LEFT JOIN station_printer p ON p.station = s.id "
        )
    };
}

statements! {
    PUT = "INSERT INTO station (id, name, name_folded, name_sort, key_sha256, language,
            policy, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, name_folded = excluded.name_folded,
            name_sort = excluded.name_sort, language = excluded.language,
            policy = excluded.policy";
    FORGET_PRINTERS = "DELETE FROM station_printer WHERE station = $1";
    BY_ID = concat!(select!(), "WHERE s.id = $1 ORDER BY p.place LIMIT 1000");
    BY_NAME = concat!(select!(), "WHERE s.name_folded = $1 ORDER BY p.place LIMIT 1000");
    BY_KEY = concat!(select!(), "WHERE s.key_sha256 = $1 ORDER BY p.place LIMIT 1000");
    ALL = concat!(select!(), "ORDER BY s.name_sort, s.id, p.place LIMIT 100000");
    REVOKE = "UPDATE station SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1";
    REVOKED = "SELECT id FROM station WHERE revoked_at IS NOT NULL ORDER BY id LIMIT 10000";
    SEEN = "UPDATE station SET seen_at = $2 WHERE id = $1";
}

pub(crate) static ADD_PRINTERS: Repeated = Repeated::new(
    "INSERT INTO station_printer (station, place, printer) VALUES ",
    "(#, #, #)",
    "",
    0,
);

/// Rows that stand together are one station's.
fn read_all(rows: Vec<Row>) -> Result<Vec<Station>> {
    let mut stations: Vec<Station> = Vec::new();
    for row in rows {
        let mut read = read(row)?;
        match stations.last_mut() {
            Some(last) if last.id == read.id => last.printers.append(&mut read.printers),
            _ => stations.push(read),
        }
    }
    Ok(stations)
}

fn read(mut row: Row) -> Result<Station> {
    Ok(Station {
        id: row.parsed()?,
        name: row.text()?,
        key_sha256: row.opt_hash()?,
        language: row.word(Language::from_word)?,
        policy: row.word(StationPolicy::from_word)?,
        revoked_at: row.opt_time()?,
        seen_at: row.opt_time()?,
        guard: station_guard::read(&mut row)?,
        printers: row.opt_parsed()?.into_iter().collect(),
    })
}

impl Store {
    /// Adds the station, or changes the one with this identifier. What a station has proven itself by, and
    /// whether it is revoked, is changed by [`Store::give_station_key`], [`Store::enrol_station`] and
    /// [`Store::revoke_station`] only: whoever changes a name undoes none of them.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another station has the name or the key, or there is no
    /// such printer.
    pub async fn put_station(&self, station: &Station) -> Result<()> {
        transact!(self.pool(), |transaction| {
            let values = values![
                station.id,
                &station.name,
                fold(&station.name),
                sort_key(&station.name),
                station.key_sha256,
                station.language.as_str(),
                station.policy.as_str(),
                station.revoked_at,
            ];
            transaction.change(PUT, values).await?;
            transaction.change(FORGET_PRINTERS, values![station.id]).await?;
            let places = 0_i64..;
            let printers = places.zip(&station.printers);
            let rows = printers.map(|(place, printer)| values![station.id, place, *printer]);
            transaction.insert_rows(&ADD_PRINTERS, rows.collect()).await?;
        })
    }

    /// The station with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn station(&self, id: StationId) -> Result<Station> {
        self.find_station(BY_ID, values![id]).await?.ok_or(StoreError::NotFound)
    }

    /// The station with this name, compared folded.
    pub async fn station_by_name(&self, name: &str) -> Result<Option<Station>> {
        self.find_station(BY_NAME, values![fold(name)]).await
    }

    /// The station with this public key (the SHA-256 of its SubjectPublicKeyInfo), revoked or not.
    pub async fn station_by_key(&self, sha256: &[u8; 32]) -> Result<Option<Station>> {
        self.find_station(BY_KEY, values![*sha256]).await
    }

    /// All stations, by name.
    pub async fn stations(&self) -> Result<Vec<Station>> {
        read_all(self.pool().rows(ALL, values![]).await?)
    }

    /// Makes the station's certificates open nothing, and withdraws an invitation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such station.
    pub async fn revoke_station(&self, id: StationId) -> Result<()> {
        transact!(self.pool(), |transaction| {
            transaction.change(WITHDRAW, values![id]).await?;
            if transaction.change(REVOKE, values![id, self.now()]).await? == 0 {
                return Err(StoreError::NotFound);
            }
        })
    }

    /// The stations whose certificate opens nothing.
    pub async fn revoked_stations(&self) -> Result<Vec<StationId>> {
        let rows = self.pool().rows(REVOKED, values![]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Remembers that the station is connected.
    pub async fn station_seen(&self, id: StationId) -> Result<()> {
        self.change(SEEN, values![id, self.now()]).await.map(drop)
    }

    async fn find_station(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<Station>> {
        Ok(read_all(self.pool().rows(statement, values).await?)?.pop())
    }
}
