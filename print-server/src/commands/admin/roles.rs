//! Roles: who may see the administration and finance pages. No role opens a document.

use clap::{Args, Subcommand, ValueEnum};
use print_core::{Keyword, Login};
use serde_json::json;
use store::{Grantee, Role, RoleGrant};

use super::office::Office;
use super::table;
use crate::commands::CommandError;

/// What can be done with roles.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Grant a role to a group of the directory, or to one person.
    Grant {
        /// The role.
        #[arg(value_enum)]
        role: RoleName,
        #[command(flatten)]
        whom: Whom,
    },
    /// Take a role away again.
    Revoke {
        /// The role.
        #[arg(value_enum)]
        role: RoleName,
        #[command(flatten)]
        whom: Whom,
    },
    /// List who has which role.
    List,
}

/// The roles.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// Sees everything but documents and titles.
    Admin,
    /// Reads the books and exports them.
    Finance,
    /// Sees what became of a person's taps and jobs.
    Helpdesk,
}

/// To whom.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// Every member of this group of the directory.
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// The person who signs in with this name.
    #[arg(long, value_name = "LOGIN")]
    login: Option<String>,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Admin => Self::Admin,
            RoleName::Finance => Self::Finance,
            RoleName::Helpdesk => Self::Helpdesk,
        }
    }
}

impl Whom {
    fn grantee(&self) -> Result<Grantee, CommandError> {
        match (&self.group, &self.login) {
            // A group's name has the limits of every name from outside.
            (Some(group), _) => Ok(Grantee::Group(Keyword::parse(group)?.as_str().to_owned())),
            (None, Some(login)) => Ok(Grantee::Login(Login::parse(login)?)),
            (None, None) => Err("name a --group or a --login".into()),
        }
    }
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Grant { role, whom } => {
            let grant = RoleGrant { role: role.into(), to: whom.grantee()? };
            office.store.grant_role(&grant).await?;
            tell(office, &grant, "role-grant", "has the role").await
        }
        Command::Revoke { role, whom } => {
            let grant = RoleGrant { role: role.into(), to: whom.grantee()? };
            office.store.revoke_role(&grant).await?;
            tell(office, &grant, "role-revoke", "no longer has the role").await
        }
        Command::List => {
            let row = |grant: RoleGrant| {
                let (kind, name) = words(&grant.to);
                [grant.role.as_str().to_owned(), kind.to_owned(), name]
            };
            let rows: Vec<_> = office.store.role_grants().await?.into_iter().map(row).collect();
            Ok(table::print(["role", "to", "name"], &rows)?)
        }
    }
}

async fn tell(
    office: &Office,
    grant: &RoleGrant,
    event: &str,
    done: &str,
) -> Result<(), CommandError> {
    let (kind, name) = words(&grant.to);
    let role = grant.role.as_str();
    let detail = json!({ "role": role });
    office.audit(event, format!("{kind}:{name}"), detail).await?;
    println!("The {kind} \"{name}\" {done} {role}");
    Ok(())
}

fn words(to: &Grantee) -> (&'static str, String) {
    match to {
        Grantee::Group(name) => ("group", name.clone()),
        Grantee::Login(login) => ("login", login.to_string()),
    }
}
