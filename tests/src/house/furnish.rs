//! Sets a house up: writes its files and types the commands that an administrator would type.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value};

use super::people;
use super::plan::{PRINTERS, QUEUE, STATION};
use super::{Database, Plan, Result, programs};

/// Prices of the house: a printed side without colour, one with colour, a piece of paper.
pub const PRICES: [&str; 3] = ["0.45", "4.50", "0.10"];

/// Remembers the ports that the printers are known at.
const PORTS_FILE: &str = "ports";

/// Makes a new house in the plan's folder, which must be empty or missing.
///
/// # Errors
/// What could not be written, or what a command said.
pub fn furnish(plan: &Plan) -> Result<()> {
    fs::create_dir_all(&plan.folder).map_err(told(&plan.folder))?;
    write_files(plan)?;
    admin(plan, &["init"])?;
    let networks = ["--claimed", "127.0.0.0/8", "--claimed", "::1/128", "--basic"];
    let info = ["--info", "Följ mig-utskrift"];
    admin(plan, &[&["admin", "queue", "add", QUEUE][..], &networks, &info].concat())?;
    for ((name, place), ports) in PRINTERS.iter().zip(plan.ports.mfps) {
        admin(plan, &["admin", "printer", "add", name, &uri(ports.ipp), "--location", place])?;
    }
    let station = plan.folder.join("station").display().to_string();
    let beside: Vec<&str> = PRINTERS.iter().flat_map(|(name, _)| ["--printer", *name]).collect();
    let kind = ["--policy", "choose", "--reader", "simulated", "--out", station.as_str()];
    admin(plan, &[&["admin", "station", "add", STATION][..], &beside, &kind].concat())?;
    let roles = [("finance", people::FINANCE_GROUP), ("admin", people::ADMIN_GROUP)];
    for (role, group) in roles {
        admin(plan, &["admin", "role", "grant", role, "--group", group])?;
    }
    let [monochrome, color, sheet] = PRICES;
    let from = today()?;
    let price = ["admin", "price", "publish", "--from", from.as_str()];
    let amounts = ["--monochrome", monochrome, "--color", color, "--sheet", sheet];
    admin(plan, &[&price[..], &amounts].concat())?;
    admin(plan, &["admin", "person", "sync"])?;
    write_station(plan)?;
    remember_ports(plan)
}

/// Makes a house that was furnished before fit the plan: its ports may have changed.
///
/// # Errors
/// What could not be written, or what a command said.
pub fn adapt(plan: &Plan) -> Result<()> {
    write_files(plan)?;
    write_station(plan)?;
    let known = fs::read_to_string(plan.folder.join(PORTS_FILE)).unwrap_or_default();
    if known == ports_text(plan) {
        return Ok(());
    }
    for ((name, _), ports) in PRINTERS.iter().zip(plan.ports.mfps) {
        admin(plan, &["admin", "printer", "change", name, "--uri", &uri(ports.ipp)])?;
    }
    confirm_printers(plan)?;
    remember_ports(plan)
}

/// An administrator says that the printers have moved: until then they would get nothing.
fn confirm_printers(plan: &Plan) -> Result<()> {
    let administrator = plan.administrator.as_ref();
    let (login, password) = administrator.ok_or("nobody can say that the printers have moved")?;
    let names: Vec<&str> = PRINTERS.iter().map(|(name, _)| *name).collect();
    let pin = [&["admin", "printer", "pin", "--by", login.as_str()][..], &names].concat();
    programs::run(&mut command(plan, &pin)?, password).map(drop)
}

/// Runs `print-server` with the house's configuration.
///
/// # Errors
/// What it said, when it did not end well.
pub fn admin(plan: &Plan, arguments: &[&str]) -> Result<String> {
    programs::run(&mut command(plan, arguments)?, "")
}

/// The command `print-server` with the house's configuration.
///
/// # Errors
/// When the program was not built.
pub fn command(plan: &Plan, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(programs::ours("print-server")?);
    command.arg("--config").arg(plan.configuration_path()).args(arguments);
    Ok(command)
}

/// What the file of people keeps of a password.
///
/// # Errors
/// When the program that makes it was not built.
pub fn hash_password(password: &str) -> Result<String> {
    let mut command = Command::new(programs::ours("print-server")?);
    command.args(["admin", "person", "hash-password"]);
    Ok(programs::run(&mut command, password)?.trim().to_owned())
}

fn write_files(plan: &Plan) -> Result<()> {
    write(&plan.configuration_path(), &plan.configuration())?;
    if let Database::Postgres(url) = &plan.database {
        write(&plan.folder.join("database-url"), url)?;
    }
    write(&plan.people_path(), &people::file(&plan.people))
}

/// The station's file as the server's command made it, with this house's ports and cards.
fn write_station(plan: &Plan) -> Result<()> {
    let made = plan.folder.join("station").join("station.toml");
    let text = fs::read_to_string(&made).map_err(told(&made))?;
    let mut table: Table = text.parse().map_err(|error| format!("{}: {error}", made.display()))?;
    table.insert("server".into(), format!("127.0.0.1:{}", plan.ports.station).into());
    table.insert("page".into(), format!("127.0.0.1:{}", plan.ports.page).into());
    let button = |(label, uid): &(String, String)| {
        let entries = [("label", label), ("uid", uid)];
        let entries = entries.map(|(key, text)| (key.to_owned(), Value::from(text.as_str())));
        Value::Table(entries.into_iter().collect())
    };
    let buttons: Vec<Value> = plan.buttons.iter().map(button).collect();
    if !buttons.is_empty() {
        table.insert("simulated_card".into(), Value::Array(buttons));
    }
    write(&plan.station_path(), &table.to_string())
}

fn uri(port: u16) -> String {
    format!("ipp://127.0.0.1:{port}/ipp/print")
}

fn ports_text(plan: &Plan) -> String {
    format!("{:?}\n", plan.ports.all())
}

fn remember_ports(plan: &Plan) -> Result<()> {
    write(&plan.folder.join(PORTS_FILE), &ports_text(plan))
}

/// The first day of the price list, in the zone of the house. Asked of the system's `date`, which knows
/// zones: the server would refuse yesterday.
fn today() -> Result<String> {
    let mut command = Command::new(programs::system("date", "coreutils")?);
    command.arg("+%F").env("TZ", "Europe/Stockholm");
    Ok(programs::run(&mut command, "")?.trim().to_owned())
}

/// Writes a file that only its owner can read, for some of them hold secrets. Its content is there whole
/// or not at all, whenever the demo is ended.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&beside).map_err(told(&beside))?;
    file.write_all(text.as_bytes()).map_err(told(&beside))?;
    fs::rename(&beside, path).map_err(told(path))
}

fn told(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}
