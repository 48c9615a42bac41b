//! `print-server profile …`: files that add a queue to a device.

use std::io::Write as _;
use std::process::ExitCode;

use admin_ui::ProfileKind;
use clap::{Args, ValueEnum};

use super::CommandError;
use super::admin::Office;
use crate::config::Config;
use crate::profiles::{Destination, profile};
use crate::serve::names;

/// For which devices.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Platform {
    /// A configuration profile (.mobileconfig) for iPhone, iPad and Mac.
    Apple,
    /// A script for PowerShell and Intune.
    Windows,
    /// Printers for the policy PrintersBulkConfiguration, as JSON.
    #[value(name = "chromeos")]
    ChromeOs,
    /// A script with one line for CUPS.
    Linux,
}

/// What to make.
#[derive(Debug, Args)]
pub struct Order {
    /// For which devices.
    #[arg(value_enum)]
    platform: Platform,
    /// The queue.
    #[arg(long)]
    queue: String,
    /// A link of a person or a device: whoever has the file then prints as its owner.
    #[arg(long, value_name = "TOKEN")]
    link: Option<String>,
}

/// Writes the file to standard output.
///
/// # Errors
/// A sentence: what was wrong.
pub async fn make(config: Config, order: Order) -> Result<ExitCode, CommandError> {
    let host_names = names::host_names(&config);
    let organisation = config.organisation.clone();
    let office = Office::open(config).await?;
    let queues = office.store.queues().await;
    office.close().await;
    let wanted = print_core::names::fold(&order.queue);
    let queue = queues?.into_iter().find(|queue| print_core::names::fold(&queue.name) == wanted);
    let queue = queue.ok_or_else(|| format!("there is no queue \"{}\"", order.queue))?;
    let to = Destination::of(&queue, &host_names, &organisation, order.link.as_deref())?;
    let kind = match order.platform {
        Platform::Apple => ProfileKind::Apple,
        Platform::Windows => ProfileKind::Windows,
        Platform::ChromeOs => ProfileKind::ChromeOs,
        Platform::Linux => ProfileKind::Linux,
    };
    std::io::stdout().lock().write_all(&profile(kind, &to).content)?;
    Ok(ExitCode::SUCCESS)
}
