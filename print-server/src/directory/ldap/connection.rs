//! One connection to one directory server: opened, secured, signed in, asked.
//!
//! Every operation has a time-out of its own: the library's holds for the next operation only, and a
//! server that hangs accepts connections nevertheless.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::controls::RawControl;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, SearchOptions, StdStream,
};
use rustix::net::sockopt;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tracing::debug;

use super::active::SHOW_DELETED;
use super::search::{Entry, Found, Question};
use crate::config::LdapSecurity;

/// Entries in one page (RFC 2696); servers refuse more than 500 to 1,000 at once.
const PAGE: i32 = 500;
/// More entries than this no answer has.
pub const ENTRIES_MAX: usize = 500_000;
/// A connection without traffic is looked at after this time, and then each so often, so that a
/// firewall on the way neither forgets it nor hides that it is dead.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Result codes (RFC 4511 appendix A.1).
pub const SUCCESS: u32 = 0;
/// There would be more entries than were asked for.
const SIZE_LIMIT_EXCEEDED: u32 = 4;

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No answer in time. The connection is not to be used again.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The connection is broken or could not be made.
    #[error("{0}")]
    Broken(String),
    /// An answer came, and it was no.
    #[error("result code {code} {text}")]
    Refused { code: u32, text: String },
    /// Every server failed a moment ago.
    #[error("no server can be reached")]
    NoServer,
}

impl Failure {
    /// Whether the connection must be thrown away.
    #[must_use]
    pub fn spoils_connection(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }
}

/// A server, as `host:port` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The name that its certificate must carry.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

impl Server {
    /// Reads `host:port`.
    ///
    /// # Errors
    /// A sentence that names the text. An IPv6 address is refused: the library cannot compare it with
    /// a certificate.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text
            .rsplit_once(':')
            .filter(|(host, _)| !host.is_empty() && !host.contains([':', '/', '[', '@', ' ']));
        let parsed = parts.and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = parsed
            .ok_or_else(|| format!("\"{text}\": write host:port, as ldap.example.org:636"))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

/// A connection. Dropping it closes it.
#[derive(Debug)]
pub struct Connection {
    handle: Ldap,
    driver: JoinHandle<()>,
    /// The server's place in the configuration.
    pub server: usize,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    /// Opens a connection; it is secured before anything is said on it.
    ///
    /// # Errors
    /// [`Failure`], also when the server's certificate is not what it should be.
    pub async fn open(
        (place, server): (usize, &Server),
        security: LdapSecurity,
        tls: &Arc<ClientConfig>,
        limit: Duration,
    ) -> Result<Self, Failure> {
        let opened = within(limit, async {
            // The library's own socket waits up to 40 ms for the peer's acknowledgement at each step.
            let stream = TcpStream::connect((server.host.as_str(), server.port)).await?;
            stream.set_nodelay(true)?;
            sockopt::set_socket_keepalive(&stream, true).map_err(std::io::Error::from)?;
            sockopt::set_tcp_keepidle(&stream, KEEP_ALIVE).map_err(std::io::Error::from)?;
            sockopt::set_tcp_keepintvl(&stream, KEEP_ALIVE).map_err(std::io::Error::from)?;
            let (scheme, start_tls) = match security {
                LdapSecurity::Ldaps => ("ldaps", false),
                LdapSecurity::StartTls => ("ldap", true),
            };
            let settings = LdapConnSettings::new()
                .set_config(Arc::clone(tls))
                .set_starttls(start_tls)
                .set_std_stream(StdStream::Tcp(stream.into_std()?));
            let address = format!("{scheme}://{}:{}", server.host, server.port);
            LdapConnAsync::with_settings(settings, &address).await
        });
        let (connection, handle) = opened.await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                debug!(%error, "A connection to the directory broke");
            }
        });
        Ok(Self { handle, driver, server: place })
    }

    /// Signs in; the connection then speaks for this account. Gives the result code and what the server says
    /// of it.
    ///
    /// # Errors
    /// [`Failure`] when there was no answer.
    pub async fn bind(
        &self,
        dn: &str,
        password: &str,
        limit: Duration,
    ) -> Result<(u32, String), Failure> {
        let mut handle = self.handle.clone();
        let result = within(limit, handle.simple_bind(dn, password)).await?;
        Ok((result.rc, result.text))
    }

    /// The library's handle, for what only some servers know.
    pub(super) fn handle(&self) -> Ldap {
        self.handle.clone()
    }

    /// Asks. All replies together may take `limit`.
    ///
    /// # Errors
    /// [`Failure::Refused`] for every result code but success; an answer that is cut short is none.
    pub async fn search(&self, question: &Question, limit: Duration) -> Result<Found, Failure> {
        let (found, result) = match question.enough {
            Some(enough) => within(limit, self.few(question, enough)).await?,
            None => within(limit, self.pages(question)).await?,
        };
        let enough = question.enough.is_some() && result.rc == SIZE_LIMIT_EXCEEDED;
        if result.rc != SUCCESS && !enough {
            return Err(Failure::Refused { code: result.rc, text: result.text });
        }
        Ok(found)
    }

    async fn few(
        &self,
        question: &Question,
        enough: i32,
    ) -> Result<(Found, LdapResult), LdapError> {
        let mut handle = self.handle.clone();
        handle.with_search_options(SearchOptions::new().sizelimit(enough));
        let Question { base, scope, filter, attributes, .. } = question;
        let answer = handle.search(base, *scope, filter, attributes.clone()).await?;
        let entries = answer.0.into_iter().map(|entry| Entry::read(entry.0).ok_or_else(unreadable));
        let entries = entries.collect::<Result<_, _>>()?;
        Ok((Found { entries, referrals: answer.1.refs.len() }, answer.1))
    }

    async fn pages(&self, question: &Question) -> Result<(Found, LdapResult), LdapError> {
        let mut handle = self.handle.clone();
        if question.shows_deleted {
            let ctype = SHOW_DELETED.to_owned();
            handle.with_controls(RawControl { ctype, crit: true, val: None });
        }
        let adapters: Vec<Box<dyn Adapter<'_, String, Vec<String>>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(PAGE))];
        let Question { base, scope, filter, attributes, .. } = question;
        let mut stream = handle
            .streaming_search_with(adapters, base, *scope, filter, attributes.clone())
            .await?;
        let mut found = Found::default();
        while let Some(entry) = stream.next().await? {
            if found.entries.len() == ENTRIES_MAX {
                let problem = format!("more than {ENTRIES_MAX} entries");
                return Err(std::io::Error::other(problem).into());
            }
            found.entries.push(Entry::read(entry.0).ok_or_else(unreadable)?);
        }
        let result = stream.finish().await;
        found.referrals = result.refs.len();
        Ok((found, result))
    }
}

