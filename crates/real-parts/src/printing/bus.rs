//! A D-Bus of our own, in place of the system's.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(20);

const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
"#;

/// A running bus on which everybody may do everything.
#[derive(Debug)]
pub struct Bus {
    _process: Process,
    socket: PathBuf,
}

impl Bus {
    /// Starts a bus whose socket is in `folder`.
    ///
    /// # Panics
    /// When dbus-daemon is not installed or does not start.
    pub fn start(folder: &Folder) -> Bus {
        let socket = folder.join("bus");
        let text = CONFIGURATION.replace("SOCKET", &socket.display().to_string());
        let settings = folder.write("bus.conf", text);
        let mut command = Command::new(programs::find("dbus-daemon", "dbus-daemon"));
        command.arg("--config-file").arg(settings).args(["--nofork", "--nopidfile"]);
        let log = folder.join("bus.log");
        let mut process = Process::start("dbus-daemon", command, &log, Stop::Terminate);
        // The file is there a moment before anybody answers behind it.
        process.wait_until(START_LIMIT, || UnixStream::connect(&socket).is_ok());
        Bus { _process: process, socket }
    }

    /// Its address, as `DBUS_SYSTEM_BUS_ADDRESS` names it.
    pub fn address(&self) -> String {
        format!("unix:path={}", self.socket.display())
    }
}
