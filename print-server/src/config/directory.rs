//! Where people come from: directory servers, or a file for a small house and the demo.

use std::collections::HashSet;
use std::path::PathBuf;

use print_core::names::fold;
use serde::Deserialize;

use super::directory_names::DirectoryNames;
use super::sizes::within;

/// The source of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Directory {
    /// A TOML file of people.
    File(FileDirectory),
    /// A directory server (LDAP, RFC 4511).
    Ldap(Box<LdapDirectory>),
    /// Active Directory, with the names and rules that are its own.
    #[serde(rename = "active_directory")]
    Active(Box<LdapDirectory>),
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
    /// What it is called among several; its people stand under this name in the database, so it never changes.
    #[serde(default = "default_file_name")]
    pub name: String,
    /// What follows the @ in the names of its people, where others have the same: as `students.example.org`.
    #[serde(default)]
    pub suffix: Option<String>,
    /// What stands before the backslash in them: as `STUDENTS`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// The Kerberos realm whose people are in it.
    #[serde(default)]
    pub realm: Option<String>,
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

/// What a known card opens when its directory was away for three days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LongOutage {
    /// Nothing, until people can be copied again.
    #[default]
    Refused,
    /// Their own jobs, as before.
    Works,
}

/// A directory server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapDirectory {
    /// What it is called among several; its people stand under this name in the database, so it never changes.
    #[serde(default = "default_ldap_name")]
    pub name: String,
    /// What follows the @ in the names of its people, where others have the same: as `students.example.org`.
    #[serde(default)]
    pub suffix: Option<String>,
    /// What stands before the backslash in them: as `STUDENTS`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// The Kerberos realm whose people are in it.
    #[serde(default)]
    pub realm: Option<String>,
    /// The attribute by which one person in several directories is known, as `employeeNumber`. Whoever can write
    /// it in any of these directories can become somebody else: never name one that people change themselves.
    #[serde(default)]
    pub link_attribute: Option<String>,
    /// What a known card opens when the directory was away for three days.
    #[serde(default)]
    pub after_72_hours: LongOutage,
    /// Whether it is Active Directory.
    #[serde(skip)]
    pub active_directory: bool,
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
    #[serde(default)]
    pub person_filter: String,
    /// The attribute that never changes: `entryUUID` or `objectGUID`.
    #[serde(default)]
    pub key_attribute: String,
    /// The attribute people sign in with.
    #[serde(default)]
    pub login_attribute: String,
    /// The attribute with a person's name.
    #[serde(default = "default_name")]
    pub name_attribute: String,
    /// The attribute with a mail address.
    #[serde(default = "default_mail")]
    pub mail_attribute: String,
    /// The attribute with a department's code.
    #[serde(default)]
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

fn default_file_name() -> String {
    "file".into()
}

fn default_ldap_name() -> String {
    "ldap".into()
}

fn default_name() -> String {
    "cn".into()
}

fn default_mail() -> String {
    "mail".into()
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

/// A bit of `userAccountControl` that closes an account (MS-ADTS section 2.2.16), as a filter.
const AD_DISABLED: &str = "(userAccountControl:1.2.840.113556.1.4.803:=2)";

impl LdapDirectory {
    /// The same, with the usual names where the configuration says none: those of OpenLDAP, or of Active
    /// Directory.
    #[must_use]
    pub fn settled(mut self, active_directory: bool) -> Self {
        self.active_directory = active_directory;
        let usual = |active: &str, other: &str| {
            if active_directory { active.to_owned() } else { other.to_owned() }
        };
        for (entry, value) in [
            // 805306368 marks the accounts of people (MS-SAMR section 2.2.1.9), and is indexed.
            (&mut self.person_filter, usual("(sAMAccountType=805306368)", "(objectClass=person)")),
            (&mut self.key_attribute, usual("objectGUID", "entryUUID")),
            (&mut self.login_attribute, usual("sAMAccountName", "uid")),
            (&mut self.department_attribute, usual("department", "departmentNumber")),
        ] {
            if entry.is_empty() {
                *entry = value;
            }
        }
        if active_directory && self.disabled_filter.is_none() {
            self.disabled_filter = Some(AD_DISABLED.into());
        }
        self
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.servers.is_empty() {
            return Err(("directory.servers", "name at least one server".into()));
        }
        within(&[
            ("directory.sync_minutes", u64::from(self.sync_minutes), 1, 1_440),
            ("directory.brake_percent", u64::from(self.brake_percent), 0, 100),
            ("directory.timeout_seconds", self.timeout_seconds, 1, 60),
        ])?;
        let filters = [Some(&self.person_filter), self.disabled_filter.as_ref()];
        for filter in filters.into_iter().flatten() {
            if !(filter.starts_with('(') && filter.ends_with(')')) {
                let problem = format!("\"{filter}\": a filter stands in round brackets (RFC 4515)");
                return Err(("directory", problem));
            }
        }
        Ok(())
    }
}

impl Directory {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let (first, second) = match self {
            Self::File(file) => (Some(&mut file.path), None),
            Self::Ldap(ldap) | Self::Active(ldap) => {
                (Some(&mut ldap.password_file), ldap.ca.as_mut())
            }
        };
        first.into_iter().chain(second)
    }

    /// The same, with the usual names where the configuration says none.
    #[must_use]
    pub fn settled(self) -> Self {
        match self {
            Self::Ldap(ldap) => Self::Ldap(Box::new(ldap.settled(false))),
            Self::Active(ldap) => Self::Active(Box::new(ldap.settled(true))),
            file @ Self::File(_) => file,
        }
    }

    /// What its people are called by.
    #[must_use]
    pub fn names(&self) -> DirectoryNames {
        let (name, suffix, prefix, realm) = match self {
            Self::File(file) => (&file.name, &file.suffix, &file.prefix, &file.realm),
            Self::Ldap(ldap) | Self::Active(ldap) => {
                (&ldap.name, &ldap.suffix, &ldap.prefix, &ldap.realm)
            }
        };
        DirectoryNames {
            name: name.clone(),
            suffix: suffix.clone(),
            prefix: prefix.clone(),
            realm: realm.clone(),
        }
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        self.names().check()?;
        match self {
            Self::File(file) => {
                within(&[("directory.brake_percent", u64::from(file.brake_percent), 0, 100)])
            }
            Self::Ldap(ldap) | Self::Active(ldap) => ldap.check(),
        }
    }
}

/// Checks all of them, and that each can be told from the others.
pub(super) fn check(directories: &[Directory]) -> Result<(), (&'static str, String)> {
    if directories.is_empty() {
        return Err(("directory", "name where people come from".into()));
    }
    let mut taken = HashSet::new();
    for directory in directories {
        directory.check()?;
        let DirectoryNames { name, suffix, prefix, realm } = directory.names();
        if directories.len() > 1 && suffix.is_none() && prefix.is_none() {
            let problem =
                format!("\"{name}\": among several each needs a suffix or a prefix of its own");
            return Err(("directory", problem));
        }
        let own = [("name", Some(name)), ("suffix", suffix), ("prefix", prefix), ("realm", realm)];
        for (entry, value) in own {
            let Some(value) = value else { continue };
            if !taken.insert((entry, fold(&value))) {
                return Err(("directory", format!("{entry}: \"{value}\" stands twice")));
            }
        }
    }
    Ok(())
}
