//! What keeps a station's certificate from being of use to others.

use print_core::{TimeZone, Timestamp};
use store::{Station, StationGuard, StationReader};

use super::office::Office;
use crate::commands::CommandError;
use crate::doors::Network;

/// Says from where the certificate is good; nowhere named: from anywhere.
pub(super) async fn addresses(
    office: &Office,
    station: &Station,
    networks: &[String],
) -> Result<(), CommandError> {
    let networks = networks.iter().map(|text| Ok(Network::parse(text)?.to_string()));
    let networks = networks.collect::<Result<Vec<_>, CommandError>>()?;
    office.store.set_station_networks(station.id, &networks, office.actor()).await?;
    let from = if networks.is_empty() { "anywhere".to_owned() } else { networks.join(", ") };
    println!("The certificate of \"{}\" is good from {from}", station.name);
    Ok(())
}

/// Opens a station again that was locked.
pub(super) async fn unlock(office: &Office, station: &Station) -> Result<(), CommandError> {
    if !office.store.unlock_station(station.id, office.actor()).await? {
        return Err(format!("the station \"{}\" is not locked", station.name).into());
    }
    println!("The station \"{}\" takes cards again", station.name);
    Ok(())
}

/// How a station is that has its certificate.
pub(super) fn state(guard: &StationGuard, zone: &TimeZone, now: Timestamp) -> String {
    let (hour, day) = (guard.unknown.hour(now), guard.unknown.day(now));
    match (guard.is_locked(now), guard.locked_until) {
        (true, Some(until)) => {
            return format!("locked until {}: too many unknown cards", zone.minute(until));
        }
        (true, None) => return "locked until unlocked: too many unknown cards".to_owned(),
        (false, _) if guard.unknown.is_alarming(now) => {
            return format!("{hour} unknown cards within an hour, {day} within a day");
        }
        (false, _) => {}
    }
    match guard.reader {
        StationReader::Unsaid | StationReader::Ready => "in use".to_owned(),
        StationReader::Absent => "in use, without a reader".to_owned(),
        StationReader::Away => "its reader is away".to_owned(),
        StationReader::Silent => "its reader does not answer".to_owned(),
    }
}

/// From where the certificate is good.
pub(super) fn from(guard: &StationGuard) -> String {
    if guard.networks.is_empty() { "anywhere".to_owned() } else { guard.networks.join(", ") }
}
