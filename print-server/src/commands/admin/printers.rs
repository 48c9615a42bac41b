//! Printers: the machines with paper.

use clap::Subcommand;
use print_core::PrinterId;
use serde_json::json;
use store::{Printer, PrinterHealth};

use super::office::{Office, YesNo, because, shown_name, yes_no};
use super::table;
use crate::commands::CommandError;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::client::Client;
use crate::delivery::{DeliverySettings, Facts};

/// What can be done with printers.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a printer.
    Add {
        /// What people call it.
        name: String,
        /// Its own address: ipp://HOST/ipp/print or ipps://HOST/ipp/print.
        uri: String,
        /// Where it stands, as people read it.
        #[arg(long, default_value = "")]
        location: String,
        /// Add it only when it answers.
        #[arg(long)]
        probe: bool,
    },
    /// Change a printer; what is not named stays.
    Change {
        /// The printer.
        name: String,
        /// A new name.
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// Its own address.
        #[arg(long)]
        uri: Option<String>,
        /// Where it stands.
        #[arg(long)]
        location: Option<String>,
        /// Whether jobs may go to it.
        #[arg(long, value_enum)]
        enabled: Option<YesNo>,
        /// Whether it gets every document as pixels: for printers that garble fonts or pictures.
        #[arg(long, value_enum)]
        always_raster: Option<YesNo>,
    },
    /// Ask a printer how it is and what it can do.
    Probe {
        /// The printer.
        name: String,
    },
    /// Remove a printer that no queue, station or running delivery needs.
    Remove {
        /// The printer.
        name: String,
    },
    /// List the printers.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { name, uri, location, probe } => {
            let printer = Printer {
                id: PrinterId::new(),
                name: shown_name("the name", &name)?,
                uri: address(&uri)?,
                location: place(&location)?,
                enabled: true,
                always_raster: false,
                health: None,
            };
            add(office, &printer, probe).await
        }
        Command::Change { name, rename, uri, location, enabled, always_raster } => {
            let mut printer = office.printer(&name).await?;
            let before = printer.uri.clone();
            if let Some(rename) = rename {
                printer.name = shown_name("--rename", &rename)?;
            }
            if let Some(uri) = uri {
                printer.uri = address(&uri)?;
            }
            if let Some(location) = location {
                printer.location = place(&location)?;
            }
            printer.enabled = enabled.map_or(printer.enabled, YesNo::is_yes);
            printer.always_raster = always_raster.map_or(printer.always_raster, YesNo::is_yes);
            let moved = printer.uri != before;
            change(office, &printer, moved).await
        }
        Command::Probe { name } => {
            let printer = office.printer(&name).await?;
            let facts = ask(office, &printer.uri).await?;
            remember(office, printer.id, &facts).await?;
            tell(&printer.name, &facts);
            Ok(())
        }
        Command::Remove { name } => remove(office, &name).await,
        Command::List => list(office).await,
    }
}

fn address(uri: &str) -> Result<String, CommandError> {
    let address = Address::parse(uri).map_err(|error| format!("\"{uri}\": {error}"))?;
    Ok(address.uri().to_owned())
}

fn place(text: &str) -> Result<String, CommandError> {
    if text.trim().is_empty() { Ok(String::new()) } else { shown_name("--location", text) }
}

async fn add(office: &Office, printer: &Printer, probe: bool) -> Result<(), CommandError> {
    // Queues offer what their printers have said that they can do.
    let facts = match ask(office, &printer.uri).await {
        Err(error) if probe => return Err(error),
        asked => asked.ok(),
    };
    let taken = format!("there is already a printer \"{}\"", printer.name);
    office.store.put_printer(printer).await.map_err(|error| because(error, &taken))?;
    office.audit("printer-add", object(printer), detail(printer)).await?;
    println!("Added the printer \"{}\" at {}", printer.name, printer.uri);
    tell_of_trust(office, printer);
    introduce(office, printer, facts).await
}

