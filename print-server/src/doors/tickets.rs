//! Kerberos tickets: what this installation takes, and who checks them. The checking itself is done by a
//! program of its own, see `kerberos-worker`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use kerberos_worker::keytab::{self, Entry, KEYTAB_BYTES_MAX, NotKeytab};
use kerberos_worker::{Settings, Ticket, Worker, WorkerError};

use crate::config;

/// Tokens that are checked at the same time; each takes a few milliseconds. The next ones wait.
const AT_ONCE: usize = 8;

/// The tickets of an installation.
#[derive(Debug)]
pub struct Tickets {
    worker: Worker,
    services: Vec<Vec<String>>,
    realms: Vec<String>,
}

/// Why tickets cannot be taken. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TicketsError {
    /// The program is not there.
    #[error(
        "kerberos: {0}: build it with --features kerberos-worker/gssapi, or take [kerberos] out"
    )]
    NoProgram(#[source] io::Error),
    /// The keytab cannot be read.
    #[error("kerberos.keytab: {0}: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    /// Whoever reads the keytab can be anybody towards our service.
    #[error("kerberos.keytab: others can read {0}: chmod 600")]
    TooOpen(PathBuf),
    /// Another kind of file.
    #[error("kerberos.keytab: {0}: {1}: take the one that kadmin's ktadd or ktpass wrote")]
    NotKeytab(PathBuf, #[source] NotKeytab),
    /// No key of a service.
    #[error("kerberos.keytab: {path} has no key for {service}; it has: {found}")]
    NoKey { path: PathBuf, service: String, found: String },
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The worker's word.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// A key of the keytab, but not of the service that takes print jobs.
    #[error("the ticket is for the service {0}")]
    Service(String),
    /// A realm whose people are not ours.
    #[error("the ticket is of the realm {0}")]
    Realm(String),
}

impl Tickets {
    /// Looks whether tickets can be taken.
    ///
    /// # Errors
    /// [`TicketsError`]: what is missing or wrong.
    pub fn open(settings: &config::Kerberos) -> Result<Self, TicketsError> {
        let worker = Worker::beside_this_program(
            &Settings {
                keytab: settings.keytab.clone(),
                replay_cache: settings.replay_cache.clone(),
                krb5_conf: settings.krb5_conf.clone(),
            },
            AT_ONCE,
        )
        .map_err(TicketsError::NoProgram)?;
        keys(settings)?;
        let services = settings.service_parts();
        Ok(Self { worker, services, realms: settings.realms.clone() })
    }

    /// Whether the system's library, too, is there and reads the keytab.
    ///
    /// # Errors
    /// What it says.
    pub async fn check(&self) -> Result<(), WorkerError> {
        self.worker.check().await
    }

    /// The login name that the token proves, its realm, and the answer that proves to the client who we are.
    ///
    /// # Errors
    /// [`NotTaken`]; its text is for the log.
    pub async fn login(&self, token: &[u8]) -> Result<(String, String, String), NotTaken> {
        let Ticket { client, service, reply } = self.worker.accept(token).await?;
        if !self.services.iter().any(|wanted| service.is_service(wanted)) {
            return Err(NotTaken::Service(service.to_string()));
        }
        match client.login() {
            Some(login) if self.realms.contains(&client.realm) => {
                Ok((login.to_owned(), client.realm.clone(), reply))
            }
            Some(_) => Err(NotTaken::Realm(client.realm)),
            None => Err(NotTaken::Realm(format!("{} (not a person)", client.realm))),
        }
    }
}

/// The services' keys in the keytab.
///
/// # Errors
/// [`TicketsError`] when one has none, or others could read them.
pub fn keys(settings: &config::Kerberos) -> Result<Vec<Entry>, TicketsError> {
    let path = &settings.keytab;
    let bytes = read(path)?;
    let entries =
        keytab::entries(&bytes).map_err(|error| TicketsError::NotKeytab(path.clone(), error))?;
    let services = settings.service_parts();
    let has = |wanted: &[String]| entries.iter().any(|entry| entry.principal.is_service(wanted));
    if let Some(without) = services.iter().find(|wanted| !has(wanted)) {
        let mut found: Vec<_> = entries.iter().map(|entry| entry.principal.to_string()).collect();
        found.dedup();
        let found = if found.is_empty() { "none".into() } else { found.join(", ") };
        return Err(TicketsError::NoKey { path: path.clone(), service: without.join("/"), found });
    }
    let is_ours = |entry: &Entry| services.iter().any(|one| entry.principal.is_service(one));
    let ours = entries.into_iter().filter(is_ours).collect();
    Ok(ours)
}

fn read(path: &Path) -> Result<Vec<u8>, TicketsError> {
    let unreadable = |error| TicketsError::Unreadable(path.to_owned(), error);
    if fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
        return Err(TicketsError::TooOpen(path.to_owned()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(KEYTAB_BYTES_MAX).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_its_program_the_door_is_not_opened_and_says_which_is_missing() {
        let settings = config::Kerberos {
            keytab: "keytab".into(),
            services: vec!["HTTP/print.example.org".into()],
            realms: vec!["EXAMPLE.ORG".into()],
            replay_cache: "replays".into(),
            krb5_conf: None,
        };
        // Beside a test stand other tests.
        let error = Tickets::open(&settings).expect_err("there is no program").to_string();
        assert!(error.contains("kerberos-worker is missing: build it"), "{error}");
    }
}
