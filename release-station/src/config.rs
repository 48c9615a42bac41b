//! The station's configuration: one TOML file; secrets stay in files of their own.
//!
//! - `readers`: what it says about one reader.
//! - `places`: many places with a reader and nothing else.

mod places;
pub mod readers;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use station_protocol::Language;

use self::places::PlacesFile;
pub use self::places::{Place, Places};
use self::readers::{Keyboard, Network, PcscTable, ReaderPlan, ReaderTables};
use crate::readers::simulated;
use crate::signals::Signal;

/// The file is at most this long; nobody writes a longer one on purpose.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Where the touch page listens when the file does not say.
pub const PAGE_DEFAULT: &str = "127.0.0.1:8634";

/// What a file describes.
#[derive(Debug, Clone)]
pub enum Setup {
    /// One station with a touch page.
    Screen(Box<Config>),
    /// Places with a reader and nothing else.
    Places(Places),
}

/// What the file of a station with a touch page says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The print server's station listener, `host:port`.
    pub server: String,
    /// The name in the server's certificate, when it differs from the host.
    #[serde(default)]
    pub server_name: Option<String>,
    /// The certificate authority that signed the server's certificate (PEM).
    pub ca: PathBuf,
    /// This station's certificate (PEM).
    pub certificate: PathBuf,
    /// The key of that certificate (PEM).
    pub key: PathBuf,
    /// Where the touch page listens: loopback only.
    #[serde(default = "page_default")]
    pub page: SocketAddr,
    /// Which kind of reader.
    pub reader: ReaderKind,
    /// The language that is shown while nobody is signed in.
    #[serde(default)]
    pub language: Language,
    /// Buttons on the waiting screen that act as cards; with a simulated reader only.
    #[serde(default)]
    pub simulated_card: Vec<SimulatedCard>,
    /// With `reader = "keyboard"`: which device.
    pub keyboard: Option<Keyboard>,
    /// With `reader = "network"`: where, and how it speaks.
    pub network: Option<Network>,
    /// With `reader = "pcsc"`: which of the machine's readers.
    pub pcsc: Option<PcscTable>,
    /// What makes the reader's lamp and buzzer say how the station is.
    #[serde(default)]
    pub signals: BTreeMap<Signal, String>,
}

/// Which kind of reader the station has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderKind {
    /// None: cards come from the touch page and from `release-station tap`.
    Simulated,
    /// All PC/SC readers of this machine, or one of them.
    Pcsc,
    /// A reader that types like a keyboard.
    Keyboard,
    /// A reader that speaks TCP.
    Network,
    /// None: people type a code at the touch page that they made on `My prints`.
    None,
}

/// A card for trying the product without cards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatedCard {
    /// What the button says.
    pub label: String,
    /// The card's number in hex.
    pub uid: String,
}

