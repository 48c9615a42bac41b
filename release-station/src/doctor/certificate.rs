//! The station's own certificate: whether it holds now, and whether others can read its key.

use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::report::Report;
use super::validity::validity;
use crate::config::Config;

const DAY: i64 = 86_400;
/// The server renews a certificate ten days before its end; below this, it has not for a week.
const FEW_DAYS: i64 = 3;
const ENROL: &str = "Enrol the station again: `print-server admin station renew NAME` shows a code for `release-station enrol`.";

pub(super) fn examine(station: &Config, now: SystemTime, report: &mut Report) {
    let certificate = CertificateDer::from_pem_file(&station.certificate).ok();
    let Some((from, until)) = certificate.as_deref().and_then(validity) else {
        let path = station.certificate.display();
        report.wrong(format!("{path} is no certificate that can be read."), ENROL);
        return;
    };
    let left = until - seconds(now);
    let days = left.div_euclid(DAY);
    if seconds(now) < from {
        let text = "By this machine's clock the station's certificate does not hold yet.";
        report.wrong(
            text,
            "Set the clock: `timedatectl set-ntp true`, then look with `timedatectl`.",
        );
    } else if left < 0 {
        report.wrong(
            format!("The station's certificate has run out {} days ago.", -days),
            format!("If the clock is right (`timedatectl`): {ENROL}"),
        );
    } else if days < FEW_DAYS {
        report.wrong(
            format!("The station's certificate ends in {days} days and was not renewed."),
            "Let the station run and reach the server: it is renewed by itself. See what its log says.",
        );
    } else {
        report.good(format!("The station's certificate holds for {days} more days."));
    }
    if let Some(warning) = station.key_warning() {
        report.wrong(format!("{warning}."), format!("chmod 600 {}", station.key.display()));
    }
}

/// Seconds since 1970; before it, none.
pub(super) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or(i64::MAX)
}
