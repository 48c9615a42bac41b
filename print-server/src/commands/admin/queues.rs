//! Queues: what clients print to.

use clap::Subcommand;
use print_core::QueueId;
use serde_json::json;
use store::{Queue, QueueOffer, QueueRules, ReleaseMode};

use super::machines;
use super::office::{Office, YesNo, because, queue_name, shown_name, yes_no};
use super::queue_offers::{self, OfferOptions};
use super::release_rules::{self, RuleOptions};
use super::table;
use crate::commands::CommandError;
use crate::doors::Network;

/// What can be done with queues.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a queue. Jobs wait in it until their owner taps, unless it prints at once.
    Add {
        /// The last part of its address: ipp://HOST/ipp/print/NAME.
        name: String,
        /// What people read in their printer list; otherwise the name.
        #[arg(long)]
        info: Option<String>,
        /// A network (10.1.0.0/16) whose computers' word about who prints is taken. May be repeated.
        #[arg(long, value_name = "NETWORK")]
        claimed: Vec<String>,
        /// Let people sign in with name and password, over TLS.
        #[arg(long)]
        basic: bool,
        /// Let people sign in with the Kerberos ticket of their computer, over TLS ([kerberos] in the configuration).
        #[arg(long)]
        negotiate: bool,
        /// Let people sign in with an access token of the identity provider, over TLS.
        #[arg(long)]
        bearer: bool,
        /// Take no files from the page where people send them.
        #[arg(long)]
        no_uploads: bool,
        /// Let its jobs go only with their owner's PIN beside the card.
        #[arg(long, conflicts_with = "at_once")]
        pin_with_card: bool,
        /// How many hours of working days a job is held.
        #[arg(long, value_name = "N", default_value_t = 72, value_parser = clap::value_parser!(u32).range(1..=8784))]
        hold_hours: u32,
        /// Print each job as it comes on this printer, for labels and applications.
        #[arg(long, value_name = "PRINTER")]
        at_once: Option<String>,
        /// A person who may print on a queue that prints at once. May be repeated.
        #[arg(long, value_name = "LOGIN", requires = "at_once")]
        allow: Vec<String>,
        /// What it offers.
        #[command(flatten)]
        offer: OfferOptions,
        /// How its jobs are released.
        #[command(flatten)]
        rules: RuleOptions,
    },
    /// Change a queue; what is not named stays.
    Change {
        /// The queue.
        name: String,
        /// What people read in their printer list.
        #[arg(long)]
        info: Option<String>,
        /// The networks whose word is taken, in place of those before. May be repeated.
        #[arg(long, value_name = "NETWORK")]
        claimed: Vec<String>,
        /// Take no network's word any more.
        #[arg(long, conflicts_with = "claimed")]
        no_claimed: bool,
        /// Whether people may sign in with name and password.
        #[arg(long, value_enum)]
        basic: Option<YesNo>,
        /// Whether people may sign in with the Kerberos ticket of their computer.
        #[arg(long, value_enum)]
        negotiate: Option<YesNo>,
        /// Whether people may sign in with an access token of the identity provider.
        #[arg(long, value_enum)]
        bearer: Option<YesNo>,
        /// Whether people may send files to it from the page for that.
        #[arg(long, value_enum)]
        uploads: Option<YesNo>,
        /// Whether its jobs go only with their owner's PIN beside the card; also those that wait already.
        #[arg(long, value_enum)]
        pin_with_card: Option<YesNo>,
        /// How many hours of working days a job is held; for jobs to come.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8784))]
        hold_hours: Option<u32>,
        /// Whether it takes jobs.
        #[arg(long, value_enum)]
        enabled: Option<YesNo>,
        /// What it offers.
        #[command(flatten)]
        offer: OfferOptions,
        /// How its jobs are released.
        #[command(flatten)]
        rules: RuleOptions,
    },
    /// Show what a queue offers, and which of its printers can do it.
    Show {
        /// The queue.
        name: String,
    },
    /// Let a person or a machine print on a queue that prints at once.
    Allow {
        /// The queue.
        name: String,
        /// Whom.
        #[command(flatten)]
        who: Who,
    },
    /// Take that away again.
    Disallow {
        /// The queue.
        name: String,
        /// From whom.
        #[command(flatten)]
        who: Who,
    },
    /// Remove a queue that holds no jobs.
    Remove {
        /// The queue.
        name: String,
    },
    /// List the queues.
    List,
}