pub(super) fn unreadable() -> LdapError {
    std::io::Error::other("an entry cannot be read").into()
}

/// Runs one operation within `limit`. The library panics at some answers that no server should give;
/// that must not take more with it than the connection.
pub(super) async fn within<T>(
    limit: Duration,
    operation: impl Future<Output = Result<T, LdapError>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, AssertUnwindSafe(operation).catch_unwind()).await {
        Err(_) | Ok(Ok(Err(LdapError::Timeout { .. }))) => Err(Failure::TimedOut(limit)),
        Ok(Err(_)) => Err(Failure::Broken("the server's answer cannot be read".into())),
        Ok(Ok(Err(LdapError::LdapResult { result }))) => {
            Err(Failure::Refused { code: result.rc, text: result.text })
        }
        Ok(Ok(Err(error))) => Err(Failure::Broken(error.to_string())),
        Ok(Ok(Ok(value))) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_host_with_a_port() {
        let server = Server { host: "ldap.example.org".into(), port: 636 };
        assert_eq!(Server::parse("ldap.example.org:636"), Ok(server));
        for text in
            ["ldap.example.org", ":636", "ldap:x", "[::1]:636", "ldaps://ldap:636", "a:70000"]
        {
            assert!(Server::parse(text).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_panic_of_the_library_is_an_error_of_the_connection() {
        let operation = async { if true { panic!("not an answer") } else { Ok(()) } };
        let failure = within(Duration::from_secs(5), operation).await.expect_err("a failure");
        assert!(matches!(failure, Failure::Broken(_)) && failure.spoils_connection());
    }
}
