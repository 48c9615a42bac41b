//! Stations: where badges are read.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use print_core::{PrinterId, StationId};
use serde_json::json;
use store::{Invitation, Language, Station, StationPolicy};

use super::office::{Office, because, shown_name};
use super::{station_guard, table};
use crate::certificates::authority::Authority;
use crate::certificates::invitation::{CODE_SECONDS, NewCode};
use crate::certificates::stations::StationCredential;
use crate::commands::CommandError;

const NAME_TAKEN: &str = "another station has just taken the name";

/// What can be done with stations.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a station, and show the code by which it gets its certificate.
    Add {
        /// What people call it.
        name: String,
        /// A printer beside it, the nearest first. May be repeated.
        #[arg(long = "printer", value_name = "PRINTER", required = true)]
        printers: Vec<String>,
        /// What a tap does.
        #[arg(long, value_enum, default_value_t)]
        policy: Policy,
        /// The language of its screen while nobody is signed in.
        #[arg(long, value_enum, default_value_t)]
        language: Screen,
        #[command(flatten)]
        kit: Kit,
    },
    /// Change a station; what is not named stays.
    Change {
        /// The station.
        name: String,
        /// The printers beside it, in place of those before. May be repeated.
        #[arg(long = "printer", value_name = "PRINTER")]
        printers: Vec<String>,
        /// What a tap does.
        #[arg(long, value_enum)]
        policy: Option<Policy>,
        /// The language of its screen while nobody is signed in.
        #[arg(long, value_enum)]
        language: Option<Screen>,
    },
    /// Show a new code for a station, also for one that was revoked or has another machine. From its use on, its
    /// certificate from before opens nothing.
    Renew {
        /// The station.
        name: String,
        #[command(flatten)]
        kit: Kit,
    },
    /// Make a station's certificates open nothing any more, because it was stolen or given up.
    Revoke {
        /// The station.
        name: String,
    },
    /// Say from which networks a station's certificate is good; elsewhere it opens nothing.
    Addresses {
        /// The station.
        name: String,
        /// Networks (10.1.2.0/24) or addresses, in place of those before.
        #[arg(value_name = "NETWORK", required_unless_present = "any")]
        networks: Vec<String>,
        /// From anywhere.
        #[arg(long, conflicts_with = "networks")]
        any: bool,
    },
    /// Open a station again that unknown cards have locked. See first who stood there.
    Unlock {
        /// The station.
        name: String,
    },
    /// List the stations.
    List,
}

/// The files that a station needs.
#[derive(Debug, Args)]
pub struct Kit {
    /// Make the files here, in place of a code: a folder for certificate.pem, key.pem, ca.pem and station.toml.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the station reaches this server; otherwise the address that the configuration names.
    #[arg(long, value_name = "HOST:PORT")]
    server: Option<String>,
    /// Which kind of reader the station has.
    #[arg(long, value_enum, default_value_t)]
    reader: Reader,
}

/// What a tap does.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Policy {
    /// Everything that is held comes out, when there is but one printer.
    All,
    /// The owner chooses on the screen.
    #[default]
    Choose,
}

/// A language of the screen.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Screen {
    /// Swedish.
    #[default]
    Sv,
    /// English.
    En,
}

/// A kind of reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// Every PC/SC reader of the machine.
    #[default]
    Pcsc,
    /// None: people type a code at the touch page that they made on `My prints`.
    None,
    /// None: cards come from the touch page and from `release-station tap`.
    Simulated,
}

impl Reader {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pcsc => "pcsc",
            Self::None => "none",
            Self::Simulated => "simulated",
        }
    }
}

impl From<Policy> for StationPolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::All => Self::AllAtOnce,
            Policy::Choose => Self::Choose,
        }
    }
}

