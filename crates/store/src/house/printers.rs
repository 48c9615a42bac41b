//! Printers: the machines with paper.

use print_core::names::{fold, sort_key};
use print_core::{PrinterId, Timestamp};
use serde_json::Value as Json;

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, Value, values};
use crate::store::Store;

/// A printer.
#[derive(Debug, Clone, PartialEq)]
pub struct Printer {
    /// Our own key.
    pub id: PrinterId,
    /// What people call it; unique, compared folded.
    pub name: String,
    /// Its own IPP address.
    pub uri: String,
    /// Where it stands.
    pub location: String,
    /// Whether jobs may go to it.
    pub enabled: bool,
    /// Whether it gets every document as pixels, also those that it says it takes.
    pub always_raster: bool,
    /// The same place as parts, by which the nearest other printer is found.
    pub place: Place,
    /// The machine that an administrator has confirmed; written by [`Store::confirm_machine`] only.
    pub machine: KnownMachine,
    /// What it last said of itself; nothing before the first answer.
    pub health: Option<PrinterHealth>,
}

impl Printer {
    /// Whether documents go to it inside TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.uri.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("ipps:"))
    }

    /// Whether the machine at its address is the one that was confirmed, as far as the address tells. Where it
    /// is not, the printer gets nothing.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.machine.uri.as_ref().is_none_or(|confirmed| *confirmed == self.uri)
    }
}

/// Where a printer stands; a part that nobody has said is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The campus.
    pub campus: String,
    /// The building on it.
    pub building: String,
    /// The floor in it.
    pub floor: String,
    /// The room on it.
    pub room: String,
}

/// What the machine in a printer's place is known by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownMachine {
    /// The address at which it was confirmed; nothing on a row that was never stored.
    pub uri: Option<String>,
    /// `printer-uuid`, once it has told one.
    pub uuid: Option<String>,
    /// The SHA-256 of its certificate, where no authority vouches for it.
    pub certificate_sha256: Option<[u8; 32]>,
    /// Its serial number, if it has told one.
    pub serial: Option<String>,
    /// When an administrator confirmed it last.
    pub at: Option<Timestamp>,
    /// Who did.
    pub by: Option<String>,
}

/// What a printer last said of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct PrinterHealth {
    /// `printer-state` (RFC 8011 section 5.4.11): 3 idle, 4 processing, 5 stopped; 0 when it did not
    /// answer.
    pub state: i32,
    /// `printer-state-reasons`, with commas between them.
    pub reasons: String,
    /// What it can do, as we need it.
    pub attributes: Json,
    /// When it said so.
    pub checked_at: Timestamp,
}

macro_rules! printer_columns {
    () => {
        "id, name, uri, location, enabled, always_raster, campus, building, floor, room, pinned_uri, \
         pinned_uuid, certificate_sha256, serial, pinned_at, pinned_by, state, state_reasons, \
         attributes, checked_at"
    };
}

statements! {
    // Whoever adds a printer confirms its address; no later change does.
    PUT = "INSERT INTO printer (id, name, name_folded, name_sort, uri, location, enabled,
            always_raster, campus, building, floor, room, tls, pinned_uri, pinned_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $5, $14)
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, name_folded = excluded.name_folded,
            name_sort = excluded.name_sort, uri = excluded.uri, location = excluded.location,
            enabled = excluded.enabled, always_raster = excluded.always_raster,
            campus = excluded.campus, building = excluded.building, floor = excluded.floor,
            room = excluded.room, tls = excluded.tls,
            checked_at = CASE WHEN printer.uri = excluded.uri THEN printer.checked_at END";
    // The first uuid that the confirmed address tells is the machine's.
    SET_HEALTH = "UPDATE printer
        SET state = $2, state_reasons = $3, attributes = $4, checked_at = $5,
            pinned_uuid = CASE WHEN pinned_uri = uri THEN COALESCE(pinned_uuid, $6)
                ELSE pinned_uuid END
        WHERE id = $1";
    BY_ID = concat!("SELECT ", printer_columns!(), " FROM printer WHERE id = $1");
    BY_NAME = concat!("SELECT ", printer_columns!(), " FROM printer WHERE name_folded = $1");
    ALL = concat!("SELECT ", printer_columns!(), " FROM printer ORDER BY name_sort, id LIMIT 10000");
    REMOVE = "DELETE FROM printer WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM attempt WHERE printer = $1 AND ended_at IS NULL)";
}

