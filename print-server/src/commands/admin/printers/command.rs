//! What can be typed about printers.

use clap::Subcommand;
use print_core::PrinterId;
use serde_json::json;
use store::{Confirmation, KnownMachine, Place, Printer};

use super::confirm::{self, Word};
use super::import::{self, Import};
use super::meet::{Met, Particulars, meet, particulars, remember};
use super::show;
use crate::commands::CommandError;
use crate::commands::admin::office::{Office, YesNo, because, shown_name, yes_no};
use crate::commands::admin::release_rules::{StartsWord, set_printer};
use crate::commands::admin::table;
use crate::delivery::printer::address::Address;
use crate::delivery::printer::trust::{hexadecimal, typed_fingerprint};

/// What can be done with printers.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a printer.
    Add {
        /// What people call it; without it, what the machine calls itself.
        #[arg(num_args = 1..=2, value_names = ["NAME", "ADDRESS"], required = true)]
        name_and_address: Vec<String>,
        /// Where it stands, as people read it; without it, what its parts or the machine say.
        #[arg(long, default_value = "")]
        location: String,
        /// Where it stands, in parts.
        #[command(flatten)]
        place: PlaceOptions,
        /// The SHA-256 of the certificate that it shows, as its own page tells it: no authority needs to vouch
        /// for it then.
        #[arg(long, value_name = "SHA256", value_parser = fingerprint)]
        certificate: Option<[u8; 32]>,
        /// Add it only when it answers.
        #[arg(long)]
        probe: bool,
    },
    /// Change a printer; what is not named stays. Under another address it gets nothing until it is pinned.
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
        /// Where it stands, in parts.
        #[command(flatten)]
        place: PlaceOptions,
        /// Whether jobs may go to it.
        #[arg(long, value_enum)]
        enabled: Option<YesNo>,
        /// Whether it gets every document as pixels: for printers that garble fonts or pictures.
        #[arg(long, value_enum)]
        always_raster: Option<YesNo>,
        /// Let jobs go at a tap beside it, or only when their owner has chosen them on the screen.
        #[arg(long, value_enum)]
        starts: Option<StartsWord>,
    },
    /// Say that the machines at these printers' addresses are the right ones, after an address, a certificate
    /// or a uuid changed. Asks for the password of an administrator.
    Pin {
        /// The printers.
        #[arg(required = true)]
        names: Vec<String>,
        /// Who says so.
        #[command(flatten)]
        word: Word,
    },
    /// Put another machine in a printer's place: it keeps name, place, stations, queues and books. Asks for the
    /// password of an administrator.
    Exchange {
        /// The printer.
        name: String,
        /// The new machine's address.
        address: String,
        /// Who says so.
        #[command(flatten)]
        word: Word,
    },
    /// Take in a list of printers, whole or not at all.
    Import(Import),
    /// Show everything that is known of a printer.
    Show {
        /// The printer.
        name: String,
    },
    /// Ask a printer how it is and what it can do, and look for ways to print around the server.
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

/// Where a printer stands, in parts.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PlaceOptions {
    /// The campus.
    #[arg(long)]
    campus: Option<String>,
    /// The building.
    #[arg(long)]
    building: Option<String>,
    /// The floor.
    #[arg(long)]
    floor: Option<String>,
    /// The room.
    #[arg(long)]
    room: Option<String>,
}

impl PlaceOptions {
    /// The place with what was said.
    fn apply(self, place: Place) -> Result<Place, CommandError> {
        let part = |said: Option<String>, name: &str, before: String| match said {
            Some(text) if text.trim().is_empty() => Ok(String::new()),
            Some(text) => shown_name(name, &text),
            None => Ok(before),
        };
        Ok(Place {
            campus: part(self.campus, "--campus", place.campus)?,
            building: part(self.building, "--building", place.building)?,
            floor: part(self.floor, "--floor", place.floor)?,
            room: part(self.room, "--room", place.room)?,
        })
    }
}

