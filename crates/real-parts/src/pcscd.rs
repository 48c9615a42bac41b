//! PC/SC's daemon with readers made of folders, on a socket of its own; several run side by side.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

// The package is needed for its shared library only; naming it here keeps the dependency honest.
use test_reader as _;

const START_LIMIT: Duration = Duration::from_secs(10);
const DRIVER: &str = "libtest_reader.so";

/// Clients find the daemon by the socket in this environment variable.
pub const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";

/// A running pcscd.
#[derive(Debug)]
pub struct Pcscd {
    process: Process,
    readers: Vec<Reader>,
    folder: Folder,
}

impl Pcscd {
    /// Starts a daemon with so many readers, `Test Reader 1`, `Test Reader 2`, …, all empty.
    ///
    /// # Panics
    /// When pcscd or systemd's socket activation is not installed, or it does not start.
    pub fn start(readers: usize) -> Pcscd {
        let folder = Folder::new("pcscd");
        let driver = driver();
        let settings = folder.join("readers");
        fs::create_dir(&settings).expect("the folder is new and ours");
        let readers = (1..=readers)
            .map(|number| {
                let reader = Reader { folder: folder.join(&format!("reader{number}")) };
                fs::create_dir(&reader.folder).expect("the folder is new and ours");
                let text = format!(
                    "FRIENDLYNAME \"Test Reader {number}\"\nDEVICENAME {}\nLIBPATH {}\n\
                     CHANNELID {number}\n",
                    reader.folder.display(),
                    driver.display(),
                );
                folder.write(&format!("readers/reader{number}"), text);
                reader
            })
            .collect();
        let process = launch(&folder);
        Pcscd { process, readers, folder }
    }

    /// The socket, for [`SOCKET_VARIABLE`] of a client.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// The reader `number`, counted from 1 like its name.
    ///
    /// # Panics
    /// When there is no such reader.
    pub fn reader(&self, number: usize) -> &Reader {
        &self.readers[number - 1]
    }

    /// Kills the daemon, as a crash would; cards stay on the readers.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts the daemon again after [`Pcscd::kill`].
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.process.kill();
        self.process = launch(&self.folder);
    }

    /// What the daemon printed.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The number of the process, which becomes the daemon with the first client.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// One reader of a [`Pcscd`].
#[derive(Debug, Clone)]
pub struct Reader {
    folder: PathBuf,
}

impl Reader {
    /// Lays a card with this number (hexadecimal) on the reader, in place of what lies there.
    ///
    /// # Panics
    /// When the reader's folder is gone.
    pub fn lay(&self, card: &str) {
        let beside = self.folder.join("card.new");
        fs::write(&beside, card).expect("the reader's folder is there");
        fs::rename(&beside, self.folder.join("card")).expect("the reader's folder is there");
    }

    /// Takes the card away, if there is one.
    pub fn lift(&self) {
        // An error means that the reader is empty already.
        let _ = fs::remove_file(self.folder.join("card"));
    }

    /// Lets the next card wait for its answer until [`Reader::answer`].
    ///
    /// # Panics
    /// When the reader's folder is gone.
    pub fn hang(&self) {
        fs::write(self.folder.join("hanging"), "").expect("the reader's folder is there");
    }

    /// Ends that.
    pub fn answer(&self) {
        // An error means that it answers already.
        let _ = fs::remove_file(self.folder.join("hanging"));
    }

    /// The commands that were sent to the reader itself, in hexadecimal digits.
    pub fn commands(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("commands")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Pulls the reader out.
    ///
    /// # Panics
    /// When the reader's folder is gone.
    pub fn unplug(&self) {
        fs::write(self.folder.join("unplugged"), "").expect("the reader's folder is there");
    }

    /// Plugs the reader in again.
    pub fn plug_in(&self) {
        // An error means that it is plugged in already.
        let _ = fs::remove_file(self.folder.join("unplugged"));
    }
}

/// pcscd listens on one fixed path unless it is handed a socket, which is what systemd's program
/// does: at the first connection it becomes pcscd, under the same process number.
fn launch(folder: &Folder) -> Process {
    let socket = folder.join("socket");
    // A killed daemon leaves its socket behind.
    let _ = fs::remove_file(&socket);
    let mut command = Command::new(programs::find("systemd-socket-activate", "systemd"));
    command.arg("-l").arg(&socket).arg(programs::find("pcscd", "pcscd"));
    command.args(["--foreground", "--info", "-c"]).arg(folder.join("readers"));
    let log = folder.join("pcscd.log");
    let mut process = Process::start("pcscd", command, &log, Stop::Terminate);
    // The file of the socket is there a moment before anybody answers behind it.
    let listens = || fs::read_to_string(&log).is_ok_and(|said| said.contains("Listening on"));
    process.wait_until(START_LIMIT, listens);
    process
}

/// Cargo puts the driver beside the running program or into the folder `deps` there.
fn driver() -> PathBuf {
    let program = env::current_exe().expect("a running program has a path");
    program
        .ancestors()
        .skip(1)
        .take(2)
        .flat_map(|folder| [folder.join("deps").join(DRIVER), folder.join(DRIVER)])
        .find(|path| Path::is_file(path))
        .unwrap_or_else(|| panic!("{DRIVER} was not built: cargo build -p test-reader"))
}
