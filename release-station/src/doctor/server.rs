//! The way to the print server: name, network, certificate, whether it takes this station, and whether both clocks agree.

use std::time::SystemTime;

use super::certificate::seconds;
use super::report::Report;
use crate::link::Target;
use crate::link::probe::{ProbeError, probe};

/// Clocks may differ by so many seconds: certificates and logs do not mind.
const SKEW_SECONDS: i64 = 30;

/// Whether the server can be reached, whatever it says of this station.
pub(super) async fn examine(target: &Target, now: SystemTime, report: &mut Report) -> bool {
    let server = target.server();
    match probe(target).await {
        Ok(theirs) => {
            report.good(format!("The print server {server} takes this station."));
            match theirs.map(|theirs| seconds(theirs) - seconds(now)) {
                Some(skew) if skew.abs() > SKEW_SECONDS => report.wrong(
                    format!(
                        "This machine's clock and the print server's differ by {} seconds.",
                        skew.abs()
                    ),
                    "Set this one's: `timedatectl set-ntp true`. If it is right, set the server's.",
                ),
                Some(_) => report.good("This machine's clock agrees with the print server's."),
                None => {}
            }
            true
        }
        Err(error) => {
            report.wrong(format!("{server}: {error}."), advice(&error));
            matches!(error, ProbeError::Refused)
        }
    }
}

fn advice(error: &ProbeError) -> &'static str {
    match error {
        ProbeError::Name(_) => {
            "Check `server` in the configuration, and whether this machine has a name server (`resolvectl status`)."
        }
        ProbeError::Connect(_) => {
            "Check that the print server runs, that `server` names its station port, the cable, and the firewalls between."
        }
        ProbeError::Authority => {
            "Either something else answers at this address, or the server has another authority: then enrol again."
        }
        ProbeError::OtherName => {
            "Write the name that is in the server's certificate into `server`, or into `server_name`."
        }
        ProbeError::Time => {
            "Look at the clock with `timedatectl`; if it is right, the server's certificate has run out: tell IT."
        }
        ProbeError::Tls(_) => {
            "Check that `server` names the station port of the print server, and not another one of its ports."
        }
        ProbeError::Refused => {
            "The station was revoked, has another machine, or is not in its networks: `print-server admin station list` \
             and the audit trail say which. A new certificate: `print-server admin station renew NAME`."
        }
    }
}
