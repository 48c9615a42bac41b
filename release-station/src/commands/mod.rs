//! What can be typed.

mod enrol;
mod run;
mod tap;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, PAGE_DEFAULT, Setup};
use crate::doctor;
use crate::link::Target;

/// The station beside the printer: hold a badge to the reader and your printouts come out.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the reader and the touch page until told to stop.
    Run {
        /// The configuration (TOML).
        #[arg(long)]
        config: PathBuf,
    },
    /// Hold a simulated card to a running station and tell what comes of it.
    ///
    /// Exit status: 0 everything came out; 1 the station could not be asked; 2 the card was
    /// refused; 3 nothing was released; 4 something did not come out.
    Tap {
        /// The card's number in hex.
        card: String,
        /// The station's configuration, for the address of its touch page.
        #[arg(long, conflicts_with = "page")]
        config: Option<PathBuf>,
        /// The address of the touch page.
        #[arg(long)]
        page: Option<String>,
        /// The reader that the card is held to.
        #[arg(long)]
        reader: Option<String>,
        /// Print everything at this printer (its name) when the station lets one choose.
        #[arg(long)]
        printer: Option<String>,
    },
    /// Get this station its certificate, by the code that `print-server admin station add` shows.
    ///
    /// The code is read from standard input. It holds for ten minutes and serves once.
    Enrol(enrol::Order),
    /// Look at configuration, certificate, clock, network, print server, reader and page, and say what is wrong and what
    /// to do about it.
    ///
    /// A station that runs may go on running. Exit status: 0 nothing is wrong; 1 something is.
    Doctor {
        /// The configuration (TOML).
        #[arg(long, default_value = "/etc/release-station/station.toml")]
        config: PathBuf,
    },
    /// Read the configuration and its certificates, and say what is wrong.
    CheckConfig {
        /// The configuration (TOML).
        #[arg(long)]
        config: PathBuf,
    },
}

/// Obeys the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Run { config } => run::run(&config),
        Command::Tap { card, config, page, reader, printer } => page_address(config, page)
            .and_then(|page| tap::tap(&tap::Tap { page, card, reader, printer })),
        Command::Enrol(order) => enrol::run(&order),
        Command::Doctor { config } => doctor::run(&config),
        Command::CheckConfig { config } => check_config(&config),
    };
    result.unwrap_or_else(|sentence| {
        eprintln!("release-station: {sentence}");
        ExitCode::FAILURE
    })
}

fn check_config(path: &Path) -> Result<ExitCode, String> {
    let setup = Setup::load(path).map_err(|error| error.to_string())?;
    let mut server = String::new();
    for (place, station) in setup.stations() {
        let named = |error: &dyn std::fmt::Display| match place {
            Some(place) => format!("place \"{place}\": {error}"),
            None => error.to_string(),
        };
        let target = Target::new(station).map_err(|error| named(&error))?;
        target.server().clone_into(&mut server);
        if let Some(warning) = station.key_warning() {
            eprintln!("release-station: {warning}");
        }
    }
    println!("{} is good: server {server}, page http://{}/", path.display(), setup.page());
    Ok(ExitCode::SUCCESS)
}

/// Where the touch page of the running station is.
fn page_address(config: Option<PathBuf>, page: Option<String>) -> Result<SocketAddr, String> {
    if let Some(path) = config {
        return Ok(Config::load(&path).map_err(|error| error.to_string())?.page);
    }
    let page = page.unwrap_or_else(|| PAGE_DEFAULT.to_owned());
    let address = page.trim_start_matches("http://").trim_end_matches('/');
    let address = address.replace("localhost:", "127.0.0.1:");
    let address: Option<SocketAddr> = address.parse().ok();
    address
        .filter(|address| address.ip().is_loopback())
        .ok_or_else(|| format!("{page} is not a touch page; they look like http://{PAGE_DEFAULT}"))
}
