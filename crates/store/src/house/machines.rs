//! The machines in printers' places: confirmed, exchanged, remembered; and lists of printers, taken whole.

use print_core::{PrinterId, StationId, Timestamp};
use serde_json::{Value as Json, json};

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::printers::{PUT, Printer, put_values};
use crate::store::Store;

/// An administrator's word for the machine at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The address.
    pub uri: String,
    /// `printer-uuid`, as the machine told it. Where it did not answer, only the one known so far is taken.
    pub uuid: Option<String>,
    /// The SHA-256 of the certificate that it may show; none where an authority vouches for it, or there is
    /// no TLS.
    pub certificate_sha256: Option<[u8; 32]>,
    /// Its serial number, if it told one.
    pub serial: Option<String>,
    /// It is another machine than before: the old one is remembered, and what it said is forgotten.
    pub is_another: bool,
}

/// A machine that stood in a printer's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerMachine {
    /// When it was confirmed there.
    pub since: Option<Timestamp>,
    /// When another one was.
    pub until: Timestamp,
    /// Its address.
    pub uri: String,
    /// `printer-uuid`.
    pub uuid: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// `printer-make-and-model`.
    pub make_and_model: Option<String>,
}

/// What was found by looking closely at a printer.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it was: how it counts, by which ports people could print around us.
    pub what: Json,
    /// When.
    pub at: Timestamp,
}

statements! {
    KEEP_FORMER = "INSERT INTO printer_machine (printer, until, since, uri, uuid, serial,
            make_and_model, certificate_sha256, confirmed_by)
        SELECT id, CAST($2 AS BIGINT), pinned_at, COALESCE(pinned_uri, uri), pinned_uuid, serial,
            CAST($3 AS TEXT),
            certificate_sha256, pinned_by
        FROM printer WHERE id = $1";
    // A delivery that is under way goes on with the machine that has the job.
    CONFIRM = "UPDATE printer
        SET uri = $2, tls = $3, pinned_uri = $2, pinned_uuid = $4, certificate_sha256 = $5,
            serial = $6, pinned_at = $7, pinned_by = $8, checked_at = NULL
        WHERE id = $1 AND ($9 = 0
            OR NOT EXISTS (SELECT 1 FROM attempt WHERE printer = $1 AND ended_at IS NULL))";
    MODEL = "SELECT attributes FROM printer WHERE id = $1";
    FORMER = "SELECT since, until, uri, uuid, serial, make_and_model FROM printer_machine
        WHERE printer = $1 ORDER BY until DESC LIMIT 100";
    PUT_BESIDE = "INSERT INTO station_printer (station, place, printer)
        SELECT CAST($1 AS TEXT), COALESCE(MAX(place) + 1, 0), CAST($2 AS TEXT)
        FROM station_printer WHERE station = $1";
    SET_FOUND = "UPDATE printer SET found = $2, found_at = $3, serial = COALESCE(serial, $4)
        WHERE id = $1";
    FOUND = "SELECT found, found_at FROM printer WHERE id = $1";
    ALL_FOUND = "SELECT id, found, found_at FROM printer WHERE found_at IS NOT NULL
        ORDER BY id LIMIT 10000";
}

fn former(mut row: Row) -> Result<FormerMachine> {
    Ok(FormerMachine {
        since: row.opt_time()?,
        until: row.time()?,
        uri: row.text()?,
        uuid: row.opt_text()?,
        serial: row.opt_text()?,
        make_and_model: row.opt_text()?,
    })
}

fn found(row: &mut Row) -> Result<Option<Found>> {
    let (what, at) = (row.opt_json()?, row.opt_time()?);
    Ok(at.map(|at| Found { what: what.unwrap_or_default(), at }))
}

impl Store {
    /// Keeps an administrator's word for the machine at an address, and the word's row of the audit trail, in
    /// one commit. The printer keeps its key, place, stations and books.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another machine is to take the place while a delivery is under way,
    /// [`StoreError::NotFound`] when there is no such printer.
    pub async fn confirm_machine(
        &self,
        id: PrinterId,
        word: &Confirmation,
        by: &str,
        event: &AuditEvent,
    ) -> Result<()> {
        let now = self.now();
        let Confirmation { uri, uuid, certificate_sha256, serial, is_another } = word;
        let tls = uri.starts_with("ipps:");
        transact!(self.pool(), |transaction| {
            let mut row = transaction.row(MODEL, values![id]).await?.ok_or(StoreError::NotFound)?;
            let attributes = row.opt_json()?.unwrap_or_default();
            let model = attributes["printer-make-and-model"].as_str();
            if *is_another {
                transaction.change(KEEP_FORMER, values![id, now, model]).await?;
            }
            let values = values![
                id,
                uri,
                tls,
                uuid.clone(),
                *certificate_sha256,
                serial.clone(),
                now,
                by,
                *is_another,
            ];
            if transaction.change(CONFIRM, values).await? == 0 {
                return Err(StoreError::Conflict);
            }
            audit::append(transaction, event).await?;
        })
    }

    /// The machines that stood in this printer's place before the present one, the last first.
    pub async fn former_machines(&self, id: PrinterId) -> Result<Vec<FormerMachine>> {
        self.pool().rows(FORMER, values![id]).await?.into_iter().map(former).collect()
    }

    /// Keeps what was found by looking closely. A serial number that is known stays.
    pub async fn set_printer_found(&self, id: PrinterId, found: &Found) -> Result<()> {
        let serial = found.what["serial"].as_str();
        let values = values![id, found.what.to_string(), found.at, serial];
        self.change(SET_FOUND, values).await.map(drop)
    }

    /// What was found by looking closely, if anybody has.
    pub async fn printer_found(&self, id: PrinterId) -> Result<Option<Found>> {
        let row = self.pool().row(FOUND, values![id]).await?;
        row.map_or(Ok(None), |mut row| found(&mut row))
    }

    /// The same for all printers.
    pub async fn printers_found(&self) -> Result<Vec<(PrinterId, Found)>> {
        let mut all = Vec::new();
        for mut row in self.pool().rows(ALL_FOUND, values![]).await? {
            let id = row.parsed()?;
            all.extend(found(&mut row)?.map(|found| (id, found)));
        }
        Ok(all)
    }

    /// Adds and changes all printers of a list, and puts them beside stations, in one transaction with the rows
    /// of the audit trail; or nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another printer has one of the names, or there is no such station.
    pub async fn import_printers(
        &self,
        printers: &[Printer],
        beside: &[(StationId, PrinterId)],
        summary: &AuditEvent,
    ) -> Result<()> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            for printer in printers {
                transaction.change(PUT, put_values(printer, now)).await?;
                let event = AuditEvent {
                    object: format!("printer:{}", printer.id),
                    detail: json!({ "name": printer.name, "uri": printer.uri }),
                    ..summary.clone()
                };
                audit::append(transaction, &event).await?;
            }
            for (station, printer) in beside {
                transaction.change(PUT_BESIDE, values![*station, *printer]).await?;
            }
            audit::append(transaction, summary).await?;
        })
    }
}
