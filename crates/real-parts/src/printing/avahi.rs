//! Avahi on a network of its own that has nothing but a loopback: the real responder and the real
//! browsers, and nothing leaves the machine.
//!
//! Only the daemon is inside that network. Who announces and who browses talks to it over D-Bus, from
//! anywhere on the machine.

use std::process::{Command, Output};
use std::time::Duration;

use super::bus::Bus;
use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(20);

/// What the daemon calls this machine.
pub const HOST: &str = "dnssd-test.local";

const CONFIGURATION: &str = "[server]
host-name=dnssd-test
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
[rlimits]
";

/// The daemon keeps its process number in one place of the machine, where another one may run: that place
/// is hidden under an empty folder that only it sees.
const INSIDE: &str = "set -e; ip link set lo up; mkdir -p /run/avahi-daemon; \
    mount -t tmpfs tmpfs /run/avahi-daemon; exec \"$@\"";

/// A running avahi-daemon with its bus. The daemon ends before the bus, the folder goes last.
#[derive(Debug)]
pub struct Avahi {
    daemon: Process,
    bus: Bus,
    folder: Folder,
}

impl Avahi {
    /// Starts a daemon and waits until it has its host name.
    ///
    /// # Panics
    /// When this user is not root, a program is not installed, or the daemon does not start.
    pub fn start() -> Avahi {
        assert!(programs::is_root(), "only root can make a network for avahi-daemon");
        let folder = Folder::new("avahi");
        let bus = Bus::start(&folder);
        let daemon = start_daemon(&folder, &bus);
        Avahi { daemon, bus, folder }
    }

    /// The bus where the daemon is.
    pub fn bus(&self) -> String {
        self.bus.address()
    }

    /// Ends the daemon and starts it anew: it has forgotten everything.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn restart(&mut self) {
        self.daemon.stop();
        self.daemon = start_daemon(&self.folder, &self.bus);
    }

    /// What `avahi-browse` with these arguments knows now, resolved, a field a semicolon.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn browse(&self, kind: &str) -> String {
        let mut command = Command::new(programs::find("avahi-browse", "avahi-utils"));
        command.env("DBUS_SYSTEM_BUS_ADDRESS", self.bus());
        programs::run(command.args(["--parsable", "--resolve", "--terminate", kind]))
    }

    /// What CUPS's `ippfind` with these arguments finds.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn ippfind(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(programs::find("ippfind", "cups-ipp-utils"));
        command.env("DBUS_SYSTEM_BUS_ADDRESS", self.bus());
        command.args(arguments).output().expect("ippfind was looked for")
    }
}

fn start_daemon(folder: &Folder, bus: &Bus) -> Process {
    let settings = folder.write("avahi.conf", CONFIGURATION);
    let program = programs::find("avahi-daemon", "avahi-daemon");
    programs::find("ip", "iproute2");
    let mut command = Command::new(programs::find("unshare", "util-linux"));
    command.args(["--mount", "--net", "sh", "-c", INSIDE, "sh"]).arg(program);
    command.arg("--file").arg(settings).args(["--no-drop-root", "--no-chroot", "--no-rlimits"]);
    command.env("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let mut daemon =
        Process::start("avahi-daemon", command, &folder.join("avahi.log"), Stop::Terminate);
    daemon.wait_until(START_LIMIT, || has_its_name(bus));
    daemon
}

/// Whether the daemon's state is 2, AVAHI_SERVER_RUNNING: nobody else has its host name.
fn has_its_name(bus: &Bus) -> bool {
    let mut command = Command::new(programs::find("dbus-send", "dbus-bin"));
    command.env("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    command.args(["--system", "--print-reply", "--dest=org.freedesktop.Avahi", "/"]);
    let state = command.arg("org.freedesktop.Avahi.Server.GetState").output();
    state.is_ok_and(|state| String::from_utf8_lossy(&state.stdout).contains("int32 2"))
}
