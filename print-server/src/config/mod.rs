//! What the process needs to start, read from one TOML file; all else lives in the database.
//!
//! Relative paths in the file are relative to the file's own folder. Secrets are never in the file: it
//! names files that hold them.

mod directory;
mod directory_names;
mod discovery;
mod kerberos;
mod listeners;
mod mail;
mod networks;
mod oidc;
mod printers;
mod sizes;

use std::path::{Path, PathBuf};

use print_core::TimeZone;
use serde::Deserialize;

pub use directory::{Directory, FileDirectory, LdapDirectory, LdapSecurity, LongOutage};
pub use directory_names::DirectoryNames;
pub use discovery::Discovery;
pub use kerberos::Kerberos;
pub use listeners::{Certificate, Listeners};
pub use mail::{Mail, MailSecurity};
pub use networks::{OwnLimits, own};
pub use oidc::Oidc;
pub use printers::Printers;
pub use sizes::Limits;
use sizes::within;

/// The whole configuration of one print server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// This server's name among its equals; it stands in leases, never changes and is unique.
    #[serde(default = "default_node")]
    pub node: String,
    /// The IANA zone of the installation, as `Europe/Stockholm`.
    pub time_zone: String,
    /// The language of texts for which nobody's own language is known: `sv` or `en`.
    #[serde(default = "default_language")]
    pub language: String,
    /// Whose printing this is, as the pages say it.
    #[serde(default)]
    pub organisation: String,
    /// Whom people ask for help: a phone number or a mail address, shown on error pages.
    #[serde(default)]
    pub contact: String,
    /// Where rows are kept.
    pub database: Database,
    /// Where documents are kept.
    pub spool: Spool,
    /// Where keys are kept.
    pub keys: Keys,
    /// The doors to the network.
    pub listeners: Listeners,
    /// Where people come from: one `[directory]`, or several `[[directory]]`.
    #[serde(rename = "directory", deserialize_with = "directory_names::one_or_several")]
    pub directories: Vec<Directory>,
    /// How Kerberos tickets are taken, if they are.
    #[serde(default)]
    pub kerberos: Option<Kerberos>,
    /// Who sends notices by mail, if anybody.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// Where people may sign in elsewhere, if anywhere.
    #[serde(default)]
    pub oidc: Option<Oidc>,
    /// Where printers may be, and by what those that speak TLS are known.
    #[serde(default)]
    pub printers: Printers,
    /// How documents are looked into.
    #[serde(default)]
    pub documents: Documents,
    /// How clients find the queues.
    #[serde(default)]
    pub discovery: Discovery,
    /// What one client may take.
    #[serde(default)]
    pub limits: Limits,
    /// Networks with limits of their own.
    #[serde(default)]
    pub networks: Vec<OwnLimits>,
}

