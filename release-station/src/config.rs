//! The station's configuration: one TOML file; secrets stay in files of their own.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use station_protocol::Language;

use crate::readers;

/// The file is at most this long; nobody writes a longer one on purpose.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Where the touch page listens when the file does not say.
pub const PAGE_DEFAULT: &str = "127.0.0.1:8634";

/// What the file says.
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
}

/// Which kind of reader the station has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderKind {
    /// None: cards come from the touch page and from `release-station tap`.
    Simulated,
    /// All PC/SC readers of this machine.
    Pcsc,
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

impl Config {
    /// Reads a file; relative paths in it are taken from the file's own folder.
    ///
    /// # Errors
    /// The file cannot be read, is not valid TOML, or asks for something that cannot be.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        if fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES_MAX {
            return Err(ConfigError::TooLong(path.to_owned()));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|source| ConfigError::Invalid { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for file in [&mut config.ca, &mut config.certificate, &mut config.key] {
            *file = folder.join(&*file);
        }
        config.check()?;
        Ok(config)
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
        for card in &self.simulated_card {
            let wrong =
                |reason: String| ConfigError::SimulatedCard { label: card.label.clone(), reason };
            if self.reader != ReaderKind::Simulated {
                return Err(wrong("needs reader = \"simulated\"".to_owned()));
            }
            readers::simulated::parse(&card.uid).map_err(|error| wrong(error.to_string()))?;
        }
        Ok(())
    }
}

fn page_default() -> SocketAddr {
    PAGE_DEFAULT.parse().expect("a constant address")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "server = \"h:1\"\nca = \"a\"\ncertificate = \"b\"\nkey = \"c\"\n\
        reader = \"simulated\"\n";

    fn check(more: &str) -> Result<Config, String> {
        let config: Config = toml::from_str(&format!("{GOOD}{more}")).map_err(|e| e.to_string())?;
        config.check().map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn a_short_file_has_sensible_defaults() {
        let config = check("").unwrap();
        assert_eq!(config.page.to_string(), PAGE_DEFAULT);
        assert_eq!(config.language, Language::Sv);
    }

    #[test]
    fn the_example_configuration_can_be_read() {
        let example = include_str!("../../deploy/station.toml");
        let config: Config = toml::from_str(example).unwrap();
        assert_eq!(config.page.to_string(), PAGE_DEFAULT);
        assert_eq!(config.reader, ReaderKind::Pcsc);
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let table = [
            ("page = \"0.0.0.0:8634\"", "loopback"),
            ("pages = \"127.0.0.1:1\"", "unknown field"),
            ("[[simulated_card]]\nlabel = \"Kim\"\nuid = \"XYZ\"", "hex"),
        ];
        for (more, reason) in table {
            let error = check(more).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
