//! What leaves the house: a month's costs, and the audit trail.

use std::io::Write as _;

use admin_ui::csv;
use print_core::Period;
use serde_json::json;
use store::AuditEvent;

use super::office::Office;
use super::table;
use crate::commands::CommandError;

/// Writes a month's costs by department as CSV to standard output.
///
/// # Errors
/// When the month is none, or nobody takes the output.
pub async fn month(office: &Office, month: &str) -> Result<(), CommandError> {
    let period: Period = month.parse()?;
    let usage = office.store.month_by_department(period).await?;
    let file = csv::month(&csv::rows(&usage));
    let mut out = std::io::stdout().lock();
    out.write_all(&file)?;
    out.flush()?;
    drop(out);
    office.audit("export", format!("period:{period}"), json!({ "bytes": file.len() })).await
}

/// Shows the newest rows of the audit trail.
///
/// # Errors
/// When the database does not answer.
pub async fn audit(office: &Office, limit: u32) -> Result<(), CommandError> {
    let zone = office.config.zone();
    let row = |event: AuditEvent| {
        let detail = if event.detail.is_null() { String::new() } else { event.detail.to_string() };
        [zone.minute(event.at), event.actor, event.event, event.object, event.outcome, detail]
    };
    let events = office.store.audit_newest(limit).await?;
    let rows: Vec<_> = events.into_iter().map(row).collect();
    Ok(table::print(["at", "actor", "event", "object", "outcome", "detail"], &rows)?)
}
