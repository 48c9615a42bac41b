//! What a house is to be.

use std::path::PathBuf;

use super::{Person, Ports};

/// Which database the house keeps its rows in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file in the house's folder.
    Sqlite,
    /// An empty database of a PostgreSQL server, by its address.
    Postgres(String),
}

impl Database {
    /// Its name, as people say it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A plan of a house.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Everything that the house keeps is in here.
    pub folder: PathBuf,
    /// Where its parts listen.
    pub ports: Ports,
    /// Its database.
    pub database: Database,
    /// Who works there.
    pub people: Vec<Person>,
    /// Buttons on the touch page that act as cards: what they say, and the card's number.
    pub buttons: Vec<(String, String)>,
    /// How fast the printers are; 3000 is 20 ms a printed side.
    pub pages_per_minute: u32,
    /// Login and password of somebody who may confirm that printers have moved.
    pub administrator: Option<(String, String)>,
    /// More lines for the server's configuration, as whole TOML tables.
    pub more_configuration: String,
}

/// The queue that everybody prints to.
pub const QUEUE: &str = "followme";
/// The printers: name and place.
pub const PRINTERS: [(&str, &str); 2] =
    [("Entré", "Biomedicum, plan 1"), ("Biblioteket", "Biomedicum, plan 3")];
/// The station beside both.
pub const STATION: &str = "Biomedicum 1";

impl Plan {
    /// A house for a test in this folder, on free ports, with Anna (card [`ANNA_CARD`], in the finance
    /// group) and Bo (card [`BO_CARD`]), who have no passwords.
    #[must_use]
    pub fn for_test(folder: PathBuf, database: Database) -> Plan {
        let mut anna = Person::new("anna", "Anna Berg", "K8", ANNA_CARD);
        anna.groups = vec![super::people::FINANCE_GROUP];
        let bo = Person::new("bo", "Bo Ek", "K2", BO_CARD);
        Plan {
            folder,
            ports: Ports::free(),
            database,
            people: vec![anna, bo],
            buttons: Vec::new(),
            pages_per_minute: 60_000,
            administrator: None,
            more_configuration: String::new(),
        }
    }

    /// The server's configuration.
    #[must_use]
    pub fn configuration_path(&self) -> PathBuf {
        self.folder.join("print-server.toml")
    }

    /// The file of people.
    #[must_use]
    pub fn people_path(&self) -> PathBuf {
        self.folder.join("people.toml")
    }

    /// The station's configuration.
    #[must_use]
    pub fn station_path(&self) -> PathBuf {
        self.folder.join("station").join("running.toml")
    }

    /// The address of the database, as the store reads it.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.database {
            Database::Sqlite => format!("sqlite:{}", self.folder.join("followme.db").display()),
            Database::Postgres(url) => url.clone(),
        }
    }

    /// What the server is told.
    #[must_use]
    pub fn configuration(&self) -> String {
        let Ports { print, web, station, manage, .. } = self.ports;
        let database = match &self.database {
            Database::Sqlite => "url = \"sqlite:followme.db\"",
            Database::Postgres(_) => "url_file = \"database-url\"",
        };
        let more = &self.more_configuration;
        format!(
            "time_zone = \"Europe/Stockholm\"\n\
             organisation = \"Demouniversitetet\"\n\
             contact = \"helpdesk@example.org\"\n\n\
             [database]\n{database}\n\n\
             [spool]\ndirectory = \"spool\"\n\n\
             [keys]\ninstallation_key = \"installation.key\"\ndirectory = \"keys\"\n\n\
             [listeners.print]\naddress = \"127.0.0.1:{print}\"\n\n\
             [listeners.web]\naddress = \"127.0.0.1:{web}\"\n\n\
             [listeners.station]\naddress = \"127.0.0.1:{station}\"\nauthority = \"authority\"\n\n\
             [listeners.manage]\naddress = \"127.0.0.1:{manage}\"\n\n\
             [printers]\nnetworks = [\"127.0.0.0/8\", \"::1\"]\nports = [\"1024-65535\"]\n\n\
             [directory]\nkind = \"file\"\npath = \"people.toml\"\n{more}"
        )
    }
}

/// Anna's card.
pub const ANNA_CARD: &str = "04A1B2C3D4E580";
/// Bo's card.
pub const BO_CARD: &str = "0491827364A5B6";
/// Nobody's card.
pub const UNKNOWN_CARD: &str = "04FFEEDDCCBBAA";