pub(super) fn read(mut row: Row) -> Result<Printer> {
    let (id, name, uri) = (row.parsed()?, row.text()?, row.text()?);
    let (location, enabled, always_raster) = (row.text()?, row.flag()?, row.flag()?);
    let place =
        Place { campus: row.text()?, building: row.text()?, floor: row.text()?, room: row.text()? };
    let machine = KnownMachine {
        uri: row.opt_text()?,
        uuid: row.opt_text()?,
        certificate_sha256: row.opt_hash()?,
        serial: row.opt_text()?,
        at: row.opt_time()?,
        by: row.opt_text()?,
    };
    let (state, reasons) = (row.opt_int()?, row.opt_text()?);
    let (attributes, checked_at) = (row.opt_json()?, row.opt_time()?);
    let health = match (state, checked_at) {
        (Some(state), Some(checked_at)) => Some(PrinterHealth {
            state: i32::try_from(state).map_err(|_| StoreError::corrupt("a printer's state"))?,
            reasons: reasons.unwrap_or_default(),
            attributes: attributes.unwrap_or_default(),
            checked_at,
        }),
        _ => None,
    };
    Ok(Printer { id, name, uri, location, enabled, always_raster, place, machine, health })
}

/// The parameters of [`PUT`].
pub(super) fn put_values(printer: &Printer, now: Timestamp) -> Vec<Value> {
    let Printer { id, name, uri, location, enabled, always_raster, place, .. } = printer;
    let Place { campus, building, floor, room } = place;
    values![
        *id,
        name,
        fold(name),
        sort_key(name),
        uri,
        location,
        *enabled,
        *always_raster,
        campus,
        building,
        floor,
        room,
        printer.is_tls(),
        now,
    ]
}

impl Store {
    /// Adds the printer, or changes the one with this key; what it said of itself is left alone, and so is
    /// the machine that was confirmed.
    ///
    /// Under another address stands another machine: what the old one said of itself is forgotten, and it
    /// gets nothing until [`Store::confirm_machine`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another printer has the name.
    pub async fn put_printer(&self, printer: &Printer) -> Result<()> {
        self.change(PUT, put_values(printer, self.now())).await.map(drop)
    }

    /// Keeps what the printer said of itself. A printer that is gone is no error.
    pub async fn set_printer_health(&self, id: PrinterId, health: &PrinterHealth) -> Result<()> {
        let PrinterHealth { state, reasons, attributes, checked_at } = health;
        let uuid = attributes["printer-uuid"].as_str();
        let values = values![id, *state, reasons, attributes.to_string(), *checked_at, uuid];
        self.change(SET_HEALTH, values).await.map(drop)
    }

    /// The printer with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn printer(&self, id: PrinterId) -> Result<Printer> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// The printer with this name, compared folded.
    pub async fn printer_by_name(&self, name: &str) -> Result<Option<Printer>> {
        self.pool().row(BY_NAME, values![fold(name)]).await?.map(read).transpose()
    }

    /// All printers, by name.
    pub async fn printers(&self) -> Result<Vec<Printer>> {
        self.pool().rows(ALL, values![]).await?.into_iter().map(read).collect()
    }

    /// Removes the printer.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while a queue, a station or a running delivery needs it,
    /// [`StoreError::NotFound`] when there is none.
    pub async fn remove_printer(&self, id: PrinterId) -> Result<()> {
        self.printer(id).await?;
        match self.change(REMOVE, values![id]).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }
}
