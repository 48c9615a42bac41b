//! Where people come from: a directory server, or a file for a small house and the demo.

use std::path::PathBuf;

use serde::Deserialize;

use super::sizes::within;

/// The source of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Directory {
    /// A TOML file of people.
    File(FileDirectory),
    /// A directory server (LDAP, RFC 4511).
    Ldap(Box<LdapDirectory>),
}

/// People in a file, with hashes of their passwords.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDirectory {
    /// The file; readable by its owner only.
    pub path: PathBuf,
    /// Of the known people, and of their cards, the share in percent that one change of the file may take
    /// away at most. What would take more is not followed; when it is right, raise this for one look.
    #[serde(default = "default_file_brake_percent")]
    pub brake_percent: u8,
}

/// How the connection to a directory server is secured. There is no way without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LdapSecurity {
    /// TLS from the first byte (port 636).
    Ldaps,
    /// TLS after StartTLS (RFC 4511 section 4.14).
    StartTls,
}

/// A directory server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapDirectory {
    /// Hosts with ports, tried in order, as `ldap1.example.org:636`.
    pub servers: Vec<String>,
    /// `ldaps` or `start_tls`.
    pub security: LdapSecurity,
    /// Certificates of the authorities to trust (PEM); without it, the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The account that reads the directory.
    pub bind_dn: String,
    /// A file that holds its password; readable by its owner only.
    pub password_file: PathBuf,
    /// Where people are.
    pub base: String,
    /// Where groups are; without it, where people are.
    #[serde(default)]
    pub group_base: Option<String>,
    /// Which entries are people.
    #[serde(default = "default_person_filter")]
    pub person_filter: String,
    /// The attribute that never changes: `entryUUID` or `objectGUID`.
    #[serde(default = "default_key")]
    pub key_attribute: String,
    /// The attribute people sign in with.
    #[serde(default = "default_login")]
    pub login_attribute: String,
    /// The attribute with a person's name.
    #[serde(default = "default_name")]
    pub name_attribute: String,
    /// The attribute with a mail address.
    #[serde(default = "default_mail")]
    pub mail_attribute: String,
    /// The attribute with a department's code.
    #[serde(default = "default_department")]
    pub department_attribute: String,
    /// The attribute with card numbers in hexadecimal digits, if the directory has them.
    #[serde(default)]
    pub card_attribute: Option<String>,
    /// The attribute with the groups of a person, as DNs.
    #[serde(default = "default_groups")]
    pub group_attribute: String,
    /// A filter for people who may not use the service any more.
    #[serde(default)]
    pub disabled_filter: Option<String>,
    /// Minutes between two looks at the whole directory.
    #[serde(default = "default_sync_minutes")]
    pub sync_minutes: u32,
    /// Of the known people, the share in percent that one look may disable at most. What would disable
    /// more is not followed; when it is right, raise this for one look.
    #[serde(default = "default_brake_percent")]
    pub brake_percent: u8,
    /// Seconds that one question may take.
    #[serde(default = "default_timeout_seconds")]
    pub timeout_seconds: u64,
}

fn default_person_filter() -> String {
    "(objectClass=person)".into()
}

fn default_key() -> String {
    "entryUUID".into()
}

fn default_login() -> String {
    "uid".into()
}

fn default_name() -> String {
    "cn".into()
}

fn default_mail() -> String {
    "mail".into()
}

fn default_department() -> String {
    "departmentNumber".into()
}

fn default_groups() -> String {
    "memberOf".into()
}

const fn default_sync_minutes() -> u32 {
    5
}

const fn default_brake_percent() -> u8 {
    5
}

/// A file is for a small house, in which few people are a large share.
const fn default_file_brake_percent() -> u8 {
    25
}

const fn default_timeout_seconds() -> u64 {
    1
}

impl Directory {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let (first, second) = match self {
            Self::File(file) => (Some(&mut file.path), None),
            Self::Ldap(ldap) => (Some(&mut ldap.password_file), ldap.ca.as_mut()),
        };
        first.into_iter().chain(second)
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let ldap = match self {
            Self::File(file) => {
                let percent = u64::from(file.brake_percent);
                return within(&[("directory.brake_percent", percent, 0, 100)]);
            }
            Self::Ldap(ldap) => ldap,
        };
        if ldap.servers.is_empty() {
            return Err(("directory.servers", "name at least one server".into()));
        }
        within(&[
            ("directory.sync_minutes", u64::from(ldap.sync_minutes), 1, 1_440),
            ("directory.brake_percent", u64::from(ldap.brake_percent), 0, 100),
            ("directory.timeout_seconds", ldap.timeout_seconds, 1, 60),
        ])?;
        let filters = [Some(&ldap.person_filter), ldap.disabled_filter.as_ref()];
        for filter in filters.into_iter().flatten() {
            if !(filter.starts_with('(') && filter.ends_with(')')) {
                let problem = format!("\"{filter}\": a filter stands in round brackets (RFC 4515)");
                return Err(("directory", problem));
            }
        }
        Ok(())
    }
}
