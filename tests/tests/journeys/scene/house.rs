//! A running installation.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use e2e::house::{http, programs};
use ipp_codec::{ClientRequest, Operation, names};
use real_parts::folder::Folder;
use real_parts::process::{Process, Stop};
use real_parts::{ports, waiting};

use super::{Client, Mfp, PASSWORD, QUEUE, Station};

/// A server is ready long before; the machine of a test run is busy.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long a job may take to get into the state that a test waits for.
pub const STATE_LIMIT: Duration = Duration::from_secs(90);

/// The ports of the server.
pub struct Ports {
    /// Print clients.
    pub print: u16,
    /// Pages.
    pub web: u16,
    /// Stations.
    pub station: u16,
    /// Health and metrics.
    pub manage: u16,
}

/// A running installation; dropping it ends every part.
pub struct House {
    /// The stations: hall, library.
    pub stations: Vec<Station>,
    server: Option<Process>,
    /// The printers: Hall, Library.
    pub mfps: Vec<Mfp>,
    ports: Ports,
    config: PathBuf,
    folder: Folder,
}

/// What finance reads for a department and month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printed {
    /// Jobs.
    pub jobs: u64,
    /// Pieces of paper.
    pub sheets: u64,
    /// Printed sides, of either kind.
    pub impressions: u64,
    /// What it cost, as it stands in the file.
    pub amount: String,
    /// Entries that nobody could count.
    pub to_check: u64,
}

impl Printed {
    /// Reads a line of the file.
    fn of_line(line: &str) -> Option<Printed> {
        let fields: Vec<&str> = line.trim_end().split(';').collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Printed {
            jobs: number(2)?,
            sheets: number(3)?,
            impressions: number(4)? + number(5)?,
            amount: (*fields.get(6)?).to_owned(),
            to_check: number(8)?,
        })
    }
}

impl Ports {
    /// Ports that nobody listens on.
    pub fn free() -> Ports {
        let [print, web, station, manage] = std::array::from_fn(|_| ports::free());
        Ports { print, web, station, manage }
    }

    fn all(&self) -> [u16; 4] {
        [self.print, self.web, self.station, self.manage]
    }
}

impl House {
    pub(super) fn new(folder: Folder, config: PathBuf, ports: Ports, mfps: Vec<Mfp>) -> House {
        House { stations: Vec::new(), server: None, mfps, ports, config, folder }
    }

    /// The ports of the server.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Something in the installation's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The certificate of the installation's own authority, as PEM.
    pub fn authority(&self) -> String {
        fs::read_to_string(self.path("hall").join("ca.pem")).expect("every station has it")
    }

    /// A print client of the queue for taps.
    pub fn client(&self) -> Client {
        self.client_of(QUEUE)
    }

    /// A print client of this queue.
    pub fn client_of(&self, queue: &str) -> Client {
        Client::plain(self.ports.print, queue)
    }

    /// The printer and the station of the entrance hall.
    pub fn hall(&self) -> (&Mfp, &Station) {
        (&self.mfps[0], &self.stations[0])
    }

    /// The printer and the station of the library.
    pub fn library(&self) -> (&Mfp, &Station) {
        (&self.mfps[1], &self.stations[1])
    }

