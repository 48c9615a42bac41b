//! A list of printers, looked through or taken whole: one wrong line, and nothing of it is taken.

use std::path::PathBuf;

use clap::Args;
use print_core::{PrinterId, StationId};
use serde_json::json;
use store::{AuditEvent, Printer};

use super::lines::{Checked, Fate, House, Line, check};
use crate::commands::CommandError;
use crate::commands::admin::cards::csv;
use crate::commands::admin::office::{Office, because};

/// A longer file is a mistake.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// What is to be taken in.
#[derive(Debug, Args)]
pub struct Import {
    /// The list: CSV in UTF-8 whose first line names the columns name and address and, as you like, location,
    /// campus, building, floor, room, stations, always-raster.
    file: PathBuf,
    /// Say what would happen, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Obeys.
pub async fn run(office: &Office, wish: Import) -> Result<(), CommandError> {
    let told = |error: std::io::Error| format!("{}: {error}", wish.file.display());
    if std::fs::metadata(&wish.file).map_err(told)?.len() > FILE_BYTES_MAX {
        return Err("the file is larger than 8 MiB".into());
    }
    let bytes = std::fs::read(&wish.file).map_err(told)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| "the file is not UTF-8: export it as \"CSV UTF-8\"")?;
    let rows = csv::rows(text).map_err(|line| {
        format!("line {line}: a quotation mark is not closed, or the file is too long")
    })?;
    let (printers, stations) = (office.store.printers().await?, office.store.stations().await?);
    let reach = office.config.printers.reach(&office.config.listeners);
    let checked = check(&rows, &House::new(printers, stations, reach))?;
    tell(&checked);
    let (wrong, all) = (checked.wrong.len(), rows.len().saturating_sub(1));
    for (line, reason) in &checked.wrong {
        println!("line {line}: {reason}");
    }
    if wrong > 0 {
        return Err(format!("{wrong} of {all} lines are wrong: nothing was taken in").into());
    }
    if wish.dry_run {
        println!("Nothing was taken in: this was a dry run");
        return Ok(());
    }
    take(office, &checked, &wish).await
}

/// What would become of the printers.
fn tell(checked: &Checked) {
    let of = |fate: Fate| checked.lines.iter().filter(move |line| line.fate == fate);
    println!("new        {}", of(Fate::New).count());
    println!("changed    {}", of(Fate::Changed).count() + of(Fate::Moved).count());
    println!("same       {}", of(Fate::Same).count());
    for Line { line, printer, .. } in of(Fate::Moved) {
        println!(
            "line {line}: \"{}\" gets another address, and nothing there before admin printer pin",
            printer.name
        );
    }
}

async fn take(office: &Office, checked: &Checked, wish: &Import) -> Result<(), CommandError> {
    let lines = checked.lines.iter().filter(|line| line.fate != Fate::Same);
    let printers: Vec<Printer> = lines.clone().map(|line| line.printer.clone()).collect();
    let beside: Vec<(StationId, PrinterId)> = lines
        .flat_map(|line| line.beside.iter().map(|station| (station.id, line.printer.id)))
        .collect();
    let name = wish.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let event = AuditEvent {
        at: office.clock().now(),
        actor: office.actor().to_owned(),
        event: "printer-import".to_owned(),
        object: "printers".to_owned(),
        outcome: "done".to_owned(),
        detail: json!({ "file": name, "lines": checked.lines.len(), "stations": beside.len() }),
    };
    let taken = "another printer has one of these names since now: nothing was taken in";
    let done = office.store.import_printers(&printers, &beside, &event).await;
    done.map_err(|error| because(error, taken))?;
    println!("{} printers were taken in. The server asks each within two minutes.", printers.len());
    Ok(())
}
