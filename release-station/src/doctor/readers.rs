//! The readers and what they need: daemon, device, port.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::report::Report;
use crate::config::readers::ReaderPlan;
use crate::readers::keyboard;

/// A reader answers a call within this time.
const CALL: Duration = Duration::from_secs(3);

/// Examines one reader. A station that runs has the connections and ports of its network readers.
pub(super) async fn examine(plan: &ReaderPlan, is_running: bool, report: &mut Report) {
    match plan {
        ReaderPlan::Simulated => report.good("The reader is a simulated one."),
        ReaderPlan::Absent => report.good("The station is to have no reader."),
        #[cfg(feature = "pcsc")]
        ReaderPlan::Pcsc(plan) => pcsc(plan.reader.as_deref(), report),
        // Such a configuration was refused before.
        #[cfg(not(feature = "pcsc"))]
        ReaderPlan::Pcsc(_) => {}
        ReaderPlan::Keyboard { device, .. } => typing(device, report),
        ReaderPlan::Dial { .. } | ReaderPlan::Listen { .. } if is_running => {}
        ReaderPlan::Dial { address, .. } => call(address, report).await,
        ReaderPlan::Listen { address, .. } => port(*address, report).await,
    }
}

#[cfg(feature = "pcsc")]
fn pcsc(wanted: Option<&str>, report: &mut Report) {
    use ::pcsc::{Context, Error, Scope};
    let listed = Context::establish(Scope::User).and_then(|context| context.list_readers_owned());
    let names: Vec<String> = match listed {
        Ok(names) => names.iter().map(|name| name.to_string_lossy().into_owned()).collect(),
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => {
            report.wrong(
                format!("The card reader service (pcscd) cannot be asked: {error}."),
                "Start it: `systemctl start pcscd.socket`; and see that a rule of polkit lets this user ask it.",
            );
            return;
        }
    };
    let is_wanted = |name: &&String| wanted.is_none_or(|wanted| name.starts_with(wanted));
    let shown = names.join("\", \"");
    match (names.iter().find(is_wanted), names.is_empty(), wanted) {
        (Some(name), ..) => report.good(format!("The card reader \"{name}\" is there.")),
        (None, false, Some(wanted)) => report.wrong(
            format!("There is no card reader whose name begins with \"{wanted}\"."),
            format!("Write one of these into pcsc.reader: \"{shown}\"."),
        ),
        _ => report.wrong(
            "The card reader service knows no reader.",
            "Check the cable; `lsusb` lists what is plugged in, the package libccid has the drivers.",
        ),
    }
}

fn typing(device: &Path, report: &mut Report) {
    let shown = device.display();
    match keyboard::open(device) {
        Ok(_) => report.good(format!("The reader {shown} is there.")),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => report.wrong(
            format!("The reader {shown} is there, and this user may not read it."),
            "Install the rule of udev that comes with this program (70-release-station.rules), and plug it in again.",
        ),
        Err(error) => report.wrong(
            format!("The reader {shown} is not there: {error}."),
            "Check the cable; `ls -l /dev/input/by-id` lists what is plugged in.",
        ),
    }
}

async fn call(address: &str, report: &mut Report) {
    match timeout(CALL, TcpStream::connect(address)).await {
        Ok(Ok(_)) => report.good(format!("The reader at {address} takes calls.")),
        Ok(Err(error)) => report.wrong(
            format!("The reader at {address} takes no call: {error}."),
            "Check its power, its cable and its address, and that nothing else has its one connection.",
        ),
        Err(_) => report.wrong(
            format!("The reader at {address} does not answer."),
            "Check its power, its cable and its address, and the firewalls between.",
        ),
    }
}

async fn port(address: SocketAddr, report: &mut Report) {
    match TcpListener::bind(address).await {
        Ok(_) => report.good(format!("Readers can call {address}.")),
        Err(error) => report.wrong(
            format!("The port {address}, which readers are to call, cannot be had: {error}."),
            "Give network.listen another port, or end the program that has this one.",
        ),
    }
}