/// A person or a machine.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// The person.
    login: Option<String>,
    /// The machine, which prints by its links.
    #[arg(long, value_name = "NAME")]
    machine: Option<String>,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add {
            name,
            info,
            claimed,
            basic,
            negotiate,
            bearer,
            no_uploads,
            pin_with_card,
            hold_hours,
            at_once,
            allow,
            offer,
            rules,
        } => {
            let release = match at_once {
                Some(printer) => ReleaseMode::AtOnce(office.printer(&printer).await?.id),
                None => ReleaseMode::Tap,
            };
            let name = queue_name(&name)?;
            let info = info.as_deref().unwrap_or(&name);
            let queue = Queue {
                id: QueueId::new(),
                info: shown_name("--info", info)?,
                name,
                release,
                hold_hours,
                door_basic: basic,
                door_negotiate: negotiate,
                door_bearer: bearer,
                door_uploads: !no_uploads,
                claimed_networks: networks(&claimed)?,
                enabled: true,
                offer: offer.apply(QueueOffer::default())?,
            };
            let rules = rules.checked(office, &queue, QueueRules::default()).await?;
            let id = queue.id;
            add(office, queue, &rules, &allow).await?;
            if pin_with_card { demand_pin(office, id, true).await } else { Ok(()) }
        }
        Command::Change {
            name,
            info,
            claimed,
            no_claimed,
            basic,
            negotiate,
            bearer,
            uploads,
            pin_with_card,
            hold_hours,
            enabled,
            offer,
            rules,
        } => {
            let mut queue = find(office, &name).await?;
            if let Some(info) = info {
                queue.info = shown_name("--info", &info)?;
            }
            if no_claimed || !claimed.is_empty() {
                queue.claimed_networks = networks(&claimed)?;
            }
            queue.door_basic = basic.map_or(queue.door_basic, YesNo::is_yes);
            queue.door_negotiate = negotiate.map_or(queue.door_negotiate, YesNo::is_yes);
            queue.door_bearer = bearer.map_or(queue.door_bearer, YesNo::is_yes);
            queue.door_uploads = uploads.map_or(queue.door_uploads, YesNo::is_yes);
            queue.hold_hours = hold_hours.unwrap_or(queue.hold_hours);
            queue.enabled = enabled.map_or(queue.enabled, YesNo::is_yes);
            queue.offer = offer.apply(queue.offer)?;
            let demands = pin_with_card.map(YesNo::is_yes);
            if demands == Some(true) && queue.release != ReleaseMode::Tap {
                let text = "prints at once, where nobody types a PIN";
                return Err(format!("\"{}\" {text}", queue.name).into());
            }
            let before = office.store.queue_rules(queue.id).await?;
            let rules = rules.checked(office, &queue, before).await?;
            change(office, &queue, &rules).await?;
            release_rules::say(&rules, &before);
            match demands {
                Some(demands) => demand_pin(office, queue.id, demands).await,
                None => Ok(()),
            }
        }
        Command::Show { name } => {
            let queue = find(office, &name).await?;
            release_rules::show(office, &queue).await?;
            queue_offers::show(office, &queue).await
        }
        Command::Allow { name, who } => {
            let queue = find(office, &name).await?;
            match who {
                Who { machine: Some(machine), .. } => allow_machine(office, &queue, &machine).await,
                Who { login, .. } => allow(office, &queue, &login.unwrap_or_default()).await,
            }
        }
        Command::Disallow { name, who } => disallow(office, &name, who).await,
        Command::Remove { name } => remove(office, &name).await,
        Command::List => list(office).await,
    }
}

async fn demand_pin(office: &Office, queue: QueueId, demands: bool) -> Result<(), CommandError> {
    let is_new = office.store.demand_pin(queue, demands, office.actor()).await?;
    match (demands, is_new) {
        (true, _) => {
            println!("Its jobs go only with their owner's PIN, set on My prints, beside the card")
        }
        (false, true) => {
            println!("Its jobs go by the card alone; those that wait already still need the PIN")
        }
        (false, false) => println!("Its jobs go by the card alone, as before"),
    }
    Ok(())
}

