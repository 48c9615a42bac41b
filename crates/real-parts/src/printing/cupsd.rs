//! CUPS's print server and its clients, apart from the machine's own.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::{ports, programs, waiting};

const START_LIMIT: Duration = Duration::from_secs(20);

/// What cupsd adds to the model's name of a queue when the printer has told what it can do.
const DESCRIBED: &str = "- IPP Everywhere";

/// The account that filters and backends run as when the server is root.
const WORKER: &str = "lp";

/// A running cupsd on loopback, without queues, that asks nobody for a password.
#[derive(Debug)]
pub struct Cupsd {
    process: Process,
    port: u16,
    folder: Folder,
}

impl Cupsd {
    /// Starts a server; `sync` makes it sync each file when closing it (`SyncOnClose`, which Debian
    /// leaves off).
    ///
    /// # Panics
    /// When cupsd or its clients are not installed, or it does not start.
    pub fn start(sync: bool) -> Cupsd {
        Cupsd::launch("LogLevel info\n", sync, &[])
    }

    /// Starts a server whose backends find these variables, besides what cupsd gives them.
    ///
    /// # Panics
    /// As [`Cupsd::start`].
    pub fn start_with_environment(environment: &[(&str, String)]) -> Cupsd {
        Cupsd::launch("LogLevel debug\n", false, environment)
    }

    /// Starts a server to be measured: it logs as little as Debian's does, and keeps every job.
    /// `safe` has it write documents and its own state at once, the one way in which none of the jobs
    /// that it acknowledged is lost when it is killed.
    ///
    /// # Panics
    /// As [`Cupsd::start`].
    pub fn start_for_measuring(safe: bool) -> Cupsd {
        let at_once = if safe { "DirtyCleanInterval 0\n" } else { "" };
        Cupsd::launch(&format!("LogLevel warn\nMaxHoldTime 0\n{at_once}"), safe, &[])
    }

    fn launch(more: &str, sync: bool, environment: &[(&str, String)]) -> Cupsd {
        programs::find("lpadmin", "cups-client");
        let folder = Folder::new("cupsd");
        // Backends run as another user and must be able to enter.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("it is ours");
        for name in ["spool", "cache", "state", "temporary", "keys", "documents"] {
            fs::create_dir(folder.join(name)).expect("the folder is new and ours");
        }
        // Filters run as that user, too, and keep their work here.
        let temporary = folder.join("temporary");
        fs::set_permissions(temporary, Permissions::from_mode(0o1777)).expect("it is ours");
        let port = ports::free();
        let settings = folder.write("cupsd.conf", configuration(&folder, port, more));
        let set = environment.iter().map(|(name, value)| format!("SetEnv {name} {value}\n"));
        let files = file_configuration(&folder, sync) + &set.collect::<String>();
        let files = folder.write("cups-files.conf", files);
        let mut command = Command::new(programs::find("cupsd", "cups-daemon"));
        command.arg("-f").arg("-c").arg(settings).arg("-s").arg(files);
        let log = folder.join("cupsd.log");
        let mut process = Process::start("cupsd", command, &log, Stop::Terminate);
        process.wait_until(START_LIMIT, || ports::answers(port));
        Cupsd { process, port, folder }
    }

    /// `127.0.0.1:PORT`, for the clients' option `-h`.
    pub fn server(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The address of a queue on this server.
    pub fn queue_uri(&self, queue: &str) -> String {
        format!("ipp://127.0.0.1:{}/printers/{queue}", self.port)
    }

    /// Adds a queue without driver whose jobs go to `device`, for example `ipps://…` or
    /// `file:///dev/null`, and opens it.
    ///
    /// # Panics
    /// When cupsd refuses.
    pub fn add_raw_queue(&self, queue: &str, device: &str) {
        programs::run(self.client("lpadmin").args(["-p", queue, "-E", "-v", device, "-m", "raw"]));
    }

    /// Adds a queue as a client without drivers does: cupsd asks the printer what it can do.
    ///
    /// # Panics
    /// When the printer does not answer in time as IPP Everywhere asks for, or cupsd refuses.
    pub fn add_everywhere_queue(&self, queue: &str, device: &str) {
        let mut command = self.client("lpadmin");
        programs::run(command.args(["-p", queue, "-E", "-v", device, "-m", "everywhere"]));
        // cupsd answers first and asks the printer afterwards; a job that comes in between is aborted.
        waiting::wait_until("the queue's description", START_LIMIT, || {
            let output = self.client("lpoptions").args(["-p", queue]).output();
            output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(DESCRIBED))
        });
    }

    /// Prints with `lp`, with these arguments, through this server.
    ///
    /// # Panics
    /// When lp cannot be started.
    pub fn lp<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        self.client("lp").args(arguments).output().expect("lp is there, cups-client was looked for")
    }

    /// A client program of CUPS that talks to this server.
    ///
    /// # Panics
    /// When it is not installed.
    pub fn client(&self, program: &str) -> Command {
        client(program, &self.server(), &self.folder)
    }

    /// Where the server keeps the documents that it holds.
    pub fn spool(&self) -> PathBuf {
        self.folder.join("spool")
    }

    /// The server's process number.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends the server; its files stay until the value is dropped.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// What the server noted.
    pub fn log(&self) -> String {
        let notes = fs::read(self.folder.join("error_log")).unwrap_or_default();
        format!("{}{}", self.process.log(), String::from_utf8_lossy(&notes))
    }
}

/// A client program of CUPS that talks to `server` (`HOST:PORT`), whatever the machine's settings
/// and the person's home folder say: both are read from `home`, an empty folder.
///
/// # Panics
/// When it is not installed.
pub fn client(program: &str, server: &str, home: &Folder) -> Command {
    let mut command = Command::new(programs::find(program, "cups-client"));
    command.env("CUPS_SERVER", server).env("HOME", home.path());
    command.env("CUPS_SERVERROOT", home.path());
    command
}

fn configuration(folder: &Folder, port: u16, more: &str) -> String {
    format!(
        "Listen 127.0.0.1:{port}
Listen {dir}/socket
ServerName localhost
{more}Browsing No
WebInterface No
DefaultAuthType None
MaxJobs 0
PreserveJobFiles No
MaxClients 10000
MaxClientsPerHost 10000
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Location /admin>
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues default
  <Limit All>
    Order allow,deny
    Allow localhost
  </Limit>
</Policy>
",
        dir = folder.path().display()
    )
}

fn file_configuration(folder: &Folder, sync: bool) -> String {
    let account = if programs::is_root() {
        format!("User {WORKER}\nGroup {WORKER}\nSystemGroup root\n")
    } else {
        String::new()
    };
    format!(
        "{account}ServerRoot {dir}
RequestRoot {dir}/spool
CacheDir {dir}/cache
StateDir {dir}/state
TempDir {dir}/temporary
ServerKeychain {dir}/keys
DocumentRoot {dir}/documents
DataDir /usr/share/cups
ServerBin /usr/lib/cups
AccessLog {dir}/access_log
ErrorLog {dir}/error_log
PageLog {dir}/page_log
FileDevice Yes
SyncOnClose {sync}
FatalErrors config listen
",
        dir = folder.path().display(),
        sync = if sync { "Yes" } else { "No" },
    )
}
