//! `print-server admin …`: what lives in the database, set up from the command line.
//!
//! Each noun has a file of its own with its commands. A change and its audit row are written one after
//! the other; the actor is the account of the operating system that typed the command.

mod cards;
mod delegates;
mod departments;
mod export;
mod holidays;
mod links;
mod machines;
mod office;
mod people;
mod pins;
mod prices;
mod printers;
mod queue_offers;
mod queues;
mod release_rules;
mod roles;
mod sign_in;
mod station_guard;
mod stations;
mod table;

use std::process::ExitCode;

use clap::Subcommand;

use super::CommandError;
use crate::config::Config;

pub use office::Office;
pub use people::hash_password;

/// The nouns.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Queues: what clients print to.
    #[command(subcommand)]
    Queue(queues::Command),
    /// Printers: the machines with paper.
    #[command(subcommand)]
    Printer(printers::Command),
    /// Stations: where badges are read.
    #[command(subcommand)]
    Station(stations::Command),
    /// People: copied from the directory.
    #[command(subcommand)]
    Person(people::Command),
    /// Departments: who pays.
    #[command(subcommand)]
    Department(departments::Command),
    /// Cards: what people hold to a reader.
    #[command(subcommand)]
    Card(cards::Command),
    /// PINs: what people type beside their card where a queue demands it.
    #[command(subcommand)]
    Pin(pins::Command),
    /// Delegates: who may fetch whose prints.
    #[command(subcommand)]
    Delegate(delegates::Command),
    /// Links: printer addresses that say who prints.
    #[command(subcommand)]
    Link(links::Command),
    /// Machines that several people print from: a computer on a ward, an instrument.
    #[command(subcommand)]
    Machine(machines::Command),
    /// Price lists: what a print costs from a day on.
    #[command(subcommand)]
    Price(prices::Command),
    /// Roles: who may see the administration and finance pages.
    #[command(subcommand)]
    Role(roles::Command),
    /// Holidays: days on which held jobs do not grow older, besides Saturdays and Sundays.
    #[command(subcommand)]
    Holiday(holidays::Command),
    /// Write a month's costs by department as CSV to standard output.
    ///
    /// UTF-8 with a byte order mark, semicolons, decimal comma, CRLF: what the finance page gives.
    Export {
        /// The month, as 2026-11.
        month: String,
    },
    /// Show the newest rows of the audit trail, the newest first.
    Audit {
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

/// Obeys one command.
///
/// # Errors
/// A sentence: what was wrong, and that nothing was changed unless it says so.
pub async fn admin(config: Config, command: Command) -> Result<ExitCode, CommandError> {
    let office = Office::open(config).await?;
    let done = match command {
        Command::Queue(command) => queues::run(&office, command).await,
        Command::Printer(command) => printers::run(&office, command).await,
        Command::Station(command) => stations::run(&office, command).await,
        Command::Person(command) => people::run(&office, command).await,
        Command::Department(command) => departments::run(&office, command).await,
        Command::Card(command) => cards::run(&office, command).await,
        Command::Pin(command) => pins::run(&office, command).await,
        Command::Delegate(command) => delegates::run(&office, command).await,
        Command::Link(command) => links::run(&office, command).await,
        Command::Machine(command) => machines::run(&office, command).await,
        Command::Price(command) => prices::run(&office, command).await,
        Command::Role(command) => roles::run(&office, command).await,
        Command::Holiday(command) => holidays::run(&office, command).await,
        Command::Export { month } => export::month(&office, &month).await,
        Command::Audit { limit } => export::audit(&office, limit).await,
    };
    office.close().await;
    done.map(|()| ExitCode::SUCCESS)
}
