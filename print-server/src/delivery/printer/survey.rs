//! Looking closely at a printer: how it counts, whether it keeps its history, and the side doors by which people
//! could print around us.

use std::sync::Arc;
use std::time::Duration;

use ipp_codec::{GroupTag, names};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::client::{Client, Deadlines};
use super::operations::Which;
use super::reach::Reach;
use super::trust::hexadecimal;

/// How long a side door has to open.
const DOOR_TIME: Duration = Duration::from_secs(2);

/// A serial number is at most so long.
const SERIAL_BYTES_MAX: usize = 100;

/// A way to print that does not lead through us: nobody is asked who they are, and nothing is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideDoor {
    /// File transfer; many machines print what they are sent.
    Ftp,
    /// The line printer daemon (RFC 1179).
    Lpd,
    /// IPP without TLS, which every computer on the network can speak.
    Ipp,
    /// Bytes that are printed as they come.
    Raw,
}

/// The ports that are only knocked at.
pub const KNOCKED: [(SideDoor, u16); 3] =
    [(SideDoor::Ftp, 21), (SideDoor::Lpd, 515), (SideDoor::Raw, 9100)];

/// The port of IPP (RFC 8010 section 4.1).
const IPP: u16 = 631;

impl SideDoor {
    /// The word that the printer's row keeps.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Lpd => "lpd",
            Self::Ipp => "ipp",
            Self::Raw => "raw",
        }
    }

    /// What an administrator reads.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ftp => "port 21 (FTP) is open: many machines print what they are sent there",
            Self::Lpd => "port 515 (LPD) is open: anybody can print there without signing in",
            Self::Ipp => {
                "IPP without TLS is open: others can print there, and read along; let it take TLS and \
                 this server only"
            }
            Self::Raw => "port 9100 (raw) is open: anybody can print there without signing in",
        }
    }

    /// The door of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Ftp, Self::Lpd, Self::Ipp, Self::Raw].into_iter().find(|door| door.word() == word)
    }
}

/// What a close look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Whether documents go to it inside TLS.
    pub tls: bool,
    /// The SHA-256 of the certificate that it shows.
    pub certificate_sha256: Option<[u8; 32]>,
    /// Its serial number, if it tells one.
    pub serial: Option<String>,
    /// Whether it still knows jobs that are over; unknown before it has had one.
    pub keeps_history: Option<bool>,
    /// Whether it counts printed sides; unknown before it has had a job.
    pub counts_impressions: Option<bool>,
    /// The same for sheets of paper.
    pub counts_sheets: Option<bool>,
    /// Whether it tells colour from black.
    pub counts_color: Option<bool>,
    /// The ways around us.
    pub side_doors: Vec<SideDoor>,
}

impl Survey {
    /// Looks. What cannot be found out stays unknown; that takes nothing from the rest.
    pub async fn of(client: &Client, knocked: &[(SideDoor, u16)]) -> Self {
        let certificate_sha256 = client.shown_certificate().await.ok().flatten();
        let history = client.jobs(Which::Completed).await;
        let jobs = history.as_deref().unwrap_or_default();
        let any = |says: fn(&super::job::JobReport) -> bool| {
            (!jobs.is_empty()).then(|| jobs.iter().any(says))
        };
        let mut side_doors = Vec::new();
        for (door, port) in knocked {
            if is_open(client, *port).await {
                side_doors.push(*door);
            }
        }
        if !client.address().is_tls() || speaks_in_clear(client).await {
            side_doors.push(SideDoor::Ipp);
        }
        Self {
            tls: client.address().is_tls(),
            certificate_sha256,
            serial: serial(client).await,
            // A list that is there and empty says nothing: there may have been no job yet.
            keeps_history: any(|_| true),
            counts_impressions: any(|job| job.impressions.is_some()),
            counts_sheets: any(|job| job.sheets.is_some()),
            counts_color: any(|job| job.impressions_split.is_some() || job.sheets_split.is_some()),
            side_doors,
        }
    }

    /// As the printer's row keeps it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let doors: Vec<_> = self.side_doors.iter().map(|door| door.word()).collect();
        json!({
            "tls": self.tls,
            "certificate_sha256": self.certificate_sha256.map(|sha256| hexadecimal(&sha256)),
            "serial": self.serial,
            "keeps_history": self.keeps_history,
            "counts_impressions": self.counts_impressions,
            "counts_sheets": self.counts_sheets,
            "counts_color": self.counts_color,
            "side_doors": doors,
        })
    }
}

/// Knocks at a port of the printer's machine and goes away without a word.
async fn is_open(client: &Client, port: u16) -> bool {
    let Ok(found) = client.reach().addresses_with_port(client.address(), port).await else {
        return false;
    };
    matches!(timeout(DOOR_TIME, TcpStream::connect(&found[..])).await, Ok(Ok(_)))
}

/// Whether a printer that we reach inside TLS answers without, too.
async fn speaks_in_clear(client: &Client) -> bool {
    for port in [client.address().port(), IPP] {
        let plain = client.elsewhere(client.address().in_clear_at(port), DOOR_TIME);
        if plain.printer_condition().await.is_ok() {
            return true;
        }
    }
    false
}

/// The serial number by its own attribute (PWG 5100.11), or by the key that IEEE 1284 has for it.
async fn serial(client: &Client) -> Option<String> {
    let wanted = [names::PRINTER_SERIAL_NUMBER, names::PRINTER_DEVICE_ID];
    let reply = client.described(&wanted).await.ok()?;
    let told = reply.string(GroupTag::PRINTER, names::PRINTER_SERIAL_NUMBER);
    let device = || reply.string(GroupTag::PRINTER, names::PRINTER_DEVICE_ID);
    let found = told.or_else(|| serial_of_device(&device()?))?;
    let good = (1..=SERIAL_BYTES_MAX).contains(&found.len())
        && !found.chars().any(print_core::names::is_unsafe_to_show);
    good.then_some(found)
}

/// The serial number in an IEEE 1284 device identifier: `MFG:…;MDL:…;SN:…;`.
fn serial_of_device(device: &str) -> Option<String> {
    let keys = ["SN", "SERN", "SERIALNUMBER"];
    let pairs = device.split(';').filter_map(|pair| pair.split_once(':'));
    let mut serials = pairs.filter(|(key, _)| keys.contains(&key.trim().to_uppercase().as_str()));
    serials.next().map(|(_, value)| value.trim().to_owned())
}

impl Client {
    /// A client for another address of the same machine, within the same reach.
    fn elsewhere(&self, address: super::address::Address, patience: Duration) -> Self {
        let deadlines = Deadlines { connect: patience, response: patience, stalled: patience };
        let reach: Arc<Reach> = Arc::clone(self.reach());
        Self::new(address, reach, self.tls(), deadlines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_found_in_a_device_identifier() {
        let table = [
            ("MFG:HP;MDL:LaserJet;SN:VNB3K12345;CMD:PCL;", Some("VNB3K12345")),
            ("MFG:KM; serialnumber: A9 7 ;", Some("A9 7")),
            ("MFG:HP;MDL:LaserJet;", None),
            ("", None),
        ];
        for (device, serial) in table {
            assert_eq!(serial_of_device(device).as_deref(), serial, "{device}");
        }
    }

    #[test]
    fn every_side_door_has_a_word_by_which_it_is_found_again() {
        for door in [SideDoor::Ftp, SideDoor::Lpd, SideDoor::Ipp, SideDoor::Raw] {
            assert_eq!(SideDoor::of_word(door.word()), Some(door));
        }
    }
}