    /// A command of the server's program, in this installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command =
            Command::new(programs::ours("print-server").expect("`make build` makes it"));
        command.arg("--config").arg(&self.config).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program is there")
    }

    pub(super) fn admin_init(&self) {
        let output = self.run(&["init"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What an administration command says.
    ///
    /// # Panics
    /// When it fails.
    pub fn admin(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["admin"], arguments].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "admin {arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("its output is text")
    }

    /// Whether a command was obeyed that reads this from standard input, and all that it said.
    pub fn admin_with(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut command = self.command(&[&["admin"], arguments].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program is there");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A command that refuses at once does not read.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).expect("its output is text"))
    }

    /// Puts another machine in a printer's place, by the word of Bo, who becomes an administrator; everybody
    /// has to have a password ([`super::Setup::with_passwords`]).
    ///
    /// # Panics
    /// When the command is not obeyed.
    pub fn exchange(&self, printer: &str, uri: &str) {
        self.admin(&["role", "grant", "admin", "--login", "bo"]);
        let exchange = ["printer", "exchange", printer, uri, "--by", "bo"];
        let (is_done, text) = self.admin_with(&exchange, PASSWORD);
        assert!(is_done, "{text}");
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn start_server(&mut self) {
        let command = self.command(&["serve"]);
        self.start_server_by(command);
    }

    /// The same, with a command line that may have another program around the server.
    pub fn start_server_by(&mut self, mut command: Command) {
        command.env("RUST_LOG", "info,print_server=debug");
        let log = self.folder.join("server.log");
        // What earlier runs noted is kept for whoever looks for a failure.
        let earlier = fs::read(&log).unwrap_or_default();
        fs::write(self.folder.join("server-before.log"), earlier).expect("the folder is ours");
        let mut server = Process::start("print-server", command, &log, Stop::Terminate);
        let manage = self.ports.manage;
        // A server whose disk is full has started, too; it is not ready to take jobs in.
        server.wait_until(START_LIMIT, || {
            http::get(manage, "/health/ready")
                .is_ok_and(|reply| reply.body.contains(r#""starting":false"#))
        });
        self.server = Some(server);
    }

    /// The server's process.
    pub fn server(&mut self) -> &mut Process {
        self.server.as_mut().expect("the server was started")
    }

    /// Kills the server, as a crash would.
    pub fn kill_server(&mut self) {
        self.server().kill();
    }

    /// Asks the server to stop and waits until it has.
    pub fn stop_server(&mut self) {
        self.server().stop();
    }

    /// What the server noted since its last start.
    pub fn server_log(&mut self) -> String {
        self.server().log()
    }

    /// Today in the books.
    pub fn today(&self) -> String {
        let output = Command::new("date").env("TZ", "Europe/Stockholm").arg("+%Y-%m-%d").output();
        let output = output.expect("date is there on every Debian");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// This month's file for finance.
    pub fn csv(&self) -> String {
        let today = self.today();
        self.admin(&["export", &today[..7]])
    }

    /// What stands in this month's file for the department with this code; nothing printed when it has
    /// no line.
    pub fn booked(&self, department: &str) -> Printed {
        let csv = self.csv();
        let line = csv
            .lines()
            .find(|line| line.trim_start_matches('\u{feff}').split(';').next() == Some(department));
        line.map_or_else(Printed::default, |line| {
            Printed::of_line(line).expect("the file has numbers")
        })
    }

    /// What stands in this month's file, for every department that has a line.
    pub fn books(&self) -> BTreeMap<String, Printed> {
        let csv = self.csv();
        let lines = csv.lines().skip(1).filter_map(|line| {
            let code = line.trim_start_matches('\u{feff}').split(';').next()?;
            Some((code.to_owned(), Printed::of_line(line)?))
        });
        lines.collect()
    }

    /// The same installation with ports of its own and its storage elsewhere, without printers and
    /// stations; not started.
    ///
    /// # Panics
    /// When it is not kept apart in a storage of its own.
    pub fn twin(&self, storage: &Path) -> House {
        let folder = Folder::new("journey-twin");
        let ports = Ports::free();
        let text = fs::read_to_string(&self.config).expect("the configuration is ours");
        let database = text.lines().find_map(|line| line.strip_prefix("url = \"sqlite:"));
        let database = database.map(|path| PathBuf::from(path.trim_end_matches('"')));
        let here = database.as_deref().and_then(Path::parent).expect("the database is a file");
        let text = text.replace(&here.display().to_string(), &storage.display().to_string());
        let pairs = self.ports.all().into_iter().zip(ports.all());
        let text = pairs.fold(text, |text, (from, to)| {
            text.replace(&format!(":{from}\""), &format!(":{to}\""))
        });
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(self.path("people.toml")).arg(self.path("authority")).arg(folder.path());
        real_parts::programs::run(&mut copy);
        let config = folder.write("print-server.toml", text);
        House::new(folder, config, ports, Vec::new())
    }

    /// Counts every promise of database and spool.
    ///
    /// # Panics
    /// When one is broken.
    pub fn expect_whole(&self) {
        let output = self.run(&["fsck"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}{errors}", String::from_utf8_lossy(&output.stdout));
    }

    /// What `fsck` says, whole or not.
    pub fn fsck(&self) -> String {
        String::from_utf8_lossy(&self.run(&["fsck"]).stdout).into_owned()
    }

    /// Cancels a job as its owner.
    ///
    /// # Panics
    /// When that is refused.
    pub fn cancel(&self, user: &str, number: i32) {
        let client = self.client();
        let request = ClientRequest::new(Operation::CANCEL_JOB, &client.uri());
        let request = request.job_id(number).requesting_user_name(user);
        let reply = client.ask(&request, &[]).ipp();
        assert!(reply.status().is_successful(), "{:?}", reply.status_message());
    }

    /// Waits until the server has noticed a queue that was added.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_for_queue(&self, queue: &str) {
        let client = self.client_of(queue);
        let request = client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
        waiting::wait_until("the new queue", START_LIMIT, || {
            client.ask(&request, &[]).ipp().status().is_successful()
        });
    }

    /// Waits until a job of `user` is in this `job-state`, and gives its `job-state-message`.
    ///
    /// # Panics
    /// When it never is.
    pub fn wait_for_state(&self, user: &str, number: i32, state: i32) -> String {
        let client = self.client();
        let mut last = None;
        let reached = waiting::poll(STATE_LIMIT, || {
            let job = client.job(user, number);
            let message = job.string(names::JOB_STATE_MESSAGE).unwrap_or_default();
            last = job.integer(names::JOB_STATE);
            (last == Some(state)).then_some(message)
        });
        let log = fs::read_to_string(self.path("server.log")).unwrap_or_default();
        reached.unwrap_or_else(|| panic!("job {number} is {last:?}, never {state}:\n{log}"))
    }
}

/// The values of `job-state` (RFC 8011 section 5.3.7).
pub mod state {
    /// Held until its owner taps.
    pub const HELD: i32 = 4;
    /// The printer stands still.
    pub const STOPPED: i32 = 6;
    /// Deleted.
    pub const CANCELED: i32 = 7;
    /// Printed.
    pub const COMPLETED: i32 = 9;
}