impl From<Screen> for Language {
    fn from(screen: Screen) -> Self {
        match screen {
            Screen::Sv => Self::Swedish,
            Screen::En => Self::English,
        }
    }
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { name, printers, policy, language, kit } => {
            let name = shown_name("the name", &name)?;
            if office.store.station_by_name(&name).await?.is_some() {
                let text = "give it another code with: admin station renew";
                return Err(format!("there is already a station \"{name}\"; {text}").into());
            }
            let station = Station {
                id: StationId::new(),
                name,
                key_sha256: None,
                revoked_at: None,
                language: language.into(),
                policy: policy.into(),
                printers: printer_ids(office, &printers).await?,
                seen_at: None,
                guard: store::StationGuard::default(),
            };
            match &kit.out {
                Some(out) => equip(office, station, &kit, out, "station-add").await,
                None => {
                    let added = office.store.put_station(&station).await;
                    added.map_err(|error| because(error, NAME_TAKEN))?;
                    invite(office, &station, &kit, "station-add").await
                }
            }
        }
        Command::Change { name, printers, policy, language } => {
            let mut station = find(office, &name).await?;
            if !printers.is_empty() {
                station.printers = printer_ids(office, &printers).await?;
            }
            station.policy = policy.map_or(station.policy, Into::into);
            station.language = language.map_or(station.language, Into::into);
            office.store.put_station(&station).await?;
            office.audit("station-change", object(&station), detail(&station)).await?;
            println!("Changed the station \"{}\"", station.name);
            Ok(())
        }
        Command::Renew { name, kit } => {
            let station = find(office, &name).await?;
            match &kit.out {
                Some(out) => equip(office, station, &kit, out, "station-renew").await,
                None => invite(office, &station, &kit, "station-renew").await,
            }
        }
        Command::Revoke { name } => {
            let station = find(office, &name).await?;
            office.store.revoke_station(station.id).await?;
            office.audit("station-revoke", object(&station), json!(null)).await?;
            println!("The certificates of \"{}\" open nothing any more", station.name);
            Ok(())
        }
        Command::Addresses { name, networks, any: _ } => {
            station_guard::addresses(office, &find(office, &name).await?, &networks).await
        }
        Command::Unlock { name } => {
            station_guard::unlock(office, &find(office, &name).await?).await
        }
        Command::List => list(office).await,
    }
}

async fn find(office: &Office, name: &str) -> Result<Station, CommandError> {
    let found = office.store.station_by_name(name).await?;
    found.ok_or_else(|| format!("there is no station \"{name}\"").into())
}

async fn printer_ids(office: &Office, names: &[String]) -> Result<Vec<PrinterId>, CommandError> {
    let mut ids = Vec::new();
    for name in names {
        let printer = office.printer(name).await?;
        if ids.contains(&printer.id) {
            return Err(format!("the printer \"{}\" is named twice", printer.name).into());
        }
        ids.push(printer.id);
    }
    Ok(ids)
}

/// Shows a code by which the station gets its certificate.
async fn invite(
    office: &Office,
    station: &Station,
    kit: &Kit,
    event: &str,
) -> Result<(), CommandError> {
    let folder = &office.config.listeners.station.authority;
    if !Authority::can_sign(folder) {
        // The first start of the server makes one.
        Authority::open(folder)?;
    }
    let server = server(office, kit)?;
    let code = NewCode::random();
    let invitation = Invitation {
        station: station.id,
        salt: code.salt,
        key: code.key,
        expires_at: office.clock().now().plus_seconds(CODE_SECONDS),
    };
    office.store.invite_station(&invitation).await?;
    office.audit(event, object(station), detail(station)).await?;
    let name = toml::Value::from(station.name.as_str());
    println!("The station {name} gets its certificate by this code, once, within 10 minutes:\n");
    println!("  {}\n", code.shown);
    println!("Type it on the station's machine, where you are asked for it by:");
    println!("  release-station enrol {name} --server {server}");
    Ok(())
}

/// Makes a certificate, writes the station's files and puts the station into the database: in this
/// order, so that a station in the list always had its files.
async fn equip(
    office: &Office,
    mut station: Station,
    kit: &Kit,
    out: &Path,
    event: &str,
) -> Result<(), CommandError> {
    let authority = Authority::open(&office.config.listeners.station.authority)?;
    let credential = authority.station_credential(&station.name, office.clock().now())?;
    station.key_sha256 = Some(credential.key_sha256);
    let files =
        write_kit(&authority, &credential, &station, (out, kit.reader), &server(office, kit)?)?;
    let kept = match office.store.put_station(&station).await {
        Ok(()) => office.store.give_station_key(station.id, credential.key_sha256).await,
        Err(error) => Err(error),
    };
    if let Err(error) = kept {
        // Without its row the certificate opens nothing, and a second try finds the folder free.
        for file in &files {
            let _ = fs::remove_file(file);
        }
        return Err(because(error, NAME_TAKEN));
    }
    office.audit(event, object(&station), detail(&station)).await?;
    println!("The station \"{}\" has its files in {}", station.name, out.display());
    println!(
        "Bring them to its machine; key.pem is a secret and is kept nowhere else. Start it by:"
    );
    println!("  release-station run --config {}", out.join("station.toml").display());
    Ok(())
}