/// A fingerprint as it is typed.
pub(super) fn fingerprint(text: &str) -> Result<[u8; 32], String> {
    typed_fingerprint(text).ok_or_else(|| "write the SHA-256 in 64 hexadecimal digits".into())
}

/// The parts of a place as people read them in one line.
pub(super) fn in_one_line(place: &Place) -> String {
    let parts = [&place.campus, &place.building, &place.floor, &place.room];
    let said: Vec<&str> = parts.map(String::as_str).into_iter().filter(|p| !p.is_empty()).collect();
    said.join(", ")
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { name_and_address, location, place, certificate, probe } => {
            let place = place.apply(Place::default())?;
            let wish = Wish { location: location_of(&location)?, place, certificate, probe };
            let (name, uri) = match name_and_address.as_slice() {
                [name, uri] => (Some(shown_name("the name", name)?), uri),
                [uri] => (None, uri),
                _ => return Err("write a name and an address, or an address alone".into()),
            };
            add(office, name, &address(uri)?, wish).await
        }
        Command::Change { name, rename, uri, location, place, enabled, always_raster, starts } => {
            let mut printer = office.printer(&name).await?;
            if let Some(rename) = rename {
                printer.name = shown_name("--rename", &rename)?;
            }
            if let Some(uri) = uri {
                printer.uri = address(&uri)?.uri().to_owned();
            }
            if let Some(location) = location {
                printer.location = location_of(&location)?;
            }
            printer.place = place.apply(printer.place)?;
            printer.enabled = enabled.map_or(printer.enabled, YesNo::is_yes);
            printer.always_raster = always_raster.map_or(printer.always_raster, YesNo::is_yes);
            change(office, &printer).await?;
            set_printer(office, &printer, starts).await
        }
        Command::Pin { names, word } => confirm::pin(office, &names, word).await,
        Command::Exchange { name, address: uri, word } => {
            confirm::exchange(office, &name, address(&uri)?, word).await
        }
        Command::Import(wish) => import::run(office, wish).await,
        Command::Show { name } => show::show(office, &office.printer(&name).await?).await,
        Command::Probe { name } => show::probe(office, &office.printer(&name).await?).await,
        Command::Remove { name } => remove(office, &name).await,
        Command::List => list(office).await,
    }
}

/// An address as it is typed.
pub(super) fn address(uri: &str) -> Result<Address, CommandError> {
    Address::parse(uri).map_err(|error| format!("\"{uri}\": {error}").into())
}

fn location_of(text: &str) -> Result<String, CommandError> {
    if text.trim().is_empty() { Ok(String::new()) } else { shown_name("--location", text) }
}

/// How a printer is to be added.
struct Wish {
    location: String,
    place: Place,
    certificate: Option<[u8; 32]>,
    probe: bool,
}

async fn add(
    office: &Office,
    name: Option<String>,
    address: &Address,
    wish: Wish,
) -> Result<(), CommandError> {
    // Queues offer what their printers have said that they can do.
    let met = meet(office, address, wish.certificate).await?;
    if wish.probe && !matches!(met, Met::Known(_)) {
        return Err(format!("{}: {}", address.uri(), met.trouble()).into());
    }
    let said = match &met {
        Met::Known(known) if name.is_none() || wish.location.is_empty() => {
            particulars(&known.client).await
        }
        _ => Particulars::default(),
    };
    let without =
        "it does not say what it is called: write a name, too (admin printer add NAME ADDRESS)";
    let name = name.or(said.name).ok_or_else(|| format!("{}: {without}", address.uri()))?;
    let mut location = wish.location;
    if location.is_empty() {
        location = in_one_line(&wish.place);
    }
    if location.is_empty() {
        location = said.location.unwrap_or_default();
    }
    let printer = Printer {
        id: PrinterId::new(),
        name,
        uri: address.uri().to_owned(),
        location,
        enabled: true,
        always_raster: false,
        place: wish.place,
        machine: KnownMachine::default(),
        health: None,
    };
    let taken = format!("there is already a printer \"{}\"", printer.name);
    office.store.put_printer(&printer).await.map_err(|error| because(error, &taken))?;
    office.audit("printer-add", object(&printer), detail(&printer)).await?;
    println!("Added the printer \"{}\" at {}", printer.name, printer.uri);
    introduce(office, &printer, &met).await
}