/// What the printer said that it can do is kept at once: queues offer it.
async fn introduce(
    office: &Office,
    printer: &Printer,
    facts: Option<Facts>,
) -> Result<(), CommandError> {
    match facts {
        Some(facts) => {
            remember(office, printer.id, &facts).await?;
            tell(&printer.name, &facts);
        }
        None => println!("It does not answer yet: the server asks it again every two minutes."),
    }
    Ok(())
}

async fn change(office: &Office, printer: &Printer, moved: bool) -> Result<(), CommandError> {
    let taken = format!("there is already a printer \"{}\"", printer.name);
    office.store.put_printer(printer).await.map_err(|error| because(error, &taken))?;
    office.audit("printer-change", object(printer), detail(printer)).await?;
    println!("Changed the printer \"{}\"", printer.name);
    tell_of_trust(office, printer);
    if moved {
        // Another machine may stand there: what the old one could do was forgotten.
        let facts = ask(office, &printer.uri).await.ok();
        introduce(office, printer, facts).await?;
    }
    Ok(())
}

/// A printer that speaks TLS and is known by nothing would refuse every release.
fn tell_of_trust(office: &Office, printer: &Printer) {
    let trust = &office.config.printers;
    let knows_some = trust.authorities.is_some() || !trust.certificates.is_empty();
    if printer.uri.starts_with("ipps:") && !knows_some {
        println!(
            "It gets no job yet: the configuration does not say which certificates printers may \
             show ([printers])."
        );
    }
}

async fn remove(office: &Office, name: &str) -> Result<(), CommandError> {
    let printer = office.printer(name).await?;
    let in_use = format!("\"{}\" is used by a queue, a station or a delivery", printer.name);
    office.store.remove_printer(printer.id).await.map_err(|error| because(error, &in_use))?;
    office.audit("printer-remove", object(&printer), json!(null)).await?;
    println!("Removed the printer \"{}\"", printer.name);
    Ok(())
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let row = |printer: Printer| {
        let state = match printer.health.as_ref().map(|health| health.state) {
            None => "not asked yet",
            Some(3) => "idle",
            Some(4) => "printing",
            Some(5) => "stopped",
            Some(_) => "no answer",
        };
        let enabled = yes_no(printer.enabled).to_owned();
        [printer.name, printer.uri, printer.location, enabled, state.to_owned()]
    };
    let rows: Vec<_> = office.store.printers().await?.into_iter().map(row).collect();
    Ok(table::print(["name", "address", "location", "enabled", "state"], &rows)?)
}

/// Asks the machine at this address what it can do.
async fn ask(office: &Office, uri: &str) -> Result<Facts, CommandError> {
    let address = Address::parse(uri)?;
    let settings = DeliverySettings::default();
    let tls = office.config.printers.trust()?.client_config()?;
    let client = Client::new(address, tls, settings.deadlines());
    client.probe().await.map_err(|error| format!("{uri}: {error}").into())
}

async fn remember(office: &Office, id: PrinterId, facts: &Facts) -> Result<(), CommandError> {
    let health = PrinterHealth {
        state: facts.condition.state.code(),
        reasons: facts.condition.reasons_text(),
        attributes: facts.to_json(),
        checked_at: office.clock().now(),
    };
    Ok(office.store.set_printer_health(id, &health).await?)
}

fn tell(name: &str, facts: &Facts) {
    let model = facts.make_and_model.as_deref().unwrap_or("a printer that does not say its model");
    println!("\"{name}\" answers: {model}");
    println!("  formats: {}", facts.formats.join(", "));
    println!("  sides: {}", facts.sides.join(", "));
    let color = facts.color.map_or("not said", yes_no);
    println!("  colour: {color}");
}

fn object(printer: &Printer) -> String {
    format!("printer:{}", printer.id)
}

fn detail(printer: &Printer) -> serde_json::Value {
    json!({
        "name": printer.name,
        "uri": printer.uri,
        "location": printer.location,
        "enabled": printer.enabled,
        "always_raster": printer.always_raster,
    })
}
