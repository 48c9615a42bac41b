//! The mail server that takes notices. Without one, people read them on their own page.

use std::path::PathBuf;

use serde::Deserialize;

/// How the connection to the mail server is secured. There is no way without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314, port 465).
    Tls,
    /// TLS after STARTTLS (RFC 3207, port 587).
    StartTls,
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port; without it, 465 for `tls` and 587 for `start_tls`.
    #[serde(default)]
    pub port: Option<u16>,
    /// `tls` or `start_tls`.
    pub security: MailSecurity,
    /// The address that mail comes from.
    pub from: String,
    /// Certificates of the authorities to trust (PEM); without it, the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The account that sends, where the mail server wants one.
    #[serde(default)]
    pub login: Option<String>,
    /// A file that holds its password; readable by its owner only.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

impl Mail {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.ca.iter_mut().chain(self.password_file.iter_mut())
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if self.host.trim().is_empty() {
            return Err(("mail.host", "name the mail server".into()));
        }
        if self.from.parse::<lettre::Address>().is_err() {
            let problem = format!("\"{}\": write an address as print@example.org", self.from);
            return Err(("mail.from", problem));
        }
        if self.login.is_some() != self.password_file.is_some() {
            return Err(("mail", "login and password_file belong together".into()));
        }
        Ok(())
    }

    /// The port that counts.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            MailSecurity::Tls => 465,
            MailSecurity::StartTls => 587,
        })
    }
}