/// Looking into documents: pages, colour, paper.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// Documents that are looked into at the same time. 0: none is, and prints that their printer does not
    /// count are to be checked by hand. Left out: half as many as there are processors.
    pub at_once: Option<usize>,
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`. A password belongs into `url_file`.
    #[serde(default)]
    pub url: Option<String>,
    /// A file that holds the address, with its password; readable by its owner only.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
}

/// The spool of documents.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spool {
    /// The folder; it belongs to this installation alone.
    pub directory: PathBuf,
    /// New documents are refused while less than this is free, in MiB.
    #[serde(default = "default_reserve_mib")]
    pub reserve_mib: u64,
    /// The largest document, in MiB.
    #[serde(default = "default_document_mib")]
    pub document_max_mib: u64,
}

/// The keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The installation's key: a file of 32 bytes, readable by its owner only.
    pub installation_key: PathBuf,
    /// The folder of the keys of each day; kept out of every backup.
    pub directory: PathBuf,
}

fn default_node() -> String {
    "main".into()
}

fn default_language() -> String {
    "sv".into()
}

const fn default_reserve_mib() -> u64 {
    512
}

const fn default_document_mib() -> u64 {
    2048
}

/// Why a configuration cannot be used. Each says which file or which entry, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// The file is not what it should be; the text names line and column.
    #[error("{path}: {message}")]
    Syntax { path: PathBuf, message: String },
    /// One entry has no useful value.
    #[error("{path}: {entry}: {problem}")]
    Value { path: PathBuf, entry: &'static str, problem: String },
}

impl Config {
    /// Reads and checks the file; paths in it become absolute.
    ///
    /// # Errors
    /// [`ConfigError`], naming the file, the entry and what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        // The file was read, so it has a name, and its absolute form a folder.
        let whole = std::path::absolute(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let directories = std::mem::take(&mut config.directories);
        config.directories = directories.into_iter().map(Directory::settled).collect();
        config.resolve(whole.parent().unwrap_or(Path::new("/")));
        config.check().map_err(|(entry, problem)| ConfigError::Value {
            path: path.to_owned(),
            entry,
            problem,
        })?;
        Ok(config)
    }

    fn resolve(&mut self, folder: &Path) {
        let absolute = |path: &mut PathBuf| *path = folder.join(&*path);
        absolute(&mut self.spool.directory);
        absolute(&mut self.keys.installation_key);
        absolute(&mut self.keys.directory);
        self.database.url_file.iter_mut().for_each(absolute);
        if let Some(file) = self.database.url.as_ref().and_then(|url| url.strip_prefix("sqlite:")) {
            self.database.url = Some(format!("sqlite:{}", folder.join(file).display()));
        }
        self.listeners.paths().for_each(absolute);
        self.directories.iter_mut().flat_map(Directory::paths).for_each(absolute);
        self.printers.paths().for_each(absolute);
        self.kerberos.iter_mut().flat_map(Kerberos::paths).for_each(absolute);
        self.oidc.iter_mut().flat_map(Oidc::paths).for_each(absolute);
        self.mail.iter_mut().flat_map(Mail::paths).for_each(absolute);
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        let name_ok = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.node.is_empty() || self.node.len() > 32 || !self.node.chars().all(name_ok) {
            let problem = "use 1 to 32 letters, digits and hyphens";
            return Err(("node", problem.into()));
        }
        TimeZone::named(&self.time_zone).map_err(|error| ("time_zone", error.to_string()))?;
        if !matches!(self.language.as_str(), "sv" | "en") {
            return Err(("language", format!("\"{}\": use \"sv\" or \"en\"", self.language)));
        }
        match (&self.database.url, &self.database.url_file) {
            (Some(_), None) | (None, Some(_)) => {}
            _ => return Err(("database", "give either url or url_file".into())),
        }
        if self.database.url.as_deref().is_some_and(holds_password) {
            let problem = "a password belongs into the file that url_file names, not in here";
            return Err(("database.url", problem.into()));
        }
        within(&[
            ("spool.document_max_mib", self.spool.document_max_mib, 1, 1 << 20),
            ("spool.reserve_mib", self.spool.reserve_mib, 0, 1 << 30),
        ])?;
        self.limits.check()?;
        self.networks.iter().try_for_each(OwnLimits::check)?;
        self.discovery.check()?;
        self.listeners.check()?;
        self.printers.check()?;
        self.kerberos.as_ref().map_or(Ok(()), Kerberos::check)?;
        self.mail.as_ref().map_or(Ok(()), Mail::check)?;
        self.oidc.as_ref().map_or(Ok(()), Oidc::check)?;
        directory::check(&self.directories)?;
        self.check_oidc_directory()
    }

    fn check_oidc_directory(&self) -> Result<(), (&'static str, String)> {
        let Some(wanted) = self.oidc.as_ref().and_then(|oidc| oidc.directory.as_ref()) else {
            return Ok(());
        };
        let known = self.directories.iter().any(|directory| directory.names().name == *wanted);
        if known { Ok(()) } else { Err(("oidc.directory", format!("there is no \"{wanted}\""))) }
    }

    /// The installation's time zone.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::named(&self.time_zone).expect("the name was checked when the file was read")
    }
}

/// Whether an address of a database holds a password: between the account's name and the at sign, or
/// among the options.
fn holds_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let account = rest.rsplit_once('@').map_or("", |(account, _)| account);
    account.contains(':') || rest.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        time_zone = "Europe/Stockholm"
        [database]
        url = "sqlite:state/followme.db"
        [spool]
        directory = "state/spool"
        [keys]
        installation_key = "state/installation.key"
        directory = "state/keys"
        [listeners.print]
        address = "127.0.0.1:8631"
        [listeners.web]
        address = "127.0.0.1:8443"
        [listeners.station]
        address = "127.0.0.1:8632"
        authority = "state/authority"
        [listeners.manage]
        address = "127.0.0.1:8633"
        [directory]
        kind = "file"
        path = "people.toml"
    "#;

    fn load(text: &str) -> Result<Config, String> {
        let folder = std::env::temp_dir().join(format!("config-{}", print_core::JobId::new()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let path = folder.join("print-server.toml");
        std::fs::write(&path, text).expect("a file for the test");
        let loaded = Config::load(&path).map_err(|error| error.to_string());
        std::fs::remove_dir_all(&folder).expect("the folder of the test goes");
        loaded
    }

    #[test]
    fn a_whole_file_is_read_and_its_paths_become_absolute() {
        let config = load(WHOLE).expect("a good file");
        assert!(config.spool.directory.is_absolute());
        let url = config.database.url.expect("an address");
        assert!(url.starts_with("sqlite:/") && url.ends_with("state/followme.db"), "{url}");
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (from, to, wanted) in [
            ("Europe/Stockholm", "Europe/Sthlm", "time_zone"),
            ("[spool]", "[spol]", "spol"),
            ("kind = \"file\"", "kind = \"fil\"", "fil"),
            ("127.0.0.1:8633", "0.0.0.0:8633", "listeners.manage.address"),
            ("127.0.0.1:8633", "127.0.0.1:8631", "another listener has it"),
            ("127.0.0.1:8631", "localhost:8631", "an address and a port"),
            ("url = \"sqlite:state/followme.db\"", "", "either url or url_file"),
            ("address = \"127.0.0.1:8631\"", "address = \"8631\"", "address"),
            ("address = \"127.0.0.1:8631\"", "address = \"[::]:8631\"", "listeners.print.host"),
            ("sqlite:state/followme.db", "postgres://a:secret@db.example/x", "url_file"),
            ("[spool]", "[limits]\nbody_seconds = 0\n[spool]", "limits.body_seconds"),
            ("[spool]", "[[networks]]\naddresses = [\"10.1.0.0/99\"]\n[spool]", "10.1.0.0/99"),
            ("[spool]", "[[networks]]\naddresses = []\n[spool]", "networks.addresses"),
            ("[spool]", "[discovery]\nhost = \"print\"\n[spool]", "discovery.host"),
            ("[spool]", "[spool]\ndocument_max_mib = 0", "spool.document_max_mib"),
            (
                "[spool]",
                "[mail]\nhost = \"m\"\nsecurity = \"none\"\nfrom = \"a@b.se\"\n[spool]",
                "start_tls",
            ),
            (
                "[spool]",
                "[mail]\nhost = \"m\"\nsecurity = \"tls\"\nfrom = \"print\"\n[spool]",
                "mail.from",
            ),
            (
                "[spool]",
                "[kerberos]\nkeytab = \"k\"\nreplay_cache = \"r\"\nrealms = [\"A.B\"]\n\
                 services = [\"print.example.org\"]\n[spool]",
                "kerberos.services",
            ),
            (
                "[spool]",
                "[kerberos]\nkeytab = \"k\"\nreplay_cache = \"r\"\nrealms = [\"anna@A.B\"]\n\
                 services = [\"HTTP/print.example.org\"]\n[spool]",
                "kerberos.realms",
            ),
            ("[spool]", "[oidc]\nissuer = \"http://a\"\nclient_id = \"p\"\n[spool]", "oidc.issuer"),
            (
                "[spool]",
                "[oidc]\nissuer = \"https://a\"\nclient_id = \"p\"\npages = \"https://b/c\"\n[spool]",
                "oidc.pages",
            ),
            (
                "[spool]",
                "[oidc]\nissuer = \"https://a\"\nclient_id = \"p\"\n[oidc.bearer]\naudience = \"p\"\n[spool]",
                "an ID token opens no queue",
            ),
            (
                "path = \"people.toml\"",
                "path = \"people.toml\"\nsuffix = \"@students.example.org\"",
                "directory.suffix",
            ),
            (
                "[directory]",
                "[[directory]]\nkind = \"file\"\npath = \"b\"\nname = \"b\"\nsuffix = \"b\"\n[[directory]]",
                "needs a suffix or a prefix",
            ),
            (
                "[directory]",
                "[[directory]]\nkind = \"file\"\npath = \"b\"\nsuffix = \"b\"\n[[directory]]\nsuffix = \"c\"",
                "name: \"file\" stands twice",
            ),
            ("[spool]", "[printers]\ncertificates = [\"mfp=00\"]\n[spool]", "mfp=00"),
            ("[spool]", "[printers]\nports = [\"9-8\"]\n[spool]", "9-8"),
            ("[spool]", "[printers]\nnetworks = [\"campus\"]\n[spool]", "campus"),
        ] {
            let error = load(&WHOLE.replace(from, to)).expect_err(to);
            assert!(error.contains(wanted) && error.contains("print-server.toml"), "{error}");
        }
    }
}