/// Why a configuration cannot be used; each is a sentence for the person who wrote it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the TOML that is expected.
    #[error("{path}: {source}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// The file is far too long.
    #[error("{0} is longer than 256 KiB")]
    TooLong(PathBuf),
    /// The touch page would be reachable from other machines.
    #[error("page = \"{0}\" is not a loopback address; the touch page is for this machine only")]
    NotLoopback(SocketAddr),
    /// What is said about the reader does not go together.
    #[error("{0}")]
    Reader(String),
    /// One process serves no more.
    #[error("there are {0} places; one process serves at most 50: start another one for the rest")]
    TooManyPlaces(usize),
    /// A place cannot be.
    #[error("place \"{name}\": {reason}")]
    Place {
        /// The place.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is of the other kind.
    #[error("this file describes places without a screen; what was asked for needs one")]
    NoScreen,
    /// The program was built without PC/SC.
    #[error(
        "reader = \"pcsc\", but this program was built without readers: build it with \
             cargo build --package release-station --features pcsc, or set reader = \"simulated\""
    )]
    #[cfg_attr(feature = "pcsc", expect(dead_code, reason = "only a build without PC/SC says it"))]
    WithoutPcsc,
    /// A simulated card is no card, or there is no simulated reader.
    #[error("simulated_card \"{label}\": {reason}")]
    SimulatedCard {
        /// The button's text.
        label: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Setup {
    /// Reads a file; relative paths in it are taken from the file's own folder.
    ///
    /// # Errors
    /// The file cannot be read, is not valid TOML, or asks for something that cannot be.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        if fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES_MAX {
            return Err(ConfigError::TooLong(path.to_owned()));
        }
        Self::parse(&fs::read_to_string(path).map_err(unreadable)?, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid = |source| ConfigError::Invalid { path: path.to_owned(), source };
        let table: toml::Table = toml::from_str(text).map_err(invalid)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        if table.contains_key("place") {
            let file: PlacesFile = toml::from_str(text).map_err(invalid)?;
            return file.check(folder).map(Self::Places);
        }
        let mut config: Config = toml::from_str(text).map_err(invalid)?;
        for file in [&mut config.ca, &mut config.certificate, &mut config.key] {
            *file = folder.join(&*file);
        }
        config.check()?;
        Ok(Self::Screen(Box::new(config)))
    }

    /// Where the page listens: the touch page, or that of a process with places.
    pub fn page(&self) -> SocketAddr {
        match self {
            Self::Screen(config) => config.page,
            Self::Places(places) => places.page,
        }
    }

    /// The stations that it describes, by what the file calls them.
    pub fn stations(&self) -> Vec<(Option<&str>, &Config)> {
        match self {
            Self::Screen(config) => vec![(None, config)],
            Self::Places(places) => {
                places.places.iter().map(|p| (Some(p.name.as_str()), &p.station)).collect()
            }
        }
    }
}

impl Config {
    /// Reads the file of a station with a touch page.
    ///
    /// # Errors
    /// As [`Setup::load`]; the file describes places.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match Setup::load(path)? {
            Setup::Screen(config) => Ok(*config),
            Setup::Places(_) => Err(ConfigError::NoScreen),
        }
    }

    /// What is to be done about the reader.
    ///
    /// # Errors
    /// [`ConfigError::Reader`]; never of a configuration that was loaded.
    pub fn plan(&self) -> Result<ReaderPlan, ConfigError> {
        let tables = ReaderTables {
            keyboard: self.keyboard.clone(),
            network: self.network.clone(),
            pcsc: self.pcsc.clone(),
            signals: self.signals.clone(),
        };
        tables.plan(self.reader).map_err(ConfigError::Reader)
    }

    /// A sentence when everybody on this machine can read the station's key.
    pub fn key_warning(&self) -> Option<String> {
        let mode = fs::metadata(&self.key).ok()?.permissions().mode();
        let path = self.key.display();
        (mode & 0o004 != 0)
            .then(|| format!("everybody can read {path}; make it readable only to the station"))
    }

    /// The rules that TOML cannot say.
    fn check(&self) -> Result<(), ConfigError> {
        if !self.page.ip().is_loopback() {
            return Err(ConfigError::NotLoopback(self.page));
        }
        #[cfg(not(feature = "pcsc"))]
        if self.reader == ReaderKind::Pcsc {
            return Err(ConfigError::WithoutPcsc);
        }
        self.plan()?;
        for card in &self.simulated_card {
            let wrong =
                |reason: String| ConfigError::SimulatedCard { label: card.label.clone(), reason };
            if self.reader != ReaderKind::Simulated {
                return Err(wrong("needs reader = \"simulated\"".to_owned()));
            }
            simulated::parse(&card.uid).map_err(|error| wrong(error.to_string()))?;
        }
        Ok(())
    }
}

fn page_default() -> SocketAddr {
    PAGE_DEFAULT.parse().expect("a constant address")
}

#[cfg(test)]
mod tests;
