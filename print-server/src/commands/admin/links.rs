//! Links: printer addresses that say who prints. An address is shown once, when it is made.

use clap::{Args, Subcommand};
use print_core::{DeviceName, LinkId, OwnerId};
use store::{AddedLink, LINKS_MAX, Link, NewLink, ReleaseMode};

use super::office::Office;
use super::table;
use crate::commands::CommandError;
use crate::doors::LinkSecret;
use crate::serve::state;

/// What can be done with links.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a link and show its addresses, this once: whoever has one prints for its owner.
    Add {
        #[command(flatten)]
        owner: Whose,
        /// The device that it is for, as people will recognise it: "Laptop", "iPad".
        #[arg(long, value_name = "NAME")]
        device: String,
    },
    /// List links, without their secrets.
    List {
        #[command(flatten)]
        owner: Whose,
    },
    /// Make links open nothing, from the next job on.
    Revoke {
        #[command(flatten)]
        owner: Whose,
        /// Only those of this device; otherwise all.
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
}

/// Whose links.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The person.
    login: Option<String>,
    /// The machine.
    #[arg(long, value_name = "NAME")]
    machine: Option<String>,
}

/// The owner, found, and what to call it.
struct Found {
    owner: OwnerId,
    name: String,
    is_disabled: bool,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { owner, device } => add(office, &find(office, &owner).await?, &device).await,
        Command::List { owner } => list(office, &find(office, &owner).await?).await,
        Command::Revoke { owner, device } => {
            revoke(office, &find(office, &owner).await?, device.as_deref()).await
        }
    }
}

async fn find(office: &Office, whose: &Whose) -> Result<Found, CommandError> {
    match whose {
        Whose { login: Some(login), .. } => {
            let person = office.person(login).await?;
            let (owner, name) = (OwnerId::Person(person.id), person.login.to_string());
            Ok(Found { owner, name, is_disabled: person.disabled })
        }
        Whose { machine, .. } => {
            let machine = super::machines::find(office, machine.as_deref().unwrap_or("")).await?;
            let is_disabled = machine.revoked_at.is_some();
            Ok(Found { owner: OwnerId::Group(machine.id), name: machine.name, is_disabled })
        }
    }
}

async fn add(office: &Office, found: &Found, device: &str) -> Result<(), CommandError> {
    if found.is_disabled {
        return Err(format!("{} may not print any more", found.name).into());
    }
    let device = DeviceName::parse(device.trim()).map_err(|error| format!("--device: {error}"))?;
    let keys = state::open_keys(&office.config)?;
    let secret = LinkSecret::random();
    let link = NewLink {
        id: LinkId::new(),
        owner: found.owner,
        device,
        lookup: secret.lookup(&keys),
        made_by: office.actor().to_owned(),
    };
    if office.store.add_link(&link).await? != AddedLink::Added {
        let full = format!("{} has {LINKS_MAX} links: revoke some that are not used", found.name);
        return Err(full.into());
    }
    println!("{} has a link for \"{}\". It is shown this once:", found.name, link.device);
    let authority = office.config.listeners.print.authority();
    for queue in office.store.queues().await? {
        if queue.enabled && queue.release == ReleaseMode::Tap {
            println!("ipps://{authority}/ipp/print/{}{}", queue.name, secret.path());
        }
    }
    println!("Whoever has it prints as {}. Add it by ipps only, never by ipp.", found.name);
    Ok(())
}

async fn list(office: &Office, found: &Found) -> Result<(), CommandError> {
    let zone = office.config.zone();
    let row = |link: Link| {
        let state = match (link.seen_in_clear_at, link.revoked_at) {
            (Some(at), _) => format!("sent without encryption, revoked {}", zone.minute(at)),
            (None, Some(at)) => format!("revoked {}", zone.minute(at)),
            (None, None) if found.is_disabled => "account closed".into(),
            (None, None) => "in use".into(),
        };
        let used = link.used_at.map_or_else(|| "never".into(), |at| zone.minute(at));
        [link.device, zone.minute(link.made_at), used, state]
    };
    let rows: Vec<_> = office.store.links_of(found.owner).await?.into_iter().map(row).collect();
    Ok(table::print(["device", "made", "last used", "state"], &rows)?)
}

async fn revoke(office: &Office, found: &Found, device: Option<&str>) -> Result<(), CommandError> {
    let mut links = office.store.links_of(found.owner).await?;
    links.retain(|link| link.revoked_at.is_none());
    links.retain(|link| device.is_none_or(|device| link.device.eq_ignore_ascii_case(device)));
    if links.is_empty() {
        return Err(format!("{} has no such link in use", found.name).into());
    }
    for link in links {
        office.store.revoke_link(link.id, link.owner, office.actor()).await?;
        println!("The link of {} for \"{}\" opens nothing any more", found.name, link.device);
    }
    Ok(())
}
