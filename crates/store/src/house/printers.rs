//! Printers: the machines with paper.

use print_core::names::{fold, sort_key};
use print_core::{PrinterId, Timestamp};
use serde_json::Value as Json;

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
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
    /// What it last said of itself; nothing before the first answer.
    pub health: Option<PrinterHealth>,
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
        "id, name, uri, location, enabled, always_raster, state, state_reasons, attributes, checked_at"
    };
}

statements! {
    PUT = "INSERT INTO printer (id, name, name_folded, name_sort, uri, location, enabled,
            always_raster)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, name_folded = excluded.name_folded,
            name_sort = excluded.name_sort, uri = excluded.uri, location = excluded.location,
            enabled = excluded.enabled, always_raster = excluded.always_raster,
            checked_at = CASE WHEN printer.uri = excluded.uri THEN printer.checked_at END";
    SET_HEALTH = "UPDATE printer
        SET state = $2, state_reasons = $3, attributes = $4, checked_at = $5 WHERE id = $1";
    BY_ID = concat!("SELECT ", printer_columns!(), " FROM printer WHERE id = $1");
    BY_NAME = concat!("SELECT ", printer_columns!(), " FROM printer WHERE name_folded = $1");
    ALL = concat!("SELECT ", printer_columns!(), " FROM printer ORDER BY name_sort, id LIMIT 10000");
    REMOVE = "DELETE FROM printer WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM attempt WHERE printer = $1 AND ended_at IS NULL)";
}

fn read(mut row: Row) -> Result<Printer> {
    let (id, name, uri) = (row.parsed()?, row.text()?, row.text()?);
    let (location, enabled, always_raster) = (row.text()?, row.flag()?, row.flag()?);
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
    Ok(Printer { id, name, uri, location, enabled, always_raster, health })
}

impl Store {
    /// Adds the printer, or changes the one with this key; what it said of itself is left alone.
    ///
    /// Under another address stands another machine: what the old one said of itself is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another printer has the name.
    pub async fn put_printer(&self, printer: &Printer) -> Result<()> {
        let Printer { id, name, uri, location, enabled, always_raster, .. } = printer;
        let sorted = (fold(name), sort_key(name));
        let values =
            values![*id, name, sorted.0, sorted.1, uri, location, *enabled, *always_raster];
        self.change(PUT, values).await.map(drop)
    }

    /// Keeps what the printer said of itself. A printer that is gone is no error.
    pub async fn set_printer_health(&self, id: PrinterId, health: &PrinterHealth) -> Result<()> {
        let PrinterHealth { state, reasons, attributes, checked_at } = health;
        let values = values![id, *state, reasons, attributes.to_string(), *checked_at];
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