async fn find(office: &Office, name: &str) -> Result<Queue, CommandError> {
    let found = office.store.queue_by_name(name).await?;
    found.ok_or_else(|| format!("there is no queue \"{name}\"").into())
}

fn networks(texts: &[String]) -> Result<Vec<String>, CommandError> {
    let read = |text: &String| Ok(Network::parse(text)?.to_string());
    texts.iter().map(read).collect()
}

/// A door that nobody can open is not promised to clients.
fn can_negotiate(office: &Office, queue: &Queue) -> Result<(), CommandError> {
    if queue.door_negotiate && office.config.kerberos.is_none() {
        let text = "Kerberos tickets are not taken yet: put [kerberos] into the configuration, restart \
                    the server, and say --negotiate then";
        return Err(text.into());
    }
    Ok(())
}

async fn add(
    office: &Office,
    queue: Queue,
    rules: &QueueRules,
    logins: &[String],
) -> Result<(), CommandError> {
    can_negotiate(office, &queue)?;
    // Everybody is looked up before the queue is made: half a queue helps nobody.
    for login in logins {
        office.person(login).await?;
    }
    let taken = format!("there is already a queue \"{}\"", queue.name);
    let added = office.store.put_queue_with_rules(&queue, rules, office.actor()).await;
    added.map_err(|error| because(error, &taken))?;
    office.audit("queue-add", format!("queue:{}", queue.name), detail(&queue)).await?;
    println!("Added the queue \"{}\": its address is ipp://HOST/ipp/print/{0}", queue.name);
    release_rules::say(rules, &QueueRules::default());
    for login in logins {
        allow(office, &queue, login).await?;
    }
    warn_of_tokens(office, &queue);
    let signs_in = queue.door_basic || queue.door_negotiate || queue.door_bearer;
    if !signs_in && queue.claimed_networks.is_empty() {
        println!(
            "Only by links can people print to it so far: admin link add LOGIN --device NAME. \
             Or change it with --basic yes, --negotiate yes or --claimed NETWORK."
        );
    }
    if matches!(queue.release, ReleaseMode::AtOnce(_)) && logins.is_empty() {
        println!("Nobody may print to it yet: admin queue allow {} LOGIN", queue.name);
    }
    Ok(())
}

async fn change(office: &Office, queue: &Queue, rules: &QueueRules) -> Result<(), CommandError> {
    can_negotiate(office, queue)?;
    office.store.put_queue_with_rules(queue, rules, office.actor()).await?;
    office.audit("queue-change", format!("queue:{}", queue.name), detail(queue)).await?;
    println!("Changed the queue \"{}\"", queue.name);
    warn_of_tokens(office, queue);
    Ok(())
}

/// A door that nobody can come through, because the server does not know whose tokens to believe.
fn warn_of_tokens(office: &Office, queue: &Queue) {
    let known = office.config.oidc.as_ref().is_some_and(|oidc| oidc.bearer.is_some());
    if queue.door_bearer && !known {
        println!(
            "No access token is taken before the configuration names an audience: [oidc.bearer]"
        );
    }
}

/// Only queues that print at once have a list.
fn has_list(queue: &Queue) -> Result<(), CommandError> {
    if queue.release == ReleaseMode::Tap {
        let text = "prints at a tap, where everybody may print: only queues that print at once \
                    have a list of people";
        return Err(format!("\"{}\" {text}", queue.name).into());
    }
    Ok(())
}

async fn allow(office: &Office, queue: &Queue, login: &str) -> Result<(), CommandError> {
    has_list(queue)?;
    let person = office.person(login).await?;
    office.store.allow_on_queue(queue.id, person.id).await?;
    let detail = json!({ "person": person.id.to_string() });
    office.audit("queue-allow", format!("queue:{}", queue.name), detail).await?;
    println!("{} may print to \"{}\"", person.login, queue.name);
    if person.department.is_none() {
        println!("So far nothing is taken from {}: no department pays for it", person.login);
    }
    Ok(())
}

