//! Machines that several people print from. A machine's jobs belong to its members: any of them fetches
//! one, once, and the machine's department pays.

use clap::Subcommand;
use print_core::{DepartmentId, GroupId};
use serde_json::json;
use store::Machine;

use super::office::{Office, because, shown_name};
use super::table;
use crate::commands::CommandError;
use crate::doors::Network;

/// What can be done with machines.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a machine. Then give it a link (`admin link add --machine NAME --device …`) and members.
    Add {
        /// What people call it; they see it at the station.
        name: String,
        /// A network (10.1.2.0/24) or address that it prints from. May be repeated.
        #[arg(long, value_name = "NETWORK", required = true)]
        network: Vec<String>,
        /// The code of the department that pays for what it prints.
        #[arg(long, value_name = "CODE")]
        department: String,
        /// A person who may fetch its jobs. May be repeated.
        #[arg(long, value_name = "LOGIN")]
        member: Vec<String>,
    },
    /// Change a machine; what is not named stays.
    Change {
        /// The machine.
        name: String,
        /// The networks that it prints from, in place of those before. May be repeated.
        #[arg(long, value_name = "NETWORK")]
        network: Vec<String>,
        /// The code of the department that pays; for jobs that are fetched from now on.
        #[arg(long, value_name = "CODE")]
        department: Option<String>,
    },
    /// Let a person fetch its jobs, also those that wait already.
    Join {
        /// The machine.
        name: String,
        /// The person.
        login: String,
    },
    /// Take that away again.
    Leave {
        /// The machine.
        name: String,
        /// The person.
        login: String,
    },
    /// Let it print no more. What waits can still be fetched.
    Revoke {
        /// The machine.
        name: String,
    },
    /// List the machines.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { name, network, department, member } => {
            let machine = Machine {
                id: GroupId::new(),
                name: shown_name("name", &name)?,
                networks: networks(&network)?,
                department: Some(department_id(office, &department).await?),
                revoked_at: None,
            };
            add(office, machine, &member).await
        }
        Command::Change { name, network, department } => {
            let mut machine = find(office, &name).await?;
            if !network.is_empty() {
                machine.networks = networks(&network)?;
            }
            if let Some(code) = department {
                machine.department = Some(department_id(office, &code).await?);
            }
            office.store.put_machine(&machine).await?;
            audit(office, "machine-change", &machine, detail(&machine)).await?;
            println!("Changed the machine \"{}\"", machine.name);
            Ok(())
        }
        Command::Join { name, login } => join(office, &find(office, &name).await?, &login).await,
        Command::Leave { name, login } => leave(office, &name, &login).await,
        Command::Revoke { name } => revoke(office, &name).await,
        Command::List => list(office).await,
    }
}

/// The machine of this name.
pub(super) async fn find(office: &Office, name: &str) -> Result<Machine, CommandError> {
    let found = office.store.machine_by_name(name).await?;
    found.ok_or_else(|| format!("there is no machine \"{name}\"").into())
}

fn networks(texts: &[String]) -> Result<Vec<String>, CommandError> {
    texts.iter().map(|text| Ok(Network::parse(text)?.to_string())).collect()
}

async fn department_id(office: &Office, code: &str) -> Result<DepartmentId, CommandError> {
    let departments = office.store.departments().await?;
    let found = departments.into_iter().find(|one| one.code.eq_ignore_ascii_case(code));
    let found = found.map(|department| department.id);
    found.ok_or_else(|| format!("there is no department with the code \"{code}\"").into())
}

async fn add(office: &Office, machine: Machine, logins: &[String]) -> Result<(), CommandError> {
    // Everybody is looked up before the machine is made: half a machine helps nobody.
    for login in logins {
        office.person(login).await?;
    }
    let taken = format!("there is already a machine \"{}\"", machine.name);
    office.store.put_machine(&machine).await.map_err(|error| because(error, &taken))?;
    audit(office, "machine-add", &machine, detail(&machine)).await?;
    println!("Registered the machine \"{}\"", machine.name);
    for login in logins {
        join(office, &machine, login).await?;
    }
    if logins.is_empty() {
        println!("Nobody can fetch its jobs yet: admin machine join {} LOGIN", machine.name);
    }
    println!("Its printer address: admin link add --machine \"{}\" --device PC", machine.name);
    Ok(())
}

async fn join(office: &Office, machine: &Machine, login: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    office.store.join_machine(machine.id, person.id).await?;
    let detail = json!({ "person": person.id.to_string() });
    audit(office, "machine-join", machine, detail).await?;
    println!("{} may fetch what \"{}\" prints", person.login, machine.name);
    Ok(())
}

async fn leave(office: &Office, name: &str, login: &str) -> Result<(), CommandError> {
    let (machine, person) = (find(office, name).await?, office.person(login).await?);
    if !office.store.leave_machine(machine.id, person.id).await? {
        return Err(format!("{} is no member of \"{}\"", person.login, machine.name).into());
    }
    let detail = json!({ "person": person.id.to_string() });
    audit(office, "machine-leave", &machine, detail).await?;
    println!("{} may not fetch what \"{}\" prints any more", person.login, machine.name);
    Ok(())
}

async fn revoke(office: &Office, name: &str) -> Result<(), CommandError> {
    let machine = find(office, name).await?;
    if !office.store.revoke_machine(machine.id).await? {
        return Err(format!("\"{}\" was revoked before", machine.name).into());
    }
    audit(office, "machine-revoke", &machine, json!(null)).await?;
    println!("\"{}\" prints no more; what waits can still be fetched", machine.name);
    Ok(())
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let zone = office.config.zone();
    let departments = office.store.departments().await?;
    let mut rows = Vec::new();
    for machine in office.store.machines().await? {
        let department = departments.iter().find(|one| Some(one.id) == machine.department);
        let mut members = Vec::new();
        for person in office.store.members_of_machine(machine.id).await? {
            members.push(office.store.person(person).await?.login.to_string());
        }
        members.sort();
        let state = machine.revoked_at.map(|at| format!("revoked {}", zone.minute(at)));
        rows.push([
            machine.name,
            machine.networks.join(" "),
            department.map(|department| department.code.clone()).unwrap_or_default(),
            members.join(" "),
            state.unwrap_or_else(|| "in use".into()),
        ]);
    }
    Ok(table::print(["name", "networks", "pays", "members", "state"], &rows)?)
}

fn detail(machine: &Machine) -> serde_json::Value {
    json!({
        "name": machine.name,
        "networks": machine.networks,
        "department": machine.department.map(|department| department.to_string()),
    })
}

async fn audit(
    office: &Office,
    event: &str,
    machine: &Machine,
    detail: serde_json::Value,
) -> Result<(), CommandError> {
    office.audit(event, format!("machine:{}", machine.id), detail).await
}
