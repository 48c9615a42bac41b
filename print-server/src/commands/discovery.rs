//! `print-server discovery …`: how queues are found beyond the local network.

use std::process::ExitCode;

use clap::Subcommand;
use store::Queue;

use super::CommandError;
use super::admin::Office;
use crate::config::Config;
use crate::discovery::{announcement, zone};
use crate::ipp::offer::Abilities;
use crate::serve::names;

/// What can be asked about discovery.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the records for a name server to standard output, so that clients on every network of the
    /// campus find the queues (unicast DNS-SD).
    ///
    /// Include the file in the zone of the domain that your networks' clients search, and raise the
    /// zone's serial number. Make it anew when a queue is added, renamed or removed.
    Zone {
        /// The domain that clients search, as your DHCP server tells them.
        #[arg(long)]
        domain: String,
        /// The host that clients are sent to; without it, discovery.host or listeners.print.host.
        #[arg(long)]
        host: Option<String>,
        /// Only this queue; may be given several times.
        #[arg(long)]
        queue: Vec<String>,
    },
}

/// Obeys one command.
///
/// # Errors
/// A sentence: what was wrong.
pub async fn discovery(config: Config, command: Command) -> Result<ExitCode, CommandError> {
    let Command::Zone { domain, host, queue } = command;
    let domain = domain.trim_end_matches('.').to_owned();
    let print = &config.listeners.print;
    let host = host.or_else(|| config.discovery.host.clone()).or_else(|| print.host.clone());
    let host = host.unwrap_or_default().trim_end_matches('.').to_owned();
    for (what, name) in [("--domain", &domain), ("--host", &host)] {
        if !zone::is_domain(name) {
            return Err(format!("{what}: \"{name}\" is not a name with its domain").into());
        }
    }
    let place = names::announced_place(&config);
    let office = Office::open(config).await?;
    let queues = chosen(&office, &queue).await;
    let printers = office.store.printers().await;
    office.close().await;
    let (queues, printers) = (queues?, printers?);
    let can_draw = crate::delivery::can_draw();
    let able = queues.iter().map(|queue| Abilities::of_queue(queue, &printers, can_draw));
    let able: Vec<_> = able.collect();
    let announcements = announcement::all(queues.iter().zip(&able), &place);
    print!("{}", zone::zone(&announcements, &domain, &host));
    Ok(ExitCode::SUCCESS)
}

/// The queues of these names; all, when none is named.
async fn chosen(office: &Office, names: &[String]) -> Result<Vec<Queue>, CommandError> {
    let all = office.store.queues().await?;
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        let wanted = print_core::names::fold(name);
        let found = all.iter().find(|queue| print_core::names::fold(&queue.name) == wanted);
        found.cloned().ok_or_else(|| CommandError::from(format!("there is no queue \"{name}\"")))
    };
    names.iter().map(find).collect()
}
