//! The connections to one directory: kept while they work, thrown away when they do not, replaced from
//! the next server.
//!
//! Questions of all people share one connection, which speaks for the product's own account. Passwords
//! are tried on other connections: a bind changes for whom a connection speaks, so nothing is ever
//! searched there.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tokio::sync::Semaphore;
use tracing::{info, warn};

use super::active::barred;
use super::breaker::Breakers;
use super::connection::{Connection, Failure, SUCCESS, Server};
use super::search::{Found, Question};
use crate::certificates::trust::tls_settings;
use crate::config::{LdapDirectory, LdapSecurity};
use crate::directory::Barred;

/// "Name or password is wrong" (RFC 4511 appendix A.1).
const INVALID_CREDENTIALS: u32 = 49;
/// Connections for passwords that are kept when nobody signs in.
const SPARE_MAX: usize = 8;
/// Connections for passwords at a time: a storm of sign-ins must not become one of connections.
const BINDS_MAX: usize = 32;
/// A spare connection that was not used for so long may be dead without our knowing.
const SPARE_FOR: Duration = Duration::from_secs(60);
/// A longer password file is a mistake.
const PASSWORD_FILE_MAX: usize = 1024;

/// What a directory says of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It is right.
    Right,
    /// It is wrong, as far as a stranger may know.
    Wrong,
    /// It is right, and nevertheless lets nobody in.
    Barred(Barred),
}

/// All connections to one directory.
#[derive(Debug)]
pub struct Keeper {
    servers: Vec<Server>,
    breakers: Breakers,
    security: LdapSecurity,
    tls: Arc<ClientConfig>,
    account: String,
    password_file: PathBuf,
    limit: Duration,
    active_directory: bool,
    /// Held while a connection is opened, so that a hundred people open one and not a hundred.
    shared: tokio::sync::Mutex<Option<Arc<Connection>>>,
    spare: Mutex<Vec<(Connection, Instant)>>,
    binds: Semaphore,
}

