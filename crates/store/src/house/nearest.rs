//! The nearest printer that is free, for whoever stands at one that is not.

use print_core::{PrinterId, Timestamp};

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::store::Store;

/// What a printer said of itself is believed for so long: it is asked every two minutes.
const BELIEVED_SECONDS: i64 = 300;

/// A printer that is free, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreePrinter {
    /// Its key.
    pub id: PrinterId,
    /// Its name.
    pub name: String,
    /// Where it stands, as people read it.
    pub location: String,
}

statements! {
    // Free: in service, idle when it was asked last, nothing of ours on its way there, and beside a station.
    // `printer-state` 3 is idle (RFC 8011 section 5.4.11).
    NEAREST = "SELECT p.id, p.name, p.location
        FROM printer here JOIN printer p ON p.campus = here.campus AND p.id <> here.id
        WHERE here.id = $1 AND p.enabled = 1 AND p.state = 3 AND p.checked_at >= $2
            AND (here.campus <> '' OR here.building <> '' AND p.building = here.building)
            AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.printer = p.id AND a.ended_at IS NULL)
            AND EXISTS (SELECT 1 FROM station_printer sp JOIN station s ON s.id = sp.station
                WHERE sp.printer = p.id AND s.revoked_at IS NULL)
        ORDER BY CASE WHEN here.building = '' OR p.building <> here.building THEN 2
                WHEN here.floor = '' OR p.floor <> here.floor THEN 1 ELSE 0 END,
            p.name_sort, p.id
        LIMIT 1";
}

impl Store {
    /// The nearest free printer: of the same floor, else of the same building, else of the same campus.
    /// Nothing where nobody has said where this one stands.
    pub async fn nearest_free(
        &self,
        printer: PrinterId,
        now: Timestamp,
    ) -> Result<Option<FreePrinter>> {
        let since = now.plus_seconds(-BELIEVED_SECONDS);
        let Some(mut row) = self.pool().row(NEAREST, values![printer, since]).await? else {
            return Ok(None);
        };
        let (id, name, location) = (row.parsed()?, row.text()?, row.text()?);
        Ok(Some(FreePrinter { id, name, location }))
    }
}
