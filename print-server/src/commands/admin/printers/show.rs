//! Everything that is known of a printer, for a terminal.

use print_core::Timestamp;
use store::{Found, Printer, StoreError};

use super::command::{address, in_one_line};
use super::meet::{Known, Met, meet, remember};
use crate::commands::CommandError;
use crate::commands::admin::office::{Office, yes_no};
use crate::delivery::printer::survey::SideDoor;
use crate::delivery::printer::trust::hexadecimal;
use ipp_codec::names;

/// Longer lists are cut: a terminal is not for thousands of kinds of paper.
const SHOWN_MAX: usize = 12;

/// What a machine has just told.
pub fn tell(name: &str, known: &Known) {
    let facts = &known.facts;
    let model = facts.make_and_model.as_deref().unwrap_or("a printer that does not say its model");
    println!("\"{name}\" answers: {model}");
    println!("  formats: {}", facts.formats.join(", "));
    println!("  sides: {}", facts.sides.join(", "));
    let color = facts.color.map_or("not said", yes_no);
    println!("  colour: {color}");
    tell_found(&known.survey.to_json());
}

/// What a close look found.
fn tell_found(found: &serde_json::Value) {
    let known = |key: &str| match found[key].as_bool() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known before it has printed something",
    };
    println!("  TLS: {}", yes_no(found["tls"] == true));
    println!("  serial number: {}", found["serial"].as_str().unwrap_or("not said"));
    println!("  counts printed sides: {}", known("counts_impressions"));
    println!("  counts sheets: {}", known("counts_sheets"));
    println!("  counts colour apart: {}", known("counts_color"));
    println!("  keeps its history of jobs: {}", known("keeps_history"));
    let doors = found["side_doors"].as_array().map(Vec::as_slice).unwrap_or_default();
    for door in doors.iter().filter_map(|word| SideDoor::of_word(word.as_str()?)) {
        println!("  around us: {}", door.sentence());
    }
    if doors.is_empty() {
        println!("  around us: no other port was found open");
    }
}

/// Shows what the rows say; nobody is asked.
pub async fn show(office: &Office, printer: &Printer) -> Result<(), CommandError> {
    let minute = |at: Option<Timestamp>| match at {
        Some(at) => office.config.zone().minute(at).to_string(),
        None => "not known".to_owned(),
    };
    let machine = &printer.machine;
    println!("name          {}", printer.name);
    println!("address       {}", printer.uri);
    println!("location      {}", printer.location);
    println!("place         {}", in_one_line(&printer.place));
    println!("TLS           {}", yes_no(printer.is_tls()));
    println!("in service    {}", yes_no(printer.enabled));
    println!("always raster {}", yes_no(printer.always_raster));
    match printer.is_confirmed() {
        true => println!("confirmed     {}", minute(machine.at)),
        false => println!("confirmed     no: it gets nothing before admin printer pin"),
    }
    println!("by            {}", machine.by.as_deref().unwrap_or("whoever added it"));
    println!("uuid          {}", machine.uuid.as_deref().unwrap_or("not told yet"));
    println!("serial        {}", machine.serial.as_deref().unwrap_or("not told"));
    if let Some(sha256) = &machine.certificate_sha256 {
        println!("certificate   SHA-256 {}", hexadecimal(sha256));
    }
    if let Some(health) = &printer.health {
        let told = |name: &str| list(&health.attributes[name]);
        println!("asked         {}", minute(Some(health.checked_at)));
        println!("reasons       {}", health.reasons);
        println!("model         {}", told(names::PRINTER_MAKE_AND_MODEL));
        println!("formats       {}", told(names::DOCUMENT_FORMAT_SUPPORTED));
        println!("sides         {}", told(names::SIDES_SUPPORTED));
        println!("colour        {}", told(names::COLOR_SUPPORTED));
        println!("trays         {}", told(names::MEDIA_SOURCE_SUPPORTED));
        println!("paper ready   {}", told(names::MEDIA_READY));
        println!("finishings    {}", told(names::FINISHINGS_SUPPORTED));
    }
    show_found(office, printer).await?;
    for former in office.store.former_machines(printer.id).await? {
        println!(
            "before        {} from {} to {}, uuid {}, serial {}",
            former.make_and_model.as_deref().unwrap_or("a machine"),
            minute(former.since),
            minute(Some(former.until)),
            former.uuid.as_deref().unwrap_or("not told"),
            former.serial.as_deref().unwrap_or("not told"),
        );
    }
    Ok(())
}

async fn show_found(office: &Office, printer: &Printer) -> Result<(), StoreError> {
    match office.store.printer_found(printer.id).await? {
        Some(Found { what, at }) => {
            println!("looked at     {}", office.config.zone().minute(at));
            tell_found(&what);
        }
        None => println!("looked at     not yet: admin printer probe \"{}\"", printer.name),
    }
    Ok(())
}

/// A value as people read it.
fn list(value: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(flag) => yes_no(*flag).to_owned(),
        serde_json::Value::Null => "not said".to_owned(),
        other => other.to_string(),
    };
    match value.as_array() {
        Some(all) if all.is_empty() => "not said".to_owned(),
        Some(all) => {
            let shown: Vec<_> = all.iter().take(SHOWN_MAX).map(text).collect();
            let more = all.len().saturating_sub(SHOWN_MAX);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}{more}", shown.join(", "))
        }
        None => text(value),
    }
}

/// Asks the machine; what another one than the confirmed tells is shown and not kept.
pub async fn probe(office: &Office, printer: &Printer) -> Result<(), CommandError> {
    let address = address(&printer.uri)?;
    let met = meet(office, &address, printer.machine.certificate_sha256).await?;
    let Met::Known(known) = met else {
        return Err(format!("{}: {}", printer.uri, met.trouble()).into());
    };
    tell(&printer.name, &known);
    let told = known.facts.condition.uuid.as_ref();
    let is_another = printer.machine.uuid.is_some() && printer.machine.uuid.as_ref() != told;
    if is_another || !printer.is_confirmed() {
        println!(
            "This is another machine, or another address, than was confirmed: it gets nothing before admin \
             printer pin \"{}\" --by YOUR-LOGIN",
            printer.name
        );
        return Ok(());
    }
    remember(office, printer.id, &known).await
}
