//! Commands that want more than an account on this machine: somebody with the role signs in for them.

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::net::{IpAddr, Ipv4Addr};

use print_core::Login;
use store::Role;

use super::office::Office;
use crate::commands::CommandError;
use crate::directory::{Directory, SignInError};
use crate::serve::state;

/// A longer password is a mistake: somebody sent a file.
const PASSWORD_BYTES_MAX: u64 = 1_024;

/// Reads the password of this person from standard input and asks the directory. Gives who it was, as the audit
/// trail writes it.
///
/// # Errors
/// A sentence, when the password is wrong or the person is no administrator.
pub async fn sign_in_again(office: &Office, login: &str) -> Result<String, CommandError> {
    let login = Login::parse(login)?;
    let password = password(&login)?;
    let keys = state::open_keys(&office.config)?;
    let store = office.store.clone();
    let directory = Directory::new(&office.config.directories, store, keys, office.clock())?;
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let person = match directory.sign_in(&login, &password, here).await {
        Ok(person) => person,
        Err(error) => {
            let why = matches!(error, SignInError::Wrong).then(|| json_of(&login));
            if let Some(detail) = why {
                refuse(office, detail).await?;
            }
            return Err(format!("{login}: {error}").into());
        }
    };
    if !office.store.roles_of(person).await?.contains(&Role::Admin) {
        refuse(office, json_of(&login)).await?;
        return Err(format!("{login} is no administrator (admin role grant admin)").into());
    }
    Ok(format!("person:{person}"))
}

fn json_of(login: &Login) -> serde_json::Value {
    serde_json::json!({ "login": login.to_string() })
}

/// Somebody who may not has tried.
async fn refuse(office: &Office, detail: serde_json::Value) -> Result<(), CommandError> {
    let event = store::AuditEvent {
        at: office.clock().now(),
        actor: office.actor().to_owned(),
        event: "command-sign-in".to_owned(),
        object: "printers".to_owned(),
        outcome: "refused".to_owned(),
        detail,
    };
    Ok(office.store.append_audit(&event).await?)
}

fn password(login: &Login) -> Result<String, CommandError> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("The password of {login} (it is shown while you type; or send it by a pipe):");
    }
    let mut text = String::new();
    stdin.lock().take(PASSWORD_BYTES_MAX + 1).read_line(&mut text)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() || text.len() as u64 > PASSWORD_BYTES_MAX {
        return Err("write the administrator's password, one line, to standard input".into());
    }
    Ok(password.to_owned())
}
