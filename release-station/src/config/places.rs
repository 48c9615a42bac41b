//! Many places with a reader and nothing else, served by one process: `[[place]]`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use station_protocol::Language;

use super::readers::{Keyboard, Network, PcscTable, ReaderPlan, ReaderTables};
use super::{Config, ConfigError, ReaderKind, page_default};
use crate::signals::Signal;

/// One process serves at most so many places.
pub const PLACES_MAX: usize = 50;

/// What the file says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacesFile {
    server: String,
    server_name: Option<String>,
    #[serde(default = "page_default")]
    page: SocketAddr,
    #[serde(default)]
    language: Language,
    place: Vec<PlaceTable>,
}

/// One place in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceTable {
    name: String,
    folder: PathBuf,
    reader: ReaderKind,
    keyboard: Option<Keyboard>,
    network: Option<Network>,
    pcsc: Option<PcscTable>,
    #[serde(default)]
    signals: BTreeMap<Signal, String>,
}

/// The places of a process.
#[derive(Debug, Clone)]
pub struct Places {
    /// Where the page of the process listens: loopback only.
    pub page: SocketAddr,
    /// The places, in the order of the file.
    pub places: Vec<Place>,
}

/// One place.
#[derive(Debug, Clone)]
pub struct Place {
    /// What the page of the process and the log call it.
    pub name: String,
    /// The station that it is: server, certificate, key.
    pub station: Config,
    /// Its reader.
    pub reader: ReaderPlan,
}

impl PlacesFile {
    /// Puts the paths under the file's folder and checks what TOML cannot say.
    ///
    /// # Errors
    /// [`ConfigError::Place`] with the place's name, and others of the whole file.
    pub fn check(self, base: &Path) -> Result<Places, ConfigError> {
        if !self.page.ip().is_loopback() {
            return Err(ConfigError::NotLoopback(self.page));
        }
        if self.place.len() > PLACES_MAX {
            return Err(ConfigError::TooManyPlaces(self.place.len()));
        }
        let mut taken = Taken::default();
        let mut places = Vec::new();
        for table in &self.place {
            let wrong = |reason| ConfigError::Place { name: table.name.clone(), reason };
            let place = self.place(table, base).map_err(wrong)?;
            taken.take(&place).map_err(wrong)?;
            places.push(place);
        }
        Ok(Places { page: self.page, places })
    }

    fn place(&self, table: &PlaceTable, base: &Path) -> Result<Place, String> {
        if table.name.trim().is_empty() {
            return Err("name is empty".to_owned());
        }
        if matches!(table.reader, ReaderKind::None | ReaderKind::Simulated) {
            return Err("a place has reader = \"pcsc\", \"keyboard\" or \"network\"".to_owned());
        }
        #[cfg(not(feature = "pcsc"))]
        if table.reader == ReaderKind::Pcsc {
            return Err(ConfigError::WithoutPcsc.to_string());
        }
        let tables = ReaderTables {
            keyboard: table.keyboard.clone(),
            network: table.network.clone(),
            pcsc: table.pcsc.clone(),
            signals: table.signals.clone(),
        };
        let folder = base.join(&table.folder);
        let mut reader = tables.plan(table.reader)?;
        if let ReaderPlan::Pcsc(plan) = &mut reader {
            plan.is_one = true;
        }
        Ok(Place {
            name: table.name.clone(),
            reader,
            station: Config {
                server: self.server.clone(),
                server_name: self.server_name.clone(),
                ca: folder.join("ca.pem"),
                certificate: folder.join("certificate.pem"),
                key: folder.join("key.pem"),
                page: self.page,
                reader: table.reader,
                language: self.language,
                simulated_card: Vec::new(),
                keyboard: table.keyboard.clone(),
                network: table.network.clone(),
                pcsc: table.pcsc.clone(),
                signals: table.signals.clone(),
            },
        })
    }
}

/// What one place has, no other may have: two would be one station, or hear the same cards.
#[derive(Default)]
struct Taken {
    names: HashSet<String>,
    folders: HashSet<PathBuf>,
    readers: HashSet<String>,
    /// How the names of PC/SC readers begin.
    beginnings: Vec<String>,
    callers: HashMap<(SocketAddr, IpAddr), String>,
}

impl Taken {
    fn take(&mut self, place: &Place) -> Result<(), String> {
        if !self.names.insert(place.name.to_lowercase()) {
            return Err("another place has this name".to_owned());
        }
        if !self.folders.insert(place.station.key.clone()) {
            return Err("another place has this folder; each needs its own enrolment".to_owned());
        }
        let reader = match &place.reader {
            ReaderPlan::Listen { address, from, .. } => {
                for from in from {
                    let other = self.callers.insert((*address, *from), place.name.clone());
                    if let Some(other) = other {
                        return Err(format!("what calls from {from} is \"{other}\"'s already"));
                    }
                }
                return Ok(());
            }
            ReaderPlan::Dial { address, .. } => address.to_lowercase(),
            // One device has several names: a link for its make, another for its port.
            ReaderPlan::Keyboard { device, .. } => {
                let device = device.canonicalize().unwrap_or_else(|_| device.clone());
                device.display().to_string()
            }
            ReaderPlan::Pcsc(plan) => return self.take_beginning(plan.reader.as_deref()),
            ReaderPlan::Simulated | ReaderPlan::Absent => return Ok(()),
        };
        if self.readers.insert(reader) {
            Ok(())
        } else {
            Err("another place has this reader".to_owned())
        }
    }

    /// A reader is found by how its name begins, so that no reader is two places' when of two beginnings neither is the
    /// beginning of the other.
    fn take_beginning(&mut self, name: Option<&str>) -> Result<(), String> {
        let name = name.filter(|name| !name.trim().is_empty());
        let name = name.ok_or("a place names its reader with pcsc.reader")?;
        let both = |other: &&String| name.starts_with(other.as_str()) || other.starts_with(name);
        if let Some(other) = self.beginnings.iter().find(both) {
            return Err(format!(
                "pcsc.reader \"{name}\" and another place's \"{other}\" can be one reader: write more of both names"
            ));
        }
        self.beginnings.push(name.to_owned());
        Ok(())
    }
}
