//! People: copied from the directory, never changed here.

use std::io::Read as _;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::office::{Office, yes_no};
use super::table;
use crate::commands::CommandError;
use crate::directory::{self, Directory};
use crate::serve::state;

/// A longer password is a mistake: somebody sent a file.
const PASSWORD_BYTES_MAX: u64 = 1_024;

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Copy people, departments, groups and cards from the directory now.
    Sync,
    /// List people by name.
    List {
        /// Only those whose login or name begins so.
        #[arg(default_value = "")]
        search: String,
        /// At most so many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    /// Show a person with department, groups, roles and cards.
    Show {
        /// The person.
        login: String,
    },
    /// Read a password from standard input and print the hash for a file of people.
    HashPassword,
}

impl Command {
    /// Whether it works without configuration and database.
    pub fn needs_no_house(&self) -> bool {
        matches!(self, Self::HashPassword)
    }
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Sync => sync(office).await,
        Command::List { search, limit } => list(office, &search, limit).await,
        Command::Show { login } => show(office, &login).await,
        Command::HashPassword => hash_password().map(drop),
    }
}

async fn sync(office: &Office) -> Result<(), CommandError> {
    let keys = state::open_keys(&office.config)?;
    let store = office.store.clone();
    let directory = Directory::new(&office.config.directories, store, keys, office.clock())?;
    let synced = directory.sync().await?;
    let detail = json!({ "people": synced.people, "disabled": synced.disabled });
    office.audit("person-sync", "directory", detail).await?;
    println!("People copied: {}; gone and now disabled: {}", synced.people, synced.disabled);
    if synced.cards_refused > 0 {
        println!("{} cards could not be taken; the log names their people", synced.cards_refused);
    }
    Ok(())
}

async fn list(office: &Office, search: &str, limit: u32) -> Result<(), CommandError> {
    let departments = office.store.departments().await?;
    let mut rows = Vec::new();
    for person in office.store.people(search, None, limit).await? {
        let department = departments.iter().find(|one| Some(one.id) == person.department);
        let code = department.map_or(String::new(), |department| department.code.clone());
        let state = if person.disabled { "disabled" } else { "" };
        let login = person.login.to_string();
        rows.push([login, person.name, code, person.language.as_str().into(), state.into()]);
    }
    Ok(table::print(["login", "name", "department", "language", "state"], &rows)?)
}

async fn show(office: &Office, login: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let department = match person.department {
        Some(id) => {
            let department = office.store.department(id).await?;
            format!("{} {}", department.code, department.name_sv)
        }
        None => "none".into(),
    };
    let roles = office.store.roles_of(person.id).await?;
    let roles: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    println!("login       {}", person.login);
    println!("name        {}", person.name);
    println!("mail        {}", person.mail.as_deref().unwrap_or("none"));
    println!("language    {}", person.language.as_str());
    println!("department  {department}");
    println!("groups      {}", office.store.groups_of(person.id).await?.join(", "));
    println!("roles       {}", roles.join(", "));
    println!("disabled    {}", yes_no(person.disabled));
    for account in office.store.accounts_of(person.id).await? {
        let closed = if account.disabled { " (closed)" } else { "" };
        println!("account     {} in {}{closed}", account.login, account.directory);
    }
    println!("last seen   {}", office.config.zone().minute(person.seen_at));
    println!("cards       {}", office.store.cards_of(person.id).await?.len());
    Ok(())
}

/// Reads one line from standard input and prints what a file of people keeps of it.
///
/// # Errors
/// When there is no password, or one that is far too long.
pub fn hash_password() -> Result<ExitCode, CommandError> {
    let mut text = String::new();
    std::io::stdin().take(PASSWORD_BYTES_MAX + 1).read_to_string(&mut text)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() || text.len() as u64 > PASSWORD_BYTES_MAX {
        return Err("write the password, one line, to standard input".into());
    }
    let hash = directory::hash_password(password).map_err(|error| error.to_string())?;
    println!("{hash}");
    Ok(ExitCode::SUCCESS)
}
