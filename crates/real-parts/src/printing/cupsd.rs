//! CUPS's print server and its clients, apart from the machine's own.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs::Account;
use crate::{ports, programs, waiting};

const START_LIMIT: Duration = Duration::from_secs(20);

/// What cupsd adds to the model's name of a queue when the printer has told what it can do.
const DESCRIBED: &str = "- IPP Everywhere";

/// Where Debian has cupsd's own programs.
const PROGRAMS: &str = "/usr/lib/cups";

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
        Cupsd::launch("LogLevel info\n", sync, &[], Backends::OfDebian)
    }

    /// Starts a server whose backends find these variables, besides what cupsd gives them.
    ///
    /// # Panics
    /// As [`Cupsd::start`].
    pub fn start_with_environment(environment: &[(&str, String)]) -> Cupsd {
        Cupsd::launch("LogLevel debug\n", false, environment, Backends::OfDebian)
    }

    /// Starts a server whose printing backend may become whoever prints, to find that person's own Kerberos
    /// ticket. CUPS starts a backend as root when nobody else may execute its file; Debian's everybody may
    /// (`dpkg-statoverride --update --add root root 0700 /usr/lib/cups/backend/ipp` changes that).
    ///
    /// # Panics
    /// As [`Cupsd::start`].
    pub fn start_as_everybody(environment: &[(&str, String)]) -> Cupsd {
        Cupsd::launch("LogLevel debug\n", false, environment, Backends::OfRoot)
    }

    /// Starts a server to be measured: it logs as little as Debian's does, and keeps every job.
    /// `safe` has it write documents and its own state at once, the one way in which none of the jobs
    /// that it acknowledged is lost when it is killed.
    ///
    /// # Panics
    /// As [`Cupsd::start`].
    pub fn start_for_measuring(safe: bool) -> Cupsd {
        let at_once = if safe { "DirtyCleanInterval 0\n" } else { "" };
        Cupsd::launch(
            &format!("LogLevel warn\nMaxHoldTime 0\n{at_once}"),
            safe,
            &[],
            Backends::OfDebian,
        )
    }

    fn launch(more: &str, sync: bool, environment: &[(&str, String)], backends: Backends) -> Cupsd {
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
        let programs_of = match backends {
            Backends::OfDebian => PathBuf::from(PROGRAMS),
            Backends::OfRoot => own_programs(&folder),
        };
        let files = file_configuration(&folder, &programs_of, sync) + &set.collect::<String>();
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

    /// Has the queue ask for this before it prints (`auth-info-required`), as `negotiate`.
    ///
    /// # Panics
    /// When cupsd refuses.
    pub fn demand(&self, queue: &str, what: &str) {
        let demand = format!("auth-info-required={what}");
        programs::run(self.client("lpadmin").args(["-p", queue, "-o", &demand]));
    }

    /// Prints a file with `lp` as this account, or as whoever we are, by the socket that tells cupsd who
    /// that is. The account need not be able to read the file.
    ///
    /// # Panics
    /// When the file cannot be read, or lp cannot be started.
    pub fn lp_as(&self, account: Option<Account>, queue: &str, file: &Path) -> Output {
        let socket = self.folder.join("socket");
        let mut command = client("lp", &socket.display().to_string(), &self.folder);
        if let Some(Account { uid, gid }) = account {
            command.uid(uid).gid(gid);
        }
        let file = fs::File::open(file).expect("the file is there");
        let output = command.args(["-d", queue]).stdin(file).output();
        output.expect("lp is there, cups-client was looked for")
    }

    /// When the queue was free of this job; none while it is not.
    pub fn completed(&self, job: i32) -> Option<Moment> {
        let wanted = format!("[Job {job}] Job completed.");
        let log = self.log();
        let line = log.lines().find(|line| line.contains(&wanted))?;
        // I [22/Nov/2026:06:21:06.123456 +0000] [Job 1] Job completed.
        let (_, stamp) = line.split_once('[')?.1.split_once(']')?.0.split_once(':')?;
        let (time, zone) = stamp.split_once(' ')?;
        Moment::of(time, zone)
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

/// Whose programs send jobs on.
#[derive(Debug, Clone, Copy)]
enum Backends {
    /// Those that Debian installed, which run as [`WORKER`].
    OfDebian,
    /// The printing one a copy that nobody but root may execute.
    OfRoot,
}

/// A folder as [`PROGRAMS`], with a printing backend of our own.
fn own_programs(folder: &Folder) -> PathBuf {
    let ours = folder.join("programs");
    let backends = ours.join("backend");
    fs::create_dir_all(&backends).expect("the folder is ours");
    for entry in fs::read_dir(PROGRAMS).expect("apt-get install cups-daemon").flatten() {
        if entry.file_name() != "backend" {
            symlink(entry.path(), ours.join(entry.file_name())).expect("the folder is ours");
        }
    }
    for name in ["ipp", "ipps"] {
        let copy = backends.join(name);
        fs::copy(format!("{PROGRAMS}/backend/ipp"), &copy).expect("apt-get install cups-daemon");
        fs::set_permissions(copy, Permissions::from_mode(0o700)).expect("it is ours");
    }
    ours
}

/// A moment of the last hours, by the clock of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds of the day, in UTC.
    micros: i64,
}

impl Moment {
    const DAY: i64 = 24 * 3_600 * 1_000_000;

    /// The moment in a text as `06:21:06.123456Z …`.
    pub fn of_utc(text: &str) -> Option<Moment> {
        Moment::of(text.split('Z').next()?, "+0000")
    }

    /// The moment in a text as `06:21:06.123456`, in a zone as `+0100`.
    fn of(time: &str, zone: &str) -> Option<Moment> {
        let (whole, fraction) = time.split_once('.')?;
        let mut parts = whole.split(':').map(str::parse::<i64>);
        let (hours, minutes) = (parts.next()?.ok()?, parts.next()?.ok()?);
        let seconds = parts.next()?.ok()?;
        let micros: i64 = fraction.parse().ok().filter(|_| fraction.len() == 6)?;
        let (sign, zone) = zone.split_at_checked(1)?;
        let zone: i64 = zone.parse().ok()?;
        let ahead = (zone / 100 * 60 + zone % 100) * if sign == "-" { -60 } else { 60 };
        let seconds = hours * 3_600 + minutes * 60 + seconds - ahead;
        Some(Moment { micros: (seconds * 1_000_000 + micros).rem_euclid(Moment::DAY) })
    }

    /// How long after `earlier` this was.
    ///
    /// # Panics
    /// When it was before it, or half a day later.
    pub fn since(self, earlier: Moment) -> Duration {
        let micros = (self.micros - earlier.micros).rem_euclid(Moment::DAY);
        assert!(micros < Moment::DAY / 2, "{self:?} was before {earlier:?}");
        Duration::from_micros(micros.unsigned_abs())
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
LogTimeFormat usecs
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

fn file_configuration(folder: &Folder, programs_of: &Path, sync: bool) -> String {
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
ServerBin {programs}
AccessLog {dir}/access_log
ErrorLog {dir}/error_log
PageLog {dir}/page_log
FileDevice Yes
SyncOnClose {sync}
FatalErrors config listen
",
        dir = folder.path().display(),
        programs = programs_of.display(),
        sync = if sync { "Yes" } else { "No" },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_two_zones_and_days_are_compared() {
        let one = Moment::of("23:59:59.900000", "+0000").expect("a time");
        let other = Moment::of("01:00:00.150000", "+0100").expect("a time");
        assert_eq!(other.since(one), Duration::from_millis(250));
        assert_eq!(
            Moment::of_utc("06:00:00.000001Z  INFO x"),
            Moment::of("00:30:00.000001", "-0530")
        );
        assert_eq!(Moment::of("06:00:00", "+0000"), None);
    }
}