impl Keeper {
    /// Connections as the configuration describes them; none is opened yet.
    ///
    /// # Errors
    /// A sentence that names what is wrong in the configuration.
    pub fn new(config: &LdapDirectory) -> Result<Self, String> {
        let servers = config.servers.iter().map(|text| Server::parse(text));
        let servers = servers.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            breakers: Breakers::new(servers.len()),
            servers,
            security: config.security,
            tls: tls_settings(config.ca.as_deref())?,
            account: config.bind_dn.clone(),
            password_file: config.password_file.clone(),
            limit: Duration::from_secs(config.timeout_seconds.max(1)),
            active_directory: config.active_directory,
            shared: tokio::sync::Mutex::default(),
            spare: Mutex::default(),
            binds: Semaphore::new(BINDS_MAX),
        })
    }

    /// Asks on the shared connection; when it is broken, on a new one.
    ///
    /// # Errors
    /// [`Failure`] of the last server that was tried.
    pub async fn search(&self, question: &Question) -> Result<Found, Failure> {
        let mut failure = Failure::NoServer;
        for _ in 0..=self.servers.len() {
            let connection = match self.shared().await {
                Ok(connection) => connection,
                // What happened to the connection says more than that there is no other.
                Err(Failure::NoServer) => return Err(failure),
                Err(other) => return Err(other),
            };
            match connection.search(question, self.limit).await {
                Err(broken) if broken.spoils_connection() => {
                    self.note(&connection, &broken);
                    self.throw_away(&connection).await;
                    failure = broken;
                }
                answer => return answer,
            }
        }
        Err(failure)
    }

    /// Looks whether servers that failed are back, so that no person pays for the look.
    pub async fn look_at_failed(&self) {
        for place in self.breakers.failed_ones() {
            let Ok(password) = self.password().await else { return };
            let opened = tokio::time::timeout(self.limit, self.open_one(place, Some(&password)));
            if let Ok(Ok(_)) = opened.await {
                let Server { host, port } = &self.servers[place];
                info!("The directory server {host}:{port} answers again");
                self.breakers.is_back(place);
            } else {
                self.breakers.failed(place, Instant::now());
            }
        }
    }

    /// A connection of its own for a long reading, which speaks for the product's account.
    ///
    /// # Errors
    /// [`Failure`] of the last server that was tried.
    pub async fn own_connection(&self) -> Result<Connection, Failure> {
        let password = self.password().await?;
        self.open(Some(&password)).await
    }

    /// Notes what happened to a connection that [`Keeper::own_connection`] gave.
    pub fn note(&self, connection: &Connection, failure: &Failure) {
        // A closed connection may be an idle one that the server ended: the next try tells.
        if matches!(failure, Failure::TimedOut(_)) {
            self.breakers.failed(connection.server, Instant::now());
        }
    }

    /// Whether this is the password of the entry.
    ///
    /// # Errors
    /// [`Failure`] when no server said yes or no.
    pub async fn is_password(&self, dn: &str, password: &str) -> Result<Judged, Failure> {
        // A bind without a password succeeds on many servers and proves nothing (RFC 4513 section
        // 5.1.2); one without a name is anonymous.
        if password.is_empty() || dn.is_empty() {
            return Ok(Judged::Wrong);
        }
        let waited = tokio::time::timeout(self.limit, self.binds.acquire()).await;
        let _permit = waited.map_err(|_| Failure::TimedOut(self.limit))?;
        if let Some(spare) = self.take_spare() {
            match self.judge(spare, dn, password).await {
                Err(broken) if broken.spoils_connection() => self.spares().clear(),
                answer => return answer,
            }
        }
        let fresh = self.open(None).await?;
        self.judge(fresh, dn, password).await
    }

    /// Does what [`Keeper::is_password`] does, for nobody: the product's own account signs in. A name that
    /// is unknown then takes the directory as long as one that is known.
    ///
    /// # Errors
    /// [`Failure`] when no server said yes or no.
    pub async fn is_nobodys_password(&self) -> Result<(), Failure> {
        let password = self.password().await?;
        self.is_password(&self.account, &password).await.map(drop)
    }

    async fn judge(
        &self,
        connection: Connection,
        dn: &str,
        password: &str,
    ) -> Result<Judged, Failure> {
        match connection.bind(dn, password, self.limit).await {
            Ok((code @ (SUCCESS | INVALID_CREDENTIALS), text)) => {
                self.keep_spare(connection);
                let barred = self.active_directory.then(|| barred(&text)).flatten();
                Ok(match barred {
                    _ if code == SUCCESS => Judged::Right,
                    Some(why) => Judged::Barred(why),
                    None => Judged::Wrong,
                })
            }
            Ok((code, _)) => Err(Failure::Refused { code, text: "to a password".into() }),
            Err(failure) => {
                self.note(&connection, &failure);
                Err(failure)
            }
        }
    }

    async fn shared(&self) -> Result<Arc<Connection>, Failure> {
        let mut shared = self.shared.lock().await;
        if let Some(connection) = &*shared {
            return Ok(Arc::clone(connection));
        }
        let connection = Arc::new(self.own_connection().await?);
        *shared = Some(Arc::clone(&connection));
        Ok(connection)
    }

    async fn throw_away(&self, connection: &Arc<Connection>) {
        let mut shared = self.shared.lock().await;
        if shared.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, connection)) {
            *shared = None;
        }
    }

    /// Opens a connection to the best server that answers; with a password it is signed in.
    async fn open(&self, password: Option<&str>) -> Result<Connection, Failure> {
        let mut failure = Failure::NoServer;
        for place in self.breakers.to_try(Instant::now()) {
            let opening = self.open_one(place, password);
            let opened = tokio::time::timeout(self.limit, opening).await;
            match opened.unwrap_or(Err(Failure::TimedOut(self.limit))) {
                Ok(connection) => {
                    self.breakers.answered(place);
                    return Ok(connection);
                }
                Err(error) => {
                    let Server { host, port } = &self.servers[place];
                    warn!(%error, "The directory server {host}:{port} cannot be used");
                    self.breakers.failed(place, Instant::now());
                    failure = error;
                }
            }
        }
        Err(failure)
    }

    async fn open_one(&self, place: usize, password: Option<&str>) -> Result<Connection, Failure> {
        let server = (place, &self.servers[place]);
        let connection = Connection::open(server, self.security, &self.tls, self.limit).await?;
        if let Some(password) = password {
            let (code, _) = connection.bind(&self.account, password, self.limit).await?;
            if code != SUCCESS {
                let text = "to our own account: look at bind_dn and password_file".into();
                return Err(Failure::Refused { code, text });
            }
        }
        Ok(connection)
    }

    /// The product's own password, read each time: it can be changed without a restart.
    async fn password(&self) -> Result<String, Failure> {
        let problem = |problem: &dyn std::fmt::Display| {
            Failure::Broken(format!("{}: {problem}", self.password_file.display()))
        };
        let text = tokio::fs::read_to_string(&self.password_file).await;
        let text = text.map_err(|error| problem(&error))?;
        let password = text.trim_end_matches(['\r', '\n']);
        if password.is_empty() || password.len() > PASSWORD_FILE_MAX {
            return Err(problem(&"there is no password in it"));
        }
        Ok(password.to_owned())
    }

    fn take_spare(&self) -> Option<Connection> {
        let mut spares = self.spares();
        spares.retain(|(_, since)| since.elapsed() < SPARE_FOR);
        spares.pop().map(|(connection, _)| connection)
    }

    fn keep_spare(&self, connection: Connection) {
        let mut spares = self.spares();
        if spares.len() < SPARE_MAX {
            spares.push((connection, Instant::now()));
        }
    }

    fn spares(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
