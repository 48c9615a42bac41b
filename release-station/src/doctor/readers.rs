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

/// The text console that is shown, where the kernel has any.
const CONSOLE: &str = "/sys/class/tty/tty0/active";
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
        ReaderPlan::Keyboard { device, .. } => {
            typing(device, report);
            console(Path::new(CONSOLE), Path::new("/proc"), report);
        }
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

/// A rule of udev keeps desktops and browsers from a reader's keys. The kernel's own console gets them all the same: a
/// number and Enter, typed into whatever waits there for a login.
fn console(active: &Path, processes: &Path, report: &mut Report) {
    let Ok(tty) = std::fs::read_to_string(active) else {
        return report
            .good("There is no console on this machine that would get the reader's keys.");
    };
    let tty = tty.trim();
    if waits_for_login(tty, processes) {
        report.wrong(
            format!("A login waits at this machine's text console ({tty}), which gets each key of the reader, too."),
            format!("End it: `systemctl mask --now getty@{tty}.service`; and let nobody sign in there."),
        );
    } else {
        report.good(format!(
            "No login waits at the text console ({tty}), which gets the reader's keys, too."
        ));
    }
}

/// Whether a getty has this console as its terminal (`proc_pid_stat(5)`: the second and the seventh field).
fn waits_for_login(tty: &str, processes: &Path) -> bool {
    const TTY_MAJOR: u32 = 4;
    let number = tty.strip_prefix("tty").and_then(|number| number.parse::<u32>().ok());
    let (Some(number), Ok(all)) = (number, std::fs::read_dir(processes)) else { return false };
    let is_it = |stat: &str| {
        let (head, rest) = stat.rsplit_once(") ")?;
        let name = head.split_once('(')?.1;
        let terminal: u32 = rest.split(' ').nth(4)?.parse().ok()?;
        Some(name.ends_with("getty") && terminal == TTY_MAJOR << 8 | number)
    };
    all.flatten().any(|process| {
        let stat = std::fs::read_to_string(process.path().join("stat"));
        stat.is_ok_and(|stat| is_it(&stat) == Some(true))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_console_that_gets_the_readers_keys_is_said() {
        let folder = real_parts::folder::Folder::new("console");
        let said = |report: &mut Report| {
            console(&folder.join("active"), folder.path(), report);
            report.to_string()
        };
        let mut report = Report::default();
        assert!(said(&mut report).contains("no console"), "{report}");
        folder.write("active", "tty1\n");
        std::fs::create_dir(folder.join("7")).expect("the folder is ours");
        let getty = |terminal: u32| format!("7 (agetty) S 1 7 7 {terminal} 7 4194560 118");
        folder.write("7/stat", getty(1_026));
        assert!(said(&mut report).contains("No login waits"), "{report}");
        assert!(report.is_well(), "{report}");
        folder.write("7/stat", getty(1_025));
        assert!(said(&mut report).contains("getty@tty1"), "{report}");
        assert!(!report.is_well(), "{report}");
    }
}