fn write_kit(
    authority: &Authority,
    credential: &StationCredential,
    station: &Station,
    (out, reader): (&Path, Reader),
    server: &str,
) -> Result<Vec<PathBuf>, CommandError> {
    let ca_path = authority.certificate_path();
    let ca = fs::read(&ca_path).map_err(|error| format!("{}: {error}", ca_path.display()))?;
    let settings = station_toml(server, station.language, reader);
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let files: [(&str, u32, &[u8]); 4] = [
        ("key.pem", 0o600, credential.key_pem.as_bytes()),
        ("certificate.pem", 0o644, credential.certificate_pem.as_bytes()),
        ("ca.pem", 0o644, &ca),
        ("station.toml", 0o644, settings.as_bytes()),
    ];
    let mut written = Vec::new();
    for (name, mode, bytes) in files {
        let path = out.join(name);
        write_new(&path, mode, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        written.push(path);
    }
    Ok(written)
}

/// Writes a file that must not be there yet: another station's key is never lost to a typing mistake.
fn write_new(path: &Path, mode: u32, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Where the station reaches this server: as it was named, else as far as the configuration tells.
fn server(office: &Office, kit: &Kit) -> Result<String, CommandError> {
    if let Some(server) = &kit.server {
        return Ok(server.clone());
    }
    let address = office.config.listeners.station.address;
    if !address.ip().is_unspecified() {
        return Ok(address.to_string());
    }
    let host = office.config.listeners.print.host.as_ref();
    let host = host.ok_or("the configuration names no host: tell it with --server HOST:PORT")?;
    Ok(format!("{host}:{}", address.port()))
}

fn station_toml(server: &str, language: Language, reader: Reader) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let reader = reader.as_str();
    format!(
        "# A release station. Paths are relative to this file.\n\
         server = {}\n\
         ca = \"ca.pem\"\n\
         certificate = \"certificate.pem\"\n\
         key = \"key.pem\"\n\
         reader = \"{reader}\"\n\
         language = \"{}\"\n",
        text(server),
        language.as_str(),
    )
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let printers = office.store.printers().await?;
    let zone = office.config.zone();
    let name_of = |id: &PrinterId| {
        let printer = printers.iter().find(|printer| printer.id == *id);
        printer.map_or("?", |printer| printer.name.as_str())
    };
    let mut invited = BTreeMap::new();
    let stations = office.store.stations().await?;
    for station in &stations {
        if let Some(until) = office.store.invited_until(station.id).await? {
            invited.insert(station.id, until);
        }
    }
    let row = |station: Station| {
        let beside: Vec<_> = station.printers.iter().map(name_of).collect();
        let policy = match station.policy {
            StationPolicy::AllAtOnce => "all",
            StationPolicy::Choose => "choose",
        };
        let state = match (station.revoked_at, station.key_sha256, invited.get(&station.id)) {
            (_, _, Some(until)) => format!("its code holds until {}", zone.minute(*until)),
            (Some(at), ..) => format!("revoked {}", zone.minute(at)),
            (None, Some(_), None) => {
                station_guard::state(&station.guard, &zone, office.clock().now())
            }
            (None, None, None) => "has no certificate".into(),
        };
        let seen = station.seen_at.map_or("never".into(), |at| zone.minute(at));
        let language = station.language.as_str().to_owned();
        let from = station_guard::from(&station.guard);
        [station.name, beside.join(", "), policy.into(), language, from, state, seen]
    };
    let rows: Vec<_> = stations.into_iter().map(row).collect();
    Ok(table::print(["name", "printers", "tap", "language", "from", "state", "last seen"], &rows)?)
}

fn object(station: &Station) -> String {
    format!("station:{}", station.id)
}

fn detail(station: &Station) -> serde_json::Value {
    let printers: Vec<_> = station.printers.iter().map(ToString::to_string).collect();
    json!({
        "name": station.name,
        "policy": station.policy.as_str(),
        "language": station.language.as_str(),
        "printers": printers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stations_file_quotes_what_it_is_told() {
        let text = station_toml("h\"x:1", Language::English, Reader::Simulated);
        let table: toml::Table = text.parse().expect("TOML");
        assert_eq!(table["server"].as_str(), Some("h\"x:1"));
        assert_eq!(table["reader"].as_str(), Some("simulated"));
        assert_eq!(table["language"].as_str(), Some("en"));
    }
}