async fn allow_machine(office: &Office, queue: &Queue, name: &str) -> Result<(), CommandError> {
    has_list(queue)?;
    let machine = machines::find(office, name).await?;
    office.store.allow_machine_on_queue(queue.id, machine.id).await?;
    let detail = json!({ "machine": machine.id.to_string() });
    office.audit("queue-allow", format!("queue:{}", queue.name), detail).await?;
    println!("The machine \"{}\" may print to \"{}\"", machine.name, queue.name);
    Ok(())
}

async fn disallow(office: &Office, name: &str, who: Who) -> Result<(), CommandError> {
    let queue = find(office, name).await?;
    let (whom, detail) = match who {
        Who { machine: Some(machine), .. } => {
            let machine = machines::find(office, &machine).await?;
            office.store.disallow_machine_on_queue(queue.id, machine.id).await?;
            (machine.name, json!({ "machine": machine.id.to_string() }))
        }
        Who { login, .. } => {
            let person = office.person(&login.unwrap_or_default()).await?;
            office.store.disallow_on_queue(queue.id, person.id).await?;
            (person.login.to_string(), json!({ "person": person.id.to_string() }))
        }
    };
    office.audit("queue-disallow", format!("queue:{}", queue.name), detail).await?;
    println!("{whom} may not print to \"{}\" any more", queue.name);
    Ok(())
}

async fn remove(office: &Office, name: &str) -> Result<(), CommandError> {
    let queue = find(office, name).await?;
    let in_use = format!("\"{}\" holds jobs or its jobs are in the books: disable it", queue.name);
    office.store.remove_queue(queue.id).await.map_err(|error| because(error, &in_use))?;
    office.audit("queue-remove", format!("queue:{}", queue.name), json!(null)).await?;
    println!("Removed the queue \"{}\"", queue.name);
    Ok(())
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let printers = office.store.printers().await?;
    let with_pin = office.store.queues_with_pin().await?;
    let mut rows = Vec::new();
    for queue in office.store.queues().await? {
        let release = match queue.release {
            ReleaseMode::Tap if with_pin.demands(queue.id) => "at a tap, with PIN".to_owned(),
            ReleaseMode::Tap => "at a tap".to_owned(),
            ReleaseMode::AtOnce(id) => {
                let printer = printers.iter().find(|printer| printer.id == id);
                let people = office.store.allowed_on_queue(queue.id).await?.len();
                let machines = office.store.machines_on_queue(queue.id).await?.len();
                let name = printer.map_or("?", |printer| printer.name.as_str());
                format!("at once: {name} ({people} people, {machines} machines)")
            }
        };
        let hold = format!("{} h", queue.hold_hours);
        let claimed = queue.claimed_networks.join(" ");
        let doors = [queue.door_basic, queue.door_negotiate, queue.door_bearer, queue.door_uploads];
        let [basic, negotiate, bearer, uploads] = doors.map(|flag| yes_no(flag).to_owned());
        let enabled = yes_no(queue.enabled).to_owned();
        let Queue { name, info, .. } = queue;
        let row = [name, info, release, hold, claimed, basic, negotiate, bearer, uploads, enabled];
        rows.push(row);
    }
    let head = [
        "name",
        "info",
        "prints",
        "held",
        "claimed",
        "basic",
        "negotiate",
        "bearer",
        "uploads",
        "enabled",
    ];
    Ok(table::print(head, &rows)?)
}

fn detail(queue: &Queue) -> serde_json::Value {
    json!({
        "info": queue.info,
        "at_once": match queue.release {
            ReleaseMode::Tap => None,
            ReleaseMode::AtOnce(printer) => Some(printer.to_string()),
        },
        "hold_hours": queue.hold_hours,
        "basic": queue.door_basic,
        "negotiate": queue.door_negotiate,
        "bearer": queue.door_bearer,
        "uploads": queue.door_uploads,
        "claimed": queue.claimed_networks,
        "enabled": queue.enabled,
        "offers": queue.offer.abilities.as_str(),
        "sides": queue.offer.sides.as_str(),
        "color_mode": queue.offer.color_mode.as_str(),
        "location": queue.offer.location,
        "geo_location": queue.offer.geo_location,
    })
}