/// The machine that answered is the one that was meant; what it can do is kept at once: queues offer it.
async fn introduce(office: &Office, printer: &Printer, met: &Met) -> Result<(), CommandError> {
    match met {
        Met::Known(known) => {
            let word = Confirmation {
                uri: printer.uri.clone(),
                uuid: known.facts.condition.uuid.clone(),
                certificate_sha256: known.pin,
                serial: known.survey.serial.clone(),
                is_another: false,
            };
            confirm::keep(office, printer, &word, office.actor()).await?;
            remember(office, printer.id, known).await?;
            show::tell(&printer.name, known);
        }
        Met::Stranger { shown } => {
            println!(
                "It gets no job yet: no agreed authority signed the certificate that it shows,"
            );
            println!("  SHA-256 {}", hexadecimal(shown));
            println!("Compare that with what the printer itself tells, and then say:");
            println!(
                "  admin printer pin \"{}\" --by YOUR-LOGIN --certificate {}",
                printer.name,
                hexadecimal(shown)
            );
        }
        Met::Silent(error) => {
            println!(
                "It could not be asked ({error}). The server asks it again every two minutes."
            );
        }
    }
    Ok(())
}

async fn change(office: &Office, printer: &Printer) -> Result<(), CommandError> {
    let taken = format!("there is already a printer \"{}\"", printer.name);
    office.store.put_printer(printer).await.map_err(|error| because(error, &taken))?;
    office.audit("printer-change", object(printer), detail(printer)).await?;
    println!("Changed the printer \"{}\"", printer.name);
    if !printer.is_confirmed() {
        println!(
            "It gets nothing at this address until an administrator says that the right machine stands \
             there: admin printer pin \"{0}\" --by YOUR-LOGIN, or, for another machine in its place, admin \
             printer exchange \"{0}\" ADDRESS --by YOUR-LOGIN",
            printer.name
        );
    }
    Ok(())
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
        let health = printer.health.as_ref();
        let state = match health.map(|health| (health.state, health.reasons.as_str())) {
            _ if !printer.is_confirmed() => "to be pinned",
            None => "not asked yet",
            Some((3, _)) => "idle",
            Some((4, _)) => "printing",
            Some((5, _)) => "stopped",
            Some((_, "printer-asleep")) => "asleep or off",
            Some((_, "printer-waking")) => "waking up",
            Some((_, "printer-changed")) => "another machine",
            Some(_) => "no answer",
        };
        let enabled = yes_no(printer.enabled).to_owned();
        let tls = yes_no(printer.is_tls()).to_owned();
        [printer.name, printer.uri, printer.location, tls, enabled, state.to_owned()]
    };
    let rows: Vec<_> = office.store.printers().await?.into_iter().map(row).collect();
    Ok(table::print(["name", "address", "location", "tls", "enabled", "state"], &rows)?)
}

/// How the audit trail names a printer.
pub(super) fn object(printer: &Printer) -> String {
    format!("printer:{}", printer.id)
}

/// What the audit trail keeps of a printer.
pub(super) fn detail(printer: &Printer) -> serde_json::Value {
    json!({
        "name": printer.name,
        "uri": printer.uri,
        "location": printer.location,
        "place": in_one_line(&printer.place),
        "enabled": printer.enabled,
        "always_raster": printer.always_raster,
        "confirmed": printer.is_confirmed(),
    })
}
